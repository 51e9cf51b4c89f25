"""Layers that act in training alone."""

from __future__ import annotations

import numpy as np

from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.call import Call, Implementation


def dropout(*shared_axes: int) -> Implementation:
    """Dropout that draws once for all places along ``shared_axes``."""

    def implementation(call: Call) -> Array:
        kept = 1 - call.arguments["rate"]
        drawn = [1 if axis in shared_axes else length for axis, length in enumerate(call.input.shape)]
        mask = call.generator.random(drawn) < kept
        return np.where(mask, call.input / call.input.dtype.type(kept), 0) if call.training else call.input

    return implementation


def gaussian_noise(call: Call) -> Array:
    """GaussianNoise."""
    return call.input + _normal(call, call.arguments["stddev"]) if call.training else call.input


def gaussian_dropout(call: Call) -> Array:
    """GaussianDropout."""
    rate = call.arguments["rate"]
    return call.input * (1 + _normal(call, (rate / (1 - rate)) ** 0.5)) if call.training else call.input


def _normal(call: Call, deviation: float) -> Array:
    return call.generator.normal(0.0, deviation, call.input.shape).astype(call.input.dtype)
