"""Layers on volumes in BigDL, whose windows add the same on both sides of an axis."""

from __future__ import annotations

from zoodsl.catalog.layers.reshaping import ends
from zoodsl.catalog.layers.windows import pool_windows
from zoodsl.catalog.operator import Arguments
from zoodsl.targets.bigdl.bindings.construct import TORCH_LAYERS, Binding, Construction, construct, made
from zoodsl.targets.pyast import Symbol, call
from zoodsl.targets.target import Unsupported
from zoodsl.types import Shape

UNEVEN = Unsupported(
    "BigDL's poolings of volumes cannot add more after than before, as `padding = same` does here",
    "use `padding = valid`, or sizes that `strides` divides",
)


def pool3d(name: str, torch_name: str, **flags: bool) -> Binding:
    """The pooling of volumes that BigDL has under these names, in its Keras style and in its Torch style."""

    def binding(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
        windows = pool_windows(a)
        margins = [window.margins(length) for window, length in zip(windows, inputs[0][1:], strict=True)]
        if not any(map(any, margins)):
            strides = a["strides"] if a["strides"] not in (None, a["pool_size"]) else None
            return made(construct(name, a["pool_size"], strides=strides))
        if any(before != after for before, after in margins):
            return UNEVEN
        (depth, height, width), (along, down, right) = a["pool_size"], a["strides"] or a["pool_size"]
        front, above, beside = (before for before, _ in margins)
        pooling = call(
            Symbol(TORCH_LAYERS, torch_name),
            depth,
            width,
            height,
            along,
            right,
            down,
            front,
            beside,
            above,
            **flags,
        )
        return made(construct("KerasLayerWrapper", pooling))

    return binding


def global_pooling(name: str) -> Binding:
    """The pooling over everything, of images or volumes, that BigDL has under this name."""

    def binding(a: Arguments, shapes: tuple[Shape, ...]) -> Construction:
        channels, *places = shapes[0]
        kept = (construct("Reshape", (channels, *(1 for _ in places))),) if a["keepdims"] else ()
        return made(construct(name), *kept)

    return binding


def zero_padding3d(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    """ZeroPadding3D: BigDL's own adds the same on both sides, its Torch-style layer on one side of one axis."""
    margins = ends(a, "padding")
    if all(before == after for before, after in margins):
        return made(construct("ZeroPadding3D", tuple(before for before, _ in margins)))
    sides = [
        (axis, size)
        for axis, (before, after) in enumerate(margins, start=2)
        for size in (-before, after)
        if size
    ]
    paddings = (call(Symbol(TORCH_LAYERS, "Padding"), axis, size, 4) for axis, size in sides)
    return made(*(construct("KerasLayerWrapper", padding) for padding in paddings))


def cropping3d(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    """Cropping3D."""
    return made(construct("Cropping3D", ends(a, "cropping")))
