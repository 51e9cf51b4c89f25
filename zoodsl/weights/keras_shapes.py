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


def up_sampling_2d(call: Call) -> View:
    """UpSampling2D by repeating."""
    call.refuse("interpolation", but=("nearest",))
    size = call.size("size", 2, 2)
    return call.as_image(call.assembly.layer(call.name, "UpSampling2D", [call.image()], size=size))
