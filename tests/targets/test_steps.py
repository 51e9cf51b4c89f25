"""The law of training: after a step on BigDL, the weights are those after a step in Keras.

BigDL's local optimizer is compared as it is. Programs train with the distributed one, in a local session too; it
exchanges weights and gradients cut to 16 bits; with the cut simulated, three steps end within 1e-5.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import cycle, product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.targets import drawn
from tests.targets.bigdl.steps import Task, arranged, furthest, local_steps, loss_of, program_steps
from zoodsl import testing
from zoodsl.catalog import losses, optimizers, registry
from zoodsl.catalog.layers import OPERATORS as LAYERS
from zoodsl.catalog.operator import Layer, Loss, Optimizer
from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import InputNode, LayerNode, Network, Operation
from zoodsl.targets import keras
from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.network import unsupported
from zoodsl.targets.keras.step import step
from zoodsl.targets.numpy import forward as reference
from zoodsl.targets.numpy import losses as reference_losses
from zoodsl.targets.numpy.optimizers import trajectory
from zoodsl.testing.calls import layer_node
from zoodsl.types import elements

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

TOLERANCE = 2e-6
"""Of weights near 1 after ten steps; 9.5e-7 was measured for Adam, at most 3e-7 for the others."""

LEAST = 1e-3
"""Of what logarithms are taken of that are compared."""

Weights = dict[str, tuple[Array, ...]]

CONVOLUTIONAL: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Conv2D", {"filters": 3, "kernel_size": (3, 3), "activation": "tanh"}),
    ("Flatten", {}),
    ("Dense", {"units": 4, "activation": "relu"}),
)
NORMALIZED: tuple[tuple[str, dict[str, Any]], ...] = (
    CONVOLUTIONAL[0],
    ("BatchNormalization", {}),
    *CONVOLUTIONAL[1:],
)


def headed(network: Network, outputs: int, activation: str) -> Network:
    """The network with a Dense layer of so many outputs behind it."""
    nodes: list[InputNode | LayerNode] = [*network.inputs, *network.layers]
    last = next(node for node in nodes if node.name == network.output)
    for name, operation in (
        ("flat", testing.call("Flatten")),
        ("head", testing.call("Dense", units=outputs, activation=activation)),
    ):
        last = layer_node(name, operation, (last,))
        nodes.append(last)
    layers = tuple(node for node in nodes if isinstance(node, LayerNode))
    return Network(span=testing.NOWHERE, inputs=network.inputs, layers=layers, output="head")


def chain(*layers: tuple[str, dict[str, Any]]) -> Network:
    """The network of these layers for an image of 2 x 4 x 4."""
    nodes: list[Any] = [InputNode(span=testing.NOWHERE, name="image", shape=(2, 4, 4))]
    for number, (name, arguments) in enumerate(layers):
        nodes.append(layer_node(f"layer_{number}", testing.call(name, **arguments), (nodes[-1],)))
    return Network(span=testing.NOWHERE, inputs=(nodes[0],), layers=tuple(nodes[1:]), output=nodes[-1].name)


def task(
    network: Network, loss: Operation[Loss], optimizer: Operation[Optimizer], targets: Array, seed: int
) -> Task:
    """A task with drawn weights, of which the head's are small, and drawn inputs."""
    weights: Weights = testing.random_weights(network, seed)
    weights["head"] = tuple(each / 4 for each in weights["head"])
    return Task(network, weights, testing.batch(network, len(targets), seed), targets, loss, optimizer)


def unbiased(task: Task, after: Weights, steps: int = 1) -> Weights:
    """Keras' weights with the moving variances that BigDL has: it counts a batch's variance n / (n - 1) times."""
    changed = dict(after)
    for node in task.network.layers:
        if node.operation.operator.name == "BatchNormalization":
            count = len(task.targets) * elements(node.shape) // node.weights[-1].shape[0]
            kept = node.operation.arguments["momentum"] ** steps * task.weights[node.name][-1]
            *others, variance = after[node.name]
            changed[node.name] = (*others, kept + (variance - kept) * count / (count - 1))
    return changed


