"""IDX files, MNIST's format: a big-endian header that says what follows and how much of it, then bytes."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from io import SEEK_END
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from zoodsl.catalog.operator import Arguments, ColumnType
from zoodsl.diagnostics.rules.data import CORRUPT_DATA, EMPTY_DATA, UNEQUAL_COUNTS
from zoodsl.model.nodes import Certainty, RowCount
from zoodsl.sources.findings import UNSEEN, ColumnFacts, Look, Problem, exact_facts
from zoodsl.sources.paths import file_problem, is_address
from zoodsl.sources.terms import Values
from zoodsl.types import DType, ImageType, Shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MAGIC = {"images": 2051, "labels": 2049}
"""The first four bytes: unsigned bytes (0x08) in three dimensions, or in one."""

_BROKEN = (gzip.BadGzipFile, EOFError, zlib.error)


def look(arguments: Arguments, root: str) -> Look | Problem:
    """The size of the images, and their number, which is the labels' too."""
    if is_address(arguments["images"]) or is_address(arguments["labels"]):
        return UNSEEN
    images = _dimensions(root, arguments["images"], "images")
    if isinstance(images, Problem):
        return images
    labels = _dimensions(root, arguments["labels"], "labels")
    if isinstance(labels, Problem):
        return labels
    if images[0] != labels[0]:
        return Problem(
            UNEQUAL_COUNTS,
            f"`{arguments['images']}` holds {images[0]:,} images, but `{arguments['labels']}` holds "
            f"{labels[0]:,} labels",
            "take the images and the labels of one set",
            "labels",
        )
    image = ImageType(height=images[1], width=images[2], channels=1)
    return Look(
        columns=(ColumnType("image", image), ColumnType("label", DType.INT64)),
        rows=RowCount(count=images[0], certainty=Certainty.EXACT),
    )


def values(arguments: Arguments, root: str, column: str) -> ColumnFacts | None:
    """The facts of the labels; None for the images, or where the labels cannot be read."""
    path: str = arguments["labels"]
    if column != "label" or is_address(path) or isinstance(_dimensions(root, path, "labels"), Problem):
        return None
    full = Path(root, path)
    stat = full.stat()
    return _label_facts(full, stat.st_mtime_ns, stat.st_size)


def read(arguments: Arguments, root: str) -> Mapping[str, Values] | None:
    """The labels and the rows' numbers; None where they cannot be read."""
    path: str = arguments["labels"]
    if is_address(path):
        return None
    try:
        with _opened(Path(root, path)) as stream:
            labels = stream.read()[8:]
    except _BROKEN:
        return None
    return {"_key": range(len(labels)), "label": labels}


def pixels(arguments: Arguments, root: str) -> NDArray[np.uint8] | None:
    """The images, rows x height x width in bytes; None where they cannot be read."""
    path: str = arguments["images"]
    if is_address(path) or isinstance(shape := _dimensions(root, path, "images"), Problem):
        return None
    import numpy as np

    with _opened(Path(root, path)) as stream:
        return np.frombuffer(stream.read()[16:], np.uint8).reshape(shape)


@lru_cache(maxsize=16)
def _label_facts(full: Path, _modified: int, _size: int) -> ColumnFacts | None:
    try:
        with _opened(full) as stream:
            return exact_facts(dict(Counter(stream.read()[8:])))
    except _BROKEN:
        return None


@contextmanager
def _opened(full: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked if it is gzipped, whatever its name."""
    with full.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not packed:
            yield raw
            return
        with gzip.open(raw) as unpacked:
            yield unpacked  # type: ignore[misc]  # a GzipFile reads as any binary file does


def _dimensions(root: str, path: str, parameter: str) -> Shape | Problem:
    """The number of records and, of images, their height and width, once the file is sure to hold them."""
    problem = file_problem(root, path, parameter)
    if problem is not None:
        return problem
    full = Path(root, path)
    rank = 3 if parameter == "images" else 1
    try:
        with _opened(full) as stream:
            header = stream.read(4 + 4 * rank)
            magic = int.from_bytes(header[:4], "big")
            if len(header) < 4 or magic != _MAGIC[parameter]:
                return _wrong_magic(path, parameter, header[:4])
            shape = tuple(int.from_bytes(header[at : at + 4], "big") for at in range(4, len(header), 4))
            wanted = 4 + 4 * rank + prod(shape)
            held = wanted if _unpacked_size(full) == wanted else len(header) + _rest(stream)
    except _BROKEN:
        return Problem(
            CORRUPT_DATA,
            f"`{path}` is not a whole gzip file",
            "get it again: it was cut off or damaged",
            parameter,
        )
    if len(shape) < rank or held < wanted:
        return Problem(
            CORRUPT_DATA,
            f"`{path}` is cut off: it holds {held:,} bytes of the {wanted:,} that its header announces",
            "get it again",
            parameter,
        )
    if held > wanted:
        return Problem(
            CORRUPT_DATA,
            f"`{path}` goes on after the {shape[0]:,} records that its header announces",
            "get it again: it holds something else too",
            parameter,
        )
    if not prod(shape):
        return Problem(EMPTY_DATA, f"`{path}` holds no {parameter}", "", parameter)
    return shape


def _wrong_magic(path: str, parameter: str, start: bytes) -> Problem:
    other = "labels" if parameter == "images" else "images"
    if int.from_bytes(start, "big") == _MAGIC[other]:
        return Problem(
            CORRUPT_DATA,
            f"`{path}` holds {other}, not {parameter}",
            "are `images` and `labels` exchanged?",
            parameter,
        )
    return Problem(
        CORRUPT_DATA,
        f"`{path}` is not an IDX file of {parameter}",
        f"such a file begins with the number {_MAGIC[parameter]}; this one begins with the bytes "
        f"{start.hex(' ')}",
        parameter,
    )


def _unpacked_size(full: Path) -> int:
    """The file's size once unpacked, as gzip notes it at the end: right for whole files below 4 GB."""
    with full.open("rb") as raw:
        if raw.read(2) != b"\x1f\x8b":
            return full.stat().st_size
        raw.seek(-4, SEEK_END)
        return int.from_bytes(raw.read(4), "little")


def _rest(stream: BinaryIO) -> int:
    """How many bytes are left to read."""
    return sum(len(chunk) for chunk in iter(lambda: stream.read(1 << 20), b""))
