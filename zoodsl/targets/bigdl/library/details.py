"""What plots of an evaluation are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.metrics import decided, indicators, ladder

Detail = Callable[[Array, Array], Any]

POINTS = 500
"""How many points of a curve are kept at most."""

ALL_POINTS = 10_000
"""How many points all curves have together, where each has LEAST_POINTS."""

LEAST_POINTS = 20


def confusion(labels: Array, outputs: Array, names: Sequence[str]) -> dict[str, Any]:
    """``matrix[i][j]``: how many rows of class ``i`` were told to be of class ``j``; ``names`` are the classes'."""
    matrix = np.zeros((len(names), len(names)), int)
    np.add.at(matrix, (labels.astype(int).ravel(), decided(outputs, 0.5)), 1)
    return {"labels": list(names), "matrix": matrix.tolist()}


def roc(labels: Array, outputs: Array, names: Sequence[str]) -> dict[str, Any]:
    """For each name the shares of false and of true positives, from the highest threshold to the lowest."""
    wanted = indicators(labels, outputs)
    points = max(LEAST_POINTS, min(POINTS, ALL_POINTS // len(names)))
    return {
        name: roc_curve(wanted[:, place], outputs[:, place], points)
        for place, name in enumerate(names[-wanted.shape[1] :])
    }


def roc_curve(wanted: Array, scores: Array, points: int = POINTS) -> dict[str, list[float]]:
    """One curve of so many points at most, from (0, 0) to (1, 1); empty where there is one kind of row alone."""
    yes = int(wanted.sum())
    if yes in (0, len(wanted)):
        return {"false": [], "true": []}
    _, told, right = ladder(wanted, scores)
    true = np.append(0, right) / yes
    false = np.append(0, told - right) / (len(wanted) - yes)
    kept = np.unique(np.linspace(0, len(true) - 1, min(len(true), points)).astype(int))
    return {"false": false[kept].tolist(), "true": true[kept].tolist()}
