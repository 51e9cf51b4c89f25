"""Phases: what is frozen before a boundary stays so, bit for bit, and what follows is trained on its output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bigdl.dllib.feature.common import SeqToTensor
from bigdl.dllib.keras.layers import BatchNormalization, Dense, Flatten, Input, Reshape
from bigdl.dllib.keras.models import Model
from bigdl.dllib.optim.optimizer import SGD, Adam
from bigdl.dllib.utils.common import RNG
from pyspark.sql import SparkSession

from tests.targets.bigdl.library.programs import Told, flower_estimator, flowers, outputs
from zoodsl.targets.bigdl.library.engine import quiet
from zoodsl.targets.bigdl.library.features import NumberColumns
from zoodsl.targets.bigdl.library.learners import spread
from zoodsl.targets.bigdl.library.losses import sparse_categorical_crossentropy
from zoodsl.targets.bigdl.library.phases import Boundary, Phase, inference_batch, timed
from zoodsl.targets.bigdl.library.settings import Best
from zoodsl.targets.bigdl.library.weights import copy_weights, layers_by_name, weighted_layers

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def stem(x: Any) -> Any:
    """Batch normalization's statistics would move if it were trained, frozen or not."""
    x = Dense(8, activation="tanh", name="stem/dense")(x)
    x = Reshape((8, 1, 1), name="stem/square")(x)
    return BatchNormalization(momentum=0.5, name="stem/normal")(x)


def block(x: Any) -> Any:
    x = Flatten(name="block/flat")(x)
    return Dense(6, activation="tanh", name="block/dense")(x)


def head(x: Any) -> Any:
    return Dense(3, activation="softmax", name="out")(x)


def network() -> Model:
    given = Input(shape=(2,), name="given")
    model = Model(given, head(block(stem(given))))
    normal = layers_by_name(model)["stem/normal"]
    normal.set_running_mean(np.linspace(-0.1, 0.1, 8, dtype=np.float32))
    normal.set_running_std(np.linspace(0.2, 0.9, 8, dtype=np.float32))
    return model


def up_to_block() -> Model:
    given = Input(shape=(2,), name="given")
    return Model(given, block(stem(given)))


def after_block() -> Model:
    x = Input(shape=(6,), name="block/dense")
    return Model(x, head(x))


def up_to_stem() -> Model:
    given = Input(shape=(2,), name="given")
    return Model(given, Flatten()(stem(given)))


def after_stem() -> Model:
    x = Input(shape=(8, 1, 1), name="stem/normal")
    return Model(x, head(block(x)))


def phases(*, stored: bool = True) -> list[Phase]:
    """The head alone, then the block too."""
    return [
        Phase(epochs=2, boundary=Boundary(up_to_block, after_block, (6,), stored=stored)),
        Phase(boundary=Boundary(up_to_stem, after_stem, (8, 1, 1), stored=stored)),
    ]


HEAD_ALONE = Phase(boundary=Boundary(up_to_block, after_block, (6,), stored=True))


def state(model: Model) -> dict[str, list[bytes]]:
    """Every weight and statistic, bit for bit, by layer."""

    def bits(tensor: Any) -> bytes:
        first = tensor.storageOffset() - 1  # a trained network keeps all its weights in one storage
        whole = np.array(list(tensor.storage().array()), np.float32)
        return whole[first : first + tensor.nElement()].tobytes()

    return {
        name: [
            bits(each)
            for each in (*(layer.value.getWeightsBias() or ()), *(layer.value.getExtraParameter() or ()))
        ]
        for name, layer in layers_by_name(model).items()
    }


def frozen(model: Model, *parts: str) -> dict[str, list[bytes]]:
    found = {name: bits for name, bits in state(model).items() if name.startswith(parts)}
    assert sum(map(len, found.values())) >= len(parts) * 2
    return found


@pytest.fixture
def estimator(spark: SparkSession) -> Callable[..., Any]:
    def made(**changed: Any) -> Any:
        return flower_estimator(spark, **({"network": network, "epochs": 4, "phases": phases()} | changed))

    return made


