"""Layers that only move numbers."""

from __future__ import annotations

import numpy as np

from zoodsl.catalog.layers.reshaping import sides
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.call import Call


def flatten(call: Call) -> Array:
    """Flatten."""
    return call.input.reshape(len(call.input), -1)


def reshape(call: Call) -> Array:
    """Reshape."""
    return call.input.reshape(len(call.input), *call.arguments["target_shape"])


def permute(call: Call) -> Array:
    """Permute."""
    return call.input.transpose(0, *call.arguments["dims"])


def repeat_vector(call: Call) -> Array:
    """RepeatVector."""
    return call.input[:, None].repeat(call.arguments["n"], axis=1)


def zero_padding_2d(call: Call) -> Array:
    """ZeroPadding2D."""
    top, bottom, left, right = sides(call.arguments, "padding")
    return np.pad(call.input, [(0, 0), (0, 0), (top, bottom), (left, right)])


def cropping_2d(call: Call) -> Array:
    """Cropping2D."""
    top, bottom, left, right = sides(call.arguments, "cropping")
    height, width = call.input.shape[2:]
    return call.input[:, :, top : height - bottom, left : width - right]


def up_sampling_2d(call: Call) -> Array:
    """UpSampling2D."""
    height, width = call.arguments["size"]
    return call.input.repeat(height, axis=2).repeat(width, axis=3)
