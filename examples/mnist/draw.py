"""Writes `digits/`: scikit-learn's 1,797 digits in MNIST's own files, the last 360 of them for tests.

    python draw.py

The digits are those of the UCI data set "Optical Recognition of Handwritten Digits" (CC BY 4.0), 8x8, 0 to 16.
"""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

FOLDER = Path(__file__).parent / "digits"
TESTED = 360


def write(name: str, values: NDArray[np.uint8]) -> None:
    """An IDX file of bytes, zipped: what is in it, its sizes, and the values row by row."""
    head = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    (FOLDER / f"{name}.gz").write_bytes(gzip.compress(head + values.tobytes(), mtime=0))


def main() -> None:
    """Writes the four files, whose grey levels are 0 to 255."""
    digits = load_digits()
    images = np.rint(digits.images * 255 / 16).astype(np.uint8)
    labels = digits.target.astype(np.uint8)
    FOLDER.mkdir(exist_ok=True)
    for name, rows in (("train", slice(None, -TESTED)), ("t10k", slice(-TESTED, None))):
        write(f"{name}-images-idx3-ubyte", images[rows])
        write(f"{name}-labels-idx1-ubyte", labels[rows])


if __name__ == "__main__":
    main()
