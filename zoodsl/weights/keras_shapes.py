"""Layers of Keras that only move numbers."""

from __future__ import annotations

import numpy as np

from zoodsl.types import Shape
from zoodsl.weights.keras_calls import Call
from zoodsl.weights.views import View


def flatten(call: Call) -> View:
    """Flatten. Channels that come first go last before it, as Keras has it."""
    order = call.input.order
    order = np.moveaxis(order, 0, -1) if call.channels_first and order.ndim > 1 else order
    return call.assembly.vector(call.input.arranged(order.reshape(-1), call.name))


def reshape(call: Call) -> View:
    """Reshape."""
    order = call.input.order.reshape(tuple(call.get("target_shape")))
    view = call.input.arranged(order, call.name)
    return call.assembly.vector(view) if order.ndim == 1 else view


def permute(call: Call) -> View:
    """Permute."""
    dims = tuple(dim - 1 for dim in call.get("dims"))
    return call.input.arranged(call.input.order.transpose(dims), call.name)


def repeat_vector(call: Call) -> View:
    """RepeatVector."""
    node = call.assembly.node(call.input)
    return call.assembly.whole(call.assembly.layer(call.name, "RepeatVector", [node], n=int(call.get("n"))))


def _sides(call: Call, key: str) -> tuple[Shape, Shape]:
    value = call.get(key)
    both = value if isinstance(value, (list, tuple)) else (value, value)
    first, second = (tuple(each) if isinstance(each, (list, tuple)) else (each, each) for each in both)
    return first, second


def zero_padding_2d(call: Call) -> View:
    """ZeroPadding2D, also of sides that differ."""
    padding = _sides(call, "padding")
    return call.as_image(call.assembly.layer(call.name, "ZeroPadding2D", [call.image()], padding=padding))


def cropping_2d(call: Call) -> View:
    """Cropping2D."""
    cropping = _sides(call, "cropping")
    return call.as_image(call.assembly.layer(call.name, "Cropping2D", [call.image()], cropping=cropping))


def border_1d(call: Call) -> View:
    """ZeroPadding1D and Cropping1D."""
    key = _border(call)
    return call.over_places(1, call.layer.kind, **{key: call.size(key, 2, 1)})


def border_3d(call: Call) -> View:
    """ZeroPadding3D and Cropping3D, also of sides that differ."""
    key = _border(call)
    value = call.get(key, 1)
    each_axis = value if isinstance(value, (list, tuple)) else (value,) * 3
    sides = tuple((each, each) if isinstance(each, int) else tuple(each) for each in each_axis)
    return call.over_places(3, call.layer.kind, **{key: sides})


def _border(call: Call) -> str:
    return "padding" if call.layer.kind.startswith("ZeroPadding") else "cropping"


def up_sampling_1d(call: Call) -> View:
    """UpSampling1D."""
    return call.over_places(1, "UpSampling1D", size=call.size("size", 1, 2)[0])


def up_sampling_3d(call: Call) -> View:
    """UpSampling3D."""
    return call.over_places(3, "UpSampling3D", size=call.size("size", 3, 2))


def up_sampling_2d(call: Call) -> View:
    """UpSampling2D by repeating."""
    call.refuse("interpolation", but=("nearest",))
    size = call.size("size", 2, 2)
    return call.as_image(call.assembly.layer(call.name, "UpSampling2D", [call.image()], size=size))
