"""Criterions that BigDL has otherwise, and what it gives them."""

from __future__ import annotations

from typing import Any

import numpy as np
from bigdl.dllib.keras import autograd
from bigdl.dllib.keras.autograd import CustomLoss

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.engine import cores


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
