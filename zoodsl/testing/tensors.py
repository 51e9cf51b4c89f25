"""Tensors of numbers, what a network is fed in a test, and weights of which no tensor is trivial."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from zoodsl.model.nodes import Network
from zoodsl.types import Shape

FEW = 64
"""So many numbers are drawn one by one; of a larger tensor some are, and the others are alike or noise."""


@st.composite
def tensors(
    draw: Callable[[st.SearchStrategy[Any]], Any],
    shape: Shape | st.SearchStrategy[Shape],
    low: float = -1.0,
    high: float = 1.0,
) -> npt.NDArray[np.float32]:
    """Tensors of ``shape``, or of shapes that a strategy draws: float32, numbers from ``low`` to ``high``, both included.

    They shrink to tensors of one number, that of the range which is nearest to 0, but for those numbers that matter; one of
    more than 64 numbers may stay noise.

    Raises ValueError where ``low`` is above ``high`` or one of them is no finite number.

    >>> from hypothesis import find
    >>> find(tensors((2, 3)), lambda tensor: tensor.sum() >= 1).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    if not (np.isfinite(low) and np.isfinite(high) and low <= high):
        raise ValueError(f"{low} to {high} is no range of numbers")
    dimensions = shape if isinstance(shape, tuple) else draw(shape)
    numbers = st.floats(low, high).map(lambda number: float(np.float32(number).clip(low, high)))
    size = int(np.prod(dimensions))
    flat: npt.NDArray[np.float32] = np.full(size, min(max(0.0, low), high), np.float32)
    if size > FEW and draw(st.booleans()):
        flat = np.random.default_rng(draw(st.integers(0, 1000))).uniform(low, high, size).astype(np.float32)
    places = st.integers(0, max(size - 1, 0))
    for place, number in draw(st.dictionaries(places, numbers, max_size=min(size, FEW))).items():
        flat[place] = number
    return flat.reshape(dimensions)


def batch(network: Network, records: int, seed: int) -> list[npt.NDArray[np.float32]]:
    """An array (records, *shape) an input: indices where a layer looks them up, else standard normal."""
    generator = np.random.default_rng(seed)
    bounds = {
        node.inputs[0]: node.weights[0].shape[0]
        for node in network.layers
        if node.operation.operator.integer_input
    }
    return [
        (
            generator.integers(0, bounds[node.name], (records, *node.shape))
            if node.name in bounds
            else generator.standard_normal((records, *node.shape))
        ).astype(np.float32)
        for node in network.inputs
    ]


def random_weights(network: Network, seed: int) -> dict[str, tuple[npt.NDArray[np.float32], ...]]:
    """Weights of which no tensor is trivial, as zero biases and unit variances are."""
    generator = np.random.default_rng(seed)
    drawn = {
        node.name: tuple(
            (
                generator.uniform(0.5, 2.0, weight.shape)
                if weight.name == "moving_variance"
                else generator.normal(0.0, 0.5, weight.shape)
            ).astype(np.float32)
            for weight in node.weights
        )
        for node in network.layers
    }
    return {name: tensors for name, tensors in drawn.items() if tensors}
