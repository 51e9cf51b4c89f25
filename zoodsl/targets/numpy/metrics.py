"""Metrics in NumPy, over all rows at once, from scikit-learn's definitions.

``given`` is what the network gives, (rows, outputs). ``wanted`` is of the same shape, or the class indices,
(rows,); one output with class indices is the probability of class 1. A ``best`` threshold is chosen on these very rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from zoodsl.catalog.metrics import BEST_ESTIMATES, with_estimate
from zoodsl.catalog.operator import Arguments, Metric
from zoodsl.model.nodes import Operation
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.ratings import estimates


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric's value, and that of each class or label where it has one by itself: NaN where undefined."""

    value: float
    each: tuple[float, ...] = ()


def measure(
    operation: Operation[Metric], wanted: Array, given: Array, scale: Sequence[float] = ()
) -> Measured:
    """The metric over all rows, of which there is at least one; of ratings, ``scale`` has what their classes stand for."""
    arguments = operation.arguments
    if scale and operation.operator.name in BEST_ESTIMATES:
        estimate = with_estimate(operation.operator, arguments)["estimate"]
        wanted, given = np.array(scale)[wanted], estimates(given, scale, estimate)[:, None]
    return METRICS[operation.operator.name](arguments, wanted, given)


def _marks(wanted: Array, outputs: int) -> Array:
    """What is wanted as one yes or no an output."""
    if wanted.ndim > 1:
        return wanted.astype(bool)
    return (wanted[:, None] == 1) if outputs == 1 else wanted[:, None] == np.arange(outputs)


def _decisions(wanted: Array, given: Array, threshold: float | Array) -> Array:
    """What is given as one yes or no an output: the largest of the classes, or those above ``threshold``."""
    if wanted.ndim > 1 or given.shape[1] == 1:
        return given > threshold
    return given.argmax(axis=1)[:, None] == np.arange(given.shape[1])


def _accuracy(_arguments: Arguments, wanted: Array, given: Array) -> Measured:
    right = _marks(wanted, given.shape[1]) == _decisions(wanted, given, 0.5)
    return Measured(float(right.all(axis=1).mean()))


def _binary_accuracy(arguments: Arguments, wanted: Array, given: Array) -> Measured:
    right = _marks(wanted, given.shape[1]) == _decisions(wanted, given, arguments["threshold"])
    return Measured(float(right.mean()))


def _told(wanted: Array, given: Array) -> tuple[Array, Array]:
    """The class of each row, and that which it is told to be of."""
    told = (given[:, 0] > 0.5).astype(int) if given.shape[1] == 1 else given.argmax(axis=1)
    return wanted.ravel().astype(int), told


def _balanced_accuracy(_arguments: Arguments, wanted: Array, given: Array) -> Measured:
    actual, told = _told(wanted, given)
    return Measured(float(np.mean([(told[actual == kind] == kind).mean() for kind in np.unique(actual)])))


def _cohen_kappa(arguments: Arguments, wanted: Array, given: Array) -> Measured:
    """One less how bad the rows are as parts of how bad all pairs of a row and another's answer are."""
    actual, told = _told(wanted, given)
    match arguments["weights"]:
        case None:
            cost = np.not_equal.outer(actual, told).astype(float)
        case "linear":
            cost = np.abs(np.subtract.outer(actual, told)).astype(float)
        case _:
            cost = np.square(np.subtract.outer(actual, told)).astype(float)
    return Measured(1 - float(cost.diagonal().mean() / cost.mean()) if cost.any() else 1.0)


def _matthews_correlation(_arguments: Arguments, wanted: Array, given: Array) -> Measured:
    """The correlation of two tables of one yes a row (Gorodkin 2004)."""
    actual, told = (kinds[:, None] == np.arange(max(given.shape[1], 2)) for kinds in _told(wanted, given))
    actual, told = actual - actual.mean(axis=0), told - told.mean(axis=0)
    spread = float((actual**2).sum() * (told**2).sum())
    return Measured(float((actual * told).sum()) / spread**0.5 if spread else 0.0)


def _top_k_accuracy(arguments: Arguments, wanted: Array, given: Array) -> Measured:
    right = given[np.arange(len(wanted)), wanted]
    better = (given > right[:, None]).sum(axis=1)
    return Measured(float((better < arguments["k"]).mean()))


def roc_area(yes: Array, scores: Array) -> float:
    """The area under the ROC curve, found from ranks; NaN where all rows are of one kind.

    It is the share of pairs of a yes and a no in which the yes scores higher, ties counting half (Hanley and
    McNeil 1982).
    """
    positives = int(yes.sum())
    negatives = len(yes) - positives
    if not positives or not negatives:
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[yes].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _roc_auc(arguments: Arguments, wanted: Array, given: Array) -> Measured:
    return _area(roc_area, arguments["average"], wanted, given)


def _area(area: Callable[[Array, Array], float], average: str, wanted: Array, given: Array) -> Measured:
    """An area under a curve of each label, and their average; those that have none are left out of it."""
    marks = _marks(wanted, given.shape[1])
    each = np.array([area(marks[:, label], given[:, label]) for label in range(given.shape[1])])
    defined = ~np.isnan(each)
    if not defined.any():
        return Measured(float("nan"), tuple(each.tolist()))
    match average:
        case "micro":
            value = area(marks.ravel(), given.ravel())
        case "weighted":
            value = float(np.average(each[defined], weights=marks.sum(axis=0)[defined]))
        case _:
            value = float(each[defined].mean())
    return Measured(value, tuple(each.tolist()))


