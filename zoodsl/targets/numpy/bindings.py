"""The implementation of each layer of the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from zoodsl.catalog.operator import Layer
from zoodsl.model.nodes import Operation
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy import (
    activation,
    convolution,
    core,
    merging,
    normalization,
    pooling,
    recurrent,
    regularization,
    reshaping,
)
from zoodsl.targets.numpy.call import Call, Implementation


def time_distributed(call: Call) -> Array:
    """TimeDistributed: each step by itself, so that what a batch is normalised by in training is the step's."""
    inner: Operation[Layer] = call.arguments["layer"]
    steps = range(call.input.shape[1])
    return np.stack([apply(inner, replace(call, inputs=(call.input[:, at],))) for at in steps], axis=1)


def bidirectional(call: Call) -> Array:
    """Bidirectional: the weights of the forward layer come first, then those of the backward one."""
    inner: Operation[Layer] = call.arguments["layer"]
    half = len(call.weights) // 2
    forward = apply(inner, replace(call, weights=call.weights[:half]))
    turned = replace(inner, arguments={**inner.arguments, "go_backwards": True})
    backward = apply(turned, replace(call, weights=call.weights[half:]))
    if inner.arguments["return_sequences"]:
        backward = backward[:, ::-1]
    match call.arguments["merge_mode"]:
        case "concat":
            return np.concatenate([forward, backward], axis=-1)
        case "sum":
            return forward + backward
        case "mul":
            return forward * backward
        case _:
            return (forward + backward) / 2


BINDINGS: Mapping[str, Implementation] = {
    "Dense": core.dense,
    "Embedding": core.embedding,
    "Activation": activation.activation_layer,
    "ReLU": activation.relu_layer,
    "LeakyReLU": activation.leaky_relu_layer,
    "PReLU": activation.prelu_layer,
    "ELU": activation.elu_layer,
    "Softmax": activation.softmax_layer,
    "Conv1D": convolution.conv1d,
    "Conv2D": convolution.conv2d,
    "Conv3D": convolution.conv3d,
    "Conv1DTranspose": convolution.conv1d_transpose,
    "Conv2DTranspose": convolution.conv2d_transpose,
    "DepthwiseConv1D": convolution.depthwise_conv1d,
    "DepthwiseConv2D": convolution.depthwise_conv2d,
    "SeparableConv1D": convolution.separable_conv1d,
    "SeparableConv2D": convolution.separable_conv2d,
    "MaxPooling1D": pooling.over_series(pooling.maximum),
    "MaxPooling2D": pooling.over_places(pooling.maximum),
    "MaxPooling3D": pooling.over_places(pooling.maximum),
    "AveragePooling1D": pooling.over_series(pooling.average),
    "AveragePooling2D": pooling.over_places(pooling.average),
    "AveragePooling3D": pooling.over_places(pooling.average),
    "GlobalMaxPooling1D": pooling.global_max_series,
    "GlobalMaxPooling2D": pooling.global_max_places,
    "GlobalMaxPooling3D": pooling.global_max_places,
    "GlobalAveragePooling1D": pooling.global_average_series,
    "GlobalAveragePooling2D": pooling.global_average_places,
    "GlobalAveragePooling3D": pooling.global_average_places,
    "BatchNormalization": normalization.batch_normalization,
    "LayerNormalization": normalization.layer_normalization,
    "UnitNormalization": normalization.unit_normalization,
    "LRN": normalization.lrn,
    "SimpleRNN": recurrent.simple_rnn,
    "GRU": recurrent.gru,
    "LSTM": recurrent.lstm,
    "Dropout": regularization.dropout(),
    "SpatialDropout1D": regularization.dropout(1),
    "SpatialDropout2D": regularization.dropout(2, 3),
    "SpatialDropout3D": regularization.dropout(2, 3, 4),
    "GaussianNoise": regularization.gaussian_noise,
    "GaussianDropout": regularization.gaussian_dropout,
    "Flatten": reshaping.flatten,
    "Reshape": reshaping.reshape,
    "Permute": reshaping.permute,
    "RepeatVector": reshaping.repeat_vector,
    "ZeroPadding1D": reshaping.zero_padding_1d,
    "ZeroPadding2D": reshaping.zero_padding_2d,
    "ZeroPadding3D": reshaping.zero_padding_3d,
    "Cropping1D": reshaping.cropping_1d,
    "Cropping2D": reshaping.cropping_2d,
    "Cropping3D": reshaping.cropping_3d,
    "UpSampling1D": reshaping.up_sampling_1d,
    "UpSampling2D": reshaping.up_sampling_2d,
    "UpSampling3D": reshaping.up_sampling_3d,
    "Add": merging.pairwise(np.add),
    "Subtract": merging.pairwise(np.subtract),
    "Multiply": merging.pairwise(np.multiply),
    "Average": merging.average,
    "Maximum": merging.pairwise(np.maximum),
    "Minimum": merging.pairwise(np.minimum),
    "Concatenate": merging.concatenate,
    "Dot": merging.dot,
    "TimeDistributed": time_distributed,
    "Bidirectional": bidirectional,
}


def apply(operation: Operation[Layer], call: Call) -> Array:
    """The output of a layer, with its own arguments in place of the call's."""
    return BINDINGS[operation.operator.name](replace(call, arguments=operation.arguments))
