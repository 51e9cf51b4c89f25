"""Metrics, exact over all rows of a part; definitions are scikit-learn's.

Each takes the labels (classes: n numbers; several labels: n rows of 0 and 1; measures: n numbers) and the network's
outputs (n rows: a probability for each class or label, or one sigmoid's). Those that are given the ``names`` of the
classes or labels give a number for each of them beside the average, which is under the empty name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.losses import as_rows, mean_squared_error

Metric = Callable[[Array, Array], "float | dict[str, float]"]


def accuracy(labels: Array, outputs: Array) -> float:
    """The share of rows whose most probable class is the right one; of one sigmoid, yes is above 0.5."""
    return float(np.mean(decided(outputs, 0.5) == labels.ravel()))


def binary_accuracy(labels: Array, outputs: Array, threshold: float = 0.5) -> float:
    """The share of right yes-or-no decisions, over all rows and labels together."""
    return float(np.mean((outputs > threshold) == indicators(labels, outputs)))


def balanced_accuracy(labels: Array, outputs: Array) -> float:
    """The mean over classes that there are of the share of their rows that are told to be of them."""
    table = crossings(labels, outputs)
    there = table.sum(axis=1)
    return float(np.mean(table.diagonal()[there > 0] / there[there > 0]))


def cohen_kappa(labels: Array, outputs: Array, weights: str | None = None) -> float:
    """How much of the agreement that chance does not explain there is; 1 where chance explains all of it.

    A miss counts by its distance if ``weights`` are ``linear``, by the square of that if they are ``quadratic``.
    """
    table = crossings(labels, outputs)
    places = np.arange(len(table))
    distances = np.abs(places[:, None] - places)
    cost = {"linear": distances, "quadratic": distances**2}.get(weights or "", (distances > 0).astype(int))
    chance = (cost * np.outer(table.sum(axis=1), table.sum(axis=0))).sum() / table.sum()
    return float(1 - (cost * table).sum() / chance) if chance else 1.0


def matthews_correlation(labels: Array, outputs: Array) -> float:
    """The correlation of the classes that rows are of and are told to be of; 0 where either are all the same."""
    table = crossings(labels, outputs).astype(float)
    rows, there, told = table.sum(), table.sum(axis=1), table.sum(axis=0)
    spread = (rows**2 - (there**2).sum()) * (rows**2 - (told**2).sum())
    return float((table.trace() * rows - there @ told) / np.sqrt(spread)) if spread else 0.0


def crossings(labels: Array, outputs: Array) -> Array:
    """How many rows of each class (one a line) are told to be of each (one a column)."""
    kinds = max(outputs.shape[1], 2)
    found: Array = np.zeros((kinds, kinds), int)
    np.add.at(found, (labels.ravel().astype(int), decided(outputs, 0.5)), 1)
    return found


def top_k_accuracy(labels: Array, outputs: Array, k: int = 5) -> float:
    """The share of rows whose right class is among the ``k`` most probable ones; of equal ones, the later counts first."""
    order = np.argsort(outputs, axis=1, kind="stable")[:, -k:]
    return float(np.mean((order == labels.reshape(-1, 1)).any(axis=1)))


def roc_auc(
    labels: Array, outputs: Array, average: str = "macro", names: Sequence[str] | None = None
) -> float | dict[str, float]:
    """The area under the ROC curve; labels of which there is one kind alone have none and are left out."""
    wanted = indicators(labels, outputs)
    areas = np.array([area(wanted[:, k], outputs[:, k]) for k in range(outputs.shape[1])])
    together = area(wanted.ravel(), outputs.ravel()) if average == "micro" else None
    return averaged(areas, wanted.sum(axis=0), average, names, together)


def average_precision(
    labels: Array, outputs: Array, average: str = "macro", names: Sequence[str] | None = None
) -> float | dict[str, float]:
    """The area under the curve of precision over recall; labels that no row has have none and are left out."""
    wanted = indicators(labels, outputs)
    areas = np.array([precision_area(wanted[:, k], outputs[:, k]) for k in range(outputs.shape[1])])
    together = precision_area(wanted.ravel(), outputs.ravel()) if average == "micro" else None
    return averaged(areas, wanted.sum(axis=0), average, names, together)


def precision_area(wanted: Array, scores: Array) -> float:
    """The sum of each gain in recall times the precision there; NaN without a yes."""
    _, told, right = ladder(wanted, scores)
    return float((np.diff(right, prepend=0) * right / told).sum() / right[-1]) if right[-1] else float("nan")


def ladder(wanted: Array, scores: Array) -> tuple[Array, Array, Array]:
    """The scores that occur, falling, and how many rows with at least each there are, and how many of them are a yes."""
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    ends = np.append(np.flatnonzero(np.diff(falling)), len(falling) - 1)
    return falling[ends], ends + 1, np.cumsum(wanted[order])[ends]


def area(wanted: Array, scores: Array) -> float:
    """The share of pairs of a yes and a no that the scores put in the right order, ties half; NaN without pairs."""
    _, ranks, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle = (np.cumsum(counts) - (counts - 1) / 2)[ranks]
    yes = int(wanted.sum())
    pairs = yes * (len(wanted) - yes)
    return float((middle[wanted > 0].sum() - yes * (yes + 1) / 2) / pairs) if pairs else float("nan")


def precision(
    labels: Array,
    outputs: Array,
    average: str = "macro",
    names: Sequence[str] | None = None,
    threshold: Any = 0.5,
) -> float | dict[str, float]:
    """The share of rows that are right among those told to be of a class."""
    right, told, there = decisions(labels, outputs, threshold)
    return averaged(ratio(right, told), there, average, names, ratio(right.sum(), told.sum()))


def recall(
    labels: Array,
    outputs: Array,
    average: str = "macro",
    names: Sequence[str] | None = None,
    threshold: Any = 0.5,
) -> float | dict[str, float]:
    """The share of rows told to be of a class among those that are."""
    right, _, there = decisions(labels, outputs, threshold)
    return averaged(ratio(right, there), there, average, names, ratio(right.sum(), there.sum()))


def f1_score(
    labels: Array,
    outputs: Array,
    average: str = "macro",
    names: Sequence[str] | None = None,
    threshold: Any = 0.5,
) -> float | dict[str, float]:
    """The harmonic mean of precision and recall."""
    right, told, there = decisions(labels, outputs, threshold)
    together = ratio(2 * right.sum(), told.sum() + there.sum())
    return averaged(ratio(2 * right, told + there), there, average, names, together)


def f_beta_score(
    labels: Array,
    outputs: Array,
    beta: float = 1.0,
    average: str = "macro",
    names: Sequence[str] | None = None,
    threshold: Any = 0.5,
) -> float | dict[str, float]:
    """The harmonic mean of precision and recall, of which recall counts ``beta`` times as much."""
    right, told, there = decisions(labels, outputs, threshold)
    each, bound = (1 + beta**2) * right, told + beta**2 * there
    return averaged(ratio(each, bound), there, average, names, ratio(each.sum(), bound.sum()))


def root_mean_squared_error(labels: Array, outputs: Array) -> float:
    """The square root of the mean of the squared differences."""
    return float(np.sqrt(mean_squared_error(labels, outputs)))


def r2_score(labels: Array, outputs: Array) -> float:
    """The share of the true values' variance that is explained, the mean over entries; 0 where there is none."""
    wanted = as_rows(labels)
    left = ((wanted - outputs) ** 2).sum(axis=0)
    whole = ((wanted - wanted.mean(axis=0)) ** 2).sum(axis=0)
    explained = np.where(whole > 0, 1 - left / np.where(whole > 0, whole, 1), np.where(left > 0, 0.0, 1.0))
    return float(explained.mean())


