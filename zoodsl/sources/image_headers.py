"""The size of an image from its file's first bytes, as it stands upright."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WebP")
"""The formats that are read."""

_HEIGHT, _WIDTH, _ORIENTATION = 257, 256, 274
"""Tags of TIFF, of which EXIF is a part."""

_LONGEST = 1 << 16
"""No directory of tags that says how an image is turned is longer."""


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """The format by its usual name, and the size in pixels."""

    format: str
    height: int
    width: int


def read_header(stream: BinaryIO) -> ImageHeader | None:
    """The header of an image; None if the bytes are of none of ``FORMATS`` or are cut off."""
    start = stream.read(32)
    try:
        if start.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack_from(">II", start, 16)
            return _upright("PNG", height, width, _png_exif(stream))
        if start.startswith(b"\xff\xd8"):
            stream.seek(2)
            return _jpeg(stream)
        if start.startswith(b"BM"):
            old = struct.unpack_from("<I", start, 14)[0] == 12
            width, height = struct.unpack_from("<HH" if old else "<ii", start, 18)
            return ImageHeader("BMP", abs(height), width)
        if start.startswith((b"GIF87a", b"GIF89a")):
            width, height = struct.unpack_from("<HH", start, 6)
            return ImageHeader("GIF", height, width)
        if start.startswith((b"II*\0", b"MM\0*")):
            return _tiff(stream)
        if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
            return _webp(start, stream)
    except (struct.error, KeyError):
        pass
    return None


def _upright(name: str, height: int, width: int, exif: bytes) -> ImageHeader:
    """The header, turned as EXIF says: from the fifth on, its orientations exchange rows and columns."""
    turned = _tags(exif, 0).get(_ORIENTATION, 1) in range(5, 9) if exif else False
    return ImageHeader(name, *((width, height) if turned else (height, width)))


def _tags(data: bytes, directory: int) -> dict[int, int]:
    """The whole numbers of a TIFF structure's directory by tag; of its first one where ``directory`` is 0."""
    order = "<" if data[:2] == b"II" else ">"
    at = directory or struct.unpack_from(order + "I", data, 4)[0]
    found = {}
    for place in range(struct.unpack_from(order + "H", data, at)[0]):
        tag, kind = struct.unpack_from(order + "HH", data, at + 2 + 12 * place)
        if kind in (3, 4):
            form = order + ("H" if kind == 3 else "I")
            found[tag] = struct.unpack_from(form, data, at + 2 + 12 * place + 8)[0]
    return found


def _png_exif(stream: BinaryIO) -> bytes:
    """The EXIF data of a PNG file that stand before its pixels; empty without any."""
    stream.seek(8)
    while True:
        size, name = struct.unpack(">I4s", stream.read(8))
        if name == b"eXIf":
            return stream.read(min(size, _LONGEST))
        if name in (b"IDAT", b"IEND"):
            return b""
        stream.seek(size + 4, 1)


def _webp_exif(stream: BinaryIO) -> bytes:
    """The EXIF data of a WebP file, which stand behind its pixels."""
    stream.seek(12)
    while True:
        name, size = struct.unpack("<4sI", stream.read(8))
        if name == b"EXIF":
            return stream.read(min(size, _LONGEST)).removeprefix(b"Exif\0\0")
        stream.seek(size + size % 2, 1)


def _jpeg(stream: BinaryIO) -> ImageHeader | None:
    """Walks the segments up to the first frame header, C0 to CF but C4, C8 and CC, which has the size."""
    exif = b""
    while True:
        marker = stream.read(2)
        if len(marker) < 2 or marker[0] != 0xFF:
            return None
        while marker[1] == 0xFF:  # padding
            marker = marker[1:] + stream.read(1)
            if len(marker) < 2:
                return None
        (length,) = struct.unpack(">H", stream.read(2))
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            _, height, width = struct.unpack(">BHH", stream.read(5))
            return _upright("JPEG", height, width, exif)
        segment = stream.read(length - 2) if marker[1] == 0xE1 and not exif else b""
        if segment.startswith(b"Exif\0\0"):
            exif = segment[6:]
        stream.seek(length - 2 - len(segment), 1)


def _tiff(stream: BinaryIO) -> ImageHeader | None:
    """The first image's size, in a directory that may stand anywhere in the file."""
    stream.seek(0)
    start = stream.read(8)
    (at,) = struct.unpack_from("<I" if start[:2] == b"II" else ">I", start, 4)
    stream.seek(at)
    tags = _tags(start + stream.read(_LONGEST), 8)
    turned = tags.get(_ORIENTATION, 1) in range(5, 9)
    height, width = tags[_HEIGHT], tags[_WIDTH]
    return ImageHeader("TIFF", *((width, height) if turned else (height, width)))


def _webp(start: bytes, stream: BinaryIO) -> ImageHeader | None:
    """The size from the first chunk, of which there are three kinds; the third may announce EXIF data."""
    kind, exif = start[12:16], b""
    if kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", start, 26))
    elif kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", start, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8X":
        flags, low, middle, high, *rest = struct.unpack_from("<B3x6B", start, 20)
        width = int.from_bytes((low, middle, high), "little") + 1
        height = int.from_bytes(rest, "little") + 1
        exif = _webp_exif(stream) if flags & 0x08 else b""
    else:
        return None
    return _upright("WebP", height, width, exif)
