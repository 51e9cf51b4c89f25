from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bigdl.dllib.keras.objectives import MeanSquaredError
from bigdl.dllib.keras.optimizers import Adam as ScheduledAdam
from bigdl.dllib.optim.optimizer import SGD, Adam, RMSprop
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.targets.bigdl.library.programs import Told, climber, flower_estimator, flowers, outputs
from zoodsl.targets.bigdl.library.errors import DataError, EngineError, LossNotFinite
from zoodsl.targets.bigdl.library.schedules import (
    Constant,
    Epochs,
    Exponential,
    Iterations,
    LearningRate,
    MultiStep,
    Plateau,
    Poly,
    PolyEpochDecay,
    Schedule,
    Segment,
    Step,
    Warmup,
)
from zoodsl.targets.bigdl.library.settings import Best, EarlyStopping, Log

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

OTHERS = [
    Step(size=Iterations(1), gamma=0.5, length=Iterations(2)),
    MultiStep(sizes=(Iterations(1), Iterations(3)), gamma=0.5, length=Iterations(4)),
    Exponential(decay_steps=Epochs(1), decay_rate=0.5),
]


@pytest.mark.parametrize("segments", [[Warmup(to=0.5, length=Iterations(3)), Poly(power=0.5)], OTHERS])
@pytest.mark.parametrize("optimizer", [lambda: SGD(learningrate=0.1), lambda: Adam(learningrate=0.1)])
def test_each_step_is_as_long_as_the_schedule_says(
    spark: SparkSession, optimizer: Callable[[], Any], segments: list[Any]
) -> None:
    """With a gradient that never changes, SGD and Adam step by exactly the rate."""
    schedule = Schedule(0.1, segments)
    rates = LearningRate(schedule, per_epoch=2, total=8)
    wanted = [rates.rate(iteration) for iteration in range(8)]
    heights = climber(spark, optimizer, schedule, 4)
    steps = np.diff([0.0, *heights])
    assert steps == pytest.approx(np.reshape(wanted, (4, 2)).sum(axis=1), rel=1e-4)


TIMES = st.builds(Iterations, st.integers(1, 4)) | st.just(Epochs(1))
SEGMENTS = st.one_of(
    st.builds(Constant, length=TIMES),
    st.builds(Warmup, to=st.sampled_from([0.3, 0.5]), length=TIMES),
    st.builds(Poly, power=st.sampled_from([0.5, 2.0]), length=TIMES),
    st.builds(PolyEpochDecay, power=st.sampled_from([1.0, 2.0]), length=TIMES),
    st.builds(Exponential, decay_steps=TIMES, decay_rate=st.just(0.7), staircase=st.booleans(), length=TIMES),
    st.builds(Step, size=TIMES, gamma=st.just(0.5), length=TIMES),
    st.builds(MultiStep, sizes=st.tuples(TIMES, TIMES), gamma=st.just(0.5), length=TIMES),
)


