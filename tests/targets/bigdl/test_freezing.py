"""Traps of BigDL in freezing and in rates by layer. Each is shown first where that is cheap, then not fallen into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.targets.bigdl.engine import evaluate
from zoodsl.catalog.optimizers import OPERATORS
from zoodsl.catalog.values import Kind
from zoodsl.targets.bigdl.bindings.optimizers import OPTIMIZERS

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

HELD = ("normal", "middle")
NAMES = [operator.name for operator in OPERATORS]

Bits = dict[str, list[bytes]]


@pytest.fixture
def optimizer(bound: Callable[..., Any]) -> Callable[..., Any]:
    """Makes what a program's ``optimizer()`` gives; SGD with all that moves a weight without a gradient."""

    def made(name: str, **given: Any) -> Callable[[], Any]:
        given |= {"momentum": 0.9, "weight_decay": 0.3} if name == "SGD" and not given else {}
        expression = OPTIMIZERS[name](bound(Kind.OPTIMIZER, name, **given).arguments)
        return lambda: evaluate(expression)

    return made


def network() -> Any:
    """Of weights that are always the same, two of them zeros with a sign, and of statistics that no batch here has."""
    from bigdl.dllib.keras.layers import BatchNormalization, Dense, Flatten, Input, Reshape
    from bigdl.dllib.keras.models import Model
    from bigdl.dllib.optim.optimizer import L2Regularizer

    from zoodsl.targets.bigdl.library.weights import layers_by_name

    given = Input(shape=(2,), name="given")
    x = Reshape((8, 1, 1))(Dense(8, activation="tanh", name="first")(given))
    x = Flatten()(BatchNormalization(momentum=0.5, name="normal")(x))
    x = Dense(6, activation="tanh", W_regularizer=L2Regularizer(0.5), name="middle")(x)
    model = Model(given, Dense(3, activation="softmax", name="out")(x))
    draw = np.random.default_rng(0)
    layers = layers_by_name(model)
    for name in ("first", "normal", "middle", "out"):
        arrays = [draw.normal(0.1, 0.5, array.shape) for array in layers[name].get_weights()]
        arrays[0].flat[:2] = -0.0, 0.0
        layers[name].set_weights([array.astype(np.float32) for array in arrays])
    layers["normal"].set_running_mean(np.linspace(-5, 5, 8, dtype=np.float32))
    layers["normal"].set_running_std(np.linspace(20, 30, 8, dtype=np.float32))
    return model


def bits(model: Any) -> Bits:
    """Every weight and statistic, bit for bit, by layer."""
    from zoodsl.targets.bigdl.library.weights import layers_by_name

    def held(tensor: Any) -> bytes:
        first = tensor.storageOffset() - 1  # a trained network keeps all its weights in one storage
        return np.array(list(tensor.storage().array()), np.float32)[
            first : first + tensor.nElement()
        ].tobytes()

    return {
        name: [
            held(each) for each in (*layer.value.getWeightsBias(), *(layer.value.getExtraParameter() or ()))
        ]
        for name, layer in layers_by_name(model).items()
        if layer.value.getWeightsBias()
    }


def weights(model: Any) -> dict[str, np.ndarray]:
    """All weights of each layer in a row."""
    from zoodsl.targets.bigdl.library.weights import layers_by_name, weighted_layers

    layers = layers_by_name(model)
    return {
        name: np.concatenate([array.ravel() for array in layers[name].get_weights()])
        for name in weighted_layers(model)
    }


@pytest.fixture
def untrained(spark: Any) -> Bits:
    from zoodsl.targets.bigdl.library.engine import quiet

    with quiet():
        return bits(network())


@pytest.fixture
def trained(spark: Any) -> Callable[..., Any]:
    """Trains the network as a program does, by default in one phase with layers held; gives what predicts."""
    from tests.targets.bigdl.library.programs import flower_estimator, flowers
    from zoodsl.targets.bigdl.library.phases import Phase
    from zoodsl.targets.bigdl.library.schedules import Schedule

    def fit(make: Callable[[], Any], *, rate: float = 0.01, rows: int = 32, **changed: Any) -> Any:
        given: dict[str, Any] = {
            "network": network,
            "phases": [Phase(held=HELD)],
            "optimizer": make,
            "schedule": lambda: Schedule(rate, changed.pop("segments", ())),
        }
        return flower_estimator(spark, **(given | changed)).fit(flowers(spark, rows))

    return fit


