"""Colours turned round: a base that was trained on BGR is fed RGB, with the weights that read colours reversed.

The network then computes on RGB what it computed on BGR; no pixel is moved at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zoodsl.catalog.operator import Mismatch
from zoodsl.model.nodes import LayerNode, Network, Weights

COLOURS = 3
"""Channels of a colour image."""

_EACH_CHANNEL = frozenset(
    {
        "Activation",
        "AveragePooling2D",
        "Cropping2D",
        "Dropout",
        "ELU",
        "GaussianDropout",
        "GaussianNoise",
        "GlobalAveragePooling2D",
        "GlobalMaxPooling2D",
        "LRN",
        "LeakyReLU",
        "MaxPooling2D",
        "ReLU",
        "SpatialDropout2D",
        "UpSampling2D",
        "ZeroPadding2D",
    }
)
"""Layers without weights that do the same to each channel, so that colours stay in their order."""

_SUMS = frozenset({"Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"})

Tensors = tuple[Any, ...]
Turn = Callable[[Tensors], Tensors]


def turns(network: Network) -> Mapping[str, Turn] | Mismatch:
    """What is done to the weights of which layers, so that the network takes RGB for BGR or the other way round.

    Colours are followed from the inputs of three channels to the layers that mix them.
    """
    found: dict[str, Turn] = {}
    turned = {node.name for node in network.inputs if len(node.shape) == 3 and node.shape[0] == COLOURS}
    if not turned:
        return Mismatch("it has no input of three channels, whose colours could be turned round")
    for layer in network.layers:
        colours = [name in turned for name in layer.inputs]
        if not any(colours):
            continue
        kind = layer.operation.operator.name
        if kind in _EACH_CHANNEL or (kind in _SUMS and all(colours)):
            turned.add(layer.name)
        elif (turn := _turn(layer)) is not None:
            found[layer.name] = turn
            if kind in ("BatchNormalization", "DepthwiseConv2D"):
                turned.add(layer.name)
        else:
            return Mismatch(
                f"`{layer.name}`, a `{kind}`, reads the colours in a way that cannot be turned round",
                "feed the base what it was trained on, and leave `BGR` out",
            )
    if network.output in turned:
        return Mismatch("colours reach its end in their order, so that nothing can turn them round")
    return found


def turned(weights: Weights, how: Mapping[str, Turn]) -> dict[str, Tensors]:
    """``weights`` with those of the layers in ``how`` turned."""
    return {name: how[name](tensors) if name in how else tensors for name, tensors in weights.items()}


def _turn(layer: LayerNode) -> Turn | None:
    """How the weights of a layer are turned; None for one that mixes colours otherwise."""
    arguments = layer.operation.arguments
    match layer.operation.operator.name:
        case "BatchNormalization":
            return _every
        case "Conv2D" if arguments.get("groups", 1) == 1:
            return _kernel
        case "DepthwiseConv2D" if arguments["depth_multiplier"] == 1:
            return _depthwise
        case "SeparableConv2D" if arguments["depth_multiplier"] == 1:
            return _separable
        case _:
            return None


def _every(tensors: Tensors) -> Tensors:
    return tuple(tensor[::-1] for tensor in tensors)


def _kernel(tensors: Tensors) -> Tensors:
    kernel, *rest = tensors
    return (kernel[:, :, ::-1, :], *rest)


def _depthwise(tensors: Tensors) -> Tensors:
    kernel, *rest = tensors
    return (kernel[:, :, ::-1, :], *(bias[::-1] for bias in rest))


def _separable(tensors: Tensors) -> Tensors:
    depthwise, pointwise, *rest = tensors
    return (depthwise[:, :, ::-1, :], pointwise[:, :, ::-1, :], *rest)
