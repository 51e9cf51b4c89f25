"""Convolutions, poolings, padding and resizing of ONNX.

Source of all definitions: ONNX, Operators (https://onnx.ai/onnx/operators).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import ceil, floor
from typing import Any

import numpy as np

from zoodsl.catalog.layers.windows import Window
from zoodsl.types import Shape, show
from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.onnx_graph import Graph, Node, axis_of, channels_last, record
from zoodsl.weights.views import View

Padding = str | Shape
"""As the catalog has it: ``valid``, ``same``, or so many places on both sides of each axis."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows as a node has them, one an axis: ``before`` and ``after`` are what is added around the input."""

    sizes: Shape
    strides: Shape
    dilations: Shape
    before: Shape
    after: Shape
    ceil_mode: bool

    def places(self, lengths: Shape) -> Shape:
        """Where the windows stand. With ``ceil_mode`` a last one may reach beyond, but must begin before the end."""
        found = []
        for axis, length in enumerate(lengths):
            stride = self.strides[axis]
            reach = (self.sizes[axis] - 1) * self.dilations[axis] + 1
            free = length + self.before[axis] + self.after[axis] - reach
            count = free // stride + 1
            if self.ceil_mode and free % stride and count * stride < length + self.before[axis]:
                count += 1
            found.append(count)
        return tuple(found)

    def padding(self, lengths: Shape, *, may_ceil: bool) -> tuple[Padding, bool] | None:
        """The catalog's padding and ``ceil_mode`` under which the windows stand where they do, None if there is none.

        Those over a series are padded as ``valid`` or ``same`` alone.
        """
        kinds: tuple[Padding, ...] = (
            ("valid", self.before, "same") if len(lengths) == 2 else ("valid", "same")
        )
        for kind, ceiling in product(kinds, (False, True) if may_ceil else (False,)):
            if kind == "same" and ceiling:
                continue
            borders = kind if isinstance(kind, tuple) else (0,) * len(lengths)
            windows = self._axes(borders, same=kind == "same", ceil=ceiling)
            placed = tuple(window.positions(length) for window, length in zip(windows, lengths, strict=True))
            begins = tuple(window.margins(length)[0] for window, length in zip(windows, lengths, strict=True))
            if placed == self.places(lengths) and begins == self.before:
                return kind, ceiling
        return None

    def same(self, lengths: Shape) -> tuple[tuple[int, int], ...]:
        """What TensorFlow's ``SAME`` adds before and after each axis."""
        windows = self._axes((0,) * len(lengths), same=True, ceil=False)
        return tuple(window.margins(length) for window, length in zip(windows, lengths, strict=True))

    def _axes(self, borders: Shape, *, same: bool, ceil: bool) -> list[Window]:
        axes = zip(self.sizes, self.strides, self.dilations, borders, strict=True)
        return [Window(size, stride, dilation, same, border, ceil) for size, stride, dilation, border in axes]


def _windows(node: Node, sizes: Shape, lengths: Shape) -> Windows:
    rank = len(sizes)
    strides = tuple(node.get("strides", (1,) * rank))
    dilations = tuple(node.get("dilations", (1,) * rank))
    pads = tuple(node.get("pads", (0,) * 2 * rank))
    if min(pads) < 0:
        raise UnsupportedError("has negative padding")
    windows = Windows(sizes, strides, dilations, pads[:rank], pads[rank:], bool(node.get("ceil_mode", 0)))
    side = node.get("auto_pad", "NOTSET")
    if side == "NOTSET":
        return windows
    margins = windows.same(lengths) if side.startswith("SAME") else ((0, 0),) * rank
    before, after = zip(*margins, strict=True)
    return (
        replace(windows, before=after, after=before)
        if side == "SAME_LOWER"
        else replace(windows, before=before, after=after)
    )


def _padded(graph: Graph, node: Node, image: str, windows: Windows) -> str:
    sides = tuple(zip(windows.before, windows.after, strict=True))
    return graph.assembly.layer(f"{node.name}_pad", "ZeroPadding2D", [image], padding=sides)


