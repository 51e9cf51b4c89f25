"""Poolings of images and volumes: Keras' own where it has the border, else of what had its border added before."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from zoodsl.catalog.layers.windows import Window, pool_windows
from zoodsl.catalog.operator import Arguments
from zoodsl.targets.arrays import Array
from zoodsl.targets.keras.construct import Binding, Construct, Construction, channels_last, function, layer
from zoodsl.types import Shape


def max_pool(name: str) -> Binding:
    """A pooling of maxima, as Keras calls it. What is added around is below all numbers."""

    def binding(a: Arguments, inputs: tuple[Shape, ...]) -> Construction:
        places = len(a["pool_size"])
        if _native(a):
            return channels_last(_pool(name, a), places=places)
        margins = _margins(a, inputs[0])

        def surrounded(x: Any) -> Any:
            from keras import ops

            return ops.pad(x, [(0, 0), *margins, (0, 0)], constant_values=-np.inf)

        return channels_last(function(surrounded), _pool(name, {**a, "padding": "valid"}), places=places)

    return binding


def average_pool(name: str) -> Binding:
    """A pooling of means: that of numbers and zeros, divided by the share of places that count."""

    def binding(a: Arguments, inputs: tuple[Shape, ...]) -> Construction:
        places = len(a["pool_size"])
        if _native(a) and not (a.get("count_include_pad") and a["padding"] == "same"):
            return channels_last(_pool(name, a), places=places)
        margins = _margins(a, inputs[0])
        counted = _counted(a, inputs[0], margins)
        how = {"pool_size": a["pool_size"], "strides": a["strides"] or a["pool_size"], "padding": "valid"}

        def average(x: Any) -> Any:
            from keras import ops

            with_zeros = ops.pad(x, [(0, 0), *margins, (0, 0)])
            numbers, shares = (
                ops.average_pool(each, data_format="channels_last", **how) for each in (with_zeros, counted)
            )
            return numbers / shares

        return channels_last(function(average), places=places)

    return binding


def _native(a: Arguments) -> bool:
    """Whether the border is one that Keras has by name.

    In volumes, TensorFlow's windows begin elsewhere with ``same`` where strides are larger than they.
    """
    by_name = a["padding"] == "valid" or (a["padding"] == "same" and len(a["pool_size"]) < 3)
    return by_name and not a.get("ceil_mode")


def _pool(name: str, a: Arguments) -> Construct:
    own = {key: a[key] for key in ("pool_size", "strides", "padding")}
    return layer(name, **own, data_format="channels_last")


def _margins(a: Arguments, given: Shape) -> list[tuple[int, int]]:
    """What is added before and after, along each axis of places."""
    return [window.margins(length) for window, length in zip(pool_windows(a), given[1:], strict=True)]


def _counted(a: Arguments, given: Shape, margins: list[tuple[int, int]]) -> Array:
    """A record of one channel, its margins included, that is 1 where a place counts in the mean and else 0."""
    border = bool(a.get("count_include_pad"))
    sides = [
        _counted_side(window, length, around, border=border)
        for window, length, around in zip(pool_windows(a), given[1:], margins, strict=True)
    ]
    record: Array = reduce(np.multiply.outer, sides)[None, ..., None]
    return record


def _counted_side(window: Window, length: int, around: tuple[int, int], *, border: bool) -> Array:
    before, after = around
    if not border:
        return np.pad(np.ones(length, np.float32), around)
    # What lets a last window reach beyond the border never counts.
    beyond = 0 if window.same else after - window.border
    return np.pad(np.ones(before + length + after - beyond, np.float32), (0, beyond))