@pytest.mark.law("the rates that BigDL applies, measured by its steps, are the schedule's")
@given(segments=st.lists(SEGMENTS, min_size=2, max_size=3))
@settings(max_examples=2, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
def test_applied_rates_are_the_schedules(spark: SparkSession, segments: list[Segment]) -> None:
    schedule = Schedule(0.1, segments)
    rates = LearningRate(schedule, per_epoch=2, total=8)
    wanted = [rates.rate(iteration) for iteration in range(8)]
    heights = climber(spark, lambda: SGD(learningrate=0.1), schedule, 4)
    steps = np.diff([0.0, *heights])
    assert steps == pytest.approx(np.reshape(wanted, (4, 2)).sum(axis=1), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(
    "optimizer",
    [lambda: RMSprop(learningrate=0.1, decayrate=0.0), lambda: ScheduledAdam(lr=0.1, epsilon=1e-8)],
)
def test_plateau_works_for_every_optimizer(spark: SparkSession, optimizer: Callable[[], Any]) -> None:
    """A decay rate of 0 makes RMSprop step by the rate alone. The loss falls by less than epsilon."""
    schedule = Schedule(0.1, [Plateau(factor=0.5, patience=1, epsilon=100.0)])
    heights = climber(spark, optimizer, schedule, 5)
    assert np.diff([0.0, *heights]) == pytest.approx([0.2, 0.2, 0.2, 0.1, 0.05], rel=1e-3)


def test_it_learns_and_tells(spark: SparkSession, tmp_path: Path) -> None:
    told, rows = Told(), flowers(spark)
    estimator = flower_estimator(
        spark, epochs=3, validation=rows, hooks=told, out=str(tmp_path), log=Log(values=("loss",), every=1)
    )
    estimator.fit(rows)
    assert told.of("started") == [
        {
            "rows": {"train": 60, "validation": 60},
            "iterations_per_epoch": 4,
            "epochs": 3,
            "batch": 16,
            "first_epoch": 1,
        }
    ]
    epochs = told.of("epoch")
    assert [row["epoch"] for row in epochs] == [1, 2, 3]
    assert epochs[2]["loss"] < epochs[0]["loss"]
    assert set(epochs[0]["validation"]) == {"loss", "Accuracy"}
    assert {row["iteration"] for row in told.of("iteration")} >= {4, 8, 12}
    assert [Path(row["path"]).name for row in told.of("checkpoint")] == [
        "epoch-0001",
        "epoch-0002",
        "epoch-0003",
    ]
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == ["epoch-0002", "epoch-0003"]
    assert [step for step, _ in curve(tmp_path / "tensorboard" / "train", "loss")] == list(range(1, 13))
    accuracies = [row["validation"]["Accuracy"] for row in epochs]
    shown = curve(tmp_path / "tensorboard" / "validation", "Accuracy")
    assert dict(shown) == pytest.approx(dict(zip((4, 8, 12), accuracies, strict=True)))


def curve(folder: Path, name: str) -> list[tuple[int, float]]:
    """The points of a curve as TensorBoard reads them."""
    events = EventAccumulator(str(folder))
    events.Reload()
    return [(point.step, point.value) for point in events.Scalars(name)]


@pytest.mark.law("resuming is as if never interrupted")
def test_resuming_is_as_if_never_interrupted(spark: SparkSession, tmp_path: Path) -> None:
    rows = flowers(spark)
    segments = [Warmup(to=0.05, length=Epochs(1)), Plateau(factor=0.5, patience=1, epsilon=10.0)]
    whole = flower_estimator(spark, epochs=4, segments=segments, out=str(tmp_path / "whole")).fit(rows)
    flower_estimator(spark, epochs=2, segments=segments, out=str(tmp_path / "cut")).fit(rows)
    told = Told()
    resumed = flower_estimator(
        spark, epochs=4, segments=segments, out=str(tmp_path / "cut"), resume=True, hooks=told
    ).fit(rows)
    assert told.of("started")[0]["first_epoch"] == 3
    assert [row["learning_rate"] for row in resumed.history] == [
        row["learning_rate"] for row in whole.history
    ]
    assert outputs(resumed, rows) == pytest.approx(outputs(whole, rows), abs=1e-4)


def test_the_best_epoch_is_kept(spark: SparkSession, tmp_path: Path) -> None:
    """The first epoch is best by a metric that counts down; its statistics of normalization come back too."""
    rows = flowers(spark)
    falling = iter(range(9, 0, -1))
    changed: dict[str, Any] = {
        "validation": rows,
        "metrics": {"Falling": lambda _labels, _outputs: float(next(falling))},
        "keep": Best(monitor="Falling", better="max"),
    }
    seen: list[np.ndarray] = []

    def seeing(_labels: np.ndarray, given: np.ndarray) -> float:
        seen.append(given)
        return -float(len(seen))

    remembering = {
        **changed,
        "metrics": {"Falling": seeing},
    }
    kept = flower_estimator(spark, epochs=3, out=str(tmp_path), **remembering).fit(rows)
    assert outputs(kept, rows) == pytest.approx(seen[0], abs=1e-6)
    assert np.abs(seen[0] - seen[2]).max() > 1e-3
    again = flower_estimator(spark, epochs=3, out=str(tmp_path), resume=True, **changed).fit(rows)
    assert outputs(again, rows) == pytest.approx(seen[0], abs=1e-6)
    assert (tmp_path / "checkpoints" / "epoch-0001").exists()


def test_it_stops_early(spark: SparkSession) -> None:
    told, rows = Told(), flowers(spark)
    stop = EarlyStopping(monitor="Flat", better="max", patience=2)
    flower_estimator(
        spark, epochs=9, validation=rows, hooks=told, stop=stop, metrics={"Flat": lambda _l, _o: 1.0}
    ).fit(rows)
    assert len(told.of("epoch")) == 3
    assert told.of("stopped") == [{"epoch": 3, "reason": "Flat has not got better since epoch 1"}]


def test_a_loss_that_is_no_number_ends_training_at_once(spark: SparkSession) -> None:
    with pytest.raises(LossNotFinite, match=r"in iteration \d+ of training"):
        climber(spark, lambda: SGD(learningrate=1e6), Schedule(1e6), 9, MeanSquaredError)


@pytest.mark.parametrize(
    ("changed", "rows", "error", "message"),
    [
        ({"batch": 64}, 60, DataError, "a batch of 64 rows is more than all 60 rows to train on"),
        ({"batch": 15}, 60, EngineError, "a batch of 15 rows cannot be shared equally by 2 cores"),
        ({}, 0, DataError, "there are no rows to train on"),
    ],
)
def test_sizes_that_cannot_be(
    spark: SparkSession, changed: dict[str, Any], rows: int, error: type[Exception], message: str
) -> None:
    frame = flowers(spark).limit(rows)
    with pytest.raises(error, match=message):
        flower_estimator(spark, **changed).fit(frame)


@pytest.mark.law("training does not depend on how rows are divided among partitions")
def test_partitions_do_not_matter(spark: SparkSession) -> None:
    """More of them than rows among others: some are empty."""
    for count in (1, 80):
        told = Told()
        flower_estimator(spark, epochs=1, hooks=told).fit(flowers(spark).repartition(count))
        assert told.of("started")[0]["rows"] == {"train": 60}
        assert len(told.of("epoch")) == 1


@pytest.mark.parametrize(
    ("clip", "step"), [({"clip_value": 0.5}, 0.05), ({"clip_norm": 0.5}, 0.05 / np.sqrt(2))]
)
def test_clipping(spark: SparkSession, clip: dict[str, Any], step: float) -> None:
    """SGD steps by the rate times the gradient, whose two entries are both -1."""
    heights = climber(spark, lambda: SGD(learningrate=0.1), Schedule(0.1), 1, **clip)
    assert heights == pytest.approx([2 * step], rel=1e-2)


def test_history_is_json(spark: SparkSession, tmp_path: Path) -> None:
    flower_estimator(spark, epochs=1, out=str(tmp_path), validation=flowers(spark)).fit(flowers(spark))
    told = json.loads((tmp_path / "checkpoints" / "epoch-0001" / "history.json").read_text())
    assert told[0]["validation"]["Accuracy"] <= 1.0
