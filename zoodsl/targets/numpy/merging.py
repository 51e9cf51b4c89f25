"""Layers that join several tensors."""

from __future__ import annotations

from functools import reduce

import numpy as np

from zoodsl.catalog.layers.merging import concatenation_axis
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.call import Call, Implementation


def pairwise(operation: np.ufunc) -> Implementation:
    """A merge that takes its inputs one after the other."""
    return lambda call: reduce(operation, call.inputs)


def average(call: Call) -> Array:
    """Average."""
    return reduce(np.add, call.inputs) / len(call.inputs)


def concatenate(call: Call) -> Array:
    """Concatenate."""
    shapes = tuple(each.shape[1:] for each in call.inputs)
    return np.concatenate(call.inputs, axis=concatenation_axis(call.arguments, shapes))


def dot(call: Call) -> Array:
    """Dot; with ``normalize`` as Keras 3 has it: no vector is divided by less than 1e-7."""
    first, second = (_unit(each) for each in call.inputs) if call.arguments["normalize"] else call.inputs
    return (first * second).sum(axis=1, keepdims=True)


LEAST_LENGTH = 1e-7
"""Source: Keras 3, ``keras.ops.normalize`` with ``keras.config.epsilon()``."""


def _unit(x: Array) -> Array:
    return x / np.maximum(np.sqrt(np.square(x).sum(axis=1, keepdims=True)), LEAST_LENGTH)
