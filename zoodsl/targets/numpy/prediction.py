"""Predictions in NumPy: from rows to what a network is fed, and from that to its outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from zoodsl.model.nodes import InputNode, Network, PreprocessStep
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.bindings import BINDINGS
from zoodsl.targets.numpy.interpreter import Weights, activations
from zoodsl.targets.numpy.transforms import TRANSFORMS, to_tensor, transform
from zoodsl.types import elements

ROWS_AT_ONCE = 16
"""Rows that go through the network at once."""


def missing_layer(network: Network) -> str | None:
    """A layer that there is no NumPy for; None without one."""
    names = (layer.operation.operator.name for layer in network.layers)
    return next((name for name in names if name not in BINDINGS), None)


def missing_step(steps: Sequence[PreprocessStep]) -> str | None:
    """A step of images that draws at random outside training, or that there is no NumPy for; None without one."""
    for step in steps:
        operator = step.operation.operator
        if not step.training_only and (operator.random or operator.name not in TRANSFORMS):
            return operator.name
    return None


def images_fed(images: Sequence[Array], steps: Sequence[PreprocessStep]) -> list[Array]:
    """Images of height x width x channels, RGB or grey in bytes, after ``steps`` but those of training: one input."""
    draw = np.random.default_rng(0)
    fed = []
    for image in images:
        value = image
        for step in steps:
            if not step.training_only:
                value = transform(step.operation, value, draw)
        fed.append(to_tensor(value))
    return [np.stack(fed)]


def numbers_fed(
    rows: Array, mean: Sequence[float], std: Sequence[float], inputs: Sequence[InputNode]
) -> list[Array]:
    """Numbers (rows, columns) less ``mean`` and divided by ``std``, divided among the inputs in their order."""
    scaled = ((rows - np.asarray(mean)) / np.asarray(std)).astype(np.float32)
    ends = np.cumsum([elements(node.shape) for node in inputs])[:-1]
    parts = np.split(scaled.reshape(len(rows), -1), ends, axis=1)
    return [part.reshape(-1, *node.shape) for part, node in zip(parts, inputs, strict=True)]


def outputs(
    network: Network, weights: Weights, fed: Callable[[slice], Sequence[Array]], rows: int, node: str
) -> Iterator[Array]:
    """What ``node`` gives for each of ``rows`` rows, a few at a time; ``fed`` makes the inputs for some of them."""
    for start in range(0, rows, ROWS_AT_ONCE):
        taken = fed(slice(start, min(start + ROWS_AT_ONCE, rows)))
        yield activations(network, weights, taken)[node]


def in_order(inputs: Mapping[str, Array], network: Network) -> list[Array]:
    """Inputs by name in the order in which ``network`` has them."""
    return [inputs[node.name] for node in network.inputs]
