"""Convolutions (cross-correlations, as everywhere in the field): the sum of each patch times the kernel."""

from __future__ import annotations

import numpy as np

from zoodsl.catalog.layers.windows import Window, kernel_windows
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.activation import activate
from zoodsl.targets.numpy.call import Call
from zoodsl.targets.numpy.windows import channels_first, channels_last, patches

_POINT = Window(1, 1, 1, same=False)


def conv1d(call: Call) -> Array:
    """Conv1D: kernel (steps, in, out)."""
    kernel, *bias = call.weights
    result = _full(channels_first(call.input), kernel, kernel_windows(call.arguments))
    return activate(call, channels_last(_add_bias(result, bias)))


def conv2d(call: Call) -> Array:
    """Conv2D: kernel (height, width, in / groups, out); the outputs of a group lie side by side."""
    kernel, *bias = call.weights
    windows, groups = kernel_windows(call.arguments), call.arguments["groups"]
    parts = zip(np.split(call.input, groups, axis=1), np.split(kernel, groups, axis=-1), strict=True)
    result = np.concatenate([_full(x, part, windows) for x, part in parts], axis=1)
    return activate(call, _add_bias(result, bias))


def depthwise_conv2d(call: Call) -> Array:
    """DepthwiseConv2D: kernel (height, width, in, multiplier)."""
    kernel, *bias = call.weights
    return activate(call, _add_bias(_depthwise(call.input, kernel, kernel_windows(call.arguments)), bias))


def separable_conv2d(call: Call) -> Array:
    """SeparableConv2D: kernels (height, width, in, multiplier) and (1, 1, in * multiplier, out)."""
    depthwise, pointwise, *bias = call.weights
    channels = _depthwise(call.input, depthwise, kernel_windows(call.arguments))
    return activate(call, _add_bias(_full(channels, pointwise, (_POINT, _POINT)), bias))


def _full(x: Array, kernel: Array, windows: tuple[Window, ...]) -> Array:
    rank = len(windows)
    of_patch = [1, *range(2 + rank, 2 + 2 * rank)]
    of_kernel = [rank, *range(rank)]
    return np.moveaxis(np.tensordot(patches(x, windows, 0.0), kernel, (of_patch, of_kernel)), -1, 1)


def _depthwise(x: Array, kernel: Array, windows: tuple[Window, ...]) -> Array:
    each = np.einsum("nchwij,ijcm->ncmhw", patches(x, windows, 0.0), kernel)
    batch, channels, multiplier, *places = each.shape
    return each.reshape(batch, channels * multiplier, *places)


def _add_bias(x: Array, bias: list[Array]) -> Array:
    return sum((each.reshape(-1, *(1,) * (x.ndim - 2)) for each in bias), start=x)
