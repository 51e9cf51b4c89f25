"""A network as a model of Keras, its weights, and its forward pass."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from zoodsl.model.nodes import LayerNode, Network
from zoodsl.targets.arrays import Array
from zoodsl.targets.keras import construct
from zoodsl.targets.keras.bindings import LAYERS
from zoodsl.targets.keras.construct import Construction
from zoodsl.targets.keras.engine import loaded
from zoodsl.targets.target import Unsupported

Weights = Mapping[str, tuple[Array, ...]]
"""Weight tensors by layer name, in Keras 3's layout and order; layers without weights may be missing."""


def unsupported(network: Network) -> Iterator[tuple[LayerNode, Unsupported]]:
    """The layers that Keras cannot carry out, with the reason."""
    for node in network.layers:
        found = _construction(node)
        if isinstance(found, Unsupported):
            yield node, found


def build(network: Network) -> Any:
    """The ``keras.Model`` of a network that has only layers that Keras carries out.

    Its inputs and output are (batch, *shape), channels first; it has a list of inputs, or one. Its weights
    are any until they are set: what training begins with is for the spec's initializers to draw. Raises
    KerasMissingError without TensorFlow.
    """
    keras = loaded()
    names = layer_names(network)
    with quiet():
        tensors = {node.name: keras.Input(node.shape, dtype="float32") for node in network.inputs}
        inputs = list(tensors.values())
        for node in network.layers:
            given = [tensors[name] for name in node.inputs]
            x: Any = given if len(given) > 1 else given[0]
            found = _supported(node)
            for number, part in enumerate(found.parts):
                # A name that Keras gives by itself may be another layer's of the network.
                name = names[node.name] if number == found.holder else f"{names[node.name]}-part-{number}"
                x = construct.build(part, name=name)(x)
            tensors[node.name] = x
        return keras.Model(inputs if len(inputs) > 1 else inputs[0], tensors[network.output])


def set_weights(model: Any, network: Network, weights: Weights) -> None:
    """Gives the layers of a model that was built of ``network`` these weights; others keep theirs.

    Raises ValueError for weights of another shape.
    """
    names = layer_names(network)
    for name, tensors in weights.items():
        model.get_layer(names[name]).set_weights(list(tensors))


def weights_of(model: Any, network: Network) -> dict[str, tuple[Array, ...]]:
    """The weights of a model that was built of ``network``; layers without weights are left out."""
    names = layer_names(network)
    return {
        node.name: tuple(model.get_layer(names[node.name]).get_weights())
        for node in network.layers
        if node.weights
    }


def apply(model: Any, inputs: Sequence[Array], *, training: bool = False) -> Array:
    """The output (batch, *shape) of a model for one array (batch, *shape) an input, in float32.

    In ``training``, BatchNormalization uses the batch's statistics and moves its own, and random layers draw.
    """
    given = [np.asarray(each, np.float32) for each in inputs]
    with quiet():
        output: Array = model(given if len(given) > 1 else given[0], training=training).numpy()
    return output


def forward(network: Network, weights: Weights, inputs: Sequence[Array], *, training: bool = False) -> Array:
    """The network's output (batch, *shape) with these weights; see ``build`` and ``apply``."""
    model = build(network)
    set_weights(model, network, weights)
    return apply(model, inputs, training=training)


def layer_names(network: Network) -> dict[str, str]:
    """What the layer of Keras with a node's weights is called: like the node, as far as TensorFlow's names allow."""
    names: dict[str, str] = {}
    for node in network.layers:
        name = stem = re.sub(r"[^A-Za-z0-9_.-]", "_", f"n{node.name}" if node.name[0] in "_-" else node.name)
        number = 1
        while name in names.values():
            number += 1
            name = f"{stem}_{number}"
        names[node.name] = name
    return names


def _construction(node: LayerNode) -> Construction | Unsupported:
    operation = node.operation
    return LAYERS[operation.operator.name](operation.arguments, node.input_shapes)


def _supported(node: LayerNode) -> Construction:
    found = _construction(node)
    if isinstance(found, Unsupported):
        raise TypeError(f"`{node.name}` is not carried out by Keras: {found.reason}")
    return found


@contextmanager
def quiet() -> Iterator[None]:
    """Without Keras' advice on networks, which are as the spec wants them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="You are using a softmax over axis", category=UserWarning)
        yield
