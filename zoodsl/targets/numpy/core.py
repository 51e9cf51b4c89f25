"""Fully connected and embedding layers."""

from __future__ import annotations

import numpy as np

from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.activation import activate
from zoodsl.targets.numpy.call import Call


def dense(call: Call) -> Array:
    """Dense: the last axis times the kernel (in, out)."""
    kernel, *bias = call.weights
    return activate(call, sum(bias, start=call.input @ kernel))


def embedding(call: Call) -> Array:
    """Embedding. Raises IndexError for an index below 0 or past ``input_dim``."""
    (vectors,) = call.weights
    indices = call.input.astype(np.int64)
    if indices.min(initial=0) < 0:
        raise IndexError(f"index {indices.min()} is below 0")
    looked_up: Array = vectors[indices]
    return looked_up
