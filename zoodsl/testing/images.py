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
    """An image of height x width x ``channels``, uint8, RGB where there are three channels: 1 is grey, 4 has transparency.

    ``height`` and ``width`` are inclusive bounds in pixels. An image is of one colour, of one colour but for a pixel, a ramp,
    stripes, or noise. It shrinks to the smallest one, and to black: what is left of a picture that breaks a law is what
    breaks it. Images of floats are ``tensors(...)``.

    Raises ValueError for no channels, and for bounds below 1 or in the wrong order.

    >>> from hypothesis import find
    >>> find(images(channels=1), lambda image: image.max() > 254).tolist()
    [[[255]]]
    """
    if channels < 1:
        raise ValueError(f"an image of {channels} channels has no pixels")
    for low, high in (height, width):
        if not 1 <= low <= high:
            raise ValueError(f"{low}..{high} are no bounds of a number of pixels")
    rows, columns = draw(st.integers(*height)), draw(st.integers(*width))
    pattern, level = draw(st.integers(0, len(_PATTERNS) + 1)), draw(st.integers(0, LARGEST_BYTE))
    shape = (rows, columns, channels)
    image: Array
    if pattern > 1:
        image = _PATTERNS[pattern - 2](shape, level, draw(st.integers(0, 1000)))
        return image
    image = np.full(shape, level, np.uint8)
    if pattern == 1:
        image[draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))] = LARGEST_BYTE - level
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


_PATTERNS = (_ramp, _stripes, _noise)
