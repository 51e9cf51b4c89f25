"""Operators of ONNX that only say which number stands where. They become views, and layers only where none will do."""

from __future__ import annotations

import numpy as np

from zoodsl.types import elements, show
from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.onnx_graph import Graph, Node, Value, axis_of
from zoodsl.weights.views import Array, View


def same(graph: Graph, node: Node) -> Value:
    """Identity, and Cast, which changes no number that a network computes with."""
    return graph.values[node.inputs[0]]


def dropout(graph: Graph, node: Node) -> View:
    """Dropout. A rate of 0 or 1 is a training loop's business: it says nothing of the layer."""
    given, ratio = graph.view(node), graph.constant(node, 1)
    rate = float(node.get("ratio", 0.5)) if ratio is None else float(ratio.ravel()[0])
    return graph.assembly.unary(node.name, "Dropout", given, rate=rate) if 0 <= rate < 1 else given


def shape(graph: Graph, node: Node) -> Array:
    """Shape: a constant, since a batch of one record is what everything is worked out for."""
    sizes = np.array(graph.view(node).shape, np.int64)
    return sizes[slice(node.get("start", None), node.get("end", None))]


def flatten(graph: Graph, node: Node) -> View:
    """Flatten from an axis on."""
    given = graph.view(node)
    axis = axis_of(int(node.get("axis", 1)), len(given.shape))
    return _reshaped(graph, node, given, (elements(given.shape[:axis]), elements(given.shape[axis:])))


def reshape(graph: Graph, node: Node) -> View:
    """Reshape: 0 keeps a size, -1 is what is left."""
    given, wanted = graph.view(node), graph.integers(node, "shape", 1) or ()
    keeps = not node.get("allowzero", 0)
    sizes = [given.shape[axis] if size == 0 and keeps else size for axis, size in enumerate(wanted)]
    try:
        return _reshaped(graph, node, given, given.order.reshape(sizes).shape)
    except ValueError:
        raise UnsupportedError(
            f"makes {show(tuple(sizes))} of {show(given.shape)}", "save it for batches of one record"
        ) from None


def _reshaped(graph: Graph, node: Node, given: View, sizes: tuple[int, ...]) -> View:
    view = given.arranged(given.order.reshape(sizes), node.name)
    if len(sizes) == 2 and sizes[0] == 1:
        # A vector is made at once, so that the network can be cut here; in which order, those who read it see to.
        return graph.assembly.vector(view).reshaped(sizes)
    return view


def transpose(graph: Graph, node: Node) -> View:
    """Transpose."""
    given = graph.view(node)
    return given.arranged(given.order.transpose(node.get("perm", None)), node.name)


def squeeze(graph: Graph, node: Node) -> View:
    """Squeeze."""
    given, axes = graph.view(node), graph.integers(node, "axes", 1)
    return given.arranged(given.order.squeeze(axes), node.name)


def unsqueeze(graph: Graph, node: Node) -> View:
    """Unsqueeze."""
    given, axes = graph.view(node), graph.integers(node, "axes", 1) or ()
    return given.arranged(np.expand_dims(given.order, axes), node.name)


def expand(graph: Graph, node: Node) -> View:
    """Expand: repeats dimensions of 1."""
    given, wanted = graph.view(node), graph.integers(node, "shape", 1) or ()
    return graph.assembly.repeated(given, np.broadcast_shapes(given.shape, wanted))


def cut(graph: Graph, node: Node) -> View:
    """Slice."""
    given = graph.view(node)
    starts, ends = graph.integers(node, "starts", 1) or (), graph.integers(node, "ends", 2) or ()
    axes = graph.integers(node, "axes", 3) or range(len(starts))
    steps = graph.integers(node, "steps", 4) or (1,) * len(starts)
    kept = [slice(None)] * len(given.shape)
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        size = given.shape[axis]
        kept[axis] = slice(start, None if step < 0 and end < -size else end, step)
    return given.arranged(given.order[tuple(kept)], node.name)


def split(graph: Graph, node: Node) -> tuple[View, ...]:
    """Split into parts of given sizes, or of equal ones, of which the last may be smaller."""
    given = graph.view(node)
    axis, count = axis_of(int(node.get("axis", 0)), len(given.shape)), len(node.outputs)
    part = -(-given.shape[axis] // count)
    sizes = graph.integers(node, "split", 1) or (part,) * (count - 1)
    ends = np.cumsum(sizes)[: count - 1]
    names = [node.name, *node.outputs[1:]]
    parts = np.split(given.order, ends, axis)
    return tuple(given.arranged(order, name) for order, name in zip(parts, names, strict=True))


def gather(graph: Graph, node: Node) -> View:
    """Gather of fixed places from what is computed; of rows of a constant table by what is computed: Embedding."""
    table = graph.values[node.inputs[0]]
    axis = int(node.get("axis", 0))
    if isinstance(table, View):
        places = graph.needed(node, 1)
        return table.arranged(np.take(table.order, places, axis), node.name)
    indices = graph.view(node, 1)
    if table.ndim != 2 or axis != 0 or indices.shape[:1] != (1,):
        raise UnsupportedError(
            f"looks up {show(indices.shape)} indices along axis {axis} of {show(table.shape)}"
        )
    vector = graph.assembly.node(indices, (indices.order.size,))
    made = graph.assembly.layer(
        node.name, "Embedding", [vector], [table], input_dim=table.shape[0], output_dim=table.shape[1]
    )
    return graph.assembly.whole(made, (*indices.shape, table.shape[1]))


def concatenation(graph: Graph, node: Node) -> View:
    """Concat of what is computed."""
    views = [graph.view(node, index) for index in range(len(node.inputs))]
    if len(views) == 1:
        return views[0]
    rank = len(views[0].shape)
    axis = axis_of(int(node.attributes["axis"]), rank)
    if axis == 0:
        raise UnsupportedError("joins along the batch")
    if rank == 2:
        joined = graph.assembly.laid_side_by_side(node.name, views)
        return joined.reshaped((1, joined.order.size))
    # Images that all lie channels last are joined as they lie in their nodes.
    order = (0, *range(1, rank))
    if rank == 4 and all(graph.assembly.lies_channels_last(view.arranged(view.order[0])) for view in views):
        order = (0, 3, 1, 2)
    nodes = [graph.assembly.node(view.arranged(view.order.transpose(order)[0])) for view in views]
    made = graph.assembly.layer(node.name, "Concatenate", nodes, axis=order.index(axis))
    joined = graph.assembly.whole(made)
    return joined.arranged(joined.order[None].transpose(tuple(np.argsort(order))))
