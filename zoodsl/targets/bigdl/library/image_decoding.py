"""Images out of files' bytes, with the pixels that OpenCV gives: unsigned bytes, height x width x channels."""

from __future__ import annotations

import io

import numpy as np

from zoodsl.targets.arrays import Array

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
"""What is read; other formats of Pillow's can start programs."""


class BadImage(ValueError):  # noqa: N818 - it names what is there
    """Bytes that are no image: the message says why."""


def decode_image(data: bytes, channels: int) -> Array:
    """The first image in a file's bytes, in BGR for 3 ``channels`` or grey for 1.

    Of 16 bits the upper 8 count, transparency is dropped, and an image that a camera has turned stands upright.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not data:
        raise BadImage("empty")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as file:
            if channels == 1:
                file.draft("L", file.size)  # a JPEG's own grey, which colours would only blur
            image = ImageOps.exif_transpose(file)
            if image.mode.startswith("I;16"):
                grey = (np.asarray(image) >> 8).astype(np.uint8)
                return np.repeat(grey[..., None], channels, axis=2)
            if image.mode in ("I", "F"):
                raise BadImage("pixels of 32 bits")
            pixels: Array = np.asarray(image.convert("L" if channels == 1 else "RGB"))
    except UnidentifiedImageError:
        raise BadImage(f"no image of the kinds {', '.join(FORMATS)}") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise error if isinstance(error, BadImage) else BadImage(f"damaged: {error}") from None
    return pixels[..., None] if channels == 1 else pixels[..., ::-1]


def resized(pixels: Array, height: int, width: int) -> Array:
    """Linear interpolation as OpenCV's INTER_LINEAR has it for bytes: weights of 11 bits, centres at halves."""
    rows, columns = pixels.shape[:2]
    if (rows, columns) == (height, width):
        return pixels
    if (rows, columns) == (2 * height, 2 * width):
        # OpenCV halves by the mean of four pixels, rounded up.
        fours: Array = pixels.astype(np.int32).reshape(height, 2, width, 2, -1).sum(axis=(1, 3))
        return ((fours + 2) >> 2).astype(np.uint8)
    left, across = neighbours(columns, width)
    # Past the edge, OpenCV drops a weight along a line, but mixes the edge line with itself: rounding tells.
    across[(left < 0) | (left >= columns - 1)] = 0
    above, down = neighbours(rows, height)
    left, right = (np.clip(left + step, 0, columns - 1) for step in (0, 1))
    upper, lower = (np.clip(above + step, 0, rows - 1) for step in (0, 1))
    x0, x1, y0, y1 = (
        np.rint(weights * 2048).astype(np.int32) for weights in (1 - across, across, 1 - down, down)
    )

    lines, places = np.unique(np.concatenate([upper, lower]), return_inverse=True)
    wide = pixels[lines]
    along = (wide[:, left] * x0[None, :, None] + wide[:, right] * x1[None, :, None]) >> 4
    upper, lower = places[:height], places[height:]
    mixed: Array = ((along[upper] * y0[:, None, None]) >> 16) + ((along[lower] * y1[:, None, None]) >> 16)
    return ((mixed + 2) >> 2).astype(np.uint8)


def neighbours(size: int, wanted: int) -> tuple[Array, Array]:
    """For each of ``wanted`` pixels of a line of ``size``, the first of its two neighbours and the second's weight."""
    centres = ((np.arange(wanted) + 0.5) * (size / wanted) - 0.5).astype(np.float32)
    first = np.floor(centres).astype(np.int64)
    return first, centres - first.astype(np.float32)
