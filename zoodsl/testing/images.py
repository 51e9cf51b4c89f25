"""Images as cameras, scanners and drawing programs give them, and as none does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st

from zoodsl.targets.arrays import Array

LARGEST_BYTE = 255


@st.composite
def images(
    draw: Callable[[st.SearchStrategy[int]], int],
    *,
    channels: int = 3,
    height: tuple[int, int] = (1, 64),
    width: tuple[int, int] = (1, 64),
) -> Array:
    """An image of height x width x ``channels``, uint8, RGB where there are three channels.

    ``height`` and ``width`` are inclusive bounds in pixels. An image is of one colour, a ramp, stripes, noise, or of one
    colour but for a pixel. It shrinks to the smallest one, and to black: what is left of a picture that breaks a law is what
    breaks it.

    Raises ValueError for bounds below 1 or in the wrong order.
    """
    for low, high in (height, width):
        if not 1 <= low <= high:
            raise ValueError(f"{low}..{high} are no bounds of a number of pixels")
    rows, columns = draw(st.integers(*height)), draw(st.integers(*width))
    pattern = draw(st.integers(0, len(_PATTERNS) - 1))
    level = draw(st.integers(0, LARGEST_BYTE))
    seed = draw(st.integers(0, 1000)) if pattern else 0
    return _PATTERNS[pattern]((rows, columns, channels), level, seed)


def _flat(shape: tuple[int, int, int], level: int, _seed: int) -> Array:
    return np.full(shape, level, np.uint8)


def _dot(shape: tuple[int, int, int], level: int, seed: int) -> Array:
    image = np.full(shape, level, np.uint8)
    generator = np.random.default_rng(seed)
    image[generator.integers(shape[0]), generator.integers(shape[1])] = LARGEST_BYTE - level
    return image


def _ramp(shape: tuple[int, int, int], level: int, seed: int) -> Array:
    rows, columns, channels = np.indices(shape)
    ramp: Array = ((level + (seed % 7) * rows + (seed % 5 + 1) * columns + 85 * channels) % 256).astype(
        np.uint8
    )
    return ramp


def _stripes(shape: tuple[int, int, int], level: int, seed: int) -> Array:
    rows, columns, channels = np.indices(shape)
    dark = ((rows + seed * columns + channels) % 2).astype(bool)
    image = np.full(shape, level, np.uint8)
    image[dark] = LARGEST_BYTE - level
    return image


def _noise(shape: tuple[int, int, int], level: int, seed: int) -> Array:
    generator = np.random.default_rng((level, seed))
    return generator.integers(0, LARGEST_BYTE, shape, np.uint8, endpoint=True)


_PATTERNS = (_flat, _dot, _ramp, _stripes, _noise)
