"""The patches that sliding windows cut from a batch."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from zoodsl.catalog.layers.windows import Window
from zoodsl.targets.arrays import Array


def patches(x: Array, windows: tuple[Window, ...], fill: float) -> Array:
    """Every patch of ``x`` (batch, channels, *lengths): (batch, channels, *places, *window sizes).

    ``fill`` stands where padding is added.
    """
    lengths = x.shape[2:]
    margins = [window.margins(length) for window, length in zip(windows, lengths, strict=True)]
    views = np.pad(x, [(0, 0), (0, 0), *margins], constant_values=fill)
    for axis, window in enumerate(windows, start=2):
        views = sliding_window_view(views, window.reach, axis)
    moves = tuple(slice(None, None, window.stride) for window in windows)
    gaps = tuple(slice(None, None, window.dilation) for window in windows)
    return views[:, :, *moves, *gaps]


def channels_first(series: Array) -> Array:
    """(batch, steps, features) as (batch, features, steps)."""
    return np.moveaxis(series, -1, 1)


def channels_last(x: Array) -> Array:
    """(batch, features, steps) as (batch, steps, features)."""
    return np.moveaxis(x, 1, -1)
