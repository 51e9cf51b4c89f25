"""Puts a network together from a file's tensors, whatever their layout, with its weights."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from math import prod
from typing import Any

import numpy as np

from zoodsl.catalog.coherence import admits
from zoodsl.catalog.operator import Layer, Mismatch, Weight
from zoodsl.model.nodes import Operation
from zoodsl.source import Span
from zoodsl.types import Shape, elements, show
from zoodsl.weights.graph import GraphBuilder
from zoodsl.weights.pretrained import Pretrained, Problem
from zoodsl.weights.views import Array, View, box, whole

CUT_BEFORE = "if what comes before it is all that is needed, say so in the base: `cut at` a node before it"
"""What to do about a part of a file that has no counterpart, where nothing better is known."""


class UnsupportedError(Exception):
    """Something in a file that has no counterpart in the catalog. Readers turn it into a Problem with its place.

    ``message`` is a phrase that follows the node's name: ``pads with reflections``.
    """

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002 - the word of diagnostics
        super().__init__(message)
        self.message = message
        self.help = help


def one_output(outputs: Sequence[object]) -> None:
    """Raises UnsupportedError where a network has several outputs, of which nothing says which one is meant."""
    if len(outputs) > 1:
        raise UnsupportedError(
            f"gives {len(outputs)} outputs",
            'say which one is meant, by the layer that gives it: `cut at "..."` in the base',
        )


class Assembly:
    """A network that grows with its weights. Nodes are channels first; the file's tensors are views of them."""

    def __init__(self, span: Span) -> None:
        self.builder = GraphBuilder(span)
        self.weights: dict[str, tuple[Array, ...]] = {}
        self._laid_out: dict[tuple[str, Shape, bytes], str] = {}
        self._named: dict[str, View] = {}
        # x by the node that is x + 3, and by the one that is min(max(x + 3, 0), 6).
        self._raised: dict[str, View] = {}
        self._clipped: dict[str, View] = {}

    def shape(self, node: str) -> Shape:
        """The shape of a node's record."""
        return self.builder.shapes[node]

    def whole(self, node: str, shape: Shape | None = None) -> View:
        """The view of a whole node, in another shape of as many numbers if one is given."""
        return whole(node, self.shape(node), shape)

    def layer(
        self,
        name: str,
        operator: str,
        inputs: Sequence[str],
        weights: Sequence[Array] = (),
        /,
        **arguments: Any,
    ) -> str:
        """Adds a layer and gives its name, which has a number behind it where it was taken.

        Weights are in Keras 3's order and layout. Raises UnsupportedError where the layer cannot take its inputs, or
        the weights are not of the shapes that it needs.
        """
        operation = self.operation(operator, **arguments)
        shapes = tuple(map(self.shape, inputs))
        least, most = operation.operator.inputs
        if not least <= len(shapes) <= (most or len(shapes)):
            raise UnsupportedError(f"reads {len(shapes)} tensors, which `{operator}` does not")
        shape = operation.operator.shape(operation.arguments, shapes)
        if isinstance(shape, Mismatch):
            raise UnsupportedError(f"has no meaning here: {shape.message}")
        tensors = _fitting(operator, operation.operator.weights(operation.arguments, shapes), weights)
        free = self.builder.free(name)
        self.builder.layer(free, operator, inputs, **arguments)
        if tensors:
            self.weights[free] = tensors
        return free

    def operation(self, operator: str, /, **arguments: Any) -> Operation[Layer]:
        """A call of a layer. Raises UnsupportedError for an argument that the catalog's layer does not take."""
        operation = self.builder.operation(operator, **arguments)
        for parameter in operation.operator.parameters:
            value = operation.arguments[parameter.name]
            if not admits(parameter.type, value) and not (value is None and parameter.default is None):
                raise UnsupportedError(f"has {value} as `{parameter.name}`, which `{operator}` does not take")
        return operation

    def unary(self, name: str, operator: str, given: View, /, **arguments: Any) -> View:
        """A layer that works number by number, so that whatever layout its input has stays as it is."""
        if not given.is_whole(self.shape(given.node)):
            given = self.whole(self.node(given), given.shape)
        made = View(node=self.layer(name, operator, [given.node], **arguments), order=given.order)
        if operator == "ReLU" and arguments.get("max_value") == 6 and given.node in self._raised:
            self._clipped[made.node] = self._raised[given.node]
        return made

    def node(self, view: View, shape: Shape | None = None) -> str:
        """The node whose record is the view, number by number, in ``shape`` if given: layers are added as needed."""
        shape = view.shape if shape is None else shape
        record = self.shape(view.node)
        plain = view.is_plain(record)
        if plain and shape == record:
            return view.node
        key = (view.node, shape, b"" if plain else view.order.tobytes())
        if key not in self._laid_out:
            self._laid_out[key] = self._lay_out(view, shape, plain=plain)
        return self._laid_out[key]

    def vector(self, view: View) -> View:
        """All numbers of a view as a vector: of a node that is one, and in an order that may be another."""
        if not view.is_whole(self.shape(view.node)):
            return self.whole(self.node(view, (view.order.size,)))
        flat = self.whole(view.node, (view.order.size,))
        return View(node=self.node(flat.arranged(flat.order, view.name)), order=view.order.reshape(-1))

    def repeated(self, view: View, shape: Shape) -> View:
        """A view broadcast to ``shape``, as NumPy would; dimensions of 1 are repeated by layers."""
        view = view.reshaped((1,) * (len(shape) - len(view.shape)) + view.shape)
        if any(size not in (1, wanted) for size, wanted in zip(view.shape, shape, strict=True)):
            raise UnsupportedError(f"broadcasts {show(view.shape)} to {show(shape)}")
        name = view.name or view.node
        axis = 0
        while axis < len(shape):
            end = axis + 1
            if view.shape[axis] < shape[axis]:
                while end < len(shape) and view.shape[end] < shape[end]:
                    end += 1
                before, after, wanted = prod(view.shape[:axis]), prod(view.shape[end:]), shape[axis:end]
                size = wanted if len(wanted) == 2 and after == 1 else (prod(wanted), 1)
                column = self.node(view, (before, 1, after))
                column = self.layer(f"{name}_repeated", "UpSampling2D", [column], size=size)
                view = self.whole(column, (*view.shape[:axis], *wanted, *view.shape[end:]))
            axis = end
        return view

    def joined(self, name: str, operator: str, views: Sequence[View], record: Shape) -> View:
        """A layer that joins tensors number by number, broadcast to each other as NumPy would.

        ``record`` is the shape of what comes out, without a batch.
        """
        shape = np.broadcast_shapes(*(view.shape for view in views))
        views = [view if view.shape == shape else self.repeated(view, shape) for view in views]
        first, records = views[0], {self.shape(view.node) for view in views}
        alike = len(records) == 1 and all((view.order == first.order).all() for view in views)
        if alike and first.is_whole(*records):
            # Laid out in the same way, whatever that is: joined as the nodes are.
            return View(node=self.layer(name, operator, [view.node for view in views]), order=first.order)
        return self.whole(self.layer(name, operator, [self.node(view, record) for view in views]), shape)

    def laid_side_by_side(self, name: str, views: Sequence[View]) -> View:
        """Vectors, in whatever order they have their numbers, as one."""
        flat = [self.vector(view) for view in views]
        starts = np.cumsum([0, *(view.order.size for view in flat[:-1])], dtype=np.int32)
        order = np.concatenate([view.order + start for view, start in zip(flat, starts, strict=True)])
        return View(node=self.layer(name, "Concatenate", [view.node for view in flat]), order=order)

    def softmax(self, name: str, rows: View, activation: str = "softmax") -> View:
        """The softmax of each of (rows, numbers), or its logarithm; one row's numbers may be in any order."""
        if len(rows.order) > 1:
            return self.whole(self.layer(name, "Activation", [self.node(rows)], activation=activation))
        vector = self.vector(rows)
        made = self.layer(name, "Activation", [vector.node], activation=activation)
        return View(node=made, order=vector.order.reshape(rows.shape))

    def scaled(self, name: str, view: View, axis: int, scale: Array, shift: Array) -> View:
        """A tensor whose numbers are multiplied, then shifted, by one number each for each place of an axis.

        It is a depthwise convolution of 1x1, so that it is trained as what it is. Where it ends min(max(x + 3, 0), 6) / 6,
        it is ``hard_sigmoid``, which some files spell so.
        """
        gated = self._clipped.get(view.node)
        if gated is not None and np.allclose(scale, 1 / 6) and not np.any(shift):
            return self.unary(name, "Activation", gated.reshaped(view.shape), activation="hard_sigmoid")
        moved = np.moveaxis(view.order, axis, 0)
        size = moved.shape[0]
        places = [each for each in moved.shape[1:] if each > 1]
        places = places if len(places) == 2 else [1, prod(places)]
        image = self.node(view.arranged(moved.reshape(size, *places)))
        kernel, bias = (np.broadcast_to(np.ravel(each), (size,)) for each in (scale, shift))
        tensors, is_vector = [kernel.reshape(1, 1, size, 1), bias], view.order.size == size
        made = self.layer(
            f"{name}/scaled" if is_vector else name, "DepthwiseConv2D", [image], tensors, kernel_size=(1, 1)
        )
        made = self.layer(name, "Flatten", [made]) if is_vector else made
        if np.all(scale == 1) and np.all(shift == 3):
            self._raised[made] = view
        result = self.whole(made, moved.shape)
        return result.arranged(np.moveaxis(result.order, 0, axis))

    def lies_channels_last(self, view: View) -> bool:
        """Whether a view of (height, width, channels) is a node of (channels, height, width)."""
        return view.arranged(view.order.transpose(2, 0, 1)).is_plain(self.shape(view.node))

    def name(self, name: str, view: View) -> None:
        """Says what the file calls a tensor, of one record and channels first, so that a cut can be made there."""
        self._named[name] = view

    def finish(
        self, form: str, output: str | None, problems: Sequence[Problem], *, to_be_cut: bool
    ) -> Pretrained | tuple[Problem, ...]:
        """What was read of a file of this format: a network, or the problems that there are.

        ``output`` is None where the file's own output could not be made; a network ``to_be_cut`` need not have it. It has
        a node for each name of the file, so that what only moves numbers, and is no layer else, is one there.
        """
        if not to_be_cut and (problems or output is None):
            return tuple(problems)
        last = next(reversed(self.builder.shapes), None) if output is None else output
        if last is None:
            return tuple(problems)
        if to_be_cut:
            self._make_named()
        network = self.builder.finish(last, all_nodes=to_be_cut)
        weights = {node.name: self.weights[node.name] for node in network.layers if node.name in self.weights}
        return Pretrained(format=form, network=network, weights=weights, unread=tuple(problems))

    def _make_named(self) -> None:
        for name, view in self._named.items():
            if name not in self.builder.shapes:
                with suppress(UnsupportedError):  # nobody may need it
                    node = self.node(view.arranged(view.order, name))
                    if node != name:
                        self.layer(name, "Activation", [node], activation="linear")

    def _lay_out(self, view: View, shape: Shape, *, plain: bool) -> str:
        name, record, node = view.name or f"{view.node}_view", self.shape(view.node), view.node
        if plain:
            return self._reshaped(name, node, shape)
        cut = box(view.order, elements(record))
        if cut is None:
            raise UnsupportedError(
                "picks numbers in an order that no reshaping, permutation or cropping gives"
            )
        sizes = list(cut.sizes)
        for axis, (start, count) in enumerate(zip(cut.starts, cut.counts, strict=True)):
            if count < sizes[axis]:
                rows = (prod(sizes[:axis]), sizes[axis], prod(sizes[axis + 1 :]))
                node = self._reshaped(f"{name}_rows", node, rows)
                margins = ((start, sizes[axis] - start - count), (0, 0))
                node = self.layer(f"{name}_cut", "Cropping2D", [node], cropping=margins)
                sizes[axis] = count
        if cut.axes != tuple(range(len(sizes))):
            node = self._reshaped(f"{name}_axes", node, tuple(sizes))
            node = self.layer(f"{name}_turned", "Permute", [node], dims=tuple(axis + 1 for axis in cut.axes))
        return self._reshaped(name, node, shape)

    def _reshaped(self, name: str, node: str, shape: Shape) -> str:
        if self.shape(node) == shape:
            return node
        if len(shape) == 1:
            return self.layer(name, "Flatten", [node])
        return self.layer(name, "Reshape", [node], target_shape=shape)


def _fitting(operator: str, wanted: Sequence[Weight], given: Sequence[Array]) -> tuple[Array, ...]:
    if len(wanted) != len(given):
        raise UnsupportedError(f"has {len(given)} weight tensors, but `{operator}` has {len(wanted)}")
    for weight, tensor in zip(wanted, given, strict=True):
        if weight.shape != tensor.shape:
            raise UnsupportedError(
                f"has a {weight.name} of {show(tensor.shape)}, but {show(weight.shape)} is needed"
            )
    return tuple(np.ascontiguousarray(each, np.float32) for each in given)
