"""Criterions that BigDL has otherwise, and what it gives them."""

from __future__ import annotations

from typing import Any

import numpy as np
from bigdl.dllib.keras import autograd
from bigdl.dllib.keras.autograd import CustomLoss

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.engine import cores
from zoodsl.targets.bigdl.library.losses import LEAST


def shared_weights(weights: Array, batch: int) -> Array:
    """Weights of classes for a criterion that adds up over the rows of a core, so that the sum is their mean.

    Each core has its share of ``batch`` rows.
    """
    shared: Array = np.asarray(weights) * cores() / batch
    return shared


def cosine_criterion(outputs: int) -> CustomLoss:
    """Minus the cosine of the angle between two vectors of so many numbers; BigDL's own is divided by their number.

    A MultiCriterion could multiply it, and adds each loss to that of the iteration before.
    """

    def opposite(wanted: Any, given: Any) -> Any:
        product = autograd.l2_normalize(wanted, axis=1) * autograd.l2_normalize(given, axis=1)
        return -autograd.sum(product, axis=1, keepDims=True)

    return CustomLoss(opposite, [outputs])


def focal_criterion(outputs: int, gamma: float, alpha: float | None = None) -> CustomLoss:
    """Binary cross-entropy that counts little where the right answer is likely; see ``binary_focal_crossentropy``."""
    yes, no = (1.0, 1.0) if alpha is None else (alpha, 1.0 - alpha)

    def entropy(wanted: Any, given: Any) -> Any:
        held = autograd.clip(given, LEAST, 1 - LEAST)
        wrong = 1.0 - held
        lost = wanted * autograd.pow(wrong, float(gamma)) * autograd.log(held) * yes
        gained = (1.0 - wanted) * autograd.pow(held, float(gamma)) * autograd.log(wrong) * no
        return -autograd.mean(lost + gained, axis=1, keepDims=True)

    return CustomLoss(entropy, [outputs])


def huber_criterion(outputs: int, delta: float) -> CustomLoss:
    """Huber's loss with its bend at ``delta``; BigDL's own bends at 1."""

    def bent(wanted: Any, given: Any) -> Any:
        distance = autograd.abs(given - wanted)
        near = autograd.clip(distance, 0.0, delta)
        return autograd.mean(near * near * 0.5 + (distance - near) * delta, axis=1, keepDims=True)

    return CustomLoss(bent, [outputs])


def log_cosh_criterion(outputs: int) -> CustomLoss:
    """The logarithm of the hyperbolic cosine of the differences."""

    def bent(wanted: Any, given: Any) -> Any:
        gap = given - wanted
        return autograd.mean(gap + autograd.softplus(gap * -2.0) - float(np.log(2)), axis=1, keepDims=True)

    return CustomLoss(bent, [outputs])
