"""What a property means, and what is told of one that means nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.semantics.analysis import DATA, Analysis, analysis, with_parts
from zoodsl.compiler import Compilation
from zoodsl.model.nodes import Part
from zoodsl.model.properties import Altered, Cell, Comparison, Constant, Drawn, Measurement
from zoodsl.types import DType

DIGITS = """
data {
  digits = Sample("digits")
  wines  = Sample("wine")
  feature digits.image
  label   digits.label -> ClassIndex(10)
  split   Random(train = 80%, test = 20%)
}
preprocess {
  CenterCrop(7x7)
  training {
    RandomApply(HFlip(), 50%)
  }
}
network {
  input 1x7x7
  Flatten()
  Dense(10, activation = softmax)
}
optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = 0.01)
}
"""
IMAGE = "AnyImage(channels = 1, height = 7..9, width = 7..9)"
LAWS = Path(__file__).parents[2] / "specs" / "properties" / "laws.zoo"


def stated(
    *lines: str, drawn: str = f"image in {IMAGE}", spec: str = DIGITS, overrides: dict[str, str] | None = None
) -> Analysis:
    """The analysis of a property of these claims; the frame `wines` is used, or not, by it alone."""
    body = "\n".join((f"  forall {drawn}", *(f"  {line}" for line in lines)))
    text = spec if "wines" in body or spec is not DIGITS else spec.replace('  wines  = Sample("wine")\n', "")
    return analysis(f'{text}\nproperty "a law" {{\n{body}\n}}', overrides=overrides)


def the_claim(line: str, drawn: str = f"image in {IMAGE}"):
    found = stated(line, drawn=drawn)
    assert found.messages == []
    (stated_property,) = found.spec.properties
    (claim,) = stated_property.claims
    return claim


def test_a_property_is_resolved_with_all_that_it_says():
    text = f'{DIGITS}\nproperty "one" {{\n"""Why."""\nforall row in AnyRow(wines)\nrow.ash > 0\n}}'
    (found,) = analysis(text).spec.properties
    assert found.name == "one"
    (drawn,) = found.variables
    assert (drawn.names, drawn.domain.arguments["frame"]) == (("row",), "wines")
    (claim,) = found.claims
    assert (claim.operator, claim.left.row, claim.left.column.name) == (">", "row", "ash")
    assert claim.left.column.type.type is DType.FLOAT64
    assert claim.span.text == "row.ash > 0"


def test_variables_before_one_in_are_drawn_together():
    found = stated(
        "part(one) == part(other)",
        "Finite(image)",
        drawn=f"one, other in AnyRow(digits, same = digits.label), image in {IMAGE}",
    )
    together, alone = found.spec.properties[0].variables
    assert (together.names, alone.names) == (("one", "other"), ("image",))
    assert together.domain.arguments["same"].name == "label"


def test_terms():
    claim = the_claim("Shape(preprocess(image -> HFlip())) == 1x7x7")
    assert isinstance(claim, Comparison)
    measured = claim.left
    assert isinstance(measured, Measurement)
    made = measured.operation.arguments["value"].operation.arguments["feature"]
    assert isinstance(made, Altered)
    assert isinstance(made.image, Drawn)
    assert [step.operation.operator.name for step in made.steps] == ["HFlip"]
    assert isinstance(claim.right, Constant)
    assert claim.right.value == (1, 7, 7)


def test_a_whole_number_beside_a_size_is_a_size():
    assert the_claim("Shape(predict(image)) == 10").right.value == (10,)


def test_parts_are_bare_names():
    assert the_claim("part(row) != test", "row in AnyRow(digits)").right.value is Part.TEST


def test_words_of_settings_are_called_in_claims():
    claim = the_claim("label(row) == row.label", "row in AnyRow(digits)")
    assert isinstance(claim.left, Measurement)
    assert isinstance(claim.right, Cell)
    assert the_claim("training(image) == preprocess(image)").operator == "=="


def test_params_lets_and_conditions_stand_for_values():
    parts = "param most: float = 1\nlet size = Size(1, 7, 7)\n"
    lines = ("Within(predict(image), 0..most)", "Shape(preprocess(image)) == size")
    chosen = "if most > 1 { Finite(image) } else { Max(image) <= 255 * most }"
    assert stated(*lines, chosen, spec=parts + DIGITS.replace("wines", "_")).messages == [
        "the frame `_` is never used"
    ]
    found = stated(
        lines[0], spec=parts.replace("let size = Size(1, 7, 7)\n", "") + DIGITS, overrides={"most": "2"}
    )
    assert found.spec.properties[0].claims[0].operation.arguments["range"] == (0.0, 2.0)


NUMBERS = f"image in {IMAGE}, row in AnyRow(digits)"


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("Finit(image) ", "ZOO202", "there is no measure `Finit`"),
        ("Finite(imag)", "ZOO201", "there is no variable `imag`"),
        ("Finite(image -> Dense(3))", "ZOO203", "`Dense` is a layer, a transform belongs here"),
        ("Finite(row -> HFlip())", "ZOO209", "`->` leads an image through steps, and this is a row"),
        ('Finite(image -> HFlip() as "x")', "ZOO209", "steps of a claim have no names"),
        ("Shape(row.label) == 3", "ZOO209", "`Shape` takes an image or a tensor, and this is a number"),
        ("Argmax(image) == 3", "ZOO209", "`Argmax` takes a tensor, and this is an image"),
        ("label(image) == 3", "ZOO209", "`label` takes a row, and this is an image"),
        ("image.height == 3", "ZOO209", "only a row has columns, and `image` is an image"),
        ("row.labl == 3", "ZOO409", "`digits` has no column `labl`"),
        ("digits.label == 3", "ZOO209", "`digits.label` is a whole column, and a claim speaks of one row"),
        ("Finite(digits)", "ZOO209", "`digits` is a whole frame, and a claim speaks of one row"),
        ("row == row", "ZOO209", "rows are compared by their columns"),
        ('part(row) == "test"', "ZOO209", "`==` cannot compare a part of the data with a text"),
        ("image == preprocess(image)", "ZOO209", "`==` cannot compare an image with a tensor"),
        ("Close(preprocess(image), image, 3)", "ZOO209", "`Close` cannot compare a tensor with an image"),
        ("image == image -> HFlip()", "ZOO209", "`->` leads an image through steps, and this is true or false"),
        ("Shape(image) < 3x3", "ZOO209", "`<` takes numbers, and this is a size"),
        ("predict(image) + 1 > 0", "ZOO209", "`+` takes numbers, and this is a tensor"),
        ("-image < 0", "ZOO209", "`-` takes numbers, and this is an image"),
        ("Max(image) < 5 epochs", "ZOO209", "a claim speaks of numbers, texts, sizes and what is drawn, and this is a number with the unit `epochs`"),
        ("Within(image, 3)", "ZOO209", "`range` takes a range such as `0..1`, not a whole number"),
        ("Within(image, 0..image)", "ZOO209", "`..` takes numbers, not an image"),
        ("Close(image, image)", "ZOO206", "`Close` needs `tolerance`"),
        ("predict(image)", "ZOO904", "a claim is true or false, and this is a tensor"),
        ("1 == 1", "ZOO905", "this claim speaks of no variable: no example can decide it"),
        ("Shape(predict(image)) == 1x10", "ZOO905", "this claim can never hold: `Shape(predict(image))` is always 10, and not 1x10"),
        ("7x7x1 == Shape(preprocess(image))", "ZOO905", "this claim can never hold: `Shape(preprocess(image))` is always 1x7x7, and not 7x7x1"),
        ("Shape(predict(row)) != 10", "ZOO905", "this claim can never hold: both are 10"),
        ("Within(preprocess(row), 256..300)", "ZOO905", "this claim can never hold: its numbers lie in 0..255"),
        ("Close(preprocess(image), predict(image), 1)", "ZOO905", "this claim can never hold: one is of 1x7x7, the other of 10"),
        ("Finite(predict(image -> Resize(5x5)))", "ZOO907", "`CenterCrop` cannot take 7x7 out of an image of 5x5"),
        ("y = 3", "ZOO228", "`property` holds `forall` and claims, no definitions"),
        ('Finite(image) as "x"', "ZOO228", "claims have no names"),
        ("batch 3", "ZOO222", "`property` has no setting `batch`"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_told_where_it_stands(line, code, words):
    found = stated("Finite(image)", "label(row) >= 0", line, drawn=NUMBERS)
    assert [(item.code.name, item.message) for item in found.diagnostics] == [(code, words)]
    assert found.diagnostics[0].span.text in line
    assert found.spec is None


@pytest.mark.parametrize(
    ("drawn", "claim", "code", "words"),
    [
        ("image in AnyImag()", "Finite(image)", "ZOO202", "there is no domain `AnyImag`"),
        ("image in AnyImage(channels = 2)", "Finite(image)", "ZOO907", "images have 1 channel (grey) or 3 (RGB), not 2"),
        ("image in AnyImage(height = 1.5..2)", "Finite(image)", "ZOO907", "an image has whole pixels"),
        ("image in AnyImage(channels = 1)", "Finite(preprocess(image))", "ZOO907", "`CenterCrop` cannot take 7x7 out of every image: one is of 1x1"),
        ("image in AnyImage(height = 9..9, width = 9..9)", "Finite(training(image))", "ZOO907", "the images of the data have 1 channel, and these 3 channels"),
        ("x in AnyTensor(3, values = 0.1..0.9, whole = true)", "Finite(x)", "ZOO907", "no whole number lies in this range"),
        ("x in AnyTensor(3)", "Finite(predict(x))", "ZOO907", "the feature is an image, and this is a tensor"),
        ("row in AnyRow(wines)", "label(row) + row.ash == 1", "ZOO907", "`label` speaks of rows of `digits`, and these are of `wines`"),
        ("row in AnyRow(wines)", "part(row) == test", "ZOO907", "`part` speaks of rows of `digits`, and these are of `wines`"),
        ("row in AnyRow(digits, same = digits.label)", "label(row) == 1", "ZOO907", "one row by itself has no other to be equal to"),
        ("row in AnyRow(digits, where = wines.ash > 1)", "label(row) == 1", "ZOO907", "this column is of `wines`, and the rows are of `digits`"),
        ("row in AnyRow(digit)", "label(row) == 1", "ZOO201", "there is no `digit`"),
        (f"image in {IMAGE}, image in {IMAGE}", "Finite(image)", "ZOO213", "the name `image` is defined twice"),
        ("image", "Finite(image)", "ZOO229", "`forall image` does not fit this setting"),
        ("image at 3", "Finite(image)", "ZOO229", "`at` does not fit this setting"),
        ("3 in AnyImage()", "1 < 2", "ZOO229", "`in` does not fit this setting"),
    ],
)  # fmt: skip
def test_domains_that_do_not_fit_are_told_once(drawn, claim, code, words):
    found = stated(claim, f"{claim}", drawn=drawn)
    told = [(item.code.name, item.message) for item in found.diagnostics]
    assert [each for each in told if each[0] not in ("ZOO214", "ZOO224", "ZOO905")] == [(code, words)]
    assert found.spec is None


def test_what_the_spec_does_not_have_has_no_measure():
    spec = DIGITS.replace("  split   Random(train = 80%, test = 20%)\n", "")
    found = stated(
        "part(row) == test",
        drawn="row in AnyRow(digits)",
        spec=spec.replace('  wines  = Sample("wine")\n', ""),
    )
    assert found.messages == ["`data` has no `split`: rows have no parts"]
    gallery = (
        'data {\nphotos = Images("specs/data/pets/*.png")\nfeature photos.image\n}\n'
        "gallery {\nshow 2\nHFlip()\n}"
    )
    found = stated("Finite(predict(row))", "label(row) == 1", drawn="row in AnyRow(photos)", spec=gallery)
    assert found.messages == ["this spec has no `network`", "`data` has no `label`"]


def test_windows_are_not_of_one_row():
    spec = """
