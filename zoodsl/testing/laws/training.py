"""Laws of a spec's training: what nobody can learn from one batch, nobody learns from all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from zoodsl.catalog import registry
from zoodsl.catalog.operator import Optimizer
from zoodsl.catalog.values import Kind
from zoodsl.model.graph import ancestors
from zoodsl.model.nodes import InputNode, LayerNode, Network, Operation, Optimize, Train
from zoodsl.plan.cost import layer_costs
from zoodsl.plan.passes.frozen_prefix import boundary
from zoodsl.targets.arrays import Array
from zoodsl.targets.keras.engine import KerasMissingError
from zoodsl.targets.numpy.interpreter import activations
from zoodsl.targets.numpy.losses import loss
from zoodsl.testing.laws.law import Example, Law
from zoodsl.testing.subjects.interpreted import Interpreted, fed
from zoodsl.testing.subjects.readings import Readings
from zoodsl.testing.subjects.subject import Subject, Unavailable

ROWS = 8
"""How many rows the batch has that is to be learned by heart."""

STEPS = 60
FEWEST_STEPS = 15
MOST_WORK = 40_000_000_000
"""Floating-point operations that the steps of an optimizer may cost: Keras does so many in a few seconds."""

FALLEN = 0.5
"""To what part of the first loss it has to fall."""

FALLEN_OF_LINEAR = 0.99
"""To what part the loss of a network has to fall that cannot learn any batch by heart, such as rows that no plane divides."""

LINEAR = frozenset({
    "Activation", "Add", "Average", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D",
    "BatchNormalization", "Concatenate", "Conv1D", "Conv1DTranspose", "Conv2D", "Conv2DTranspose", "Conv3D", "Cropping1D", "Cropping2D", "Cropping3D", "Dense",
    "DepthwiseConv1D", "DepthwiseConv2D", "Dropout", "Flatten", "GaussianDropout", "GaussianNoise", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D", "GlobalAveragePooling3D", "Permute", "RepeatVector", "Reshape", "SeparableConv1D",
    "SeparableConv2D", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "Subtract", "TimeDistributed",
    "UpSampling1D", "UpSampling2D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
})  # fmt: skip
"""Layers that give a linear function of what they take, but for an activation that they may be given."""

NOTHING = 1e-3
"""A loss below this is learned already."""

RATES = (0.01, 0.001, 0.1)
"""Learning rates of Adam that are tried before the spec's own optimizer, which may be made for many steps."""


def training_laws(subject: Subject, readings: Readings) -> Iterator[Law]:
    """The laws of training, by steps of Keras; none of a spec that does not train."""
    spec = subject.spec
    if spec.network is None or spec.optimize is None or spec.train is None or spec.data.label is None:
        return
    network, optimize, train = spec.network, spec.optimize, spec.train
    nothing: st.SearchStrategy[Example] = st.just({})
    yield Law(
        name="the loss of one batch falls"
        if _is_linear(network, always_frozen(network, train))
        else "one batch can be learned by heart",
        span=optimize.span,
        stated=False,
        examples=nothing,
        holds=lambda _: _unlearned(network, optimize, train, readings),
        once=True,
    )


def always_frozen(network: Network, train: Train) -> frozenset[str]:
    """The layers that no phase of training moves."""
    phases = [phase.frozen for phase in train.phases] or [network.frozen]
    return frozenset.intersection(*phases)


def _unlearned(network: Network, optimize: Optimize, train: Train, readings: Readings) -> str | None:
    """Why a batch of the first rows cannot be learned; None where it can."""
    # The batch is a batch wherever it is tried: it is made in NumPy.
    interpreted = Interpreted(readings.spec)
    rows = readings.training_rows(ROWS)
    labels = readings.labels(rows)
    inputs = fed(network, [interpreted.preprocess(readings.feature(row)) for row in rows])
    first = loss(optimize.loss, labels, interpreted.predict(inputs))
    if not np.isfinite(first):
        return f"the loss of the first {len(rows)} rows is {first}, before any step"
    if abs(first) < NOTHING:
        return None
    frozen = always_frozen(network, train)
    trained, given = _trained(network, frozen, interpreted, inputs)
    fallen = FALLEN_OF_LINEAR if _is_linear(network, frozen) else FALLEN
    steps, wanted = _steps(trained, frozen), first - (1 - fallen) * abs(first)
    reached = {}
    for optimizer in _optimizers(optimize):
        losses = _losses(trained, interpreted, given, labels, optimize, optimizer, steps, frozen, wanted)
        if losses[-1] <= wanted:
            return None
        reached[f"{optimizer.operator.name} at {optimizer.arguments['learning_rate']:g}"] = losses[-1]
    told = ", ".join(f"{value:.4g} by {name}" for name, value in reached.items())
    return f"the loss of the first {len(rows)} rows is {first:.4g}, and after {steps} steps {told}"


