"""Evaluation: labels and outputs of all rows of a part, and what metrics make of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from pyspark.sql import Column, DataFrame

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.metrics import Metric


def outcomes(predicted: DataFrame, label: Column) -> tuple[Array, Array]:
    """The labels and the column ``prediction`` as arrays, one entry or row for each row; NaN where there is no label."""
    rows = predicted.select(label, "prediction").collect()
    return np.array([row[0] for row in rows], float), np.array([row[1] for row in rows], float)


def measure(metrics: Mapping[str, Metric], labels: Array, outputs: Array) -> dict[str, float]:
    """Each metric by its name; of one that has a number for each label, ``name/label`` too."""
    values: dict[str, float] = {}
    for name, metric in metrics.items():
        measured = metric(labels, outputs)
        if isinstance(measured, dict):
            values |= {f"{name}/{label}" if label else name: value for label, value in measured.items()}
        else:
            values[name] = measured
    return values
