"""Small trainings for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from bigdl.dllib.feature.common import SeqToTensor
from bigdl.dllib.keras.layers import BatchNormalization, Dense, Flatten, Input, Reshape
from bigdl.dllib.keras.models import Model
from bigdl.dllib.keras.objectives import MeanAbsoluteError, SparseCategoricalCrossEntropy
from bigdl.dllib.optim.optimizer import Adam
from pyspark.sql import DataFrame, SparkSession

from zoodsl.targets.bigdl.library.engine import start_engine
from zoodsl.targets.bigdl.library.features import NumberColumns
from zoodsl.targets.bigdl.library.labels import ClassIndex, Number
from zoodsl.targets.bigdl.library.losses import mean_absolute_error, sparse_categorical_crossentropy
from zoodsl.targets.bigdl.library.metrics import accuracy
from zoodsl.targets.bigdl.library.schedules import Schedule, Segment
from zoodsl.targets.bigdl.library.settings import Training
from zoodsl.targets.bigdl.library.training import NetworkEstimator


class Told:
    """Hooks that remember."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, event: str, **fields: Any) -> None:
        self.events.append((event, fields))

    def of(self, event: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.events if name == event]


def flowers(spark: SparkSession, rows: int = 60) -> DataFrame:
    """Two numbers and one of three classes that follow from them."""
    draw = np.random.default_rng(0)
    points = draw.normal(size=(rows, 2))
    classes = (points[:, 0] > 0).astype(int) + (points[:, 1] > 0)
    table = [(float(x), float(y), int(k)) for (x, y), k in zip(points, classes, strict=True)]
    return spark.createDataFrame(table, "x double, y double, kind long").cache()


def flower_network() -> Model:
    """With batch normalization, whose statistics are easily forgotten in a checkpoint."""
    given = Input(shape=(2,), name="given")
    hidden = Dense(8, activation="tanh", name="hidden")(given)
    square = Reshape((8, 1, 1), name="square")(hidden)  # batch normalization takes images
    normal = Flatten(name="flat")(BatchNormalization(momentum=0.5, name="normal")(square))
    return Model(given, Dense(3, activation="softmax", name="out")(normal))


def flower_estimator(spark: SparkSession, **changed: Any) -> NetworkEstimator:
    """Learns ``flowers``; ``changed`` are fields of Training or arguments of the estimator."""
    start_engine(spark)
    settings = {
        name: changed.pop(name)
        for name in list(changed)
        if name in Training.__dataclass_fields__ and name != "loss"
    }
    segments: Sequence[Segment] = changed.pop("segments", ())
    given: dict[str, Any] = {
        "features": NumberColumns(("x", "y")),
        "label": ClassIndex("kind", classes=3),
        "preprocessing": lambda _training: SeqToTensor([2]),
        "network": flower_network,
        "criterion": lambda: SparseCategoricalCrossEntropy(zero_based_label=True),
        "optimizer": lambda: Adam(learningrate=0.02),
        "schedule": lambda: Schedule(0.02, segments),
        "training": Training(
            loss=sparse_categorical_crossentropy,
            **{"batch": 16, "metrics": {"Accuracy": accuracy}, **settings},
        ),
    }
    return NetworkEstimator(**(given | changed))


def climber(
    spark: SparkSession,
    optimizer: Callable[[], Any],
    schedule: Schedule,
    epochs: int,
    criterion: Callable[[], Any] = MeanAbsoluteError,
    shares: Mapping[str, float] | None = None,
    **settings: Any,
) -> list[float]:
    """Trains two weights whose gradient is always -1 and gives their mean after each epoch of 2 batches.

    ``settings`` are further fields of Training.

    (BigDL does not add up the gradients of several cores where there is one weight alone.)
    """
    start_engine(spark)
    heights: list[float] = []

    def network() -> Model:
        given = Input(shape=(2,), name="given")
        return Model(given, Dense(1, init="zero", bias=False, name="height")(given))

    def measured(_labels: Any, outputs: Any) -> float:
        heights.append(float(outputs[0, 0]) / 2)
        return 0.0

    frame = spark.createDataFrame([(1.0, 1.0, 1e6)] * 4, "x double, y double, height double")
    estimator = NetworkEstimator(
        features=NumberColumns(("x", "y")),
        label=Number("height"),
        preprocessing=lambda _training: SeqToTensor([2]),
        network=network,
        criterion=criterion,
        optimizer=optimizer,
        schedule=lambda: schedule,
        training=Training(
            loss=mean_absolute_error,
            batch=2,
            epochs=epochs,
            metrics={"Height": measured},
            **settings,
        ),
        shares=shares or {},
        validation=frame.limit(1),
    )
    estimator.fit(frame)
    return heights


def outputs(predictor: Any, frame: DataFrame) -> np.ndarray:
    """What is predicted, in the frame's order."""
    return np.array([row[0] for row in predictor.transform(frame).select("prediction").collect()])