data {
  taxi = CSV("examples/anomaly/series.csv")
  feature taxi.value
  label   taxi.value -> Number()
  split   Tail(train = 80%, test = 20%)
}
preprocess {
  Standardize()
  Window(5)
}
network {
  input 5x1
  SimpleRNN(2)
  Dense(1)
}
optimize {
  loss      MeanSquaredError()
  optimizer Adam(learning_rate = 0.01)
}
"""
    found = stated("Finite(preprocess(row))", drawn="row in AnyRow(taxi)", spec=spec)
    assert found.messages == ["windows are made of many rows, in their order, and not of one"]
    assert stated("label(row) == row.value", drawn="row in AnyRow(taxi)", spec=spec).messages == []


def test_what_becomes_indices_is_drawn_from_rows():
    spec = """
data {
  ratings = Delimited("specs/data/ratings.dat", separator = "::", columns = ["user", "item", "rating", "time"])
  feature ratings.user -> Index(), ratings.item -> Index()
  label   ratings.rating -> Rating(1..5)
}
network {
  user = Input(1)
  item = Input(1)
  a = user -> Embedding(distinct(ratings.user) + 1, 2) -> Flatten()
  b = item -> Embedding(distinct(ratings.item) + 1, 2) -> Flatten()
  output Concatenate(a, b) -> Dense(5, activation = softmax)
}
optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = 0.01)
}
"""
    found = stated("Finite(predict(x))", drawn="x in AnyTensor(2)", spec=spec)
    assert found.messages == ["the feature is of values that become indices, and this is of numbers"]
    assert stated("Finite(predict(row))", drawn="row in AnyRow(ratings)", spec=spec).messages == []


@pytest.mark.parametrize(
    ("section", "codes"),
    [
        ('property "a" {\n}', ["ZOO902"]),
        ('property "a" {\nFinite(image)\n}', ["ZOO902"]),
        (f'property "a" {{\nforall image in {IMAGE}\n}}', ["ZOO902"]),
        (f'property "a" {{\nFinite(image)\nforall image in {IMAGE}\n}}', ["ZOO903"]),
        (f"property {{\nforall image in {IMAGE}\nFinite(image)\n}}", ["ZOO901"]),
        (f"property a {{\nforall image in {IMAGE}\nFinite(image)\n}}", ["ZOO901"]),
        (f'property " " {{\nforall image in {IMAGE}\nFinite(image)\n}}', ["ZOO901"]),
        (f'property "a" {{\nforall image in {IMAGE}\nFinite(image)\n}}\n' * 2, ["ZOO213"]),
        (f'property "a" {{\nforall one, other in {IMAGE}\nFinite(one)\n}}', ["ZOO214"]),
        (f'property "a" {{\nforall image in {IMAGE}\nFinite(image\n}}', ["ZOO103"]),
        ('property "a" {\nforall row AnyRow(digits)\nlabel(row) == 1\n}', ["ZOO101"]),
        ('property "a" {\nforall row = AnyRow(digits)\nlabel(row) == 1\n}', ["ZOO101"]),
        ('property "a" {\nfor row in AnyRow(digits)\nlabel(row) == 1\n}', ["ZOO107"]),
        ('property "a" {\nbatch 3\nlabel(row) == 1\n}', ["ZOO902", "ZOO222"]),
    ],
)  # fmt: skip
def test_the_form_of_a_property(section, codes):
    spec = DIGITS.replace('  wines  = Sample("wine")\n', "")
    assert analysis(f"{spec}\n{section}").codes == codes


def test_a_property_alone_is_no_spec():
    found = analysis('property "a" {\nforall x in AnyTensor(3)\nFinite(x)\n}')
    assert found.codes == ["ZOO226"]


def test_the_quotes_of_a_name_are_a_certain_fix():
    spec = DIGITS.replace('  wines  = Sample("wine")\n', "")
    found = analysis(f"{spec}\nproperty bright {{\nforall image in {IMAGE}\nFinite(image)\n}}").only
    assert found.fix is not None
    assert found.fix.text == '"bright"'


def test_a_property_changes_nothing_of_what_is_run():
    text = LAWS.read_text(encoding="utf-8")
    plain, _, _ = text.partition('\nproperty "')
    assert plain != text
    with_laws, without = (Compilation(str(LAWS), text=each) for each in (text, plain))
    assert len(with_laws.spec.properties) == 5
    assert without.spec.properties == ()
    programs = [each.program("bigdl") for each in (with_laws, without)]
    assert programs[0].text == programs[1].text
    assert programs[0].attachments == programs[1].attachments


def test_a_check_loads_what_reads_properties_only_for_a_spec_that_has_one(tmp_path):
    plain = tmp_path / "plain.zoo"
    plain.write_text(f"zoo 1\n{with_parts(data=DATA)}", encoding="utf-8")
    program = (
        "import sys; from zoodsl.compiler import Compilation; assert not Compilation(sys.argv[1]).diagnostics;"
        "names = ('properties', 'terms', 'typed', 'spec_measures', 'drawn');"
        "print([name for name in names if f'zoodsl.semantics.{name}' in sys.modules])"
    )
    loaded = [
        subprocess.run(
            [sys.executable, "-c", program, path], check=True, capture_output=True, text=True
        ).stdout
        for path in (plain, LAWS)
    ]
    assert loaded == ["[]\n", "['properties', 'terms', 'typed', 'spec_measures', 'drawn']\n"]
