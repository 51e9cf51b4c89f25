"""Ratings: which number stands for the probabilities of the steps of a scale, and what metrics make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from zoodsl.targets.arrays import Array


@dataclass(frozen=True)
class OfRatings:
    """A metric of numbers, of the ``values`` that classes stand for: rows are judged by their ``estimate``.

    Outputs of one column are estimates already, as baselines give them.
    """

    metric: Callable[[Array, Array], float]
    values: Sequence[float]
    estimate: str

    def __call__(self, labels: Array, outputs: Array) -> float:
        """The metric of the ratings."""
        told = outputs if outputs.shape[1] == 1 else estimated(outputs, self.values, self.estimate)[:, None]
        return self.metric(np.array(self.values)[labels.astype(int)], told)


@dataclass(frozen=True)
class OfNearest:
    """A metric of classes that stand for ``values``: outputs of one column are estimates, and mean the nearest class."""

    metric: Callable[[Array, Array], float | dict[str, float]]
    values: Sequence[float]

    def __call__(self, labels: Array, outputs: Array) -> float | dict[str, float]:
        """The metric of the classes."""
        if outputs.shape[1] > 1:
            return self.metric(labels, outputs)
        values = np.array(self.values)
        nearest = np.abs(outputs - values).argmin(axis=1)
        return self.metric(labels, np.eye(len(values))[nearest])


def estimated(outputs: Array, values: Sequence[float], estimate: str) -> Array:
    """One number for each row of probabilities of ``values``, which rise.

    The ``mode`` is the most probable, the ``mean`` the expected one, the ``median`` the least with half the probability up
    to it.
    """
    scale = np.array(values)
    found: Array
    if estimate == "mode":
        found = scale[outputs.argmax(axis=1)]
    elif estimate == "mean":
        found = outputs @ scale / outputs.sum(axis=1)
    else:
        below = np.cumsum(outputs, axis=1) < outputs.sum(axis=1, keepdims=True) / 2
        found = scale[np.minimum(below.sum(axis=1), len(scale) - 1)]
    return found
