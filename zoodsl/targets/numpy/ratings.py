"""Ratings in NumPy: what stands for the probabilities of a scale's steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zoodsl.targets.arrays import Array


def estimates(given: Array, scale: Sequence[float], estimate: str) -> Array:
    """One number a row of ``given``, (rows, ratings): its ``mode``, ``mean`` or ``median`` on ``scale``, which rises."""
    return np.array([_ESTIMATES[estimate](row / row.sum(), scale) for row in given])


def _mode(shares: Array, scale: Sequence[float]) -> float:
    return scale[max(range(len(scale)), key=lambda place: shares[place])]


def _mean(shares: Array, scale: Sequence[float]) -> float:
    return sum(share * value for share, value in zip(shares, scale, strict=True))


def _median(shares: Array, scale: Sequence[float]) -> float:
    return next(value for place, value in enumerate(scale) if shares[: place + 1].sum() >= 0.5)


_ESTIMATES = {"mode": _mode, "mean": _mean, "median": _median}
