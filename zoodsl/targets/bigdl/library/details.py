"""What plots of an evaluation are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.metrics import decided, indicators

Detail = Callable[[Array, Array], Any]

POINTS = 500
"""How many points of a curve are kept at most."""


def confusion(labels: Array, outputs: Array, names: Sequence[str]) -> dict[str, Any]:
    """``matrix[i][j]``: how many rows of class ``i`` were told to be of class ``j``; ``names`` are the classes'."""
    matrix = np.zeros((len(names), len(names)), int)
    np.add.at(matrix, (labels.astype(int).ravel(), decided(outputs, 0.5)), 1)
    return {"labels": list(names), "matrix": matrix.tolist()}


def roc(labels: Array, outputs: Array, names: Sequence[str]) -> dict[str, Any]:
    """For each name the shares of false and of true positives, from the highest threshold to the lowest."""
    wanted = indicators(labels, outputs)
    return {
        name: roc_curve(wanted[:, place], outputs[:, place])
        for place, name in enumerate(names[-wanted.shape[1] :])
    }


def roc_curve(wanted: Array, scores: Array) -> dict[str, list[float]]:
    """One curve, from (0, 0) to (1, 1); empty where there is one kind of row alone."""
    yes = int(wanted.sum())
    if yes in (0, len(wanted)):
        return {"false": [], "true": []}
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    true = np.append(0, np.cumsum(wanted[order])[ends]) / yes
    false = np.append(0, np.cumsum(1 - wanted[order])[ends]) / (len(wanted) - yes)
    kept = np.unique(np.linspace(0, len(true) - 1, min(len(true), POINTS)).astype(int))
    return {"false": false[kept].tolist(), "true": true[kept].tolist()}
