"""Losses over all rows of a part, exactly as training defines them for a batch.

Each takes the labels (classes: n numbers; else n, or n rows of entries) and the network's outputs (n rows).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from zoodsl.targets.arrays import Array

Loss = Callable[[Array, Array], float]

LEAST = 1e-7
"""What probabilities are held away from 0 and 1 by, before their logarithm is taken."""


def sparse_categorical_crossentropy(
    labels: Array, outputs: Array, *, from_logits: bool = False, weights: Sequence[float] | None = None
) -> float:
    """Minus the logarithm of the probability of the right class, times its weight where classes have ``weights``."""
    classes = labels.astype(int).ravel()
    own = _log_probabilities(outputs, from_logits=from_logits)[np.arange(len(classes)), classes]
    return float(-np.mean(own if weights is None else own * np.asarray(weights)[classes]))


def categorical_crossentropy(labels: Array, outputs: Array, *, from_logits: bool = False) -> float:
    """Minus the sum over classes of the wanted share times the logarithm of the probability."""
    return float(-np.mean(np.sum(labels * _log_probabilities(outputs, from_logits=from_logits), axis=1)))


def _log_probabilities(outputs: Array, *, from_logits: bool) -> Array:
    logarithms: Array
    if from_logits:
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return logarithms
    logarithms = np.log(np.clip(outputs, LEAST, 1.0))
    return logarithms


def binary_crossentropy(
    labels: Array, outputs: Array, *, from_logits: bool = False, weights: Any = None
) -> float:
    """The cross-entropy of each output as a yes or no of its own.

    ``weights`` are a factor for each output, or two: for no and for yes.
    """
    wanted = as_rows(labels)
    if from_logits:
        entropy = np.maximum(outputs, 0) - outputs * wanted + np.log1p(np.exp(-np.abs(outputs)))
    else:
        given = np.clip(outputs, LEAST, 1 - LEAST)
        entropy = -(wanted * np.log(given) + (1 - wanted) * np.log(1 - given))
    return float(np.mean(entropy if weights is None else entropy * _factors(np.asarray(weights), wanted)))


def _factors(weights: Array, wanted: Array) -> Array:
    """How much each output of each row counts."""
    return weights if weights.ndim == 1 else np.where(wanted > 0, weights[:, 1], weights[:, 0])


def mean_squared_error(labels: Array, outputs: Array) -> float:
    """The mean of the squared differences."""
    return float(np.mean((outputs - as_rows(labels)) ** 2))


def mean_absolute_error(labels: Array, outputs: Array) -> float:
    """The mean of the absolute differences."""
    return float(np.mean(np.abs(outputs - as_rows(labels))))


def mean_absolute_percentage_error(labels: Array, outputs: Array) -> float:
    """A hundred times the mean of the absolute differences as parts of the true value's size."""
    wanted = as_rows(labels)
    return float(100 * np.mean(np.abs(wanted - outputs) / np.maximum(np.abs(wanted), LEAST)))


def mean_squared_logarithmic_error(labels: Array, outputs: Array) -> float:
    """The mean of the squared differences of log(1 + value)."""
    logs = [np.log1p(np.maximum(values, LEAST)) for values in (outputs, as_rows(labels))]
    return float(np.mean((logs[0] - logs[1]) ** 2))


def binary_focal_crossentropy(
    labels: Array, outputs: Array, gamma: float = 2.0, alpha: float | None = None
) -> float:
    """The cross-entropy of each output as a yes or no of its own, which counts little where the right answer is likely.

    ``alpha`` is the weight of a yes, and what is left to 1 that of a no.
    """
    wanted = as_rows(labels)
    right = np.clip(np.where(wanted > 0, outputs, 1 - outputs), LEAST, 1 - LEAST)
    entropy = -((1 - right) ** gamma) * np.log(right)
    return float(np.mean(entropy if alpha is None else entropy * np.where(wanted > 0, alpha, 1 - alpha)))


def huber(labels: Array, outputs: Array, delta: float = 1.0) -> float:
    """Half the squared difference where it is below ``delta``, else ``delta`` times what it is more than half of that."""
    distance = np.abs(outputs - as_rows(labels))
    return float(np.mean(np.where(distance < delta, 0.5 * distance**2, delta * (distance - 0.5 * delta))))


def log_cosh(labels: Array, outputs: Array) -> float:
    """The mean of the logarithm of the hyperbolic cosine of the differences."""
    distance = np.abs(outputs - as_rows(labels))
    return float(np.mean(distance + np.log1p(np.exp(-2 * distance)) - np.log(2)))


def hinge(labels: Array, outputs: Array) -> float:
    """The mean of max(0, 1 - sign * score)."""
    return float(np.mean(np.maximum(0, 1 - (2 * as_rows(labels) - 1) * outputs)))


def squared_hinge(labels: Array, outputs: Array) -> float:
    """The mean of max(0, 1 - sign * score) squared."""
    return float(np.mean(np.maximum(0, 1 - (2 * as_rows(labels) - 1) * outputs) ** 2))


def kl_divergence(labels: Array, outputs: Array) -> float:
    """The sum over entries of wanted * log(wanted / given)."""
    wanted, given = (np.clip(values, LEAST, 1.0) for values in (labels, outputs))
    return float(np.mean(np.sum(wanted * np.log(wanted / given), axis=1)))


def poisson(labels: Array, outputs: Array) -> float:
    """The mean of given - wanted * log(given)."""
    return float(np.mean(outputs - as_rows(labels) * np.log(outputs + LEAST)))


def cosine_similarity(labels: Array, outputs: Array) -> float:
    """Minus the cosine of the angle between the wanted and the given vector."""
    wanted, given = (
        values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), LEAST)
        for values in (labels, outputs)
    )
    return float(-np.mean(np.sum(wanted * given, axis=1)))


def as_rows(labels: Array) -> Array:
    """Labels with one number a row as rows of one entry, as outputs are."""
    return labels.reshape(len(labels), -1)