# --- each optimizer, each loss

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
PAIRS = list(
    product(optimizers.OPERATORS, losses.OPERATORS)
    if LONG
    else zip(cycle(optimizers.OPERATORS), losses.OPERATORS, strict=False)
)
"""Every loss and every optimizer; in the long run every pair."""

SETTINGS: dict[str, dict[str, Any]] = {
    "SGD": {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True, "clip_norm": 0.7},
    "Adadelta": {},
}
"""How optimizers are called, so that ten steps go far: the others at a rate of 0.01."""


@pytest.mark.parametrize(("optimizer", "loss"), PAIRS, ids=lambda operator: operator.name)
def test_ten_steps_end_where_keras_ends(spark: Any, bound: Any, optimizer: Optimizer, loss: Loss) -> None:
    operation = bound(Kind.LOSS, loss.name)
    arguments = SETTINGS.get(optimizer.name, {"learning_rate": 0.01})
    given = task(
        headed(chain(*CONVOLUTIONAL), 3, drawn.activation(operation)),
        operation,
        bound(Kind.OPTIMIZER, optimizer.name, **arguments),
        drawn.targets(operation, 7, 3, seed=5),
        seed=2,
    )
    told, after = step(*given)
    assert told == pytest.approx([loss_of(given)], rel=1e-5)
    assert furthest(local_steps(given), arranged(given.network, after)) <= TOLERANCE
    _, after = step(*given, steps=10)
    stepped = local_steps(given, steps=10)
    assert furthest(stepped, arranged(given.network, after)) <= TOLERANCE
    assert furthest(stepped, arranged(given.network, given.weights)) > 0.005


def test_moving_statistics_are_keras_but_for_the_unbiased_variance(spark: Any, bound: Any) -> None:
    given = task(
        headed(chain(*NORMALIZED), 3, "linear"),
        bound(Kind.LOSS, "MeanSquaredError"),
        bound(Kind.OPTIMIZER, "SGD"),
        np.random.default_rng(0).normal(size=(8, 3)),
        seed=1,
    )
    stepped = local_steps(given)
    _, after = step(*given)
    assert furthest(stepped, arranged(given.network, unbiased(given, after))) <= TOLERANCE
    assert furthest(stepped, arranged(given.network, after)) > 1e-4


# --- the law


def tolerances(task: Task) -> dict[str, tuple[Array, ...]]:
    """How far a step may end from where it should: as far as gradients do that differ by what float32 loses.

    A step by the sign of a gradient, such as Adagrad's first, may go either way where it is as good as zero.
    """
    names = [(name, place) for name, tensors in task.weights.items() for place in range(len(tensors))]
    weights = np.concatenate([task.weights[name][place].ravel() for name, place in names]).astype(float)
    gradients = gradient(task, task.weights)
    flat = np.concatenate([gradients[name][place].ravel() for name, place in names])
    lost = 1e-4 * (1e-3 + np.abs(flat).max())
    ends = [trajectory(task.optimizer, weights, (flat + each)[None])[0] for each in (-lost, 0, lost)]
    allowed = np.abs(ends[2] - ends[1]) + np.abs(ends[1] - ends[0]) + 2e-6 * (1 + np.abs(weights))
    found: dict[str, list[Array]] = {}
    for name, place in names:
        size = task.weights[name][place].size
        found.setdefault(name, []).append(allowed[:size].reshape(task.weights[name][place].shape))
        allowed = allowed[size:]
    return {name: tuple(tensors) for name, tensors in found.items()}


LARGE = 2.0**20


def gradient(task: Task, weights: Mapping[str, tuple[Array, ...]]) -> Weights:
    """Keras' gradient at ``weights``, penalties included, read off a step so long that the weights themselves vanish."""
    plain = optimizers.OPERATORS[0]
    assert plain.name == "SGD"
    defaults = {parameter.name: parameter.default for parameter in plain.parameters}
    sgd = Operation(span=testing.NOWHERE, operator=plain, arguments=defaults | {"learning_rate": LARGE})
    _, after = step(task.network, weights, task.inputs, task.targets, task.loss, sgd)
    return {
        name: tuple(
            (np.asarray(mine, float) - theirs) / LARGE
            for mine, theirs in zip(weights[name], after[name], strict=True)
        )
        for name in weights
    }


