"""Laws that hold of every spec: each is broken by a spec that deserves it, and by no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zoodsl.compiler import Compilation
from zoodsl.targets.arrays import Array
from zoodsl.testing.laws.derived import derived_laws, difference, misfit
from zoodsl.testing.laws.law import Finding, Verdict
from zoodsl.testing.laws.trial import try_law
from zoodsl.testing.subjects.interpreted import Interpreted
from zoodsl.types import TensorType

ROOT = Path(__file__).parents[3]

SPEC = """zoo 1
data {
  digits = IDX("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
  feature digits.image
  label   digits.label -> ClassIndex(10)
  split   SPLIT
}
preprocess {
  STEPS
}
network {
  input 1x8x8
  Flatten()
  LAYERS
}
optimize {
  loss      SparseCategoricalCrossentropy(from_logits = true)
  optimizer Adam()
}
train {
  batch 8
}
"""
USUAL = {"SPLIT": "Random(train = 80%, test = 20%)", "STEPS": "HFlip()", "LAYERS": "Dense(10)"}


def subject(tmp_path: Path, **changes: str) -> Interpreted:
    """The spec with other parts, its data beside it."""
    for name in ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"):
        (tmp_path / name).symlink_to(ROOT / "examples/mnist/digits" / name)
    text = SPEC
    for name, part in (USUAL | changes).items():
        text = text.replace(name, part)
    compiled = Compilation(str(tmp_path / "spec.zoo"), text=text)
    assert not compiled.has_errors, compiled.diagnostics
    assert compiled.spec is not None
    return Interpreted(compiled.spec)


def tried(own: Any, examples: int = 10) -> dict[str, Verdict]:
    """What comes of each derived law, but those of Keras."""
    laws = [law for law in derived_laws(own) if "one batch" not in law.name]
    return {law.name: try_law(law, examples=examples) for law in laws}


def broken(own: Any) -> list[str]:
    return [name for name, verdict in tried(own).items() if verdict.finding is Finding.BROKEN]


def test_a_spec_in_order_breaks_none(tmp_path):
    found = tried(subject(tmp_path, STEPS="training { RandomCrop(7x7) }\n  Resize(8x8)"))
    assert {name: verdict.finding for name, verdict in found.items()} == dict.fromkeys(
        (
            "preprocessing gives 1x8x8 numbers from 0 to 255",
            "preprocessing gives the same each time",
            "steps of `training` do not touch prediction",
            "augmentation keeps shape and range",
            "the untrained network gives numbers: no NaN, no infinity",
            "a prediction does not depend on the batch that it is in",
            "every label is one of those that 10 outputs can learn",
            "every row is in the same part, in whatever order rows come",
        ),
        Finding.HOLDS,
    )


def test_what_a_spec_has_not_yields_no_law():
    compiled = Compilation(str(ROOT / "specs/data/gallery.zoo"))
    assert compiled.spec is not None
    assert list(tried(Interpreted(compiled.spec))) == ["preprocessing gives 1x8x8 numbers from 0 to 255"]


def test_a_step_that_draws_outside_training_gives_otherwise_each_time(tmp_path):
    own = subject(tmp_path, STEPS="Brightness(-20..20)")
    assert broken(own) == ["preprocessing gives the same each time"]


def test_numbers_that_are_too_large_for_32_bits(tmp_path):
    own = subject(tmp_path, STEPS="ChannelNormalize(mean = 0, std = 1e-40)")
    found = tried(own)
    (name, *_) = found
    assert name.startswith("preprocessing gives 1x8x8 numbers from 0 to 2.55e+42")
    assert found[name].reason == "one of its numbers is infinity"
    assert found[name].smallest["image"].max() == 1, "one level is enough"


def test_a_network_that_overflows_says_at_which_layer(tmp_path):
    layers = 'Dense(8, activation = exponential) as "up"\n  Dense(8, activation = exponential) as "away"\n  Dense(10)'
    found = tried(subject(tmp_path, LAYERS=layers), 60)
    verdict = found["the untrained network gives numbers: no NaN, no infinity"]
    assert verdict.finding is Finding.BROKEN
    assert verdict.reason.startswith(("`up` gives infinity", "`away` gives infinity"))


def test_labels_that_the_network_has_no_outputs_for(tmp_path):
    own = subject(tmp_path)
    assert own.spec.network is not None
    (dense,) = [layer for layer in own.spec.network.layers if layer.name.startswith("dense")]
    few = replace(dense, shape=(4,))
    layers = tuple(few if layer is dense else layer for layer in own.spec.network.layers)
    narrow = Interpreted(replace(own.spec, network=replace(own.spec.network, layers=layers)))
    verdict = next(
        try_law(law) for law in derived_laws(narrow) if law.name.endswith("that 4 outputs can learn")
    )
    assert verdict.finding is Finding.BROKEN
    assert verdict.reason == "row 5 (key `4`) has the label `4`, class 4 of 4"


class Mixing(Interpreted):
    """A network whose rows look at each other."""

    def predict(self, inputs: Sequence[Array]) -> Array:
        given = super().predict(inputs)
        mixed: Array = given - given.mean(axis=0)
        return mixed


class Ordering(Interpreted):
    """A network that looks at where in the batch a row stands."""

    def predict(self, inputs: Sequence[Array]) -> Array:
        given = super().predict(inputs)
        return given + (np.arange(len(given))[:, None] > 0)


@pytest.mark.parametrize("kind", [Mixing, Ordering])
def test_a_network_that_looks_at_the_batch(tmp_path, kind):
    own = kind(subject(tmp_path).spec)
    assert broken(own) == ["a prediction does not depend on the batch that it is in"]


class Larger(Interpreted):
    """Training that makes images brighter than was inferred, and as large as they please."""

    def training(self, value: Any, seed: int) -> Array:
        made = super().training(value, seed)
        return made[:, :-1] if seed % 2 else made + 1


def test_augmentation_past_what_was_inferred(tmp_path):
    own = Larger(subject(tmp_path, STEPS="training { Brightness(-5..5) }").spec)
    assert broken(own) == ["augmentation keeps shape and range"]


def test_a_split_by_where_rows_stand_moves_them(tmp_path, monkeypatch):
    own = subject(tmp_path)
    assert broken(own) == []

    def by_place(_split: Any, keys: Sequence[str], _values: Any = ()) -> Array:
        return (np.arange(len(keys)) % 3).astype(np.int8)

    monkeypatch.setattr("zoodsl.testing.laws.data.parts", by_place)
    assert broken(own) == ["every row is in the same part, in whatever order rows come"]


def test_a_group_in_two_parts():
    compiled = Compilation(str(ROOT / "specs/data/resized.zoo"))
    assert compiled.spec is not None
    own = Interpreted(compiled.spec)
    law = next(law for law in derived_laws(own) if law.name.startswith("rows of one"))
    assert try_law(law).finding is Finding.HOLDS
    own.readings.__dict__["parts"] = np.arange(12) // 6
    verdict = try_law(law)
    assert verdict.finding is Finding.BROKEN
    assert verdict.reason.endswith("are in train and validation")


def test_a_tail_is_divided_in_order():
    compiled = Compilation(str(ROOT / "specs/series/one_series.zoo"))
    assert compiled.spec is not None
    own = Interpreted(compiled.spec)
    law = next(law for law in derived_laws(own) if law.name.startswith("the rows are divided"))
    assert try_law(law).finding is Finding.HOLDS
    own.readings.__dict__["parts"] = np.array([0, 0, 2, 1])
    assert try_law(law).reason == "row 4 is in an earlier part than the row before it"


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (np.zeros((2, 3), np.float32), None),
        (np.zeros((3, 2), np.float32), "its shape is 3x2"),
        (np.zeros((2, 3)), "its numbers are float64"),
        (np.full((2, 3), np.nan, np.float32), "one of its numbers is NaN, which is no number"),
        (np.full((2, 3), -0.5, np.float32), "its least value is -0.5"),
        (np.full((2, 3), 1.25, np.float32), "its largest value is 1.25"),
        (np.full((2, 3), 1 + 1e-6, np.float32), None),
    ],
)
def test_what_is_not_of_its_type(made, told):
    assert misfit(made, TensorType(shape=(2, 3), low=0.0, high=1.0)) == told


def test_what_differs_by_more_than_rounding():
    one = np.array([1.0, 200.0])
    assert difference(one, one + 1e-3) is None
    assert difference(one, one[:1]) == "once its shape is 2, and once 1"
    assert difference(one, one + np.array([0, 1])) == "once it gives 200, and once 201 in the same place"
    assert difference(np.array([np.nan]), np.array([np.nan])) is None
