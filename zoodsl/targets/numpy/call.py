"""What the implementation of a layer is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zoodsl.catalog.operator import Arguments
from zoodsl.targets.arrays import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One use of a layer on a batch.

    Arrays have the batch as their first axis; weights are in Keras 3's layout and order. ``generator`` feeds
    what is random in ``training``.
    """

    arguments: Arguments
    inputs: tuple[Array, ...]
    weights: tuple[Array, ...]
    training: bool
    generator: np.random.Generator

    @property
    def input(self) -> Array:
        """The input of a layer that has one."""
        return self.inputs[0]


Implementation = Callable[[Call], Array]
"""Gives the layer's output, of the inputs' element type."""
