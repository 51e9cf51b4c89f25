"""Steps of training on BigDL's real engine: by its local optimizer, and as programs make them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from tests.targets.bigdl.engine import build, evaluate, set_weights
from zoodsl.catalog.losses import SIGNED
from zoodsl.catalog.operator import Loss, Optimizer
from zoodsl.model.nodes import Network, Operation
from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.bindings.losses import LOSSES, balance
from zoodsl.targets.bigdl.bindings.optimizers import OPTIMIZERS
from zoodsl.targets.bigdl.bindings.weights import laid_out
from zoodsl.targets.bigdl.network import holder_name
from zoodsl.types import elements

Arranged = dict[str, list[Array]]
"""Weights as BigDL keeps them, and moving statistics behind them, by layer."""

Weights = Mapping[str, tuple[Array, ...]]


class Task(NamedTuple):
    """What is trained: a network from weights in Keras' layout, on one batch."""

    network: Network
    weights: Weights
    inputs: Sequence[Array]
    targets: Array
    loss: Operation[Loss]
    optimizer: Operation[Optimizer]


def arranged(network: Network, weights: Weights) -> Arranged:
    """Weights in Keras' layout as BigDL keeps them."""
    kept = {
        node.name: laid_out(node.operation, weights[node.name]) for node in network.layers if node.weights
    }
    return {name: [np.asarray(each) for part in parts for each in part] for name, parts in kept.items()}


def weights_of(model: Any, network: Network) -> Arranged:
    """The weights that a model of BigDL has."""
    layers = {layer.name(): layer for layer in model.layers}
    found = {}
    for node in network.layers:
        if node.weights:
            layer = layers[holder_name(node)]
            statistics = layer.value.getExtraParameter() or []
            found[node.name] = [*layer.get_weights(), *(each_of(tensor) for tensor in statistics)]
    return found


def each_of(tensor: Any) -> Array:
    """The numbers of a Java tensor of one dimension."""
    return np.array([tensor.valueAt(place) for place in range(1, tensor.nElement() + 1)])


def furthest(one: Arranged, other: Arranged) -> float:
    """The largest difference of two weights."""
    assert one.keys() == other.keys()
    gaps = [0.0]
    for name, arrays in one.items():
        for mine, theirs in zip(arrays, other[name], strict=True):
            gaps.append(float(np.abs(mine.ravel() - theirs.ravel()).max(initial=0)))
    return max(gaps)


@contextmanager
def sharing(cores: int) -> Iterator[None]:
    """Lets BigDL share batches out to so many cores."""
    from zoodsl.targets.bigdl.library.engine import cores as cores_now
    from zoodsl.targets.bigdl.library.engine import java

    loader = java().Thread.currentThread().getContextClassLoader()
    engine = loader.loadClass("com.intel.analytics.bigdl.dllib.utils.Engine$").getField("MODULE$").get(None)
    before = cores_now()
    engine.setNodeAndCore(1, cores)
    try:
        yield
    finally:
        engine.setNodeAndCore(1, before)


def local_steps(task: Task, *, steps: int = 1, cores: int = 1) -> Arranged:
    """Steps of BigDL's local optimizer, which exchanges nothing."""
    from bigdl.dllib.optim.optimizer import LocalOptimizer, MaxIteration

    from zoodsl.targets.bigdl.library.engine import quiet

    with sharing(cores), quiet():
        model, criterion = _model(task), _criterion(task)
        optimizer = LocalOptimizer(
            list(_given(task)),
            _wanted(task),
            model,
            criterion,
            MaxIteration(steps),
            len(task.targets),
            evaluate(OPTIMIZERS[task.optimizer.operator.name](task.optimizer.arguments)),
            cores,
        )
        norm, value = task.optimizer.arguments["clip_norm"], task.optimizer.arguments["clip_value"]
        if norm is not None:
            optimizer.set_gradclip_l2norm(norm)
        if value is not None:
            optimizer.set_gradclip_const(-value, value)
        optimizer.value.optimize()  # whose own wrapper looks for a module that is not there
    return weights_of(model, task.network)


