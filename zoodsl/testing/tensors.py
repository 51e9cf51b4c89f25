"""What a network is fed in a test, and weights of which no tensor is trivial."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zoodsl.model.nodes import Network


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
