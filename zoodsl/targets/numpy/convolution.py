"""Convolutions (cross-correlations, as everywhere in the field): the sum of each patch times the kernel."""

from __future__ import annotations

import numpy as np

from zoodsl.catalog.layers.windows import Spread, Window, kernel_windows, spreads
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


def conv3d(call: Call) -> Array:
    """Conv3D: kernel (depth, height, width, in, out)."""
    kernel, *bias = call.weights
    return activate(call, _add_bias(_full(call.input, kernel, kernel_windows(call.arguments)), bias))


def conv1d_transpose(call: Call) -> Array:
    """Conv1DTranspose: kernel (steps, out, in)."""
    kernel, *bias = call.weights
    result = _transposed(channels_first(call.input), kernel, spreads(call.arguments))
    return activate(call, channels_last(_add_bias(result, bias)))


def conv2d_transpose(call: Call) -> Array:
    """Conv2DTranspose: kernel (height, width, out, in)."""
    kernel, *bias = call.weights
    return activate(call, _add_bias(_transposed(call.input, kernel, spreads(call.arguments)), bias))


def depthwise_conv1d(call: Call) -> Array:
    """DepthwiseConv1D: kernel (steps, in, multiplier)."""
    kernel, *bias = call.weights
    result = _depthwise(channels_first(call.input), kernel, kernel_windows(call.arguments))
    return activate(call, channels_last(_add_bias(result, bias)))


def depthwise_conv2d(call: Call) -> Array:
    """DepthwiseConv2D: kernel (height, width, in, multiplier)."""
    kernel, *bias = call.weights
    return activate(call, _add_bias(_depthwise(call.input, kernel, kernel_windows(call.arguments)), bias))


def separable_conv2d(call: Call) -> Array:
    """SeparableConv2D: kernels (height, width, in, multiplier) and (1, 1, in * multiplier, out)."""
    return activate(call, _separable(call.input, call))


def separable_conv1d(call: Call) -> Array:
    """SeparableConv1D: kernels (steps, in, multiplier) and (1, in * multiplier, out)."""
    return activate(call, channels_last(_separable(channels_first(call.input), call)))


def _separable(x: Array, call: Call) -> Array:
    depthwise, pointwise, *bias = call.weights
    windows = kernel_windows(call.arguments)
    points = (_POINT,) * len(windows)
    return _add_bias(_full(_depthwise(x, depthwise, windows), pointwise, points), bias)


def _full(x: Array, kernel: Array, windows: tuple[Window, ...]) -> Array:
    rank = len(windows)
    of_patch = [1, *range(2 + rank, 2 + 2 * rank)]
    of_kernel = [rank, *range(rank)]
    return np.moveaxis(np.tensordot(patches(x, windows, 0.0), kernel, (of_patch, of_kernel)), -1, 1)


def _depthwise(x: Array, kernel: Array, windows: tuple[Window, ...]) -> Array:
    seen = "ij"[: len(windows)]
    each = np.einsum(f"nc...{seen},{seen}cm->ncm...", patches(x, windows, 0.0), kernel)
    batch, channels, multiplier, *places = each.shape
    return each.reshape(batch, channels * multiplier, *places)


def _transposed(x: Array, kernel: Array, windows: tuple[Spread, ...]) -> Array:
    """Each number times the kernel (*sizes, out, in), laid where its window is; what overlaps adds up."""
    lengths = x.shape[2:]
    whole = [
        (length - 1) * window.stride + window.size for length, window in zip(lengths, windows, strict=True)
    ]
    result = np.zeros((len(x), kernel.shape[-2], *whole), x.dtype)
    for at in np.ndindex(kernel.shape[:-2]):
        reached = (
            slice(first, first + (length - 1) * window.stride + 1, window.stride)
            for first, length, window in zip(at, lengths, windows, strict=True)
        )
        result[:, :, *reached] += np.moveaxis(np.tensordot(x, kernel[at], (1, 1)), -1, 1)
    cuts = [window.cuts(length) for window, length in zip(windows, lengths, strict=True)]
    longer = np.pad(result, [(0, 0), (0, 0), *((0, max(-after, 0)) for _, after in cuts)])
    kept = (
        slice(before, length - max(after, 0))
        for (before, after), length in zip(cuts, longer.shape[2:], strict=True)
    )
    return longer[:, :, *kept]


def _add_bias(x: Array, bias: list[Array]) -> Array:
    return sum((each.reshape(-1, *(1,) * (x.ndim - 2)) for each in bias), start=x)
