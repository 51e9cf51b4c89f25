"""One batch can be learned by heart: of specs that can learn, and of none that cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.testing.laws.test_derived import subject
from zoodsl.compiler import Compilation
from zoodsl.targets.keras.engine import KerasMissingError
from zoodsl.testing.laws.law import Finding, Verdict
from zoodsl.testing.laws.stated import stated_laws
from zoodsl.testing.laws.training import always_frozen, training_laws
from zoodsl.testing.laws.trial import try_law
from zoodsl.testing.subjects.interpreted import Interpreted

ROOT = Path(__file__).parents[3]


def learned(own: Interpreted) -> Verdict:
    (law,) = training_laws(own, own.readings)
    return try_law(law)


def test_what_can_learn(tmp_path):
    verdict = learned(subject(tmp_path))
    assert (verdict.finding, verdict.examples) == (Finding.HOLDS, 1)


def test_a_network_whose_outputs_do_not_depend_on_what_it_is_fed(tmp_path, monkeypatch):
    monkeypatch.setattr("zoodsl.testing.laws.training.STEPS", 16)
    monkeypatch.setattr("zoodsl.testing.laws.training.RATES", (0.01,))
    dead = "Dense(1, activation = relu, use_bias = false)\n  Dense(10, use_bias = false)"
    verdict = learned(subject(tmp_path, STEPS="ChannelNormalize(mean = 255, std = 1)", LAYERS=dead))
    assert verdict.finding is Finding.BROKEN
    assert verdict.reason.startswith("the loss of the first 8 rows is ")
    assert "by Adam at 0.01" in verdict.reason


LINE = """zoo 1
data {
  rows = CSV("rows.csv")
  feature rows.number
  label   rows.tags -> MultiHot(["odd"], separator = "|")
}
network {
  input 1
  LAYERS
}
optimize {
  loss      BinaryCrossentropy()
  optimizer Adam()
}
train {
  batch 8
}
property "odd numbers are told" {
  forall row in AnyRow(rows)
  Shape(label(row)) == 1
  row["a b"] != row["a  b"]
}
"""


def on_a_line(folder: Path, layers: str) -> Interpreted:
    """Numbers of which every second one is odd: no line divides them."""
    rows = [f"{number},{'odd' * (number % 2)},1,2" for number in range(8)]
    (folder / "rows.csv").write_text("\n".join(("number,tags,a b,a  b", *rows, "")))
    spec = Compilation(str(folder / "spec.zoo"), text=LINE.replace("LAYERS", layers)).spec
    assert spec is not None
    return Interpreted(spec)


def test_a_linear_network_need_not_learn_rows_that_nothing_linear_divides(tmp_path):
    verdict = learned(on_a_line(tmp_path, "Dense(1, activation = sigmoid)"))
    assert (verdict.name, verdict.finding) == ("the loss of one batch falls", Finding.HOLDS)


@pytest.mark.parametrize(
    ("layers", "name"),
    [
        ("Dense(4)\n  Activation(linear)\n  Dense(1)\n  Activation(sigmoid)", "the loss of one batch falls"),
        (
            "Dense(4, activation = relu)\n  Dense(1, activation = sigmoid)",
            "one batch can be learned by heart",
        ),
        ("Dense(4)\n  ReLU()\n  Dense(1, activation = sigmoid)", "one batch can be learned by heart"),
    ],
)
def test_the_law_is_named_by_what_the_network_can_learn(tmp_path, layers, name):
    own = on_a_line(tmp_path, layers)
    assert [law.name for law in training_laws(own, own.readings)] == [name]


def test_a_label_of_one_name_is_a_tensor_of_one_and_names_keep_their_spaces(tmp_path):
    own = on_a_line(tmp_path, "Dense(1, activation = sigmoid)")
    laws = {law.name: try_law(law).finding for law in stated_laws(own)}
    assert laws == {
        "odd numbers are told: Shape(label(row)) == 1": Finding.HOLDS,
        'odd numbers are told: row["a b"] != row["a  b"]': Finding.HOLDS,
    }


def test_what_is_frozen_is_not_moved_by_the_step():
    compiled = Compilation(str(ROOT / "specs/surgery/head.zoo"))
    spec = compiled.spec
    assert spec is not None
    assert spec.network is not None
    assert spec.train is not None
    assert always_frozen(spec.network, spec.train) == spec.network.frozen
    assert learned(Interpreted(spec)).finding is Finding.HOLDS


def test_a_spec_that_does_not_train_has_none():
    compiled = Compilation(str(ROOT / "specs/data/gallery.zoo"))
    assert compiled.spec is not None
    own = Interpreted(compiled.spec)
    assert list(training_laws(own, own.readings)) == []


def test_without_keras_it_is_skipped_with_the_command_that_installs_it(tmp_path, monkeypatch):
    def missing(*_: Any, **__: Any) -> None:
        raise KerasMissingError("Keras cannot be loaded: `pip install 'zoodsl[keras]'` installs it")

    monkeypatch.setattr("zoodsl.targets.keras.step.step", missing)
    verdict = learned(subject(tmp_path))
    assert verdict.finding is Finding.SKIPPED
    assert "pip install 'zoodsl[keras]'" in verdict.reason


def test_what_would_take_minutes_is_skipped(tmp_path, monkeypatch):
    monkeypatch.setattr("zoodsl.testing.laws.training.MOST_WORK", 1000)
    verdict = learned(subject(tmp_path))
    assert verdict.finding is Finding.SKIPPED
    assert verdict.reason.endswith("which takes Keras minutes")


@pytest.mark.parametrize("path", ["specs/text/classification.zoo", "specs/series/one_series.zoo"])
def test_texts_and_windows_can_be_learned(path):
    compiled = Compilation(str(ROOT / path))
    assert compiled.spec is not None
    assert learned(Interpreted(compiled.spec)).finding is Finding.HOLDS
