"""Where BigDL keeps a layer's weights: the layout of each, and which initial values BigDL can draw by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zoodsl.catalog.operator import Layer
from zoodsl.model.nodes import LayerNode, Operation
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.bindings.weighted import NATIVE_INITIALIZERS
from zoodsl.targets.pyast import Call, Expression, Symbol, call

LAYOUTS = {
    "Dense": "dense_layout",
    "Conv1D": "conv1d_layout",
    "Conv2D": "conv2d_layout",
    "Conv3D": "conv3d_layout",
    "Conv1DTranspose": "conv1d_transpose_layout",
    "Conv2DTranspose": "conv2d_transpose_layout",
    "DepthwiseConv1D": "depthwise1d_layout",
    "DepthwiseConv2D": "depthwise_layout",
    "SeparableConv1D": "separable1d_layout",
    "SeparableConv2D": "separable_layout",
    "BatchNormalization": "batch_normalization_layout",
    "LayerNormalization": "layer_normalization_layout",
    "PReLU": "prelu_layout",
    "Embedding": "embedding_layout",
    "SimpleRNN": "simple_rnn_layout",
    "LSTM": "lstm_layout",
    "GRU": "gru_layout",
}
"""The helper that turns a layer's Keras weights into BigDL's list, by the catalog's name."""

DRAWN_BY_BIGDL = {"Dense", "Conv1D", "Conv2D", "Conv3D", "Embedding", "BatchNormalization"}
"""Layers whose default initial values BigDL draws from the distribution that Keras draws from."""

_DRAWN_NAMES = {"kernel", "embeddings"}
_START = {"gamma": "ones", "moving_variance": "ones"}


def layout(operation: Operation[Layer]) -> Expression:
    """The helper for the weights of this layer, which has some. A wrapper's follows the inner layer's."""
    match operation.operator.name:
        case "TimeDistributed":
            return layout(operation.arguments["layer"])
        case "Bidirectional":
            return call(helper("both_ways_layout"), layout(operation.arguments["layer"]))
        case "Conv1D" | "Conv2D" as name if operation.arguments["dilation_rate"] not in (1, (1, 1)):
            # BigDL keeps a dilated convolution's kernel in another layout, without the leading axis of groups.
            return helper(f"dilated_{LAYOUTS[name]}")
        case "Conv2D" if operation.arguments["groups"] > 1:
            return call(helper("grouped_conv2d_layout"), operation.arguments["groups"])
        case name:
            return helper(LAYOUTS[name])


def laid_out(operation: Operation[Layer], weights: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """A layer's weights, NumPy arrays in Keras' order and layout, as BigDL keeps them; its running statistics apart."""
    import numpy as np

    from zoodsl.targets.bigdl.library import layouts

    def function(expression: Expression) -> Any:
        match expression:
            case int():
                return expression
            case Symbol(name=name):
                return getattr(layouts, name)
            case Call(Symbol(name=name), arguments):
                return getattr(layouts, name)(*map(function, arguments))
            case _:
                raise TypeError(f"{expression!r} is no layout")

    arranged, statistics = function(layout(operation))([np.asarray(each, np.float32) for each in weights])
    return [np.ascontiguousarray(each) for each in arranged], statistics


def drawn_by_bigdl(node: LayerNode) -> bool:
    """Whether BigDL's own initial values are as the spec says; otherwise the program sets them."""
    operator = node.operation.operator
    return not node.weights or (
        operator.name in DRAWN_BY_BIGDL
        # The layer that has groups is Torch's, and draws as Torch did.
        and node.operation.arguments.get("groups", 1) == 1
        and all(
            weight.initializer in NATIVE_INITIALIZERS
            if weight.name in _DRAWN_NAMES
            # BigDL has no argument for the others: biases begin at 0, scales at 1.
            else weight.initializer == _START.get(weight.name, "zeros")
            for weight in node.weights
        )
    )
