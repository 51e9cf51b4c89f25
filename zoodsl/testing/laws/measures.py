"""The measures of laws in NumPy, of numbers, tensors and images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from zoodsl.targets.arrays import Array


def numbers(value: Any) -> Array:
    """The numbers of an image, a tensor or a number, as float64."""
    return np.asarray(value, np.float64)


def within(value: Any, bounds: tuple[float, float]) -> Array:
    """Which numbers lie in a range, its ends included; what is not a number lies in none."""
    given = numbers(value)
    inside: Array = (given >= bounds[0]) & (given <= bounds[1])
    return inside


def furthest(one: Any, other: Any) -> float:
    """The largest difference of two numbers in the same place; what is not a number is infinitely far from all."""
    left, right = numbers(one), numbers(other)
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.where(left == right, 0.0, np.abs(left - right))
    return float(np.where(np.isnan(apart), np.inf, apart).max(initial=0.0))


NUMBERS: Mapping[str, Callable[[Any], float]] = {
    "Min": lambda value: float(numbers(value).min()),
    "Max": lambda value: float(numbers(value).max()),
    "Mean": lambda value: float(numbers(value).mean()),
    "Sum": lambda value: float(numbers(value).sum()),
    "Argmax": lambda value: int(numbers(value).argmax()),
}
"""What measures that give a number compute."""
