"""Properties as laws: what holds, what does not, and in which words that is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.compiler import Compilation
from zoodsl.model.spec import Spec
from zoodsl.model.stored import decode, encode
from zoodsl.testing.images import images
from zoodsl.testing.laws.domains import Row
from zoodsl.testing.laws.law import Finding, Law
from zoodsl.testing.laws.stated import shown, stated_laws
from zoodsl.testing.laws.trial import try_law
from zoodsl.testing.laws.values import SEED
from zoodsl.testing.subjects.interpreted import Interpreted

ROOT = Path(__file__).parents[3]
PICTURES = """zoo 1

data {
  photos = Images("photos/*.png")
  table  = CSV("people.csv")
  rows   = photos -> Join(table, on = stem(photos.origin) == table.name)

  feature rows.image
  label   rows.finding -> MultiHot(["a", "b"], separator = "|")
  split   Fixed(rows.part, train = "fit", test = "judge")
}

preprocess {
  CenterCrop(4x4)
  training {
    RandomApply(HFlip(), 50%)
  }
  ChannelNormalize(mean = [100], std = [50])
}

network {
  input 3x4x4
  GlobalAveragePooling2D()
  Dense(2, activation = sigmoid)
}

optimize {
  loss      BinaryCrossentropy()
  optimizer Adam(learning_rate = 0.01)
}

train {
  batch 1
}
"""
TABLE = """name,patient,finding,part,age
one,p,a|b,fit,30
two,q,,judge,
three,p,b,other,50
"""
SIDES = "height = 4..9, width = 4..9"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from PIL import Image

    (tmp_path / "photos").mkdir()
    for number, name in enumerate(("one", "two", "three")):
        pixels = np.full((6, 5 + number, 3), 40 * number, np.uint8)
        pixels[0, 0] = (255, 0, number)
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{name}.png")
    (tmp_path / "people.csv").write_text(TABLE)
    return tmp_path


def laws(
    folder: Path, drawn: str, *claims: str, spec: str = PICTURES, of: type[Interpreted] = Interpreted
) -> tuple[Law, ...]:
    """The laws that a spec of the folder's pictures states, one a claim."""
    lines = "\n".join(f"  {claim}" for claim in claims)
    text = f'{spec}\nproperty "a law" {{\n  forall {drawn}\n{lines}\n}}\n'
    compilation = Compilation(str(folder / "spec.zoo"), text=text)
    assert [item.message for item in compilation.diagnostics] == []
    assert compilation.spec is not None
    return stated_laws(of(compilation.spec))


def law(folder: Path, drawn: str, claim: str, **spec: Any) -> Law:
    """The law of a property with one claim."""
    (found,) = laws(folder, drawn, claim, **spec)
    return found


def square(side: int, colour: int = 0) -> np.ndarray:
    return np.full((side, side, 3), colour, np.uint8)


def test_a_law_is_named_as_its_property_and_stands_where_its_claim_does(folder):
    found = law(folder, f"image in AnyImage({SIDES})", "Finite(image)")
    assert (found.name, found.stated, found.once) == ("a law", True, False)
    assert found.span.text == "Finite(image)"


@pytest.mark.parametrize(
    ("claim", "image", "told"),
    [
        ("Shape(preprocess(image)) == 3x4x4", square(5), None),
        ("Shape(image) == 3x4x4", square(5), "`Shape(image)` is 3x5x5, not 3x4x4"),
        ("Shape(image) != 3x5x5", square(5), "`Shape(image)` is 3x5x5"),
        ("Shape(image) == Shape(image -> Resize(2x2))", square(4), "`Shape(image)` is 3x4x4, and `Shape(image -> Resize(2x2))` is 3x2x2"),
        ("Within(preprocess(image), 0..1)", square(4, 50), "`preprocess(image)` holds -1, outside 0..1"),
        ("Within(image, 0..254.5)", square(4, 255), "`image` holds 255, outside 0..254.5"),
        ("Within(Mean(image), 1..2)", square(4), "`Mean(image)` is 0, outside 1..2"),
        ("Max(image) < 255", square(4, 255), "`Max(image)` is 255, not below 255"),
        ("255 > Max(image)", square(4, 255), "`Max(image)` is 255, not below 255"),
        ("Min(image) >= Max(image -> Brightness(2..2)) + 1", square(4), "`Min(image)` is 0, below `Max(image -> Brightness(2..2)) + 1`, which is 3"),
        ("Max(image) / Min(image) >= 0", square(4), "`Max(image) / Min(image)` divides by zero"),
        ("Close(image, image -> Brightness(9..9), 8)", square(4, 7), "`image` and `image -> Brightness(9..9)` differ by 9, more than 8"),
        ("Close(image -> Resize(2x3), image, 8)", square(5), "`image -> Resize(2x3)` and `image` are 3x2x3 and 3x5x5"),
        ("preprocess(image) == training(image)", square(4), None),
        ("preprocess(image) != training(image)", square(4), "`preprocess(image)` and `training(image)` are equal"),
        ("image == (image -> Brightness(9..9))", square(4), "`image` and `(image -> Brightness(9..9))` differ by up to 9"),
        ("image == (image -> Resize(2x2))", square(4), "`image` and `(image -> Resize(2x2))` are 3x4x4 and 3x2x2"),
        ("Finite(predict(image))", square(3), "`preprocess(image)` has no value: `CenterCrop` cannot take 4x4 out of an image of 3x3"),
        ("Finite(image -> CenterCrop(4x4))", square(3), "`image -> CenterCrop(4x4)` has no value: `CenterCrop` cannot take 4x4 out of an image of 3x3"),
        ("Argmax(predict(image)) == Argmax(predict(image -> HFlip()))", square(4), None),
    ],
)  # fmt: skip
def test_what_is_the_case_is_told_in_words(folder, claim, image, told):
    found = law(folder, f"image in AnyImage({SIDES})", claim)
    assert found.holds({"image": image, SEED: 0}) == told