def convolution(graph: Graph, node: Node) -> View:
    """Conv over a series (1, channels, steps) or an image (1, channels, height, width)."""
    given, kernel, bias = graph.view(node), graph.needed(node, 1), graph.constant(node, 2)
    lengths = record(given)[1:]
    if len(lengths) not in (1, 2):
        raise UnsupportedError(f"slides over {len(lengths)} dimensions")
    windows = _windows(node, kernel.shape[2:], lengths)
    groups, channels = int(node.get("group", 1)), given.shape[1]
    name, fused = node.name, _bias_after(graph, node, kernel.shape[0]) if bias is None else None
    if fused is not None:
        name, bias = fused
    tensors = [] if bias is None else [bias]
    found = windows.padding(lengths, may_ceil=False)
    if len(lengths) == 1:
        if groups != 1 or found is None:
            raise UnsupportedError("slides over a series in groups, or with padding of its own")
        made = graph.assembly.layer(
            name, "Conv1D", [graph.assembly.node(channels_last(given))],
            [kernel.transpose(2, 1, 0), *tensors],
            filters=kernel.shape[0], kernel_size=windows.sizes[0], strides=windows.strides[0],
            dilation_rate=windows.dilations[0], padding=found[0], use_bias=bool(tensors),
        )  # fmt: skip
        return _steps_last(graph, made)
    image = graph.assembly.node(given, record(given))
    if found is None:
        image, found = _padded(graph, node, image, windows), ("valid", False)
    arguments: dict[str, Any] = {
        "kernel_size": windows.sizes, "strides": windows.strides, "dilation_rate": windows.dilations,
        "padding": found[0], "use_bias": bool(tensors),
    }  # fmt: skip
    if groups == channels > 1:
        multiplier = kernel.shape[0] // groups
        depthwise = kernel.reshape(groups, multiplier, *kernel.shape[2:]).transpose(2, 3, 0, 1)
        made = graph.assembly.layer(
            name, "DepthwiseConv2D", [image], [depthwise, *tensors], depth_multiplier=multiplier, **arguments
        )
    else:
        weights = [kernel.transpose(2, 3, 1, 0), *tensors]
        arguments |= {"filters": kernel.shape[0], "groups": groups}
        made = graph.assembly.layer(name, "Conv2D", [image], weights, **arguments)
    return graph.assembly.whole(made, (1, *graph.assembly.shape(made)))


def transposed_convolution(graph: Graph, node: Node) -> View:
    """ConvTranspose over an image, whose borders are the same on both sides."""
    given, kernel, bias = graph.view(node), graph.needed(node, 1), graph.constant(node, 2)
    around = tuple(node.get("pads", (0, 0, 0, 0)))
    if len(kernel.shape) != 4:
        raise UnsupportedError(f"slides over {len(kernel.shape) - 2} dimensions")
    if int(node.get("group", 1)) != 1 or any(each != 1 for each in node.get("dilations", ())):
        raise UnsupportedError("has groups or a dilated window")
    if around[:2] != around[2:] or node.get("auto_pad", "NOTSET") != "NOTSET" or node.get("output_shape", ()):
        raise UnsupportedError("cuts off what is not said as the same width on both sides")
    made = graph.assembly.layer(
        node.name, "Conv2DTranspose", [graph.assembly.node(given, record(given))],
        [kernel.transpose(2, 3, 1, 0), *([] if bias is None else [bias])],
        filters=kernel.shape[1], kernel_size=kernel.shape[2:], strides=tuple(node.get("strides", (1, 1))),
        padding=around[:2], output_padding=tuple(node.get("output_padding", (0, 0))), use_bias=bias is not None,
    )  # fmt: skip
    return graph.assembly.whole(made, (1, *graph.assembly.shape(made)))


def _bias_after(graph: Graph, node: Node, filters: int) -> tuple[str, Any] | None:
    """The name and the constant of an Add that alone follows, and adds a number to each channel."""
    follower = graph.only_reader(node)
    if follower is None or follower.operator != "Add":
        return None
    constant = graph.other_constant(follower, node.outputs[0])
    rank = len(graph.needed(node, 1).shape)
    if (
        constant is None
        or constant.shape[-rank + 1 :] != (filters, *(1,) * (rank - 2))
        or constant.size != filters
    ):
        return None
    graph.fuse(follower, node)
    return follower.name, constant.ravel()


def _steps_last(graph: Graph, series: str) -> View:
    view = graph.assembly.whole(series)
    return view.arranged(np.moveaxis(view.order, -1, 0)[None])