def test_phases_follow_one_another_within_the_epochs_that_there_are() -> None:
    first, second, third = Phase(epochs=2), Phase(epochs=3), Phase()
    assert [list(epochs) for _, epochs in timed((first, second), 5)] == [[1, 2], [3, 4, 5]]
    assert [list(epochs) for _, epochs in timed((first, third), 5)] == [[1, 2], [3, 4, 5]]
    assert [list(epochs) for _, epochs in timed((first, second, third), 4)] == [[1, 2], [3, 4], []]


@pytest.mark.law("what a phase freezes stays bit for bit while the rest learns")
@pytest.mark.parametrize(
    "optimizer",
    [lambda: Adam(learningrate=0.02), lambda: SGD(learningrate=0.1, weightdecay=0.3, momentum=0.9)],
    ids=["Adam", "SGD with weight decay and momentum"],
)
@pytest.mark.parametrize("stored", [True, False], ids=["stored", "anew"])
def test_what_is_frozen_stays_bit_for_bit(
    spark: SparkSession, estimator: Callable[..., Any], optimizer: Any, stored: bool
) -> None:
    """Its batch normalization's statistics too, which BigDL moves whatever is frozen, and weights that decay."""
    untrained: list[dict[str, list[bytes]]] = []

    def begun() -> Model:
        model = network()
        untrained.append(state(model))
        return model

    rows, told = flowers(spark), Told()
    trained = estimator(
        network=begun, optimizer=optimizer, phases=phases(stored=stored), hooks=told, validation=rows
    ).fit(rows)
    after = state(trained.model)
    before = untrained[0]
    assert frozen(trained.model, "stem")  # it holds something
    assert {name: after[name] for name in after if name.startswith("stem")} == {
        name: before[name] for name in before if name.startswith("stem")
    }
    assert after["block/dense"] != before["block/dense"]
    assert after["out"] != before["out"]
    epochs = told.of("epoch")
    assert [row["epoch"] for row in epochs] == [1, 2, 3, 4]
    assert epochs[-1]["validation"]["loss"] < epochs[0]["validation"]["loss"]


def test_the_first_phase_leaves_what_the_second_trains(
    spark: SparkSession, estimator: Callable[..., Any], tmp_path: Path
) -> None:
    from bigdl.dllib.net import Net

    estimator(out=str(tmp_path), epochs=3).fit(flowers(spark))
    with quiet():
        second, third = (
            state(Net.load(str(tmp_path / f"checkpoints/epoch-000{epoch}/model.bigdl"))) for epoch in (2, 3)
        )
    assert {name for name in second if second[name] != third[name]} == {"block/dense", "out"}
    fresh = state(network())
    assert second["stem/normal"] == fresh["stem/normal"]


@pytest.mark.parametrize(
    ("phase", "before", "after"),
    [(HEAD_ALONE, up_to_block, after_block), (phases()[1], up_to_stem, after_stem)],
    ids=["a vector", "of several dimensions"],
)
def test_the_whole_network_predicts_what_the_trained_part_gives_on_features(
    spark: SparkSession,
    estimator: Callable[..., Any],
    phase: Phase,
    before: Callable[[], Model],
    after: Callable[[], Model],
) -> None:
    """Features of several dimensions too, which are vectors on their way."""
    rows, told = flowers(spark), Told()
    trained = estimator(phases=[phase], validation=rows, hooks=told).fit(rows)
    collected = rows.collect()
    with quiet():
        prefix, rest = before(), after()
        for part in (prefix, rest):
            copy_weights(trained.model, part, weighted_layers(part))
            part.set_evaluate_status()
        points = np.array([tuple(row)[:2] for row in collected], np.float32)
        shape = phase.boundary.shape if phase.boundary else ()
        by_hand = rest.forward(prefix.forward(points).reshape(-1, *shape))
    whole = np.array(outputs(trained, rows))
    np.testing.assert_allclose(whole, by_hand, rtol=0, atol=1e-6)
    loss = sparse_categorical_crossentropy(np.array([row["kind"] for row in collected]), whole)
    assert told.of("epoch")[-1]["validation"]["loss"] == pytest.approx(loss, abs=1e-6)