def average_precision(yes: Array, scores: Array) -> float:
    """The sum over thresholds of the gain in recall times the precision; NaN where no row is a yes."""
    if not yes.any():
        return float("nan")
    falling = np.unique(scores)[::-1]
    told = scores >= falling[:, None]
    right = (told & yes).sum(axis=1)
    gains = np.diff(right, prepend=0) / yes.sum()
    return float((gains * right / told.sum(axis=1)).sum())


def _average_precision(arguments: Arguments, wanted: Array, given: Array) -> Measured:
    return _area(average_precision, arguments["average"], wanted, given)


def _auc(_arguments: Arguments, wanted: Array, given: Array) -> Measured:
    return _roc_auc({"average": "macro"}, wanted, given)


def best_thresholds(yes: Array, given: Array) -> Array:
    """For each label the threshold with the best F1 score over these rows, halfway between two scores; NaN without a yes.

    Of equally good ones it is the highest.
    """
    found = []
    for label in range(given.shape[1]):
        falling = np.unique(given[:, label])[::-1]
        below = [*falling[1:], falling[-1] / 2 if falling[-1] > 0 else falling[-1] - 1]
        candidates = (falling + below) / 2
        told = given[:, label] > candidates[:, None]
        scores = 2 * (told & yes[:, label]).sum(axis=1) / (told.sum(axis=1) + yes[:, label].sum())
        found.append(candidates[scores.argmax()] if yes[:, label].any() else np.nan)
    return np.array(found)


Ratio = Callable[[Array, Array, Array], Array]
"""A ratio of how many are right, are told to be, and are: 0 where it has no divisor."""


def _by_counts(ratio: Ratio) -> Callable[[Arguments, Array, Array], Measured]:
    def metric(arguments: Arguments, wanted: Array, given: Array) -> Measured:
        actual = _marks(wanted, given.shape[1])
        threshold = arguments["threshold"]
        if threshold == "best":
            threshold = best_thresholds(actual, given)
        told = _decisions(wanted, given, threshold)
        counts = [marks.sum(axis=0) for marks in (actual & told, told, actual)]
        each = ratio(*counts)
        match arguments["average"]:
            case "micro":
                value = ratio(*(count.sum() for count in counts))
            case "weighted":
                value = _quotient((each * counts[2]).sum(), counts[2].sum())
            case _:
                value = each.mean()
        return Measured(float(value), tuple(each.tolist()))

    return metric


def _f_beta(arguments: Arguments, wanted: Array, given: Array) -> Measured:
    square = arguments["beta"] ** 2

    def ratio(right: Array, told: Array, actual: Array) -> Array:
        return _quotient((1 + square) * right, told + square * actual)

    return _by_counts(ratio)(arguments, wanted, given)


def _quotient(above: Array, below: Array) -> Array:
    return np.divide(above, below, out=np.zeros(np.shape(above)), where=np.asarray(below != 0))


def _mean_of(gap: Callable[[Array, Array], Array]) -> Callable[[Arguments, Array, Array], Measured]:
    def metric(_arguments: Arguments, wanted: Array, given: Array) -> Measured:
        return Measured(float(gap(wanted.reshape(given.shape), given).mean()))

    return metric


def _rmse(_arguments: Arguments, wanted: Array, given: Array) -> Measured:
    return Measured(float(np.sqrt(np.square(wanted.reshape(given.shape) - given).mean())))


def _r2(_arguments: Arguments, wanted: Array, given: Array) -> Measured:
    wanted = wanted.reshape(given.shape)
    left = np.square(wanted - given).sum(axis=0)
    spread = np.square(wanted - wanted.mean(axis=0)).sum(axis=0)
    constant = np.where(left == 0, 1.0, 0.0)
    each = np.where(spread == 0, constant, 1 - left / np.where(spread == 0, 1, spread))
    return Measured(float(each.mean()))


METRICS: Mapping[str, Callable[[Arguments, Array, Array], Measured]] = {
    "Accuracy": _accuracy,
    "BinaryAccuracy": _binary_accuracy,
    "BalancedAccuracy": _balanced_accuracy,
    "CohenKappa": _cohen_kappa,
    "MatthewsCorrelation": _matthews_correlation,
    "TopKAccuracy": _top_k_accuracy,
    "AUC": _auc,
    "RocAuc": _roc_auc,
    "AveragePrecision": _average_precision,
    "Precision": _by_counts(lambda right, told, _: _quotient(right, told)),
    "Recall": _by_counts(lambda right, _, actual: _quotient(right, actual)),
    "F1Score": _by_counts(lambda right, told, actual: _quotient(2 * right, told + actual)),
    "FBetaScore": _f_beta,
    "MeanAbsoluteError": _mean_of(lambda wanted, given: np.abs(wanted - given)),
    "MeanSquaredError": _mean_of(lambda wanted, given: np.square(wanted - given)),
    "RootMeanSquaredError": _rmse,
    "MeanAbsolutePercentageError": _mean_of(
        lambda wanted, given: 100 * np.abs(wanted - given) / np.maximum(np.abs(wanted), 1e-7)
    ),
    "MeanSquaredLogarithmicError": _mean_of(
        lambda wanted, given: np.square(
            np.log1p(np.maximum(wanted, 1e-7)) - np.log1p(np.maximum(given, 1e-7))
        )
    ),
    "R2Score": _r2,
}
"""Each metric of the catalog by name."""
