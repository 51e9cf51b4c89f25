"""What a network costs: parameters, FLOPs and bytes a layer, and the memory that its training needs."""

from __future__ import annotations

from zoodsl.catalog.operator import Optimizer
from zoodsl.model.nodes import Network, Operation
from zoodsl.plan.steps import LayerCost, Memory
from zoodsl.types import DType, ImageType, Shape, ValueType, elements

FLOAT_BYTES = 4
HALF_BYTES = 2

BYTES = {
    DType.UINT8: 1,
    DType.INT32: 4,
    DType.INT64: 8,
    DType.FLOAT32: 4,
    DType.FLOAT64: 8,
}
"""Bytes of an element; texts have no fixed size."""

OPTIMIZER_TENSORS = {
    "SGD": 1,
    "Adam": 4,
    "Adamax": 4,
    "Adagrad": 2,
    "Adadelta": 4,
    "RMSprop": 2,
    "Ftrl": 4,
}
"""Tensors of the weights' size that an optimizer keeps between steps, its work space included.

BigDL's Adam keeps two moments, the root of the second and a buffer (``optim/Adam.scala``: s, r, denom, buffer); SGD
one tensor, and none without momentum.
"""

ENGINE_BYTES = (300 + 384) * 2**20
"""What an executor needs before any row or weight: Spark reserves 300 MiB of the heap for itself
(``UnifiedMemoryManager``) and 384 MiB beside it for the JVM and native code (``spark.executor.memoryOverhead``)."""


def layer_costs(network: Network) -> tuple[LayerCost, ...]:
    """Each layer's cost for one record, from the catalog's rules; activations are float32."""
    costs = []
    for layer in network.layers:
        operator, arguments = layer.operation.operator, layer.operation.arguments
        costs.append(
            LayerCost(
                span=layer.span,
                name=layer.name,
                operator=operator.name,
                inputs=layer.inputs,
                shape=layer.shape,
                parameters=sum(elements(weight.shape) for weight in layer.weights if weight.trainable),
                statistics=sum(elements(weight.shape) for weight in layer.weights if not weight.trainable),
                flops=operator.flops(arguments, layer.input_shapes, layer.shape),
                activation_bytes=elements(layer.shape) * FLOAT_BYTES,
            )
        )
    return tuple(costs)


def memory(
    layers: tuple[LayerCost, ...],
    inputs: tuple[Shape, ...],
    optimizer: Operation[Optimizer],
    batch: int,
    data: int | None,
) -> Memory:
    """The memory of an executor that trains with BigDL's DistriOptimizer, in bytes; right to about a factor of two.

    With P trainable parameters, S statistics (a BatchNormalization's means and variances), T optimizer tensors
    and one executor, which then holds all slices of the parameters and, on ``local`` masters, is the driver too:

    * weights = 4 (P + S)  the model, whose weights all cores share
      + 8 (P + S)          the driver's own model, and the one it broadcasts
      + 4 P + 4 P          the executor's slice of the weights and of the summed gradients
      + 2 P + 2 P          both once more as 16 bit floats, as they are exchanged
      + 4 T P              the optimizer's tensors, on the slice
    * gradients = 4 (P + S) for each core: every core has its own gradients and statistics
    * activations = 2 * batch * (inputs + outputs of all layers): outputs are kept for the backward pass, which gives
      each a gradient of the same size. Convolutions' column buffers (a few per cent to a third more) and
      in-place activations (less) are left out.

    Executors of a cluster hold a slice each, so that this is their upper bound for equal cores and batch.
    Sources: BigDL's ``DistriOptimizer.scala`` ("all models in cached share the same storage for weights"),
    ``AllReduceParameter.scala``.
    """
    parameters = sum(layer.parameters for layer in layers)
    statistics = sum(layer.statistics for layer in layers)
    model = FLOAT_BYTES * (parameters + statistics)
    exchanged = 2 * (FLOAT_BYTES + HALF_BYTES) * parameters
    state = FLOAT_BYTES * _optimizer_tensors(optimizer) * parameters
    outputs = sum(layer.activation_bytes for layer in layers)
    return Memory(
        weights=3 * model + exchanged + state,
        gradients=model,
        activations=2 * batch * (outputs + FLOAT_BYTES * sum(map(elements, inputs))),
        data=data,
        engine=ENGINE_BYTES,
    )


ROWS_AT_ONCE = 4
"""Rows that a core puts through frozen layers at once, whatever the training batch; generated programs do the same."""

FROZEN_COPIES = 7
"""Copies of frozen weights: seen on BigDL, whose models clone and broadcast them (134 MB of weights took 1.0 GB)."""


def frozen_memory(layers: tuple[LayerCost, ...]) -> tuple[int, int]:
    """The bytes that frozen layers need in inference: of their weights, and for each core of the rows at once.

    A core holds the outputs of all layers, and as much again for the windows that convolutions are computed from.
    """
    weights = sum(layer.parameters + layer.statistics for layer in layers)
    outputs = sum(layer.activation_bytes for layer in layers)
    return FROZEN_COPIES * FLOAT_BYTES * weights, 2 * ROWS_AT_ONCE * outputs


def applied_memory(layers: tuple[LayerCost, ...]) -> Memory:
    """The memory of an executor that applies a network and trains nothing; of no network, what Spark itself needs."""
    weights, inference = frozen_memory(layers)
    return Memory(
        weights=0,
        gradients=0,
        activations=0,
        data=None,
        engine=ENGINE_BYTES,
        frozen=weights,
        inference=inference,
    )


def features_bytes(shape: Shape) -> int:
    """The bytes of the features of one row: float32."""
    return FLOAT_BYTES * elements(shape)


def _optimizer_tensors(optimizer: Operation[Optimizer]) -> int:
    if optimizer.operator.name == "SGD" and not optimizer.arguments["momentum"]:
        return 0
    return OPTIMIZER_TENSORS[optimizer.operator.name]


def record_bytes(value: ValueType) -> int | None:
    """The bytes of one image or tensor; None where its size differs from row to row."""
    match value:
        case ImageType(height=int(height), width=int(width)):
            return height * width * value.channels * BYTES[value.dtype]
        case ImageType():
            return None
        case _:
            return elements(value.shape) * BYTES[value.dtype]