@pytest.mark.law("on BigDL, training behind a boundary = training on features computed by hand")
def test_training_behind_a_boundary_is_training_on_features_computed_by_hand(
    spark: SparkSession, estimator: Callable[..., Any]
) -> None:
    """Weights, losses and validation are the same as those of a network that has the features for its input."""
    rows, told, alone = flowers(spark), Told(), Told()
    trained = estimator(phases=[HEAD_ALONE], hooks=told, validation=rows).fit(rows)
    with quiet():
        RNG().set_seed(42)
        start, prefix = network(), up_to_block()
        copy_weights(start, prefix, weighted_layers(prefix))
        prefix.set_evaluate_status()
        collected = rows.collect()
        points = np.array([tuple(row)[:2] for row in collected], np.float32)
        features = prefix.forward(points)
    names = tuple(f"f{place}" for place in range(6))
    table = [
        (*map(float, feature), int(row["kind"])) for feature, row in zip(features, collected, strict=True)
    ]
    computed = spark.createDataFrame(table, ", ".join([*(f"{name} float" for name in names), "kind long"]))
    computed = computed.coalesce(1)

    def begun() -> Model:
        model = after_block()
        copy_weights(start, model, weighted_layers(model))
        return model

    by_hand = flower_estimator(
        spark,
        network=begun,
        epochs=4,
        features=NumberColumns(names),
        preprocessing=lambda _training: SeqToTensor([6]),
        hooks=alone,
        validation=computed,
    ).fit(computed)
    for one, other in zip(told.of("epoch"), alone.of("epoch"), strict=True):
        assert one["loss"] == pytest.approx(other["loss"], abs=1e-5)
        assert one["validation"] == pytest.approx(other["validation"], abs=1e-5)
    np.testing.assert_allclose(
        layers_by_name(trained.model)["out"].get_weights()[0],
        layers_by_name(by_hand.model)["out"].get_weights()[0],
        atol=1e-5,
    )


def test_a_batch_of_the_head_may_be_larger_than_one_of_the_whole_network(spark: SparkSession) -> None:
    assert inference_batch([Phase()], 256) == 256
    assert inference_batch([HEAD_ALONE, Phase()], 256) == 8
    assert inference_batch([HEAD_ALONE], 2) == 2


def test_all_cores_compute_features(spark: SparkSession) -> None:
    """A partition is computed on one core: rows in a single one are spread."""
    assert spread(flowers(spark).coalesce(1)).rdd.getNumPartitions() == 2


def test_a_copy_of_the_network_is_kept_for_every_partition(
    spark: SparkSession, estimator: Callable[..., Any]
) -> None:
    """The trap: 20 partitions of images took 20 times the memory. There are as many as there are cores."""
    many = flowers(spark).repartition(5)
    assert spread(many).rdd.getNumPartitions() == 2
    assert estimator().fit(many).transform(many).rdd.getNumPartitions() == 2


@pytest.mark.parametrize("end", [1, 2, 3], ids=["in the first phase", "between phases", "in the second"])
def test_resuming_is_as_good_as_never_having_stopped(
    spark: SparkSession, estimator: Callable[..., Any], tmp_path: Path, end: int
) -> None:
    rows, told = flowers(spark), Told()
    wanted = estimator(validation=rows, hooks=told).fit(rows)

    def interrupt(event: str, **fields: Any) -> None:
        if event == "checkpoint" and fields["epoch"] == end:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        estimator(validation=rows, hooks=interrupt, out=str(tmp_path)).fit(rows)
    again = Told()
    resumed = estimator(validation=rows, hooks=again, out=str(tmp_path), resume=True).fit(rows)
    assert [row["epoch"] for row in again.of("epoch")] == list(range(end + 1, 5))
    np.testing.assert_allclose(outputs(resumed, rows), outputs(wanted, rows), rtol=0, atol=1e-6)
    assert frozen(resumed.model, "stem") == frozen(wanted.model, "stem")
    assert again.of("epoch")[-1]["loss"] == pytest.approx(told.of("epoch")[-1]["loss"], abs=1e-6)


def test_the_best_epoch_is_kept_across_phases(spark: SparkSession, estimator: Callable[..., Any]) -> None:
    """The whole network goes back to it, though another phase came after."""
    rows, worse = flowers(spark), iter([1.0, 3.0, 2.0, 2.0])
    trained = estimator(
        validation=rows, metrics={"Made": lambda _l, _o: next(worse)}, keep=Best("Made", "max")
    ).fit(rows)
    second = estimator(epochs=2).fit(rows)
    assert state(trained.model) == state(second.model)