def program_steps(spark: Any, task: Task, *, steps: int = 1, cores: int = 1) -> Arranged:
    """Steps as programs make them, by BigDL's distributed trainer: the batch is all the rows of an epoch."""
    from bigdl.dllib.feature.common import SeqToTensor

    from zoodsl.targets.bigdl.library.batches import Batches
    from zoodsl.targets.bigdl.library.engine import quiet, start_engine
    from zoodsl.targets.bigdl.library.optimizers import Optimizers
    from zoodsl.targets.bigdl.library.trainer import Trainer
    from zoodsl.targets.bigdl.library.watch import IterationWatch

    start_engine(spark)
    (inputs,), wanted = task.inputs, _wanted(task)
    rows = zip(inputs.reshape(len(inputs), -1).tolist(), wanted.tolist(), strict=True)
    frame = spark.createDataFrame(list(rows), "_features array<double>, _label array<double>")
    recipe: Any = SimpleNamespace(
        training=SimpleNamespace(batch=len(wanted)), label=SimpleNamespace(size=wanted.shape[1])
    )
    arguments = task.optimizer.arguments
    with sharing(cores), quiet():
        model, criterion = _model(task), _criterion(task)
        tensor = SeqToTensor(list(inputs.shape[1:]))
        batches = Batches(model, criterion, frame, recipe, tensor, redrawn=False)
        optimizers = Optimizers.begun(
            lambda: evaluate(OPTIMIZERS[task.optimizer.operator.name](arguments)), {}
        )
        trainer = Trainer(
            model,
            optimizers,
            criterion,
            batches.features,
            clip_norm=arguments["clip_norm"],
            clip_value=arguments["clip_value"],
        )
        watch = IterationWatch(
            lambda _: arguments["learning_rate"],
            optimizers.set_rate,
            lambda _iteration, _loss, _rate, _speed: None,
        )
        for epoch in range(1, steps + 1):
            watch.begin(epoch)
            trainer.train(batches.features, watch)
            watch.raise_problem()
        watch.stop()
        trainer.free()
        batches.free()
    return weights_of(model, task.network)


def loss_of(task: Task) -> float:
    """What BigDL's criterion says of the batch before any step, the network in training mode."""
    from bigdl.dllib.keras.autograd import CustomLoss

    from zoodsl.targets.bigdl.library.engine import quiet

    with sharing(1), quiet():
        model, criterion = _model(task), _criterion(task)
        given = _given(task)
        outputs = model.forward(given[0] if len(given) == 1 else given)
        pair = outputs, _wanted(task)
        return float(criterion.forward(*(pair[::-1] if isinstance(criterion, CustomLoss) else pair)))


def _model(task: Task) -> Any:
    model = build(task.network)
    set_weights(model, task.network, task.weights)
    return model


def _criterion(task: Task) -> Any:
    outputs = elements(task.network.shape)
    made = LOSSES[task.loss.operator.name](task.loss.arguments, outputs)
    names: dict[str, Any] = {"TRAINING": SimpleNamespace(batch=len(task.targets))}
    if balance(task.loss):
        names["weights"] = balanced(task, outputs)
    return evaluate(made, **names)


def balanced(task: Task, outputs: int) -> Array:
    """The weights of classes, or of each output's answers, that the batch itself balances."""
    from zoodsl.targets.bigdl.library.balance import balanced_weights

    if task.loss.operator.outputs == "classes":
        return balanced_weights(np.bincount(task.targets, minlength=outputs))
    yes = task.targets.sum(axis=0)
    return balanced_weights(np.stack([len(task.targets) - yes, yes], axis=-1))


def _given(task: Task) -> list[Array]:
    """Inputs as BigDL takes them: without the axis of a single channel."""
    return [
        (array[:, 0] if array.ndim == 4 and array.shape[1] == 1 else array).astype(np.float32)
        for array in task.inputs
    ]


def _wanted(task: Task) -> Array:
    wanted = task.targets.reshape(len(task.targets), -1).astype(np.float32)
    return 2 * wanted - 1 if task.loss.operator.name in SIGNED else wanted