def wrapped_layers(network: Network) -> list[Operation[Layer]]:
    """The layers that others of the network, such as TimeDistributed, apply."""
    found = [node.operation.arguments.get("layer") for node in network.layers]
    return [each for each in found if each is not None]


DETERMINISTIC: list[Layer] = [layer for layer in LAYERS if not layer.random]


def between(layer: Operation[Layer], shape: tuple[int, ...]) -> Network:
    """A network of the layer with weights before it."""
    start = InputNode(span=testing.NOWHERE, name="given", shape=shape)
    first = (
        testing.call("Conv2D", filters=shape[0], kernel_size=(1, 1))
        if len(shape) == 3
        else testing.call("Dense", units=shape[-1])
    )
    before = layer_node("before", first, (start,))
    middle = layer_node("middle", layer, (before,))
    return Network(span=testing.NOWHERE, inputs=(start,), layers=(before, middle), output="middle")


@st.composite
def single_layers(draw: Any) -> Network:
    """A network of one layer, which has another with weights before it where that is to be had."""
    layer = draw(st.sampled_from(DETERMINISTIC))
    operation, shapes = draw(testing.calls(layer))
    if len(shapes) > 1 or layer.integer_input or len(shapes[0]) > 3:
        return testing.network_of(operation, shapes)
    return between(operation, shapes[0])


@pytest.mark.law(
    "a step of training ends with the same weights on BigDL and in Keras, and from the same loss in NumPy"
)
@given(data=st.data())
@settings(
    max_examples=300 if LONG else 15,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
def test_a_step_of_any_network_ends_where_keras_ends(spark: Any, data: st.DataObject) -> None:
    outputs, rows = 3, 4
    loss = data.draw(st.sampled_from(losses.OPERATORS).flatmap(lambda each: drawn.losses(each, outputs)))
    optimizer = data.draw(st.sampled_from(optimizers.OPERATORS).flatmap(drawn.optimizers))
    body = data.draw(testing.networks(operators=DETERMINISTIC, longest=4) | single_layers())
    network = headed(body, outputs, drawn.activation(loss))
    assume(next(unsupported(network), None) is None and next(keras.unsupported(network), None) is None)
    assume(not any(wrapped.operator.random for wrapped in wrapped_layers(network)))
    seed = data.draw(st.integers(0, 1000))
    given = task(network, loss, optimizer, drawn.targets(loss, rows, outputs, seed), seed)
    with np.errstate(all="ignore"):
        made = reference(network, given.weights, given.inputs, training=True)
    assume(np.abs(made).max() < LARGE)  # no exponential of exponentials
    # Logarithms of what is near 0, or of what a probability near 1 leaves, magnify the rounding of 32 bits.
    activation = drawn.activation(loss)
    assume(activation == "linear" or made.min() > LEAST)
    assume(activation not in ("sigmoid", "softmax") or made.max() < 1 - LEAST)
    told, after = step(*given)
    assert all(np.isfinite(each).all() for tensors in after.values() for each in tensors)
    expected = arranged(network, unbiased(given, after))
    allowed = arranged(network, tolerances(given))
    stepped = local_steps(given)
    for name, arrays in stepped.items():
        for place, array in enumerate(arrays):
            gap = np.abs(array.ravel() - expected[name][place].ravel())
            assert (gap <= allowed[name][place].ravel()).all(), (name, place, gap.max())
    ours = reference_losses.loss(loss, given.targets, made)
    assert told[0] == pytest.approx(ours, rel=1e-4, abs=1e-5)
    assert loss_of(given) == pytest.approx(ours, rel=1e-4, abs=1e-5)


# --- programs


def cut(array: Array) -> Array:
    """Numbers as BigDL sends them: the first 16 bits of float32."""
    kept = np.asarray(array, np.float32).view(np.uint32) & np.uint32(0xFFFF0000)
    return kept.view(np.float32)


def with_cut_exchange(task: Task, steps: int) -> Weights:
    """The weights after steps whose gradients are taken at cut weights, and cut themselves; moments stay as they are."""
    places = [(name, place) for name, tensors in task.weights.items() for place in range(len(tensors))]
    shapes = [task.weights[name][place].shape for name, place in places]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])

    def flat(weights: Weights) -> Array:
        return np.concatenate([weights[name][place].ravel() for name, place in places]).astype(float)

    def split(vector: Array) -> Weights:
        parts = zip(places, np.split(vector, ends[:-1]), shapes, strict=True)
        found: dict[str, list[Array]] = {}
        for (name, _), part, shape in parts:
            found.setdefault(name, []).append(part.reshape(shape))
        return {name: tuple(tensors) for name, tensors in found.items()}

    start = now = flat(dict(task.weights))
    gradients: list[Array] = []
    for _ in range(steps):
        gradients.append(cut(flat(gradient(task, split(cut(now))))).astype(float))
        now = trajectory(task.optimizer, start, np.array(gradients))[-1]
    return split(now)


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [("SGD", {"momentum": 0.9, "clip_norm": 0.5, "clip_value": 0.1}), ("Adam", {}), ("RMSprop", {})],
    ids=["SGD", "Adam", "RMSprop"],
)
def test_programs_step_by_cut_weights_and_gradients(
    spark: Any, bound: Any, name: str, arguments: dict[str, Any], cores: int
) -> None:
    """Weights are those of Keras to 1e-5 if the cut is simulated, and some 1e-4 off (Adam's 2e-2) if not."""
    given = task(
        headed(chain(*CONVOLUTIONAL), 3, "linear"),
        bound(Kind.LOSS, "MeanSquaredError"),
        bound(Kind.OPTIMIZER, name, learning_rate=0.01, **arguments),
        np.random.default_rng(0).normal(size=(8, 3)),
        seed=1,
    )
    stepped = program_steps(spark, given, steps=3, cores=cores)
    assert furthest(stepped, arranged(given.network, with_cut_exchange(given, 3))) <= 1e-5
    _, plain = step(*given, steps=3)
    assert 1e-5 < furthest(stepped, arranged(given.network, plain)) < 0.05


