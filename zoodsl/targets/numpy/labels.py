"""Label codecs in NumPy: a column's values to what a loss takes."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose

import numpy as np

from zoodsl.catalog.labels import NEAR, ratings
from zoodsl.catalog.operator import LabelCodec
from zoodsl.model.nodes import Operation
from zoodsl.targets.arrays import Array


def encode(codec: Operation[LabelCodec], values: Sequence[str | int | float]) -> Array:
    """Class indices (rows,) int64, multi-hot vectors (rows, labels) float32, or numbers (rows, 1) float32.

    Raises:
        ValueError: a value is none of the codec's classes or labels.
    """
    arguments = codec.arguments
    match codec.operator.name:
        case "ClassIndex":
            classes: int | tuple[str, ...] = arguments["classes"]
            known = range(classes) if isinstance(classes, int) else classes
            return np.array([known.index(value) for value in values], np.int64)  # type: ignore[arg-type]
        case "MultiHot":
            names: tuple[str, ...] = arguments["names"]
            result = np.zeros((len(values), len(names)), np.float32)
            for row, value in enumerate(values):
                if value not in ("", arguments["none"]):
                    result[row, [names.index(name) for name in str(value).split(arguments["separator"])]] = 1
            return result
        case "Rating":
            scale = ratings(arguments)
            nearest = [
                min(range(len(scale)), key=lambda place: abs(scale[place] - float(value))) for value in values
            ]
            _refuse_others(values, [scale[place] for place in nearest])
            return np.array(nearest, np.int64)
        case "Number":
            return np.array(values, np.float32)[:, None]
        case name:
            raise NotImplementedError(f"the reference has no codec {name}")


def _refuse_others(values: Sequence[str | int | float], nearest: Sequence[float]) -> None:
    """A ValueError for a value that is not, but for rounding, the number of the scale that is nearest to it."""
    for value, known in zip(values, nearest, strict=True):
        if not isclose(float(value), known, abs_tol=NEAR):
            raise ValueError(f"{value} is not in the scale")