def _is_linear(network: Network, frozen: frozenset[str]) -> bool:
    """Whether what training moves has no hidden layer with an activation: then no number of steps fits any batch."""
    node = boundary(network, frozen)
    before = () if node is None else ancestors(network, node)
    layers = [layer for layer in network.layers if layer.name not in before]
    last = max((place for place, layer in enumerate(layers) if layer.weights), default=0)
    return not any(map(_bends, layers[:last]))


def _bends(layer: LayerNode) -> bool:
    """Whether a layer gives another function of what it takes than a linear one."""
    operation = layer.operation
    if operation.operator.name == "TimeDistributed":
        operation = operation.arguments["layer"]
    activation = operation.arguments.get("activation")
    return operation.operator.name not in LINEAR or activation not in (None, "linear")


def _trained(
    network: Network, frozen: frozenset[str], interpreted: Interpreted, inputs: Sequence[Array]
) -> tuple[Network, Sequence[Array]]:
    """The part of a network that follows its frozen beginning, and what that beginning makes of ``inputs``."""
    node = boundary(network, frozen)
    if node is None:
        return network, inputs
    before = ancestors(network, node)
    made = activations(network, interpreted.weights, inputs)[node]
    kept = tuple(layer for layer in network.layers if layer.name not in before)
    start = InputNode(span=network.span, name=node, shape=made.shape[1:])
    return replace(network, inputs=(start,), layers=kept), [made]


def _losses(  # noqa: PLR0913, PLR0917 - what a step takes
    network: Network,
    interpreted: Interpreted,
    inputs: Sequence[Array],
    labels: Array,
    optimize: Optimize,
    optimizer: Operation[Optimizer],
    steps: int,
    frozen: frozenset[str],
    wanted: float,
) -> tuple[float, ...]:
    """The loss before each of so many steps, which end once it is as low as ``wanted``."""
    from zoodsl.targets.keras import unsupported
    from zoodsl.targets.keras.step import step

    strange = next(unsupported(network), None)
    if strange is not None:
        raise Unavailable(f"`{strange[0].name}` is not carried out by Keras: {strange[1].reason}")
    names = {layer.name for layer in network.layers}
    weights = {name: tensors for name, tensors in interpreted.weights.items() if name in names}
    try:
        losses, _ = step(
            network,
            weights,
            inputs,
            labels,
            optimize.loss,
            optimizer,
            steps=steps,
            frozen=frozen & names,
            until=wanted,
        )
    except KerasMissingError as missing:
        raise Unavailable(str(missing)) from missing
    return losses


def _optimizers(optimize: Optimize) -> Iterator[Operation[Optimizer]]:
    """Adam at several rates, then the spec's own optimizer where its rate is one throughout."""
    adam = registry.find(Kind.OPTIMIZER, "Adam")
    assert isinstance(adam, Optimizer)  # noqa: S101 - it is in the catalog
    arguments = {parameter.name: parameter.default for parameter in adam.parameters}
    for rate in RATES:
        yield replace(
            optimize.optimizer, operator=adam, arguments={**arguments, "learning_rate": rate}, places={}
        )
    if not optimize.schedule:
        yield optimize.optimizer


def _steps(network: Network, frozen: frozenset[str]) -> int:
    """How many steps are made; raises Unavailable where few would take long."""
    # Backwards, a layer costs about twice what it costs forwards.
    each = ROWS * sum(layer.flops * (1 if layer.name in frozen else 3) for layer in layer_costs(network))
    steps = min(STEPS, MOST_WORK // max(1, each))
    if steps < FEWEST_STEPS:
        raise Unavailable(
            f"a batch of {ROWS} rows costs {each / 1e9:.0f} GFLOP a step, which takes Keras minutes"
        )
    return int(steps)
