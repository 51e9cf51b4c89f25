"""Evaluation: labels and outputs of all rows of a part, and what metrics make of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.metrics import Metric


def probabilities(logits: Array, *, exclusive: bool) -> Array:
    """What a network tells that gives scores before its last activation.

    By a softmax where several outputs are ``exclusive``, one class a row; else by a sigmoid of each.
    """
    if not exclusive or logits.shape[1] == 1:
        found: Array = 1 / (1 + np.exp(-logits))
        return found
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


@dataclass(frozen=True)
class OfLogits:
    """A metric of a network that gives scores before its last activation: metrics are of probabilities."""

    metric: Metric

    def __call__(self, labels: Array, outputs: Array) -> float | dict[str, float]:
        """The metric of the probabilities."""
        return self.metric(labels, probabilities(outputs, exclusive=labels.ndim == 1))


@dataclass(frozen=True)
class AtThresholds:
    """A metric that decides by the thresholds that a run has chosen."""

    metric: Callable[..., float | dict[str, float]]

    def deciding(self, thresholds: Sequence[float]) -> Metric:
        """The metric with these thresholds."""
        return partial(self.metric, threshold=np.array(thresholds))


@dataclass(frozen=True)
class Scaled:
    """A metric of standardised labels, as the loss is, which are learned so."""

    metric: Metric

    def standardised(self, scale: tuple[float, float] | None) -> Metric:
        """The metric of labels and outputs that are given as they are; without a scale, of these."""
        mean, std = scale or (0.0, 1.0)
        return lambda labels, outputs: self.metric((labels - mean) / std, (outputs - mean) / std)


def in_units(labels: Array, outputs: Array, scale: tuple[float, float] | None) -> tuple[Array, Array]:
    """Labels and outputs as the column has them, of which the network learns them standardised by ``scale``."""
    mean, std = scale or (0.0, 1.0)
    return labels * std + mean, outputs * std + mean


def outcomes(predicted: DataFrame, label: Column) -> tuple[Array, Array]:
    """The labels and the column ``prediction`` as arrays, one entry or row for each row; NaN where there is no label."""
    _, labels, outputs = keyed_outcomes(predicted, label, F.lit(0))
    return labels, outputs


def keyed_outcomes(predicted: DataFrame, label: Column, key: Column) -> tuple[list[Any], Array, Array]:
    """``outcomes`` after the rows' keys."""
    rows = predicted.select(label, "prediction", key).collect()
    return (
        [row[2] for row in rows],
        np.array([row[0] for row in rows], float),
        np.array([row[1] for row in rows], float),
    )


def measure(
    metrics: Mapping[str, Metric | Scaled],
    labels: Array,
    outputs: Array,
    scale: tuple[float, float] | None = None,
) -> dict[str, float]:
    """Each metric by its name; of one that has a number for each label, ``name/label`` too.

    ``scale`` is that by which labels are learned standardised, in which some metrics are.
    """
    values: dict[str, float] = {}
    for name, metric in metrics.items():
        of = metric.standardised(scale) if isinstance(metric, Scaled) else metric
        measured = of(labels, outputs)
        if isinstance(measured, dict):
            values |= {f"{name}/{label}" if label else name: value for label, value in measured.items()}
        else:
            values[name] = measured
    return values