def pooling(graph: Graph, node: Node) -> View:
    """MaxPool and AveragePool."""
    given = graph.view(node)
    lengths = record(given)[1:]
    windows = _windows(node, tuple(node.attributes["kernel_shape"]), lengths)
    if len(lengths) not in (1, 2) or set(windows.dilations) != {1}:
        raise UnsupportedError("pools over three dimensions, or with dilation")
    if any(output for output in node.outputs[1:]):
        raise UnsupportedError("gives the places of the largest numbers")
    kind = {"MaxPool": "MaxPooling", "AveragePool": "AveragePooling"}[node.operator]
    padded = any(windows.before + windows.after)
    counted = kind == "AveragePooling" and bool(node.get("count_include_pad", 0)) and padded
    found = windows.padding(lengths, may_ceil=len(lengths) == 2)
    if len(lengths) == 1:
        if found is None or counted:
            raise UnsupportedError("pools a series with padding of its own")
        made = graph.assembly.layer(
            node.name, f"{kind}1D", [graph.assembly.node(channels_last(given))],
            pool_size=windows.sizes[0], strides=windows.strides[0], padding=found[0],
        )  # fmt: skip
        return _steps_last(graph, made)
    image = graph.assembly.node(given, record(given))
    if counted:
        if windows.places(lengths) != replace(windows, ceil_mode=False).places(lengths):
            raise UnsupportedError("counts padding in its mean and rounds its places up")
        image, found = _padded(graph, node, image, windows), ("valid", False)
    if found is None:
        raise UnsupportedError(
            f"pads by {show(windows.before)} before and {show(windows.after)} after",
            "pad equally on both sides, or as TensorFlow's `SAME` does",
        )
    made = graph.assembly.layer(
        node.name, f"{kind}2D", [image],
        pool_size=windows.sizes, strides=windows.strides, padding=found[0], ceil_mode=found[1],
    )  # fmt: skip
    return graph.assembly.whole(made, (1, *graph.assembly.shape(made)))


def global_pooling(graph: Graph, node: Node) -> View:
    """GlobalAveragePool and GlobalMaxPool: sizes of 1 stay where the places were."""
    kind = "GlobalAveragePooling" if node.operator == "GlobalAveragePool" else "GlobalMaxPooling"
    given = graph.view(node)
    return _summary(graph, node, kind, given, tuple(range(2, len(given.shape))), keep=True)


def reduction(graph: Graph, node: Node) -> View:
    """ReduceMean and ReduceMax over all places of an image or all steps of a series, wherever its channels are."""
    given = graph.view(node)
    axes = graph.integers(node, "axes", 1) or ()
    kind = "GlobalAveragePooling" if node.operator == "ReduceMean" else "GlobalMaxPooling"
    keep = bool(node.get("keepdims", 1))
    return _summary(
        graph, node, kind, given, tuple(axis_of(axis, len(given.shape)) for axis in axes), keep=keep
    )


def _summary(graph: Graph, node: Node, kind: str, given: View, axes: Shape, *, keep: bool) -> View:
    rest = [axis for axis in range(1, len(given.shape)) if axis not in axes]
    if 0 in axes or len(rest) != 1 or len(axes) not in (1, 2):
        raise UnsupportedError(f"summarises the axes {list(axes)} of {show(given.shape)}")
    turn = (0, *rest, *axes) if len(axes) == 2 else (0, *axes, *rest)
    source = graph.assembly.node(given.arranged(given.order.transpose(turn)[0]))
    made = graph.assembly.layer(node.name, f"{kind}{len(axes)}D", [source])
    shape = [1 if axis in axes else size for axis, size in enumerate(given.shape)]
    kept = shape if keep else [size for axis, size in enumerate(given.shape) if axis not in axes]
    return graph.assembly.whole(made, tuple(kept))


