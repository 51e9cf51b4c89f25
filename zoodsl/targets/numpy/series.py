"""Steps of series in NumPy: what follows from all rows together, and so is no step of a single record."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from zoodsl.catalog.operator import Arguments
from zoodsl.catalog.series import rows_before
from zoodsl.targets.arrays import Array


def scales(rows: Array) -> tuple[Array, Array]:
    """The mean and the population's standard deviation of each column of ``rows``, which are n x columns."""
    return rows.mean(axis=0), rows.std(axis=0)


def standardize(rows: Array, fitted_on: Array) -> Array:
    """``rows`` on the scale of the rows ``fitted_on``, float32."""
    mean, std = scales(fitted_on)
    return ((rows - mean) / std).astype(np.float32)


def windows(
    arguments: Arguments, rows: Array, series: Sequence[Hashable] | None = None
) -> tuple[Array, Array]:
    """The windows of ``rows``, which are n x columns in their order: m x length x columns, and which row each predicts.

    ``series`` is the series of each row; None: all are of one. Windows are in the order of the rows that they predict.
    """
    length, reach = arguments["length"], rows_before(arguments)
    places: dict[Hashable, list[int]] = {}
    found: list[tuple[int, list[int]]] = []
    for row in range(len(rows)):
        before = places.setdefault(None if series is None else series[row], [])
        if len(before) >= reach:
            first = len(before) - reach
            found.append((row, before[first : first + length]))
        before.append(row)
    shape = (len(found), length, rows.shape[1])
    taken = np.array([place for _, window in found for place in window], np.int64)
    return rows[taken].reshape(shape), np.array([row for row, _ in found], np.int64)
