"""Arrays in NumPy's ``.npy`` files: their shape, from the header alone."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import BinaryIO

from zoodsl.diagnostics.rules.data import CORRUPT_DATA
from zoodsl.sources.findings import Problem
from zoodsl.sources.paths import file_problem

MAGIC = b"\x93NUMPY"
NUMBERS = "uif"
"""NumPy's letters for kinds of numbers: unsigned, whole, with a fraction."""


def shape_of(root: str, path: str) -> tuple[int, ...] | Problem:
    """The shape of the array of numbers in the file at ``path`` below ``root``, or why there is none."""
    problem = file_problem(root, path, "mean")
    if problem is not None:
        return problem
    try:
        with Path(root, path).open("rb") as file:
            shape = _shape(file)
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError):
        shape = None
    if shape is not None:
        return shape
    return Problem(
        CORRUPT_DATA,
        f"`{path}` is no array of numbers in NumPy's format `.npy`",
        "`numpy.save` writes such a file",
        "mean",
    )


def _shape(file: BinaryIO) -> tuple[int, ...] | None:
    """The shape that the header of a file tells; None where it holds no numbers, or is none."""
    if file.read(len(MAGIC)) != MAGIC:
        return None
    major, _ = file.read(2)
    header = ast.literal_eval(
        file.read(int.from_bytes(file.read(2 if major == 1 else 4), "little")).decode("latin1")
    )
    numbers = header["descr"][1] in NUMBERS
    return tuple(int(size) for size in header["shape"]) if numbers else None
