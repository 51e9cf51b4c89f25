"""Layers that only move numbers."""

from __future__ import annotations

import numpy as np

from zoodsl.catalog.layers.reshaping import ends, sides
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


def zero_padding_1d(call: Call) -> Array:
    """ZeroPadding1D."""
    return np.pad(call.input, [(0, 0), call.arguments["padding"], (0, 0)])


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


def zero_padding_3d(call: Call) -> Array:
    """ZeroPadding3D."""
    return np.pad(call.input, [(0, 0), (0, 0), *ends(call.arguments, "padding")])


def cropping_1d(call: Call) -> Array:
    """Cropping1D."""
    before, after = call.arguments["cropping"]
    return call.input[:, before : call.input.shape[1] - after]


def cropping_3d(call: Call) -> Array:
    """Cropping3D."""
    kept = (
        slice(before, length - after)
        for length, (before, after) in zip(
            call.input.shape[2:], ends(call.arguments, "cropping"), strict=True
        )
    )
    return call.input[:, :, *kept]


def up_sampling_1d(call: Call) -> Array:
    """UpSampling1D."""
    return call.input.repeat(call.arguments["size"], axis=1)


def up_sampling_3d(call: Call) -> Array:
    """UpSampling3D."""
    result = call.input
    for axis, times in enumerate(call.arguments["size"], start=2):
        result = result.repeat(times, axis=axis)
    return result
