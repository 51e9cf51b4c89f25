"""What a file is, told by its first bytes and its table of contents."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SUFFIXES = {
    ".model": "bigdl",
    ".bigdl": "bigdl",
    ".keras": "keras",
    ".h5": "h5",
    ".hdf5": "h5",
    ".onnx": "onnx",
    ".pth": "torch",
    ".pt": "torch",
    ".safetensors": "safetensors",
}
"""The format that a file's name speaks of, where its content does not tell."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A file that is no network of a format that is read: what it is ("a picture"), and what to do, if anything."""

    what: str
    help: str = ""


SAVE_AGAIN = "save the network from its own framework as ONNX, or in Keras' format, and load that"
COPY_AGAIN = "copy or download it again"

CAFFE = Foreign(
    "a network of Caffe",
    "turn it into BigDL's format: `zoodsl import net.caffemodel --definition net.prototxt -o net.model`",
)
DEFINITION = Foreign(
    "Caffe's definition of a network",
    "name the file of its weights: `zoodsl import net.caffemodel --definition net.prototxt -o net.model`",
)
# BigDL's own loader knows none of the operations that TensorFlow 2 writes (FusedBatchNormV3, AddV2), and gives others in
# a form that cannot be trained.
TENSORFLOW = Foreign(
    "a graph of TensorFlow",
    'save the network by Keras, `model.save("net.keras")`, or turn the graph into ONNX: `python -m tf2onnx.convert '
    "--graphdef net.pb --inputs x:0 --outputs y:0 --output net.onnx`",
)

_BEGINNINGS: tuple[tuple[bytes, str | Foreign], ...] = (
    (b"\x89HDF\r\n\x1a\n", "h5"),
    (b"\xac\xed\x00\x05", Foreign("a Java object, such as a checkpoint of BigDL", "save it by `saveModel`")),
    (b"\x89PNG", Foreign("a picture")),
    (b"\xff\xd8\xff", Foreign("a picture")),
    (b"GIF8", Foreign("a picture")),
    (b"%PDF", Foreign("a PDF document")),
    (b"\x1f\x8b", Foreign("compressed by gzip", "unpack it: `gunzip FILE`, or `tar xf FILE`")),
    (b"BZh", Foreign("compressed by bzip2", "unpack it first")),
    (b"\xfd7zXZ", Foreign("compressed by xz", "unpack it first")),
    (b"\x93NUMPY", Foreign("a single NumPy array")),
    (b"version https://git-lfs", Foreign("a pointer of Git LFS, not the file itself", "run `git lfs pull`")),
    (b"<", Foreign("a text of HTML or XML", COPY_AGAIN)),
)
_TORCH = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
"""How a pickle begins. PyTorch's files before 1.6 are pickles one after the other."""


def recognise(path: str) -> str | Foreign:
    """The format of the file at ``path``, a key of ``files.READERS``. Raises OSError if it cannot be read."""
    with Path(path).open("rb") as file:
        beginning = file.read(64)
        if not beginning:
            return Foreign("empty", COPY_AGAIN)
        if beginning.startswith(b"PK\x03\x04"):
            return _archive(path)
        for magic, content in _BEGINNINGS:
            if beginning.startswith(magic):
                return content
        if beginning[4:8] == b"TFL3":
            return Foreign("a network of TensorFlow Lite", SAVE_AGAIN)
        if beginning[8:9] == b"{" and int.from_bytes(beginning[:8], "little") < 100_000_000:
            return "safetensors"
        if beginning.startswith(_TORCH):
            return "torch"
        known = _protobuf(file) or SUFFIXES.get(Path(path).suffix.lower())
    if _is_text(beginning):
        return DEFINITION if Path(path).suffix.lower() == ".prototxt" else Foreign("a text")
    return known or Foreign("of no format that is known here")


def _archive(path: str) -> str | Foreign:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return Foreign("an archive whose end is missing", COPY_AGAIN)
    if "config.json" in names:
        return "keras"
    if any(name.endswith("data.pkl") for name in names):
        return "torch"
    if names and all(name.endswith(".npy") for name in names):
        return Foreign("an archive of NumPy arrays")
    return Foreign("a zip archive without a network", "unpack it, and load the network that is in it")


def _is_text(beginning: bytes) -> bool:
    return all(byte >= 32 or byte in b"\t\r\n" for byte in beginning)


def _protobuf(file: BinaryIO) -> str | Foreign | None:
    """Which protobuf message fills the file, told by the fields at its top; None if none does."""
    found: dict[int, int] = {}
    for number, wire, value in _fields(file):
        found.setdefault(number, wire)
        if number == 7 and (b"bigdl" in value or b"analytics.zoo" in value):
            return "bigdl"
    match found:
        case {1: 0, 7: 2} | {1: 0, 8: 2}:
            return "onnx"
        case {100: 2}:
            return CAFFE
        case {1: 2, 4: 2}:
            return TENSORFLOW
    return None


def _fields(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Number, wire type and first bytes of each field of a message; ends where it is none, or cut off.

    Source: Protocol Buffers, Encoding.
    """
    size = file.seek(0, 2)
    file.seek(0)
    while file.tell() < size:
        tag = _varint(file)
        if tag is None:
            return
        number, wire = tag >> 3, tag & 7
        length = {0: 0, 1: 8, 2: _varint(file) if wire == 2 else 0, 5: 4}.get(wire)
        if wire == 0 and _varint(file) is None:
            return
        start = file.tell()
        if not number or length is None:
            return
        yield number, wire, file.read(min(length, 128))
        file.seek(start + length)


def _varint(file: BinaryIO) -> int | None:
    value = 0
    for place in range(10):
        byte = file.read(1)
        if not byte:
            return None
        value |= (byte[0] & 127) << (7 * place)
        if byte[0] < 128:
            return value
    return None