def padding(graph: Graph, node: Node) -> View:
    """Pad of an image by zeros; negative padding cuts off."""
    given, mode = graph.view(node), node.get("mode", "constant")
    if mode != "constant":
        raise UnsupportedError(f"pads by `{mode}`, not by zeros")
    fill = graph.constant(node, 2)
    if float(node.get("value", 0.0)) or (fill is not None and fill.size and float(fill.ravel()[0])):
        raise UnsupportedError("pads by another number than 0")
    pads, rank = graph.integers(node, "pads", 1) or (), len(given.shape)
    axes = graph.integers(node, "axes", 3) or tuple(range(rank))
    before, after = [0] * rank, [0] * rank
    for axis, first, last in zip(axes, pads[: len(axes)], pads[len(axes) :], strict=True):
        before[axis_of(axis, rank)], after[axis_of(axis, rank)] = first, last
    kept = tuple(
        slice(max(-first, 0), size - max(-last, 0))
        for first, last, size in zip(before, after, given.shape, strict=True)
    )
    given = given.arranged(given.order[kept])
    added = [(max(first, 0), max(last, 0)) for first, last in zip(before, after, strict=True)]
    padded = [axis for axis, sides in enumerate(added) if any(sides)]
    if not padded:
        return given
    others = [axis for axis in range(1, rank) if axis not in padded]
    if rank != 4 or 0 in padded or len(padded) > 2:
        raise UnsupportedError(f"pads the axes {padded} of {show(given.shape)}")
    # The axes that are padded come last, as an image's height and width do.
    while len(padded) < 2:
        padded = sorted([*padded, others.pop()])
    axes = (0, *others, *padded)
    image = graph.assembly.node(given.arranged(given.order.transpose(axes)[0]))
    made = graph.assembly.layer(
        node.name, "ZeroPadding2D", [image], padding=(added[padded[0]], added[padded[1]])
    )
    view = graph.assembly.whole(made)
    return view.arranged(view.order[None].transpose(tuple(np.argsort(axes))))


def resize(graph: Graph, node: Node) -> View:
    """Resize and Upsample that repeat each row and column."""
    given = graph.view(node)
    if node.get("mode", "nearest") != "nearest":
        raise UnsupportedError(f"resizes by `{node.get('mode', '')}`, not to the nearest pixel")
    if len(given.shape) != 4:
        raise UnsupportedError(f"resizes {show(given.shape)}")
    sizes = _sizes(graph, node, given.shape)
    factors = tuple(after // before for before, after in zip(given.shape, sizes, strict=True))
    for axis, (before, after) in enumerate(zip(given.shape, sizes, strict=True)):
        repeated = [place // max(factors[axis], 1) for place in range(after)]
        if (axis < 2 and before != after) or _sources(graph, node, before, after) != repeated:
            raise UnsupportedError(
                f"resizes {show(given.shape)} to {show(sizes)} otherwise than by repeating each row and column"
            )
    image = graph.assembly.node(given, record(given))
    made = graph.assembly.layer(node.name, "UpSampling2D", [image], size=factors[2:])
    return graph.assembly.whole(made, (1, *graph.assembly.shape(made)))


def _is_old(graph: Graph, node: Node) -> bool:
    """Whether a node is of the time before a Resize said how pixels are placed."""
    return node.operator == "Upsample" or graph.opset < 11


def _sizes(graph: Graph, node: Node, shape: Shape) -> Shape:
    """What comes out, told by sizes or scales."""
    old = _is_old(graph, node)
    sizes = None if old else graph.constant(node, 3)
    if sizes is not None and sizes.size:
        return tuple(int(size) for size in sizes)
    scales: Sequence[float] | None = node.attributes.get("scales")
    if scales is None:
        scales = [float(each) for each in graph.needed(node, 1 if old else 2)]
    return tuple(floor(size * scale) for size, scale in zip(shape, scales, strict=True))


def _sources(graph: Graph, node: Node, before: int, after: int) -> list[int]:
    """Which of ``before`` pixels each of ``after`` is: ONNX, Resize, coordinate_transformation_mode and nearest_mode."""
    old, scale = _is_old(graph, node), after / before
    found = []
    for place in range(after):
        match node.get("coordinate_transformation_mode", "asymmetric" if old else "half_pixel"):
            case "asymmetric":
                at = place / scale
            case "align_corners":
                at = place * (before - 1) / max(after - 1, 1)
            case "half_pixel" | "pytorch_half_pixel" | "half_pixel_symmetric":
                at = (place + 0.5) / scale - 0.5
            case mode:
                raise UnsupportedError(f"places pixels by `{mode}`")
        match node.get("nearest_mode", "floor" if old else "round_prefer_floor"):
            case "floor":
                nearest = floor(at)
            case "ceil":
                nearest = ceil(at)
            case "round_prefer_ceil":
                nearest = floor(at + 0.5)
            case _:
                nearest = ceil(at - 0.5)
        found.append(min(max(nearest, 0), before - 1))
    return found
