"""Poolings in BigDL: its Keras-style layers, or its Torch-style ones where those lack something."""

from __future__ import annotations

from dataclasses import replace

from zoodsl.catalog.layers.windows import borders, pool_windows
from zoodsl.catalog.operator import Arguments
from zoodsl.targets.bigdl.bindings.construct import TORCH_LAYERS, Binding, Construction, construct, made
from zoodsl.targets.bigdl.bindings.padding import border_mode, torch_pads
from zoodsl.targets.pyast import Symbol, call
from zoodsl.targets.target import Unsupported
from zoodsl.types import Shape

ROUNDED_UP = Unsupported(
    "BigDL's poolings with `ceil_mode` cannot round the height up where the width needs none, nor where "
    "`strides` above `pool_size` leave gaps",
    "leave `ceil_mode` out, or bring the image to another size before it",
)


def pool1d(name: str) -> Binding:
    """The pooling of series that BigDL has under this name."""

    def binding(a: Arguments, _: tuple[Shape, ...]) -> Construction:
        strides = a["strides"] if a["strides"] not in (None, a["pool_size"]) else None
        return made(construct(name, a["pool_size"], stride=strides, border_mode=border_mode(a)))

    return binding


def max_pool2d(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    """MaxPooling2D."""
    up = _rounded_up(a, inputs[0][1:])
    if isinstance(up, Unsupported):
        return up
    if up:
        return _torch_pool("SpatialMaxPooling", a, to_ceil=True)
    return _keras_pool2d("MaxPooling2D", a)


def average_pool2d(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    """AveragePooling2D."""
    up = _rounded_up(a, inputs[0][1:])
    if isinstance(up, Unsupported):
        return up
    # BigDL's Keras-style layer takes `count_include_pad`, and never counts.
    border = a["count_include_pad"] and a["padding"] != "valid"
    if up or border:
        return _torch_pool("SpatialAveragePooling", a, ceil_mode=up, count_include_pad=border)
    return _keras_pool2d("AveragePooling2D", a)


def _keras_pool2d(name: str, a: Arguments) -> Construction:
    strides = a["strides"] if a["strides"] not in (None, a["pool_size"]) else None
    return made(construct(name, a["pool_size"], strides=strides, border_mode=border_mode(a), pads=borders(a)))


def _torch_pool(name: str, a: Arguments, **flags: bool) -> Construction:
    (height, width), (down, right) = a["pool_size"], a["strides"] or a["pool_size"]
    above, beside = torch_pads(a)
    pooling = call(Symbol(TORCH_LAYERS, name), width, height, right, down, beside, above, **flags)
    return made(construct("KerasLayerWrapper", pooling))


def _rounded_up(a: Arguments, lengths: Shape) -> bool | Unsupported:
    """Whether ``ceil_mode`` adds a window along an axis.

    BigDL forgets it after the first batch where the width needs none, and keeps windows in a gap past the image.
    """
    windows = pool_windows(a)
    floor = tuple(replace(window, ceil=False) for window in windows)
    if all(
        one.positions(length) == other.positions(length)
        for one, other, length in zip(windows, floor, lengths, strict=True)
    ):
        return False
    across, width = windows[1], lengths[1]
    even = across.border == 0 and (width - across.size) % across.stride == 0
    gaps = not any(borders(a) or ()) and any(window.stride > window.size for window in windows)
    return ROUNDED_UP if even or gaps else True