@pytest.fixture
def plainly_trained(spark: Any) -> Callable[..., Any]:
    """Trains the network as BigDL's documentation says, with ``freeze``."""
    from bigdl.dllib.feature.common import SeqToTensor
    from bigdl.dllib.keras.objectives import SparseCategoricalCrossEntropy
    from bigdl.dllib.nnframes import NNEstimator
    from pyspark.sql import functions as F  # noqa: N812

    from tests.targets.bigdl.library.programs import flowers
    from zoodsl.targets.bigdl.library.engine import quiet

    def fit(method: Any) -> Any:
        rows = flowers(spark, 32).select(
            F.array("x", "y").alias("features"), F.col("kind").cast("double").alias("label")
        )
        with quiet():
            model = network()
            model.freeze(list(HELD))
            criterion = SparseCategoricalCrossEntropy(zero_based_label=True)
            stage = NNEstimator(model, criterion, SeqToTensor([2]), SeqToTensor([1]))
            stage.setBatchSize(16).setMaxEpoch(1).setOptimMethod(method).fit(rows)
        return model

    return fit


def held(all_bits: Bits) -> Bits:
    return {name: all_bits[name] for name in HELD}


@pytest.mark.law("frozen layers keep weights and statistics bit for bit, with every optimizer")
@pytest.mark.parametrize("name", NAMES)
def test_frozen_layers_in_the_middle(
    trained: Callable[..., Any], optimizer: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    """Weights, a penalty on them and statistics stay, while layers on both sides learn.

    They do in the network that is trained, too. Moments would go on moving a layer that is frozen later.
    """
    from bigdl.dllib.net import Net

    from zoodsl.targets.bigdl.library.engine import quiet
    from zoodsl.targets.bigdl.library.phases import Phase

    made: list[Any] = []

    def begun() -> Any:
        made.append(network())
        return made[-1]

    phases = [Phase(epochs=1), Phase(held=HELD)]
    predictor = trained(optimizer(name), network=begun, epochs=2, phases=phases, out=str(tmp_path))
    with quiet():
        before = bits(Net.load(str(tmp_path / "checkpoints/epoch-0001/model.bigdl")))
    after, (whole, copy) = bits(predictor.model), made
    assert predictor.model is whole
    assert held(after) == held(before)
    assert all(after[layer] != before[layer] for layer in ("first", "out"))
    assert bits(copy)["middle"] == before["middle"]
    gamma, beta, mean, variance = (np.frombuffer(each, np.float32) for each in before["normal"])
    scale = gamma / np.sqrt(variance + 0.001)
    assert weights(copy)["normal"] == pytest.approx(np.append(scale, beta - mean * scale), abs=1e-6)


def test_weight_decay_on_frozen_weights(untrained: Bits, plainly_trained: Callable[..., Any]) -> None:
    """SGD's decay is no gradient, so that BigDL's ``freeze`` does not stop it."""
    from bigdl.dllib.optim.optimizer import SGD

    after = bits(plainly_trained(SGD(learningrate=0.01, weightdecay=0.3)))
    assert after["middle"] != untrained["middle"]
    assert after["normal"][:2] != untrained["normal"][:2]


def test_statistics_of_frozen_normalization(untrained: Bits, plainly_trained: Callable[..., Any]) -> None:
    """Adam leaves frozen weights alone in BigDL, and the statistics go on."""
    from bigdl.dllib.optim.optimizer import Adam

    after = bits(plainly_trained(Adam()))
    assert after["middle"] == untrained["middle"]
    assert after["normal"][:2] == untrained["normal"][:2]
    assert after["normal"][2:] != untrained["normal"][2:]


def test_ftrl_on_frozen_weights(plainly_trained: Callable[..., Any]) -> None:
    """Ftrl makes weights of its sums of gradients: those that have none become 0."""
    from bigdl.dllib.optim.optimizer import Ftrl

    assert not weights(plainly_trained(Ftrl()))["middle"].any()


def test_frozen_normalization_in_training(
    spark: Any, trained: Callable[..., Any], optimizer: Callable[..., Any]
) -> None:
    """It works with its statistics, not with those of a batch: the loss of the first step is that of inference.

    Weights travel with 16 bits in training, so that the two agree to three digits.
    """
    from tests.targets.bigdl.library.programs import flowers
    from zoodsl.targets.bigdl.library.engine import quiet
    from zoodsl.targets.bigdl.library.losses import sparse_categorical_crossentropy

    with quiet():
        model = network()
        model.set_evaluate_status()
        rows = flowers(spark, 32).collect()
        outputs = model.forward(np.array([[row["x"], row["y"]] for row in rows], np.float32))
    wanted = sparse_categorical_crossentropy(np.array([row["kind"] for row in rows]), outputs)
    (epoch,) = trained(optimizer("SGD", learning_rate=1e-9), rate=1e-9, batch=32).history
    assert epoch["loss"] == pytest.approx(wanted, rel=2e-3)


def test_freezing_is_not_saved(
    untrained: Bits, trained: Callable[..., Any], optimizer: Callable[..., Any], tmp_path: Path
) -> None:
    """After ``Net.load`` everything trains again: a training that goes on freezes again."""
    make = optimizer("SGD")
    trained(make, epochs=1, out=str(tmp_path))
    resumed = trained(make, epochs=3, out=str(tmp_path), resume=True)
    assert held(bits(resumed.model)) == held(untrained)
    whole = trained(make, epochs=3)
    for name, values in weights(resumed.model).items():
        assert values == pytest.approx(weights(whole.model)[name], abs=1e-5)


def test_the_norm_of_gradients_that_freezing_left(
    untrained: Bits, trained: Callable[..., Any], optimizer: Callable[..., Any]
) -> None:
    """BigDL clips by norm with a single optimizer alone, and a frozen scale's gradient would count in the norm."""
    make = optimizer("SGD", learning_rate=1.0)
    after = weights(trained(make, rate=1.0, batch=32, clip_norm=0.125).model)
    begun = {name: np.frombuffer(b"".join(each), np.float32) for name, each in untrained.items()}
    steps = [after[name] - begun[name] for name in ("first", "out")]
    assert np.linalg.norm(np.concatenate(steps)) == pytest.approx(0.125, rel=1e-2)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "Adadelta"])