def test_each_claim_is_a_law_so_that_one_that_is_broken_hides_no_other(folder):
    claims = ("Finite(image)", "Mean(image) < 200", "Max(image) < 9")
    verdicts = [try_law(each) for each in laws(folder, f"image in AnyImage({SIDES})", *claims)]
    assert [verdict.name for verdict in verdicts] == [f"a law: {claim}" for claim in claims]
    assert [verdict.span.text for verdict in verdicts] == [*claims]
    assert [verdict.finding for verdict in verdicts] == [Finding.HOLDS, Finding.BROKEN, Finding.BROKEN]


class Stopping(Interpreted):
    """A network that stops."""

    def predict(self, inputs):
        raise ZeroDivisionError("nothing to divide by")


def test_a_claim_at_which_an_engine_stops_is_the_one_that_is_broken(folder):
    drawn = f"image in AnyImage({SIDES})"
    sound, found = laws(folder, drawn, "Finite(image)", "Finite(predict(image))", of=Stopping)
    verdict = try_law(found)
    assert try_law(sound).finding is Finding.HOLDS
    assert verdict.reason == "it stops: nothing to divide by (ZeroDivisionError)"
    assert verdict.span.text == "Finite(predict(image))"


ROWS = ("one", "three", "two")
"""The rows in the order of the pictures' names."""


def row(number: int) -> Row:
    return Row(number, str(number), {})


@pytest.mark.parametrize(
    ("claim", "name", "told"),
    [
        ('one.patient == "p"', "two", '`one.patient` is "q", not "p"'),
        ("one.age > 40", "two", "`one.age` is missing"),
        ("Sum(label(one)) == 0", "two", None),
        ("Sum(label(one)) == 0", "three", "`Sum(label(one))` is 1, not 0"),
        ("part(one) != test", "two", "`part(one)` is test"),
        ("part(one) == train", "three", "`part(one)` is no part, not train"),
        ("Max(one.image) == 255", "two", None),
        ("Shape(one.image) == 3x6x5", "two", "`Shape(one.image)` is 3x6x6, not 3x6x5"),
        ("Within(preprocess(one), -2..-1.3)", "two", "`preprocess(one)` holds -1.2, outside -2..-1.3"),
        ("predict(one) == predict(one.image)", "two", None),
    ],
)  # fmt: skip
def test_what_is_the_case_of_rows(folder, claim, name, told):
    assert law(folder, "one in AnyRow(rows)", claim).holds({"one": row(ROWS.index(name))}) == told


def test_labels_that_the_codec_does_not_know_break_their_claim(folder):
    found = law(folder, "one in AnyRow(rows)", "Finite(label(one))")
    (folder / "people.csv").write_text(TABLE.replace("a|b", "a|cd"))  # after the check, which tells the same
    assert found.holds({"one": row(0)}) == ('`label(one)` has no value: the label of row 1 holds "a|cd"')


def test_rows_of_a_joined_frame_and_of_another(folder):
    verdict = try_law(
        law(folder, "one, other in AnyRow(rows, same = rows.patient)", "one.patient == other.patient")
    )
    assert (verdict.finding, verdict.examples) == (Finding.HOLDS, 2)
    broken = try_law(law(folder, "one in AnyRow(table)", "one.age >= 40"))
    assert broken.reason == "`one.age` is 30, below 40"
    assert str(broken.smallest["one"]) == "row 1 (key `0`): age = 30"


def test_what_was_never_tried_does_not_hold(folder):
    found = law(folder, "one, other in AnyRow(rows, where = rows.age > 40)", "part(one) == part(other)")
    verdict = try_law(found)
    assert verdict.finding is Finding.SKIPPED
    assert verdict.reason == "it was never tried: `rows` has 1 row for which `where` holds"


