"""Pixels are OpenCV's, whatever the file: within one grey level, but for what is said here."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from zoodsl.targets.bigdl.library.image_decoding import BadImage, decode_image, resized
from zoodsl.targets.numpy.transforms import resize

MODES = ("RGB", "L", "RGBA", "LA", "P", "1", "CMYK", "YCbCr", "I;16")
"""What Pillow can write somewhere: colours, grey, transparency, palettes, ink, 16 bits."""

WAYS: dict[str, list[dict[str, Any]]] = {
    "PNG": [{}],
    "BMP": [{}],
    "GIF": [{}],
    "WEBP": [{"lossless": True}, {"quality": 70}],
    "JPEG": [{"quality": 90}, {"quality": 60, "subsampling": 0}, {"progressive": True}],
    "TIFF": [{}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}],
}

NOT_WRITTEN = (OSError, KeyError, ValueError)
"""What Pillow says of a mode that a format does not have."""

pixels = st.tuples(st.integers(2, 24), st.integers(2, 24), st.integers(0, 2**32 - 1), st.booleans()).map(
    lambda drawn: made(*drawn)
)


def made(height: int, width: int, seed: int, smooth: bool) -> np.ndarray:
    """Noise, or a gradient, in RGB."""
    generator = np.random.default_rng(seed)
    if not smooth:
        return generator.integers(0, 256, (height, width, 3), np.uint8)
    down, across = np.mgrid[:height, :width]
    steps = generator.integers(1, 12, (2, 3))
    gradient: np.ndarray = down[..., None] * steps[0] + across[..., None] * steps[1]
    return gradient.astype(np.uint8)


def in_mode(colours: np.ndarray, mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(colours[..., 0].astype(np.uint16) * 257)
    image = Image.fromarray(colours)
    if mode in ("RGBA", "LA"):
        image = image.convert(mode[:-1])
        image.putalpha(Image.fromarray(colours[..., 1]))
        return image
    return image.convert(mode)


def written(image: Image.Image, form: str, **way: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **way)
    return stream.getvalue()


def opencv(data: bytes, channels: int) -> np.ndarray:
    how = cv2.IMREAD_COLOR if channels == 3 else cv2.IMREAD_GRAYSCALE
    image = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    return image.reshape(*image.shape[:2], channels)


def differ(data: bytes, channels: int) -> int:
    """By how many grey levels the two decoders differ at most."""
    mine, other = decode_image(data, channels), opencv(data, channels)
    assert mine.shape == other.shape
    return int(np.abs(mine.astype(int) - other.astype(int)).max())


@pytest.mark.law("decoded pixels = OpenCV's")
@pytest.mark.parametrize("form", WAYS)
@pytest.mark.parametrize("mode", MODES)
@given(colours=pixels, channels=st.sampled_from([1, 3]))
def test_pixels_are_those_of_opencv(form, mode, colours, channels):
    if mode in ("RGBA", "LA") and form in ("TIFF", "GIF"):
        return  # shown below
    for way in WAYS[form]:
        try:
            data = written(in_mode(colours, mode), form, **way)
        except NOT_WRITTEN:
            continue
        # Ink on paper is made grey by way of colours, which rounds twice.
        assert differ(data, channels) <= (2 if mode == "CMYK" and channels == 1 else 1)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
@pytest.mark.parametrize("depth", [1, 3])
def test_of_16_bits_the_upper_8_count(form, depth):
    values = np.random.default_rng(0).integers(0, 2**16, (9, 7, depth), np.uint16)
    _, data = cv2.imencode(f".{form.lower()}", values)
    for channels in (1, 3):
        assert differ(data.tobytes(), channels) <= 1
    upper = (values >> 8).astype(np.uint8)
    assert (decode_image(data.tobytes(), 3) == upper).all()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_a_camera_has_turned_stands_upright(form, orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    way = {"lossless": True} if form == "WEBP" else {}
    data = written(Image.fromarray(made(6, 9, 1, smooth=True)), form, exif=exif, **way)
    assert differ(data, 3) <= 1
    assert decode_image(data, 3).shape == ((6, 9, 3) if orientation < 5 else (9, 6, 3))


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "GIF"])
def test_transparency_is_dropped(form):
    """OpenCV drops it too, but for TIFF, which it darkens by it, and GIF, where it shows the background."""
    image = Image.new("RGBA", (3, 2), (200, 100, 50, 128))
    way = {"lossless": True} if form == "WEBP" else {}
    assert decode_image(written(image, form, **way), 3)[0, 0].tolist() == [50, 100, 200]
    assert (differ(written(image, form, **way), 3) <= 1) == (form != "TIFF")


def test_the_first_picture_of_several_is_taken():
    frames = [Image.new("L", (4, 3), value) for value in (10, 200)]
    for form in ("GIF", "TIFF"):
        data = written(frames[0], form, save_all=True, append_images=frames[1:])
        assert (decode_image(data, 1) == 10).all()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"no image", "no image of the kinds PNG, JPEG, BMP, GIF, TIFF, WEBP"),
        (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
            "no image of the kinds PNG, JPEG, BMP, GIF, TIFF, WEBP",
        ),
        (written(Image.new("RGB", (30, 30)), "PNG")[:40], "no image of the kinds"),
        (
            written(Image.fromarray(made(64, 64, 0, smooth=False)), "PNG")[:1500],
            "damaged: image file is truncated",
        ),
        (
            written(Image.fromarray(made(64, 64, 0, smooth=False)), "JPEG")[:1500],
            "damaged: image file is truncated",
        ),
        (written(Image.new("F", (3, 2)), "TIFF"), "pixels of 32 bits"),
    ],
)
def test_what_is_no_image_says_why(data, reason):
    """What is no image: empty, of another kind, cut off, or of numbers that are no pixels."""
    with pytest.raises(BadImage, match=f"^{reason}"):
        decode_image(data, 3)


def test_a_bomb_is_no_image():
    huge = bytearray(written(Image.new("L", (1, 1)), "PNG"))
    huge[16:24] = struct.pack(">II", 60_000, 60_000)
    huge[29:33] = struct.pack(">I", zlib.crc32(huge[12:29]))
    with pytest.raises(BadImage, match="damaged"):
        decode_image(bytes(huge), 1)


sizes = st.integers(1, 40)


@pytest.mark.law("resizing by the reader = the step Resize")
@given(colours=pixels, channels=st.sampled_from([1, 3]), height=sizes, width=sizes)
def test_grey_resize_by_the_reader_is_as_the_step_resize(colours, channels, height, width):
    """Grey resize by the reader goes through no gamma curve: it is OpenCV's, to the last bit, as the step `Resize` is."""
    given = colours[..., :channels]
    found = resized(given, height, width)
    assert found.shape == (height, width, channels)
    assert (found == resize(given, height, width)).all()
    assert (found == cv2.resize(given, (width, height)).reshape(found.shape)).all()
