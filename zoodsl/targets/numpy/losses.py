"""Losses in NumPy, from Keras 3's definitions.

``given`` is what the network gives, (rows, outputs). ``wanted`` is of the same shape, or the class indices,
(rows,). Weights that are ``balanced`` are balanced by these very rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from zoodsl.catalog.operator import Arguments, Loss
from zoodsl.model.nodes import Operation
from zoodsl.targets.arrays import Array

EPSILON = 1e-7
"""Keras's: what probabilities and divisors are kept away from 0 by."""


def loss(operation: Operation[Loss], wanted: Array, given: Array) -> float:
    """The loss of a batch, the mean over its rows."""
    if wanted.ndim == 1 and operation.operator.outputs == "labels":
        wanted = wanted[:, None]
    return float(LOSSES[operation.operator.name](operation.arguments, wanted, given))


def balanced_weights(counts: Array) -> Array:
    """Rows / (kinds * rows of the kind), for kinds along the last axis; 1 for a kind that no row has.

    Kinds that there are weigh the same in sum, and the mean weight of a row is 1: scikit-learn's "balanced".
    """
    there = counts > 0
    rows, kinds = counts.sum(axis=-1, keepdims=True), there.sum(axis=-1, keepdims=True)
    return np.where(there, rows / np.maximum(kinds * counts, 1), 1.0)


def _log_softmax(scores: Array) -> Array:
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _log_probabilities(arguments: Arguments, given: Array) -> Array:
    if arguments["from_logits"]:
        return _log_softmax(given)
    shares = given / given.sum(axis=-1, keepdims=True)
    return np.log(np.clip(shares, EPSILON, 1 - EPSILON))


def _sparse_categorical(arguments: Arguments, wanted: Array, given: Array) -> Array:
    rows = np.arange(len(wanted))
    match arguments["weights"]:
        case "balanced":
            each = balanced_weights(np.bincount(wanted, minlength=given.shape[1]))
        case listed:
            each = np.asarray(listed or np.ones(given.shape[1]))
    weights = each[wanted]
    losses = -_log_probabilities(arguments, given)[rows, wanted]
    return (weights * losses).mean()


def _categorical(arguments: Arguments, wanted: Array, given: Array) -> Array:
    return -(wanted * _log_probabilities(arguments, given)).sum(axis=-1).mean()


def _binary(arguments: Arguments, wanted: Array, given: Array) -> Array:
    if arguments["from_logits"]:
        losses = np.maximum(given, 0) - given * wanted + np.log1p(np.exp(-np.abs(given)))
    else:
        yes = np.clip(given, EPSILON, 1 - EPSILON)
        losses = -(wanted * np.log(yes) + (1 - wanted) * np.log(1 - yes))
    match arguments["weights"]:
        case "balanced":
            yes = wanted.sum(axis=0)
            answers = balanced_weights(np.stack([len(wanted) - yes, yes], axis=-1))
            weights = np.where(wanted > 0, answers[:, 1], answers[:, 0])
        case listed:
            weights = np.asarray(listed or 1.0)
    return (losses * weights).mean()


def _percentage(_arguments: Arguments, wanted: Array, given: Array) -> Array:
    return 100 * (np.abs(wanted - given) / np.maximum(np.abs(wanted), EPSILON)).mean()


def _logarithmic(_arguments: Arguments, wanted: Array, given: Array) -> Array:
    logs = np.log1p(np.maximum(wanted, EPSILON)) - np.log1p(np.maximum(given, EPSILON))
    return np.square(logs).mean()


def _focal(arguments: Arguments, wanted: Array, given: Array) -> Array:
    right = np.clip(np.where(wanted > 0, given, 1 - given), EPSILON, 1 - EPSILON)
    losses = -((1 - right) ** arguments["gamma"]) * np.log(right)
    alpha = arguments["alpha"]
    weights = 1.0 if alpha is None else np.where(wanted > 0, alpha, 1 - alpha)
    return (weights * losses).mean()


def _huber(arguments: Arguments, wanted: Array, given: Array) -> Array:
    gap, delta = np.abs(wanted - given), arguments["delta"]
    return np.where(gap <= delta, gap**2 / 2, delta * (gap - delta / 2)).mean()


def _log_cosh(_arguments: Arguments, wanted: Array, given: Array) -> Array:
    gap = np.abs(given - wanted)
    return (gap + np.log1p(np.exp(-2 * gap)) - np.log(2)).mean()


def _margins(wanted: Array, given: Array) -> Array:
    return np.maximum(1 - (2 * wanted - 1) * given, 0)


def _divergence(_arguments: Arguments, wanted: Array, given: Array) -> Array:
    wanted, given = np.clip(wanted, EPSILON, 1), np.clip(given, EPSILON, 1)
    return (wanted * np.log(wanted / given)).sum(axis=-1).mean()


def _cosine(_arguments: Arguments, wanted: Array, given: Array) -> Array:
    lengths = np.linalg.norm(wanted, axis=-1) * np.linalg.norm(given, axis=-1)
    return -((wanted * given).sum(axis=-1) / np.maximum(lengths, EPSILON)).mean()


LOSSES: Mapping[str, Callable[[Arguments, Array, Array], Array]] = {
    "SparseCategoricalCrossentropy": _sparse_categorical,
    "CategoricalCrossentropy": _categorical,
    "BinaryCrossentropy": _binary,
    "BinaryFocalCrossentropy": _focal,
    "MeanSquaredError": lambda _, wanted, given: np.square(wanted - given).mean(),
    "MeanAbsoluteError": lambda _, wanted, given: np.abs(wanted - given).mean(),
    "MeanAbsolutePercentageError": _percentage,
    "MeanSquaredLogarithmicError": _logarithmic,
    "Huber": _huber,
    "LogCosh": _log_cosh,
    "Hinge": lambda _, wanted, given: _margins(wanted, given).mean(),
    "SquaredHinge": lambda _, wanted, given: np.square(_margins(wanted, given)).mean(),
    "KLDivergence": _divergence,
    "Poisson": lambda _, wanted, given: (given - wanted * np.log(given + EPSILON)).mean(),
    "CosineSimilarity": _cosine,
}
"""Each loss of the catalog by name."""
