"""Pooling over windows and over everything."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import numpy as np

from zoodsl.catalog.layers.windows import Window, pool_windows
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.call import Call, Implementation
from zoodsl.targets.numpy.windows import channels_first, channels_last, patches

Pool = Callable[[Array, Call], Array]


def maximum(x: Array, call: Call) -> Array:
    """The largest number of each patch; what padding adds is never it."""
    windows = pool_windows(call.arguments)
    return patches(x, windows, -np.inf).max(axis=_last(windows))


def average(x: Array, call: Call) -> Array:
    """The mean of each patch's real numbers; of its zeros at the border too if ``count_include_pad``."""
    windows = pool_windows(call.arguments)
    border = call.arguments.get("count_include_pad", False)
    counts = [
        _counted(window, length, border=border) for window, length in zip(windows, x.shape[2:], strict=True)
    ]
    sums = patches(x, windows, 0.0).sum(axis=_last(windows))
    return sums / reduce(np.multiply.outer, counts).astype(x.dtype)


def _counted(window: Window, length: int, *, border: bool) -> Array:
    """How many places each window along an axis covers; what ``ceil`` lets it reach past the border never counts."""
    before, after = window.margins(length)
    first = np.arange(window.positions(length)) * window.stride - before
    low, high = 0, length
    if border:
        low, high = -before, length + (after if window.same else window.border)
    return np.minimum(first + window.size, high) - np.maximum(first, low)


def over_series(pool: Pool) -> Implementation:
    """A pooling along the steps of (batch, steps, features)."""
    return lambda call: channels_last(pool(channels_first(call.input), call))


def over_places(pool: Pool) -> Implementation:
    """A pooling of (batch, channels, *places), an image or a volume."""
    return lambda call: pool(call.input, call)


def global_max_series(call: Call) -> Array:
    """GlobalMaxPooling1D."""
    return call.input.max(axis=1)


def global_max_places(call: Call) -> Array:
    """GlobalMaxPooling2D and GlobalMaxPooling3D."""
    return call.input.max(axis=_places(call), keepdims=call.arguments["keepdims"])


def global_average_series(call: Call) -> Array:
    """GlobalAveragePooling1D."""
    return call.input.mean(axis=1)


def global_average_places(call: Call) -> Array:
    """GlobalAveragePooling2D and GlobalAveragePooling3D."""
    return call.input.mean(axis=_places(call), keepdims=call.arguments["keepdims"])


def _places(call: Call) -> tuple[int, ...]:
    return tuple(range(2, call.input.ndim))


def _last(windows: tuple[Window, ...]) -> tuple[int, ...]:
    return tuple(range(-len(windows), 0))
