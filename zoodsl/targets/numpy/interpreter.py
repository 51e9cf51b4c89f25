"""Runs a network on a batch, and draws the weights it begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from zoodsl.model.nodes import Network
from zoodsl.targets.arrays import Array
from zoodsl.targets.initializers import INITIALIZERS
from zoodsl.targets.numpy.bindings import apply
from zoodsl.targets.numpy.call import Call

Weights = Mapping[str, tuple[Array, ...]]
"""Weight tensors by layer name, in Keras 3's layout and order; layers without weights may be missing."""


def forward(
    network: Network, weights: Weights, inputs: Sequence[Array], *, training: bool = False, seed: int = 0
) -> Array:
    """The network's output (batch, *shape) for one array (batch, *shape) an input; see ``activations``."""
    return activations(network, weights, inputs, training=training, seed=seed)[network.output]


def activations(
    network: Network, weights: Weights, inputs: Sequence[Array], *, training: bool = False, seed: int = 0
) -> dict[str, Array]:
    """The output of every node by its name, inputs included.

    Computes in float64 if an input is float64, else in float32. In ``training``, BatchNormalization uses the
    batch's statistics (the moving ones are not updated) and random layers draw from ``seed``.
    """
    dtype = np.float64 if any(each.dtype == np.float64 for each in inputs) else np.float32
    values = {node.name: each.astype(dtype) for node, each in zip(network.inputs, inputs, strict=True)}
    generator = np.random.default_rng(seed)
    for node in network.layers:
        call = Call(
            arguments=node.operation.arguments,
            inputs=tuple(values[name] for name in node.inputs),
            weights=tuple(each.astype(dtype, copy=False) for each in weights.get(node.name, ())),
            training=training,
            generator=generator,
        )
        values[node.name] = apply(node.operation, call)
    return values


def initial_weights(network: Network, seed: int) -> dict[str, tuple[Array, ...]]:
    """The float32 weights that training begins with, by each layer's initializers."""
    generator = np.random.default_rng(seed)
    drawn = {
        node.name: tuple(
            INITIALIZERS[weight.initializer](weight.shape, generator).astype(np.float32)
            for weight in node.weights
        )
        for node in network.layers
    }
    return {name: tensors for name, tensors in drawn.items() if tensors}
