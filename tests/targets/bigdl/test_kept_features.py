"""Runs that keep features in a folder train as runs without one, and compute nothing twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyspark.cloudpickle import register_pickle_by_value

from tests.targets.bigdl.test_transfer_runs import imported
from zoodsl.compiler import Compilation

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

SPEC = """zoo 1
base tiny {
  load   "tiny.onnx"
  cut    at "pool2"
  freeze all
}
data {
  pictures = Images("pictures/*/*.png")
  feature pictures.image
  label   pictures.folder -> ClassIndex(["day", "night"])
  split   Random(train = 60%, validation = 40%, seed = 1)
}
preprocess {
  ChannelNormalize(mean = [120], std = [60])
}
network {
  input 3x16x16
  tiny()
  Dense(2, activation = softmax)
}
optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = 0.05)
}
train {
  batch  2
  epochs 2
  validate with Accuracy()
}
"""
AUGMENTED = ("preprocess {", "preprocess {\n  training {\n    RandomApply(HFlip(), 50%)\n  }")
BY_SGD = ("Adam(learning_rate = 0.05)", "SGD(learning_rate = 0.01)")
PHASES = ("epochs 2", 'epochs 2\n  phase freeze all for 1 epoch then unfreeze "conv2", "bn2"')


@pytest.fixture
def place(tmp_path: Path, repository: Path) -> Path:
    """A folder with the base and twenty pictures, light ones and dark ones."""
    image = pytest.importorskip("PIL.Image", reason="pillow, which draws the pictures, is not installed")
    shutil.copy(repository / "specs/surgery/tiny.onnx", tmp_path)
    draw = np.random.default_rng(0)
    for folder, light in (("day", 150), ("night", 20)):
        (tmp_path / "pictures" / folder).mkdir(parents=True)
        for number in range(10):
            pixels = (light + draw.integers(0, 80, (16, 16, 3))).astype(np.uint8)
            image.fromarray(pixels).save(tmp_path / "pictures" / folder / f"{number}.png")
    return tmp_path


class Fitted:
    """A training of ``SPEC`` with some texts changed, on the pictures of ``place``."""

    def __init__(
        self,
        spark: Any,
        place: Path,
        *changes: tuple[str, str],
        keep: bool = True,
        told: Callable[..., None] | None = None,
        **options: Any,
    ) -> None:
        from tests.targets.bigdl.library.programs import Told
        from tests.targets.bigdl.library.test_phases import state

        text = SPEC
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        compilation = Compilation(str(place / "spec.zoo"), text=text)
        program = compilation.program("bigdl")
        assert program is not None, compilation.diagnostics
        (place / "train.py").write_text(program.text, encoding="utf-8")
        for name, content in program.attachments.items():
            (place / name).write_bytes(content)
        module = imported(place / "train.py")
        register_pickle_by_value(module)
        parts = module.rows(spark, str(place))
        heard = Told()
        options |= {"features": str(place / "kept")} if keep else {}
        pipeline = module.pipeline(spark, parts["validation"], told or heard, **options)
        self.weights = state(pipeline.fit(parts["train"]).stages[0].model)
        self.epochs = [in_any_order_summed(row) for row in heard.of("epoch")]
        kept = f" from {place / 'kept'}"
        self.told = [
            row["text"].replace(kept, "")
            for row in heard.of("phase")
            if row["text"].startswith("features of")
        ]


def in_any_order_summed(epoch: dict[str, Any]) -> dict[str, Any]:
    """An epoch as it is told, without its time, and with losses that do not show in which order cores were added up."""
    validation = {name: float(f"{value:.12g}") for name, value in epoch["validation"].items()}
    return {**epoch, "seconds": 0, "validation": validation}


def shelves(place: Path) -> int:
    return len(list((place / "kept").iterdir()))


def test_a_second_run_computes_none_and_trains_the_same_to_the_bit(spark: Any, place: Path) -> None:
    without = Fitted(spark, place, keep=False)
    first = Fitted(spark, place)
    second = Fitted(spark, place)
    assert [line.partition(": ")[2] for line in first.told] == ["0, 11 computed", "0, 9 computed"]
    assert second.told == [
        "features of 11 train rows: 11, 0 computed",
        "features of 9 validation rows: 9, 0 computed",
    ]
    assert first.epochs == without.epochs
    assert second.epochs == without.epochs
    assert first.weights == without.weights
    assert second.weights == without.weights


def test_other_rates_heads_and_folds_compute_none(spark: Any, place: Path) -> None:
    Fitted(spark, place)
    rate = Fitted(spark, place, ("learning_rate = 0.05", "learning_rate = 0.5"))
    head = Fitted(spark, place, ("  Dense(2,", "  Dense(5, activation = relu)\n  Dense(2,"))
    fold = Fitted(spark, place, ("seed = 1", "seed = 2"))
    for run in (rate, head, fold):
        assert [line.rpartition(", ")[2] for line in run.told] == ["0 computed"] * 2
    assert shelves(place) == 1


def test_what_changed_is_computed(spark: Any, place: Path) -> None:
    Fitted(spark, place)
    image = pytest.importorskip("PIL.Image")
    changed = image.open(place / "pictures/day/3.png").convert("RGB")
    changed.putpixel((0, 0), (1, 2, 3))
    changed.save(place / "pictures/day/3.png")
    (place / "pictures/day/4.png").rename(place / "pictures/day/04.png")  # the same image
    again = Fitted(spark, place)
    assert sum(int(line.split()[-2]) for line in again.told) == 1
    assert again.epochs == Fitted(spark, place, keep=False).epochs


@pytest.mark.parametrize(
    "changes",
    [
        [("std = [60]", "std = [61]")],
        [('at "pool2"', 'at "pool1"'), ("  tiny()\n", "  tiny()\n  Flatten()\n")],
    ],
    ids=["preprocessing", "cut"],
)
def test_other_features_are_kept_elsewhere(spark: Any, place: Path, changes: list[tuple[str, str]]) -> None:
    Fitted(spark, place)
    other = Fitted(spark, place, *changes)
    assert [line.partition(": ")[2] for line in other.told] == ["0, 11 computed", "0, 9 computed"]
    assert shelves(place) == 2


def test_augmented_rows_are_drawn_anew_and_validation_rows_kept(spark: Any, place: Path) -> None:
    Fitted(spark, place)
    augmented = Fitted(spark, place, AUGMENTED)
    assert augmented.told == ["features of 9 validation rows: 9, 0 computed"]
    assert len(augmented.epochs) == 2
    assert shelves(place) == 1


def numbers(weights: list[bytes]) -> Any:
    return np.frombuffer(b"".join(weights), np.float32)


def test_a_resumed_run_takes_what_is_kept(spark: Any, place: Path) -> None:
    """In each phase the features of its own beginning, none of which has been trained before."""
    whole = Fitted(spark, place, BY_SGD, PHASES, keep=False)

    def interrupt(event: str, **fields: Any) -> None:
        if event == "checkpoint" and fields["epoch"] == 1:
            raise KeyboardInterrupt

    run = str(place / "run")
    with pytest.raises(KeyboardInterrupt):
        Fitted(spark, place, BY_SGD, PHASES, told=interrupt, out=run)
    first = Fitted(spark, place, BY_SGD, PHASES)
    resumed = Fitted(spark, place, BY_SGD, PHASES, out=run, resume=True)
    assert [line.partition(": ")[2] for line in first.told] == [
        "11, 0 computed",
        "9, 0 computed",
        "0, 11 computed",
        "0, 9 computed",
    ]
    assert [line.partition(": ")[2] for line in resumed.told] == ["11, 0 computed", "9, 0 computed"]
    assert [row["epoch"] for row in resumed.epochs] == [2]
    for name, weights in whole.weights.items():
        for ended in (first, resumed):
            # Two cores add the gradients of a convolution in one order or the other, with the folder or without;
            # Adam would make steps of nothing but that where a gradient is 0.
            np.testing.assert_allclose(numbers(ended.weights[name]), numbers(weights), rtol=0, atol=1e-5)