def test_examples_of_rows_tell_what_the_claims_speak_of(folder):
    of_label, of_part = laws(
        folder, "one in AnyRow(rows)", "Sum(label(one)) + one.age < 0", "part(one) == test"
    )
    assert try_law(of_part).smallest["one"].cells == {"part": "fit"}
    smallest = try_law(of_label).smallest["one"]
    assert smallest.cells == {"age": 30, "finding": "a|b"}
    assert smallest.key == "one.png"


def test_a_law_that_is_broken_shrinks_to_the_smallest_image(folder):
    verdict = try_law(law(folder, f"image in AnyImage({SIDES})", "Mean(image) < 200"))
    assert verdict.finding is Finding.BROKEN
    assert verdict.smallest["image"].shape == (4, 4, 3)
    assert set(verdict.smallest["image"].ravel()) == {200}


def test_what_training_draws_is_the_same_throughout_an_example(folder):
    claims = (
        "training(image) == training(image)",
        "(image -> RandomCrop(2x2)) == (image -> RandomCrop(2x2))",
    )
    for found in laws(folder, f"image in AnyImage({SIDES})", *claims):
        assert try_law(found, examples=30).finding is Finding.HOLDS
    varied = law(folder, f"image in AnyImage({SIDES})", "training(image) == preprocess(image)")
    verdict = try_law(varied)
    assert verdict.finding is Finding.BROKEN
    assert SEED in verdict.smallest


def test_images_are_resized_as_the_reader_does(folder):
    spec = PICTURES.replace('"photos/*.png"', '"photos/*.png", resize = 6x6')
    claims = ("Shape(image) == 3x2x9", "Shape(preprocess(image)) == 3x4x4", "Finite(predict(image))")
    alike = "preprocess(image) == preprocess(image -> Resize(6x6))"
    for found in laws(folder, "image in AnyImage(height = 2..2, width = 9..9)", *claims, alike, spec=spec):
        assert try_law(found, examples=20).finding is Finding.HOLDS


def test_features_of_numbers_are_drawn_by_anytensor(folder):
    spec = """zoo 1
data {
  wines = Sample("wine")
  feature wines.alcohol, wines.ash
  label   wines.target -> ClassIndex(3)
}
network {
  input 2
  Dense(3, activation = softmax)
}
optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = 0.01)
}
"""
    claims = (
        "Shape(predict(x)) == 3",
        "Within(Sum(predict(x)), 0.999..1.001)",
        "Close(preprocess(x), x, 1e-4)",
    )
    for found in laws(folder, "x in AnyTensor(2)", *claims, spec=spec):
        assert try_law(found).finding is Finding.HOLDS
    verdict = try_law(law(folder, "row in AnyRow(wines)", "Max(preprocess(row)) < 14", spec=spec))
    assert verdict.reason.startswith("`Max(preprocess(row))` is 14.")


def test_costly_laws_are_tried_on_fewer_examples(folder):
    plain = law(folder, "image in AnyImage(height = 4..4, width = 4..4)", "Finite(image)")
    large = law(folder, "image in AnyImage(height = 4..2048, width = 4..2048)", "Finite(preprocess(image))")
    assert plain.most is None or plain.most > 1000
    assert large.most == 9


@pytest.mark.law("what a spec states means the same when it is read back from a run folder")
@given(images(height=(1, 6), width=(1, 6), channels=1), st.integers(0, 9))
def test_laws_that_were_kept_tell_the_same(image, seed):
    example = {"image": image, "other": image, SEED: seed}
    for one, other in zip(*LAWS_AND_KEPT, strict=True):
        assert one.holds(example) == other.holds(example)


def laws_of_images(spec: Spec) -> tuple[Law, ...]:
    of_images = [each for each in spec.properties if "AnyRow" not in each.span.text]
    return stated_laws(Interpreted(replace(spec, properties=tuple(of_images))))


def specified() -> Spec:
    spec = Compilation(str(ROOT / "specs" / "properties" / "laws.zoo")).spec
    assert spec is not None
    return spec


LAWS = specified()
LAWS_AND_KEPT = laws_of_images(LAWS), laws_of_images(decode(encode(LAWS), LAWS.span.file))


@pytest.mark.parametrize("stated", stated_laws(Interpreted(LAWS)), ids=lambda stated: stated.name)
def test_the_laws_of_the_specification_hold(stated):
    verdict = try_law(stated, examples=30)
    assert (verdict.finding, verdict.reason) == (Finding.HOLDS, "")


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "no part"), (True, "true"), ((3, 2), "3x2"), ("a", '"a"'), (0.1 + 0.2, "0.3"), (1e-9, "1e-9"), (np.inf, "infinity"), (-np.inf, "-infinity"), (np.nan, "NaN, which is no number")],
)  # fmt: skip
def test_values_in_words(value, words):
    assert shown(value) == words
