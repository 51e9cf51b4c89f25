"""Where BigDL keeps a layer's weights: the layout of each, and which initial values BigDL can draw by itself."""

from __future__ import annotations

from zoodsl.catalog.operator import Layer
from zoodsl.model.nodes import LayerNode, Operation
from zoodsl.targets.bigdl.bindings.layers import NATIVE_INITIALIZERS
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Expression, call

LAYOUTS = {
    "Dense": "dense_layout",
    "Conv1D": "conv1d_layout",
    "Conv2D": "conv2d_layout",
    "DepthwiseConv2D": "depthwise_layout",
    "SeparableConv2D": "separable_layout",
    "BatchNormalization": "batch_normalization_layout",
    "Embedding": "embedding_layout",
    "SimpleRNN": "simple_rnn_layout",
    "LSTM": "lstm_layout",
    "GRU": "gru_layout",
}
"""The helper that turns a layer's Keras weights into BigDL's list, by the catalog's name."""

DRAWN_BY_BIGDL = {"Dense", "Conv1D", "Conv2D", "Embedding", "BatchNormalization"}
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
        case name:
            return helper(LAYOUTS[name])


def drawn_by_bigdl(node: LayerNode) -> bool:
    """Whether BigDL's own initial values are as the spec says; otherwise the program sets them."""
    operator = node.operation.operator
    weights = operator.weights(node.operation.arguments, node.input_shapes)
    return not weights or (
        operator.name in DRAWN_BY_BIGDL
        and all(
            weight.initializer in NATIVE_INITIALIZERS
            if weight.name in _DRAWN_NAMES
            # BigDL has no argument for the others: biases begin at 0, scales at 1.
            else weight.initializer == _START.get(weight.name, "zeros")
            for weight in weights
        )
    )