def decided(outputs: Array, threshold: float) -> Array:
    """The class of each row: the most probable, or of one sigmoid, 1 above the threshold."""
    return (outputs[:, 0] > threshold).astype(int) if outputs.shape[1] == 1 else outputs.argmax(axis=1)


def indicators(labels: Array, outputs: Array) -> Array:
    """Labels as rows of 0 and 1, one entry for each output."""
    if labels.ndim == 2 or outputs.shape[1] == 1:
        return as_rows(labels).astype(int)
    found: Array = (labels.reshape(-1, 1) == np.arange(outputs.shape[1])).astype(int)
    return found


def decisions(labels: Array, outputs: Array, threshold: Any) -> tuple[Array, Array, Array]:
    """For each class or label, the number of rows rightly told to be of it, told to be, and that are.

    ``threshold`` is one number, or one for each label.
    """
    wanted = indicators(labels, outputs)
    several = labels.ndim == 2 or outputs.shape[1] == 1
    told = (outputs > threshold).astype(int) if several else indicators(decided(outputs, threshold), outputs)
    return (wanted * told).sum(axis=0), told.sum(axis=0), wanted.sum(axis=0)


def ratio(numerator: Any, denominator: Any) -> Any:
    """The quotient, 0 where there is nothing to divide by."""
    return np.where(denominator > 0, numerator / np.maximum(denominator, 1), 0.0)


def averaged(
    values: Array, rows: Array, average: str, names: Sequence[str] | None, together: Any
) -> float | dict[str, float]:
    """One number for all classes or labels, with ``names`` each one too. What is NaN has no number and no weight.

    ``rows`` counts each one's rows, and ``together`` is the micro average.
    """
    known = ~np.isnan(values)
    if average == "micro":
        mean = float(together)
    elif not known.any():
        mean = float("nan")
    elif average == "weighted" and rows[known].sum():
        mean = float(np.average(values[known], weights=rows[known]))
    else:
        mean = float(values[known].mean())
    if names is None:
        return mean
    return {"": mean, **dict(zip(names, values.tolist(), strict=True))}
