"""Optimizers in NumPy: what a step means.

All weights of a network are one vector here, so that clipping sees all gradients together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

import numpy as np

from zoodsl.catalog.operator import Arguments, Optimizer
from zoodsl.model.nodes import Operation
from zoodsl.targets.arrays import Array

Moments = defaultdict[str, Array]
"""What an optimizer keeps from step to step, by name; all begin at 0."""

Step = Callable[[Arguments, Moments, Array, Array, int], Array]
"""From arguments, moments (which it moves on), weights (n), the gradient there (n) and the step's number from 1 to the
distance (n) that is taken from the weights."""


def trajectory(operation: Operation[Optimizer], weights: Array, gradients: Array) -> Array:
    """The weights (steps, n) after each of some steps from ``weights`` (n), of ``gradients`` (steps, n)."""
    arguments, moments = operation.arguments, defaultdict[str, Array](lambda: np.zeros_like(weights))
    step = OPTIMIZERS[operation.operator.name]
    after = []
    for number, gradient in enumerate(gradients, 1):
        weights = weights - step(arguments, moments, weights, clipped(arguments, gradient), number)
        after.append(weights)
    return np.array(after)


def clipped(arguments: Arguments, gradient: Array) -> Array:
    """The gradient, no longer than ``clip_norm``, and then each entry cut to ``clip_value``."""
    norm, value = arguments["clip_norm"], arguments["clip_value"]
    if norm is not None:
        gradient = gradient / max(1.0, float(np.linalg.norm(gradient)) / norm)
    return gradient if value is None else np.clip(gradient, -value, value)


def _sgd(a: Arguments, moments: Moments, weights: Array, gradient: Array, _number: int) -> Array:
    gradient = gradient + (a["weight_decay"] or 0.0) * weights
    moments["velocity"] = velocity = a["momentum"] * moments["velocity"] + gradient
    return a["learning_rate"] * (gradient + a["momentum"] * velocity if a["nesterov"] else velocity)


def _faded(moments: Moments, name: str, share: float, value: Array) -> Array:
    """Moves the running mean ``name`` on, of which ``share`` is kept."""
    moments[name] = share * moments[name] + (1 - share) * value
    return moments[name]


def _adam(a: Arguments, moments: Moments, _weights: Array, gradient: Array, number: int) -> Array:
    mean = _faded(moments, "mean", a["beta_1"], gradient)
    square = _faded(moments, "square", a["beta_2"], gradient**2)
    rate = a["learning_rate"] * np.sqrt(1 - a["beta_2"] ** number) / (1 - a["beta_1"] ** number)
    return rate * mean / (np.sqrt(square) + a["epsilon"])


def _adamax(a: Arguments, moments: Moments, _weights: Array, gradient: Array, number: int) -> Array:
    mean = _faded(moments, "mean", a["beta_1"], gradient)
    moments["largest"] = np.maximum(a["beta_2"] * moments["largest"], np.abs(gradient))
    return a["learning_rate"] / (1 - a["beta_1"] ** number) * mean / (moments["largest"] + a["epsilon"])


def _rmsprop(a: Arguments, moments: Moments, _weights: Array, gradient: Array, _number: int) -> Array:
    square = _faded(moments, "square", a["rho"], gradient**2)
    return a["learning_rate"] * gradient / (np.sqrt(square) + a["epsilon"])


def _adagrad(a: Arguments, moments: Moments, _weights: Array, gradient: Array, _number: int) -> Array:
    moments["squares"] = moments["squares"] + gradient**2
    return a["learning_rate"] * gradient / (np.sqrt(moments["squares"]) + 1e-10)


def _adadelta(a: Arguments, moments: Moments, _weights: Array, gradient: Array, _number: int) -> Array:
    square = _faded(moments, "square", a["rho"], gradient**2)
    distance = np.sqrt(moments["distance"] + a["epsilon"]) / np.sqrt(square + a["epsilon"]) * gradient
    _faded(moments, "distance", a["rho"], distance**2)
    return a["learning_rate"] * distance


def _ftrl(a: Arguments, moments: Moments, weights: Array, gradient: Array, _number: int) -> Array:
    """From McMahan et al. 2013, Algorithm 1 with beta = 0."""
    gradient = gradient + 2 * a["l2_shrinkage_regularization_strength"] * weights
    before = a["initial_accumulator_value"] + moments["squares"]
    moments["squares"] = moments["squares"] + gradient**2
    now = a["initial_accumulator_value"] + moments["squares"]
    slowness, earlier = (sums ** -a["learning_rate_power"] / a["learning_rate"] for sums in (now, before))
    moments["linear"] = linear = moments["linear"] + gradient - (slowness - earlier) * weights
    reach = np.maximum(np.abs(linear) - a["l1_regularization_strength"], 0) * -np.sign(linear)
    return weights - reach / (slowness + 2 * a["l2_regularization_strength"])


OPTIMIZERS: Mapping[str, Step] = {
    "SGD": _sgd,
    "Adam": _adam,
    "Adamax": _adamax,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
    "Adadelta": _adadelta,
    "Ftrl": _ftrl,
}
"""By the catalog's name."""
