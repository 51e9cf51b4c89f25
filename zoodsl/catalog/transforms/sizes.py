"""Sizes and places in pixels, computed as Analytics Zoo does: in 32-bit floats, whose rounding decides on pixels.

They are functions of their own because the types of steps and their meaning in NumPy need the same numbers.
"""

from __future__ import annotations

from math import ceil, floor
from struct import pack, unpack

from zoodsl.types import Quantity

Range = tuple[float, float] | tuple[Quantity, Quantity]
"""From where to where along a side: in pixels, or in percent of it."""


def float32(value: float) -> float:
    """The nearest number of 32 bits."""
    nearest: float = unpack("f", pack("f", value))[0]
    return nearest


def aspect_scaled(size: tuple[int, int], shorter: int, longest: int, multiple_of: int = 1) -> tuple[int, int]:
    """Height and width where the shorter side becomes ``shorter``, or the longer one ``longest`` if it would be above.

    Each is then the next lower multiple of ``multiple_of``.

    >>> aspect_scaled((375, 500), 200, 3000), aspect_scaled((375, 500), 200, 250), aspect_scaled((60, 80), 20, 99, 8)
    ((200, 267), (188, 250), (16, 24))
    """
    scale = float32(shorter / min(size))
    if _rounded(float32(scale * max(size))) > longest:
        scale = float32(longest / max(size))
    scales = [scale, scale]
    if multiple_of > 1:
        scales = [
            float32(floor(float32(float32(side * scale) / multiple_of)) * multiple_of / side) for side in size
        ]
    height, width = (_rounded(float32(side * along)) for side, along in zip(size, scales, strict=True))
    return height, width


def _rounded(value: float) -> int:
    """The nearest whole number, of two the upper, as Java rounds."""
    return floor(value + 0.5)


def cut(side: int, along: Range) -> tuple[int, int]:
    """Of a side in pixels, the first pixel that a crop keeps and how many it keeps; a range past the end stops there.

    >>> from zoodsl.types import Unit
    >>> cut(80, (Quantity(30, Unit.PERCENT), Quantity(90, Unit.PERCENT))), cut(80, (2.0, 120.0))
    ((24, 48), (2, 78))
    """
    first, last = (max(min(_place(side, bound), float(side)), 0.0) for bound in along)
    return int(first), int(float32(last - first))


def filled(side: int, along: tuple[Quantity, Quantity]) -> tuple[int, int]:
    """The first pixel of a side that is filled, and the first after it that is not."""
    first, last = (ceil(_place(side, bound)) for bound in along)
    return first, last


def _place(side: int, bound: float | Quantity) -> float:
    if isinstance(bound, Quantity):
        return float32(float32(bound.value / 100) * side)
    return bound


def expanded(size: tuple[int, int], ratio: float) -> tuple[int, int]:
    """Height and width of an image that is made ``ratio`` times as large on each side."""
    return int(size[0] * ratio), int(size[1] * ratio)
