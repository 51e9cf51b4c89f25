"""Sums, products and joins of Keras: layers, and functions that are called on tensors and numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoodsl.types import Shape
from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.keras_calls import Call
from zoodsl.weights.views import View

ARITHMETIC = {
    "keras.ops.Add": "Add",
    "keras.ops.Subtract": "Subtract",
    "keras.ops.Multiply": "Multiply",
    "keras.ops.TrueDivide": "Divide",
    "keras.ops.Divide": "Divide",
    "keras.ops.Maximum": "Maximum",
    "keras.ops.Minimum": "Minimum",
    "tf.__operators__.add": "Add",
    "tf.math.add": "Add",
    "tf.math.subtract": "Subtract",
    "tf.math.multiply": "Multiply",
    "tf.math.truediv": "Divide",
    "tf.math.maximum": "Maximum",
    "tf.math.minimum": "Minimum",
}
"""Functions of two tensors, or of a tensor and numbers, as Keras 3 and Keras 2 name them, and what they compute."""

ACTIVATIONS = {
    **{
        f"keras.ops.{name.title()}": name
        for name in ("relu", "relu6", "sigmoid", "tanh", "softplus", "softsign")
    },
    **{f"tf.nn.{name}": name for name in ("relu", "relu6", "tanh", "softplus", "softsign")},
    "keras.ops.Silu": "silu",
    "keras.ops.HardSilu": "hard_silu",
    "keras.ops.HardSigmoid": "hard_sigmoid",
    "tf.nn.silu": "silu",
    "tf.math.sigmoid": "sigmoid",
    "tf.math.tanh": "tanh",
}
"""Activations that are called as functions."""


def merge(call: Call) -> View:
    """Add, Subtract, Multiply, Average, Maximum and Minimum, of shapes that broadcast to each other."""
    return _merged(call, call.layer.kind)


def _merged(call: Call, operator: str) -> View:
    shape = np.broadcast_shapes(*(view.shape for view in call.inputs))
    if len(shape) != 3 or not any(
        len(view.shape) == 3 and call.assembly.lies_channels_last(view) for view in call.inputs
    ):
        return call.assembly.joined(call.name, operator, call.inputs, shape)
    turned = [
        view.arranged(view.order.reshape((1,) * (3 - len(view.shape)) + view.shape).transpose(2, 0, 1))
        for view in call.inputs
    ]
    result = call.assembly.joined(call.name, operator, turned, (shape[2], *shape[:2]))
    return result.arranged(result.order.transpose(1, 2, 0))


def concatenate(call: Call) -> View:
    """Concatenate along any axis of equal layouts."""
    rank = len(call.input.shape)
    axis = int(call.get("axis", -1))
    axis = axis - 1 if axis > 0 else axis + rank
    if rank == 1:
        return call.assembly.laid_side_by_side(call.name, call.inputs)
    turn: Shape = tuple(range(rank))
    if rank == 3 and any(call.assembly.lies_channels_last(view) for view in call.inputs):
        turn = (2, 0, 1)
    nodes = [call.assembly.node(view.arranged(view.order.transpose(turn))) for view in call.inputs]
    made = call.assembly.layer(call.name, "Concatenate", nodes, axis=turn.index(axis) + 1)
    joined = call.assembly.whole(made)
    return joined.arranged(joined.order.transpose(tuple(np.argsort(turn))))


def dot(call: Call) -> View:
    """Dot of two vectors."""
    if any(len(view.shape) != 1 for view in call.inputs):
        raise UnsupportedError("multiplies tensors that are no vectors")
    nodes = [call.assembly.node(view) for view in call.inputs]
    normalize = bool(call.get("normalize", default=False))
    return call.assembly.whole(call.assembly.layer(call.name, "Dot", nodes, normalize=normalize))


def rescaling(call: Call) -> View:
    """Rescaling: a product and a sum."""
    scale, shift = (np.ravel(np.asarray(call.get(key, 0.0), np.float32)) for key in ("scale", "offset"))
    return _scaled(call, -1, scale, shift)


def normalization(call: Call) -> View:
    """Normalization by a mean and a variance, which are weights or given, of each place of one axis."""
    call.refuse("invert", but=(False,))
    axis = call.get("axis", -1)
    axes = axis if isinstance(axis, list) else [axis]
    given = call.weights[:2] or (call.get("mean"), call.get("variance"))
    if len(axes) > 1 or any(each is None for each in given):
        raise UnsupportedError("has no mean and variance, or those of several axes")
    mean, variance = (np.ravel(np.asarray(each, np.float32)) for each in given)
    deviation = np.maximum(np.sqrt(variance), np.float32(1e-7))
    place = next(iter(axes), -1)
    return _scaled(call, place - 1 if place > 0 else place, 1 / deviation, -mean / deviation)


def _scaled(call: Call, axis: int, scale: Any, shift: Any) -> View:
    return call.assembly.scaled(call.name, call.input, axis, scale, shift)


def arithmetic(call: Call) -> View:
    """A function of two tensors, or of a tensor and a number, or one number for each channel."""
    operator = ARITHMETIC[call.layer.kind]
    if len(call.inputs) == 2 and not call.layer.given and operator != "Divide":
        return _merged(call, operator)
    if len(call.inputs) != 1 or len(call.layer.given) != 1:
        raise UnsupportedError("computes of other than two tensors, or a tensor and a number")
    ((place, value),) = call.layer.given.items()
    value = value["config"]["value"] if isinstance(value, dict) else value
    constant, one = np.ravel(np.asarray(value, np.float32)), np.ones(1, np.float32)
    if constant.size not in (1, call.input.shape[-1]):
        raise UnsupportedError(f"computes with {constant.size} numbers")
    match operator:
        case "Add":
            return _scaled(call, -1, one, constant)
        case "Multiply":
            return _scaled(call, -1, constant, 0 * constant)
        case "Subtract":
            return _scaled(call, -1, -one, constant) if place == 0 else _scaled(call, -1, one, -constant)
        case "Divide" if place != 0:
            return _scaled(call, -1, one / constant, 0 * constant)
    raise UnsupportedError("computes of a tensor and a number what is no sum or product")


def function(call: Call) -> View:
    """An activation that is called as a function."""
    if call.layer.given:
        raise UnsupportedError("is called with more than a tensor")
    return call.activated(ACTIVATIONS[call.layer.kind], call.input)
