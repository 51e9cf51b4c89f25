"""The size of an image from its file's first bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """The format by its usual name, and the size in pixels."""

    format: str
    height: int
    width: int


_NOT_READ = {b"GIF8": "GIF", b"II*\x00": "TIFF", b"MM\x00*": "TIFF"}
"""Formats that BigDL's image reader turns into images of no size, without a word."""


def unreadable_format(start: bytes) -> str | None:
    """The name of a known image format that cannot be read on Spark, if the bytes begin one."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WebP"
    return _NOT_READ.get(start[:4])


def read_header(stream: BinaryIO) -> ImageHeader | None:
    """The header of a PNG, JPEG or BMP image; None if the bytes are none of these or are cut off."""
    start = stream.read(32)
    try:
        if start.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack_from(">II", start, 16)
            return ImageHeader("PNG", height, width)
        if start.startswith(b"\xff\xd8"):
            stream.seek(2)
            return _jpeg(stream)
        if start.startswith(b"BM"):
            old = struct.unpack_from("<I", start, 14)[0] == 12
            width, height = struct.unpack_from("<HH" if old else "<ii", start, 18)
            return ImageHeader("BMP", abs(height), width)
    except struct.error:
        pass
    return None


def _jpeg(stream: BinaryIO) -> ImageHeader | None:
    """Walks the segments up to the first frame header, C0 to CF but C4, C8 and CC, which has the size."""
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
            return ImageHeader("JPEG", height, width)
        stream.seek(length - 2, 1)
