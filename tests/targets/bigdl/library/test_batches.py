from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from bigdl.dllib.feature.common import ChainedPreprocessing, SeqToTensor
from bigdl.dllib.feature.image.imagePreprocessing import (
    ImageBrightness,
    ImageFeatureToTensor,
    ImageMatToTensor,
    RowToImageFeature,
)
from bigdl.dllib.keras.layers import Dense, Flatten, Input
from bigdl.dllib.keras.models import Model
from bigdl.dllib.keras.objectives import MeanAbsoluteError
from bigdl.dllib.optim.optimizer import SGD
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import DoubleType, StructField, StructType

from zoodsl.targets.bigdl.library.engine import start_engine
from zoodsl.targets.bigdl.library.features import Features, ImageColumn, NumberColumns
from zoodsl.targets.bigdl.library.image_rows import IMAGE, image_row
from zoodsl.targets.bigdl.library.labels import Number
from zoodsl.targets.bigdl.library.losses import mean_absolute_error
from zoodsl.targets.bigdl.library.schedules import Schedule
from zoodsl.targets.bigdl.library.settings import Training
from zoodsl.targets.bigdl.library.training import NetworkEstimator

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

ROWS, BATCH = 10, 4


def summed_inputs(
    frame: DataFrame,
    *,
    features: Features,
    preprocessing: Any,
    inputs: tuple[int, ...],
    batch: int,
    epochs: int,
    redrawn: bool,
) -> list[np.ndarray]:
    """The sum of all inputs that each epoch trained on.

    It is read off the weights of one output that is always too low: each record's gradient is minus its input.
    """
    start_engine(frame.sparkSession)
    weights: list[np.ndarray] = [np.zeros(int(np.prod(inputs)))]
    made: list[Model] = []

    def network() -> Model:
        given = Input(shape=inputs, name="given")
        flat = Flatten(name="flat")(given) if len(inputs) > 1 else given
        made.append(Model(given, Dense(1, init="zero", bias=False, name="sum")(flat)))
        return made[-1]

    def measured(_labels: np.ndarray, _outputs: np.ndarray) -> float:
        weights.append(made[-1].get_weights()[0].ravel().copy())
        return 0.0

    NetworkEstimator(
        features=features,
        label=Number("height"),
        preprocessing=preprocessing,
        network=network,
        criterion=MeanAbsoluteError,
        optimizer=lambda: SGD(learningrate=1.0),
        schedule=lambda: Schedule(1.0),
        training=Training(
            loss=mean_absolute_error, batch=batch, epochs=epochs, metrics={"Sum": measured}, redrawn=redrawn
        ),
        validation=frame.limit(2),
    ).fit(frame)
    return [step * batch for step in np.diff(weights, axis=0)]


@pytest.mark.parametrize("redrawn", [False, True])
def test_an_epoch_sees_every_row_once_and_fills_the_last_batch_up(spark: SparkSession, redrawn: bool) -> None:
    names = [f"row{place}" for place in range(ROWS)]
    table = [(*np.eye(ROWS)[place].tolist(), 1e6) for place in range(ROWS)]
    frame = spark.createDataFrame(table, [*names, "height"]).repartition(3).cache()

    def seen() -> list[tuple[int, ...]]:
        counts = summed_inputs(
            frame,
            features=NumberColumns(tuple(names)),
            preprocessing=lambda _training: SeqToTensor([ROWS]),
            inputs=(ROWS,),
            batch=BATCH,
            epochs=3,
            redrawn=redrawn,
        )
        return [tuple(np.round(epoch).astype(int)) for epoch in counts]

    epochs = seen()
    for counts in epochs:
        assert sorted(counts) == [1] * 8 + [2] * 2
    assert len(set(epochs)) > 1
    assert seen() == epochs


@pytest.mark.parametrize("redrawn", [False, True])
def test_random_steps_are_drawn_anew_in_each_epoch(spark: SparkSession, redrawn: bool) -> None:
    rows = [(image_row(str(place), 2, 2, bytes([100] * 12)), 1e6) for place in range(4)]
    frame = spark.createDataFrame(
        rows, StructType([StructField("image", IMAGE), StructField("height", DoubleType())])
    )

    def preprocessing(training: bool) -> ChainedPreprocessing:
        steps = [RowToImageFeature()]
        if training:
            steps.append(ImageBrightness(-50.0, 50.0))
        return ChainedPreprocessing([*steps, ImageMatToTensor(), ImageFeatureToTensor()])

    epochs = summed_inputs(
        frame.cache(),
        features=ImageColumn("image"),
        preprocessing=preprocessing,
        inputs=(3, 2, 2),
        batch=4,
        epochs=3,
        redrawn=redrawn,
    )
    sums = [epoch[0] for epoch in epochs]
    assert all(200 < total < 600 for total in sums)
    assert (max(sums) - min(sums) > 0.5) == redrawn