# --- what BigDL's layers would have learned


def gap(bound: Any, layer: Operation[Layer], shape: tuple[int, ...]) -> float:
    """How far from Keras' the weights are after a step of a network of the layer."""
    given = task(
        headed(between(layer, shape), 3, "linear"),
        bound(Kind.LOSS, "MeanSquaredError"),
        bound(Kind.OPTIMIZER, "SGD", learning_rate=0.1),
        np.random.default_rng(0).normal(size=(5, 3)),
        seed=3,
    )
    _, after = step(*given)
    return furthest(local_steps(given), arranged(given.network, after))


@pytest.mark.parametrize("shape", [(5,), (4, 3), (3, 4, 2)], ids=["vector", "series", "image"])
def test_the_gradient_of_a_shift_moves_the_first_weights(
    spark: Any, bound: Any, shape: tuple[int, ...]
) -> None:
    """BigDL's CAdd of one long dimension, such as a shift of channels, adds its gradient where all weights begin."""
    assert gap(bound, testing.call("LayerNormalization"), shape) <= TOLERANCE


@pytest.mark.parametrize(
    ("name", "strength"), [("GaussianNoise", {"stddev": 0.0}), ("GaussianDropout", {"rate": 0.0})]
)
def test_noise_of_no_strength(spark: Any, bound: Any, name: str, strength: dict[str, float]) -> None:
    """BigDL draws none: training fails."""
    assert gap(bound, testing.call(name, **strength), (4,)) <= TOLERANCE


@pytest.mark.parametrize(
    ("layer", "word"),
    [
        (
            testing.call(
                "SimpleRNN",
                units=2,
                bias_regularizer=Operation(
                    span=testing.NOWHERE,
                    operator=registry.find(Kind.REGULARIZER, "L2"),
                    arguments={"l2": 0.1},
                ),
            ),
            "penalty",
        ),
        (testing.call("LRN", size=1), "training"),
    ],
    ids=["the penalty on the bias of a simple recurrent layer", "a normalization over one channel"],
)
def test_what_cannot_train_is_refused(layer: Operation[Layer], word: str) -> None:
    """SimpleRNN leaves the penalty on its bias out of the gradient; LRN over one channel fails in training."""
    shape = (3, 4) if layer.operator.name == "SimpleRNN" else (3, 4, 4)
    ((_, refused),) = unsupported(between(layer, shape))
    assert word in refused.reason