def test_a_rate_by_layer(trained: Callable[..., Any], optimizer: Callable[..., Any], name: str) -> None:
    """Smaller gradients are no smaller steps, as Adam's: a layer's rate is its optimizer's own."""
    from zoodsl.targets.bigdl.library.phases import Phase

    def after(rate: float, **given: Any) -> dict[str, np.ndarray]:
        make = optimizer(name, learning_rate=rate)
        return weights(trained(make, rate=rate, batch=32, phases=[Phase()], **given).model)

    shared = after(0.01, shares={"middle": 0.1, "normal": 0.1})
    whole, tenth = after(0.01), after(0.001)
    for layer, values in shared.items():
        wanted = tenth if layer in {"middle", "normal"} else whole
        assert values == pytest.approx(wanted[layer], abs=1e-6)
    assert np.abs(whole["middle"] - tenth["middle"]).max() > 1e-4


def test_a_schedule_of_a_layer_with_a_share(spark: Any) -> None:
    """It learns at its share of the rate in each iteration, here alone, as the only layer."""
    from bigdl.dllib.optim.optimizer import Adam

    from tests.targets.bigdl.library.programs import climber
    from zoodsl.targets.bigdl.library.schedules import Epochs, Schedule, Warmup

    schedule = Schedule(0.1, [Warmup(to=0.5, length=Epochs(2))])
    whole = climber(spark, lambda: Adam(learningrate=0.1), schedule, 3)
    shared = climber(spark, lambda: Adam(learningrate=0.1), schedule, 3, shares={"height": 0.25})
    assert shared == pytest.approx(np.multiply(whole, 0.25), rel=1e-4)
