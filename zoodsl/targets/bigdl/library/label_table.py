"""The table of classes or labels: how often each occurs, how well it is told apart, and what deciding makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.metrics import area, decisions, indicators, precision_area, ratio
from zoodsl.targets.bigdl.library.runs import LabelRow

COLUMNS = ("rows", "positives", "auc", "average_precision", "threshold", "precision", "recall", "f1")
"""What a row of the table tells, behind the name of its label."""


def label_table(
    labels: Array, outputs: Array, names: Sequence[str], thresholds: Mapping[str, float], default: float = 0.5
) -> list[LabelRow]:
    """A row for each label, or class against the rest.

    What is undefined is NaN: the area under the ROC curve where rows are of one kind alone, the average precision where
    no row is a yes, and the threshold where the most probable class is chosen. Labels that have none in ``thresholds``
    are decided by the ``default``.
    """
    wanted = indicators(labels, outputs)
    own = names[-wanted.shape[1] :]
    several = labels.ndim == 2 or outputs.shape[1] == 1
    used = np.array([thresholds.get(name, default) if several else np.nan for name in own])
    right, told, there = decisions(labels, outputs, used)
    columns = {
        "rows": np.full(len(own), len(wanted)),
        "positives": there,
        "auc": [area(wanted[:, k], outputs[:, k]) for k in range(len(own))],
        "average_precision": [precision_area(wanted[:, k], outputs[:, k]) for k in range(len(own))],
        "threshold": used,
        "precision": ratio(right, told),
        "recall": ratio(right, there),
        "f1": ratio(2 * right, told + there),
    }
    cells = [np.asarray(columns[name]).tolist() for name in COLUMNS]
    return [
        {"label": name, **dict(zip(COLUMNS, row, strict=True))}
        for name, row in zip(own, zip(*cells, strict=True), strict=True)
    ]
