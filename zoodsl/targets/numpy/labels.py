"""Label codecs in NumPy: a column's values to what a loss takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
        case "Number":
            return np.array(values, np.float32)[:, None]
        case name:
            raise NotImplementedError(f"the reference has no codec {name}")
