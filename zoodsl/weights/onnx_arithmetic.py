"""Activations, sums and products of ONNX, number by number."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoodsl.types import elements, show
from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.onnx_graph import Graph, Node, axis_of
from zoodsl.weights.views import Array, View

ACTIVATIONS = {
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Exp": "exponential",
    "HardSwish": "hard_silu",
    "Mish": "mish",
}
"""Operators that are an activation of the catalog as they are."""

_SELU = (1.6732632423543772, 1.0507009873554805)


def function(graph: Graph, node: Node) -> View:
    """One of ``ACTIVATIONS``."""
    return graph.assembly.unary(
        node.name, "Activation", graph.view(node), activation=ACTIVATIONS[node.operator]
    )


def relu(graph: Graph, node: Node) -> View:
    """Relu."""
    return graph.assembly.unary(node.name, "ReLU", graph.view(node))


def leaky_relu(graph: Graph, node: Node) -> View:
    """LeakyRelu."""
    slope = float(node.get("alpha", 0.01))
    return graph.assembly.unary(node.name, "LeakyReLU", graph.view(node), negative_slope=slope)


def elu(graph: Graph, node: Node) -> View:
    """Elu."""
    return graph.assembly.unary(node.name, "ELU", graph.view(node), alpha=float(node.get("alpha", 1.0)))


def selu(graph: Graph, node: Node) -> View:
    """Selu with the constants of its paper."""
    given = (float(node.get("alpha", _SELU[0])), float(node.get("gamma", _SELU[1])))
    if not np.allclose(given, _SELU, rtol=1e-6):
        raise UnsupportedError(f"has the constants {given[0]:g} and {given[1]:g}, not those of SELU's paper")
    return graph.assembly.unary(node.name, "Activation", graph.view(node), activation="selu")


def gelu(graph: Graph, node: Node) -> View:
    """Gelu, with the error function."""
    approximate = node.get("approximate", "none")
    if approximate != "none":
        raise UnsupportedError(
            f"is approximated by {approximate}",
            "export it with the error function, `approximate = none`, which is `gelu` in the language",
        )
    return graph.assembly.unary(node.name, "Activation", graph.view(node), activation="gelu")


def hard_sigmoid(graph: Graph, node: Node) -> View:
    """HardSigmoid with the slope that Keras 3 and PyTorch give it."""
    slope, middle = float(node.get("alpha", 0.2)), float(node.get("beta", 0.5))
    if not np.allclose((slope, middle), (1 / 6, 0.5), rtol=1e-6):
        raise UnsupportedError(
            f"is clip({slope:g} x + {middle:g}, 0, 1)", "only x / 6 + 0.5 is `hard_sigmoid` in the language"
        )
    return graph.assembly.unary(node.name, "Activation", graph.view(node), activation="hard_sigmoid")


def clip(graph: Graph, node: Node) -> View:
    """Clip from 0 on, with or without an upper bound."""
    low, high = (_bound(graph, node, name, index) for index, name in enumerate(("min", "max"), start=1))
    if low != 0 or (high is not None and high <= 0):
        raise UnsupportedError(
            f"clips to {'-inf' if low is None else format(low, 'g')}..{'inf' if high is None else format(high, 'g')}",
            "only clipping from 0 on is `ReLU(max_value = ...)`",
        )
    return graph.assembly.unary(node.name, "ReLU", graph.view(node), max_value=high)


def _bound(graph: Graph, node: Node, attribute: str, index: int) -> float | None:
    constant = graph.constant(node, index)
    value = node.get(attribute, None) if constant is None else float(constant.ravel()[0])
    return None if value is None or abs(value) > 1e38 else float(value)


def softmax(graph: Graph, node: Node) -> View:
    """Softmax and LogSoftmax: over one axis, or before opset 13 over all axes from that on."""
    given, activation = graph.view(node), {"Softmax": "softmax", "LogSoftmax": "log_softmax"}[node.operator]
    rank = len(given.shape)
    if graph.opset < 13:
        axis = axis_of(int(node.get("axis", 1)), rank)
        rows = given.reshaped((elements(given.shape[:axis]), elements(given.shape[axis:])))
        return graph.assembly.softmax(node.name, rows, activation).reshaped(given.shape)
    axis = axis_of(int(node.get("axis", -1)), rank)
    moved = np.moveaxis(given.order, axis, -1)
    rows = given.arranged(moved.reshape(-1, moved.shape[-1]))
    result = graph.assembly.softmax(node.name, rows, activation).reshaped(moved.shape)
    return result.arranged(np.moveaxis(result.order, -1, axis))


_MERGES = {
    "Add": "Add",
    "Sub": "Subtract",
    "Mul": "Multiply",
    "Sum": "Add",
    "Mean": "Average",
    "Max": "Maximum",
    "Min": "Minimum",
}


def merge(graph: Graph, node: Node) -> View:
    """Several tensors joined number by number, or one tensor and a constant."""
    values = [graph.values[name] for name in node.inputs]
    views = [value for value in values if isinstance(value, View)]
    if len(views) == len(values):
        if len(views) == 1:
            return views[0]
        if node.operator not in _MERGES:
            raise UnsupportedError("divides one computed tensor by another")
        return _joined(graph, node.name, _MERGES[node.operator], views)
    if len(values) == 2 and node.operator in _AFFINE:
        return _affine(graph, node)
    raise UnsupportedError("joins tensors with a constant")


def _joined(graph: Graph, name: str, operator: str, views: list[View]) -> View:
    shape = np.broadcast_shapes(*(view.shape for view in views))
    if shape[:1] != (1,):
        raise UnsupportedError("joins tensors without a batch as their first axis")
    return graph.assembly.joined(name, operator, views, shape[1:])


_AFFINE = ("Add", "Sub", "Mul", "Div")


def _affine(graph: Graph, node: Node) -> View:
    """A chain of sums and products with constants: one number by which each channel is multiplied, one to add."""
    (source,) = (name for name in node.inputs if isinstance(graph.values[name], View))
    given = graph.view(node, node.inputs.index(source))
    scale, shift = np.ones((), np.float32), np.zeros((), np.float32)
    last, link = None, node
    while link.operator in _AFFINE:
        constant = graph.other_constant(link, source)
        if constant is None or len(_varying(given, scale, shift, constant)) > 1:
            break
        composed = _composed(link, constant.astype(np.float32), scale, shift, first=link.inputs[0] == source)
        if composed is None:
            break
        scale, shift = composed
        if last is not None:
            graph.fuse(link, node)
        last, source = link, link.outputs[0]
        follower = graph.only_reader(link)
        if follower is None:
            break
        link = follower
    if last is None:
        raise UnsupportedError(
            f"computes with {show(given.shape)} and a constant what is no sum or product of channels"
        )
    return _scaled(graph, last.name, given, scale, shift)


def _varying(given: View, *constants: Array) -> list[int]:
    """The axes along which the constants differ, or more than one where they are larger than the tensor."""
    rank = len(given.shape)
    shape = np.broadcast_shapes(*(each.shape for each in constants))
    if np.broadcast_shapes(shape, given.shape) != given.shape:
        return [0, *range(rank)]
    return [axis + rank - len(shape) for axis, size in enumerate(shape) if size > 1]


def _composed(node: Node, constant: Array, scale: Any, shift: Any, *, first: bool) -> tuple[Any, Any] | None:
    """The scale and shift after one more node; None where it divides a constant by what is computed."""
    match node.operator:
        case "Add":
            return scale, shift + constant
        case "Sub":
            return (scale, shift - constant) if first else (-scale, constant - shift)
        case "Mul":
            return scale * constant, shift * constant
        case _ if first:
            return scale / constant, shift / constant
    return None


def _scaled(graph: Graph, name: str, given: View, scale: Array, shift: Array) -> View:
    if (scale == 1).all() and (shift == 0).all():
        return given
    axis = next(iter(_varying(given, scale, shift)), min(1, len(given.shape) - 1))
    if axis == 0:
        raise UnsupportedError(f"multiplies {show(given.shape)} by different numbers along its batch")
    return graph.assembly.scaled(name, given, axis, scale, shift)
