"""Pooling over windows and over everything. Places that padding adds are never counted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from zoodsl.catalog.layers.windows import Window, pool_windows
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.call import Call, Implementation
from zoodsl.targets.numpy.windows import channels_first, channels_last, patches

Pool = Callable[[Array, tuple[Window, ...]], Array]


def maximum(x: Array, windows: tuple[Window, ...]) -> Array:
    """The largest number of each patch."""
    return patches(x, windows, -np.inf).max(axis=_last(windows))


def average(x: Array, windows: tuple[Window, ...]) -> Array:
    """The mean of each patch's real numbers."""
    counts = patches(np.ones_like(x[:1, :1]), windows, 0.0).sum(axis=_last(windows))
    return patches(x, windows, 0.0).sum(axis=_last(windows)) / counts


def over_series(pool: Pool) -> Implementation:
    """A pooling along the steps of (batch, steps, features)."""
    return lambda call: channels_last(pool(channels_first(call.input), pool_windows(call.arguments)))


def over_image(pool: Pool) -> Implementation:
    """A pooling of (batch, channels, height, width)."""
    return lambda call: pool(call.input, pool_windows(call.arguments))


def global_max_series(call: Call) -> Array:
    """GlobalMaxPooling1D."""
    return call.input.max(axis=1)


def global_max_image(call: Call) -> Array:
    """GlobalMaxPooling2D."""
    return call.input.max(axis=(2, 3))


def global_average_series(call: Call) -> Array:
    """GlobalAveragePooling1D."""
    return call.input.mean(axis=1)


def global_average_image(call: Call) -> Array:
    """GlobalAveragePooling2D."""
    return call.input.mean(axis=(2, 3))


def _last(windows: tuple[Window, ...]) -> tuple[int, ...]:
    return tuple(range(-len(windows), 0))
