"""Matrix products and normalisations of ONNX, whose weights follow the order of the numbers that they take."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoodsl.types import show
from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.onnx_graph import Graph, Node, axis_of, record
from zoodsl.weights.views import Array, View


def matrix_product(graph: Graph, node: Node) -> View:
    """MatMul with a constant matrix, and the sum with a constant vector that may follow it."""
    given, kernel = graph.view(node), graph.needed(node, 1)
    if kernel.ndim != 2:
        raise UnsupportedError(f"multiplies by a tensor of {show(kernel.shape)}")
    name, bias = node.name, None
    follower = graph.only_reader(node)
    if follower is not None and follower.operator == "Add":
        constant = graph.other_constant(follower, node.outputs[0])
        if constant is not None and constant.size == constant.shape[-1] == kernel.shape[1]:
            graph.fuse(follower, node)
            name, bias = follower.name, constant.ravel()
    return _dense(graph, name, given, kernel, bias)


def general_product(graph: Graph, node: Node) -> View:
    """Gemm of a vector with a constant matrix."""
    given, kernel, bias = graph.view(node), graph.needed(node, 1), graph.constant(node, 2)
    if node.get("transA", 0):
        raise UnsupportedError("transposes what is computed")
    if node.get("transB", 0):
        kernel = kernel.T
    for attribute in ("alpha", "beta"):
        if node.get(attribute, 1.0) != 1.0:
            raise UnsupportedError(f"has a factor `{attribute}` of {node.get(attribute, 1.0):g}")
    if bias is not None:
        if bias.size not in (1, kernel.shape[1]):
            raise UnsupportedError(f"adds a matrix of {show(bias.shape)}")
        bias = np.broadcast_to(bias.ravel(), kernel.shape[1:])
    return _dense(graph, node.name, given, kernel, bias)


def _dense(graph: Graph, name: str, given: View, kernel: Array, bias: Array | None) -> View:
    features, units = kernel.shape
    if given.shape[-1] != features:
        raise UnsupportedError(f"multiplies {show(given.shape)} by {show(kernel.shape)}")
    if given.order.size == features:
        vector = graph.assembly.vector(given)
        source, rows = vector.node, np.empty_like(kernel)
        rows[vector.order] = kernel
    else:
        source, rows = graph.assembly.node(given, (given.order.size // features, features)), kernel
    tensors = [rows] if bias is None else [rows, bias]
    made = graph.assembly.layer(name, "Dense", [source], tensors, units=units, use_bias=bias is not None)
    return graph.assembly.whole(made, (*given.shape[:-1], units))


def batch_normalization(graph: Graph, node: Node) -> View:
    """BatchNormalization in inference, over axis 1."""
    given = graph.view(node)
    tensors = [graph.needed(node, index) for index in range(1, 5)]
    arguments = {"epsilon": float(node.get("epsilon", 1e-5)), "momentum": float(node.get("momentum", 0.9))}
    shape = record(given)
    if len(shape) == 1:
        vector = graph.assembly.vector(given)
        moved = [np.empty_like(tensor) for tensor in tensors]
        for target, tensor in zip(moved, tensors, strict=True):
            target[vector.order] = tensor
        made = graph.assembly.layer(node.name, "BatchNormalization", [vector.node], moved, **arguments)
        return View(node=made, order=vector.order[None])
    order = given.order[0] if len(shape) == 3 else np.moveaxis(given.order[0], 0, -1)
    source = graph.assembly.node(given.arranged(order))
    made = graph.assembly.layer(node.name, "BatchNormalization", [source], tensors, **arguments)
    view = graph.assembly.whole(made)
    return view.arranged((view.order if len(shape) == 3 else np.moveaxis(view.order, -1, 0))[None])


def layer_normalization(graph: Graph, node: Node) -> View:
    """LayerNormalization of the last axis."""
    given, gamma, beta = graph.view(node), graph.needed(node, 1), graph.constant(node, 2)
    if axis_of(int(node.get("axis", -1)), len(given.shape)) != len(given.shape) - 1:
        raise UnsupportedError("is over several axes")
    tensors = [gamma, np.zeros_like(gamma) if beta is None else beta]
    return _over_features(
        graph, node, "LayerNormalization", -1, tensors, epsilon=float(node.get("epsilon", 1e-5))
    )


def unit_normalization(graph: Graph, node: Node) -> View:
    """LpNormalization by the Euclidean length."""
    axis = axis_of(int(node.get("axis", -1)), len(graph.view(node).shape))
    if int(node.get("p", 2)) != 2 or axis == 0:
        raise UnsupportedError("divides by another length than the Euclidean one of a record's numbers")
    return _over_features(graph, node, "UnitNormalization", axis - 1, [])


def _over_features(
    graph: Graph, node: Node, operator: str, axis: int, tensors: list[Array], /, **arguments: Any
) -> View:
    """A normalisation over one axis of a record: it becomes the channels of an image, else the last one."""
    given = graph.view(node)
    target = 0 if len(record(given)) == 3 else -1
    source = graph.assembly.node(given.arranged(np.moveaxis(given.order[0], axis, target)))
    view = graph.assembly.whole(graph.assembly.layer(node.name, operator, [source], tensors, **arguments))
    return view.arranged(np.moveaxis(view.order, target, axis)[None])


def prelu(graph: Graph, node: Node) -> View:
    """PRelu."""
    given, slopes = graph.view(node), graph.needed(node, 1)
    shape = record(given)
    slopes = slopes.reshape(
        (1,) * (len(shape) - slopes.ndim) + slopes.shape[max(slopes.ndim - len(shape), 0) :]
    )
    shared = tuple(
        axis
        for axis, (one, size) in enumerate(zip(slopes.shape, shape, strict=True), start=1)
        if one == 1 < size
    )
    source = graph.assembly.node(given, shape)
    made = graph.assembly.layer(node.name, "PReLU", [source], [slopes], shared_axes=shared or None)
    return graph.assembly.whole(made, given.shape)


def response_normalization(graph: Graph, node: Node) -> View:
    """LRN."""
    given = graph.view(node)
    made = graph.assembly.layer(
        node.name,
        "LRN",
        [graph.assembly.node(given, record(given))],
        size=int(node.attributes["size"]),
        alpha=float(node.get("alpha", 0.0001)),
        beta=float(node.get("beta", 0.75)),
        bias=float(node.get("bias", 1.0)),
    )
    return graph.assembly.whole(made, given.shape)
