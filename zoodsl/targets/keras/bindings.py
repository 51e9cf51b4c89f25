"""Layers as Keras 3 makes them, on TensorFlow.

Every layer of the catalog stands in ``LAYERS``. The language's definitions are Keras 3's, but for its images, whose
channels come first: TensorFlow's kernels for processors have them last, so that layers over windows stand between two
``Permute``. A size as ``padding``, ``ceil_mode`` and what other systems have besides is built of layers and functions.
Initializers are left out: the weights that training begins with are drawn by the language's definitions, and set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoodsl.catalog.layers.merging import concatenation_axis
from zoodsl.catalog.layers.normalization import feature_axis
from zoodsl.catalog.layers.reshaping import ends, sides
from zoodsl.catalog.layers.windows import borders, kernel_windows, spreads
from zoodsl.catalog.operator import Arguments, Operator
from zoodsl.model.nodes import Operation
from zoodsl.targets.keras.construct import (
    Binding,
    Construct,
    Construction,
    channels_last,
    function,
    layer,
    made,
)
from zoodsl.targets.keras.pooling import average_pool, max_pool
from zoodsl.targets.target import Unsupported
from zoodsl.types import Shape


def penalty(operation: Operation[Operator] | None) -> Construct | None:
    """A regularizer, of Keras' names and scale; None for none."""
    if operation is None:
        return None
    return Construct(f"regularizers.{operation.operator.name}", operation.arguments)


def _given(a: Arguments, *names: str) -> dict[str, Any]:
    """Arguments that Keras takes under the same name, penalties made."""
    return {name: penalty(a[name]) if name.endswith("_regularizer") else a[name] for name in names}


def _same(name: str, *parameters: str, **always: Any) -> Binding:
    """A layer that takes the named arguments, with the same meaning, and others that are ``always`` the same."""
    return lambda a, _: made(layer(name, **_given(a, *parameters), **always))


_SERIES_WINDOW = ("kernel_size", "strides", "padding", "depth_multiplier")
_AFFINE = ("activation", "use_bias", "bias_regularizer")


def _convolution(name: str, *parameters: str) -> Binding:
    """A convolution over an image. A border of a chosen width is zeros that are added before."""

    def binding(a: Arguments, _: tuple[Shape, ...]) -> Construction:
        around = borders(a)
        convolution = layer(
            name,
            **_given(a, "kernel_size", "strides", *parameters, *_AFFINE),
            padding="valid" if around else a["padding"],
            data_format="channels_last",
        )
        if not around:
            return channels_last(convolution)
        zeros = layer("ZeroPadding2D", padding=around, data_format="channels_last")
        return channels_last(zeros, convolution, holder=1)

    return binding


def _by_channel(name: str, *parameters: str) -> Binding:
    """A convolution of each channel by itself, for which TensorFlow has one stride for both axes.

    Where two are said, the window stands everywhere, and rows and columns between its places are left out after it.
    """
    everywhere = _convolution(name, *parameters)

    def binding(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
        down, right = a["strides"]
        if down == right:
            return everywhere(a, inputs)
        windows = zip(kernel_windows(a), inputs[0][1:], strict=True)
        margins = tuple(window.margins(length) for window, length in windows)
        convolution = layer(
            name,
            **_given(a, "kernel_size", *parameters, *_AFFINE),
            padding="valid",
            data_format="channels_last",
        )
        zeros = layer("ZeroPadding2D", padding=margins, data_format="channels_last")
        return channels_last(zeros, convolution, function(lambda x: x[:, ::down, ::right]), holder=1)

    return binding


def _transposed(name: str) -> Binding:
    """A transposed convolution. What a border of a chosen width cuts off is cut off after it.

    So is that of ``same`` with an ``output_padding``, for some of which TensorFlow fails.
    """

    def binding(a: Arguments, inputs: tuple[Shape, ...]) -> Construction:
        shared = _given(a, "filters", "kernel_size", "strides", *_AFFINE, "kernel_regularizer")
        shared |= {"data_format": "channels_last"}
        series = len(inputs[0]) == 2
        if a["padding"] in ("valid", "same") and a["output_padding"] is None:
            native = layer(name, padding=a["padding"], **shared)
            return made(native) if series else channels_last(native)
        lengths = inputs[0][:1] if series else inputs[0][1:]
        cuts = [window.cuts(length) for window, length in zip(spreads(a), lengths, strict=True)]
        added = [max(-after, 0) for _, after in cuts]
        margins = [(before, max(after, 0)) for before, after in cuts]
        whole = layer(name, padding="valid", output_padding=added[0] if series else added, **shared)
        if series:
            return made(whole, layer("Cropping1D", cropping=margins[0]))
        return channels_last(whole, layer("Cropping2D", cropping=margins, data_format="channels_last"))

    return binding


def _conv3d(a: Arguments, inputs: tuple[Shape, ...]) -> Construction:
    """Conv3D. TensorFlow's own `same` begins elsewhere where strides are larger than the window."""
    windows = zip(kernel_windows(a), inputs[0][1:], strict=True)
    margins = tuple(window.margins(length) for window, length in windows)
    zeros = layer("ZeroPadding3D", padding=margins, data_format="channels_last")
    convolution = layer(
        "Conv3D",
        **_given(a, "filters", "kernel_size", "strides", *_AFFINE, "kernel_regularizer"),
        padding="valid",
        data_format="channels_last",
    )
    return channels_last(zeros, convolution, holder=1, places=3)


def _normalization(name: str, *parameters: str) -> Binding:
    """A normalisation over the channels or features."""
    return lambda a, inputs: made(layer(name, axis=1 + feature_axis(inputs[0]), **_given(a, *parameters)))


def _gaussian_noise(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    deviation = a["stddev"]
    if deviation <= 1:
        return made(layer("GaussianNoise", stddev=deviation))
    # Keras takes no larger deviation than 1.
    smaller, larger = layer("Rescaling", scale=1 / deviation), layer("Rescaling", scale=deviation)
    return made(smaller, layer("GaussianNoise", stddev=1.0), larger)


def _lrn(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    def normalized(x: Any) -> Any:
        import tensorflow as tf

        # TensorFlow's alpha is of each square, the language's of their mean.
        return tf.nn.local_response_normalization(
            x, depth_radius=a["size"] // 2, bias=a["bias"], alpha=a["alpha"] / a["size"], beta=a["beta"]
        )

    return channels_last(function(normalized))


def _recurrent(name: str, *parameters: str, **always: Any) -> Binding:
    return _same(
        name,
        "units",
        "activation",
        "kernel_regularizer",
        "recurrent_regularizer",
        "bias_regularizer",
        "return_sequences",
        "go_backwards",
        *parameters,
        **always,
    )


def _wrapping(name: str, inner_of: int, *parameters: str) -> Binding:
    """A layer around another, which sees a record's shape from its axis ``inner_of`` on: each part is wrapped."""

    def binding(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
        inner: Operation[Operator] = a["layer"]
        wrapped = LAYERS[inner.operator.name](inner.arguments, (inputs[0][inner_of:],))
        if isinstance(wrapped, Unsupported):
            return wrapped
        parts = (layer(name, layer=part, **_given(a, *parameters)) for part in wrapped.parts)
        return made(*parts, holder=wrapped.holder)

    return binding


LAYERS: Mapping[str, Binding] = {
    "Dense": _same("Dense", "units", *_AFFINE, "kernel_regularizer"),
    "Embedding": _same("Embedding", "input_dim", "output_dim", "embeddings_regularizer"),
    "Activation": _same("Activation", "activation"),
    "ReLU": _same("ReLU", "max_value"),
    "LeakyReLU": _same("LeakyReLU", "negative_slope"),
    "PReLU": _same("PReLU", "alpha_regularizer", "shared_axes"),
    "ELU": _same("ELU", "alpha"),
    "Softmax": _same("Softmax"),
    "Conv1D": _same(
        "Conv1D",
        "filters",
        "kernel_size",
        "strides",
        "padding",
        "dilation_rate",
        *_AFFINE,
        "kernel_regularizer",
        data_format="channels_last",
    ),
    "Conv2D": _convolution("Conv2D", "filters", "dilation_rate", "groups", "kernel_regularizer"),
    "Conv3D": _conv3d,
    "Conv1DTranspose": _transposed("Conv1DTranspose"),
    "Conv2DTranspose": _transposed("Conv2DTranspose"),
    "DepthwiseConv1D": _same(
        "DepthwiseConv1D", *_SERIES_WINDOW, *_AFFINE, "depthwise_regularizer", data_format="channels_last"
    ),
    "DepthwiseConv2D": _by_channel(
        "DepthwiseConv2D", "depth_multiplier", "dilation_rate", "depthwise_regularizer"
    ),
    "SeparableConv1D": _same(
        "SeparableConv1D",
        "filters",
        *_SERIES_WINDOW,
        *_AFFINE,
        "depthwise_regularizer",
        "pointwise_regularizer",
        data_format="channels_last",
    ),
    "SeparableConv2D": _by_channel(
        "SeparableConv2D", "filters", "depth_multiplier", "depthwise_regularizer", "pointwise_regularizer"
    ),
    "MaxPooling1D": _same("MaxPooling1D", "pool_size", "strides", "padding", data_format="channels_last"),
    "MaxPooling2D": max_pool("MaxPooling2D"),
    "MaxPooling3D": max_pool("MaxPooling3D"),
    "AveragePooling1D": _same(
        "AveragePooling1D", "pool_size", "strides", "padding", data_format="channels_last"
    ),
    "AveragePooling2D": average_pool("AveragePooling2D"),
    "AveragePooling3D": average_pool("AveragePooling3D"),
    "GlobalMaxPooling1D": _same("GlobalMaxPooling1D", data_format="channels_last"),
    "GlobalMaxPooling2D": _same("GlobalMaxPooling2D", "keepdims", data_format="channels_first"),
    "GlobalMaxPooling3D": _same("GlobalMaxPooling3D", "keepdims", data_format="channels_first"),
    "GlobalAveragePooling1D": _same("GlobalAveragePooling1D", data_format="channels_last"),
    "GlobalAveragePooling2D": _same("GlobalAveragePooling2D", "keepdims", data_format="channels_first"),
    "GlobalAveragePooling3D": _same("GlobalAveragePooling3D", "keepdims", data_format="channels_first"),
    "BatchNormalization": _normalization("BatchNormalization", "momentum", "epsilon"),
    "LayerNormalization": _normalization("LayerNormalization", "epsilon"),
    "UnitNormalization": _normalization("UnitNormalization"),
    "LRN": _lrn,
    "SimpleRNN": _recurrent("SimpleRNN"),
    # Keras' own default has the reset gate act after the product, and another bias.
    "GRU": _recurrent("GRU", "recurrent_activation", reset_after=False),
    "LSTM": _recurrent("LSTM", "recurrent_activation"),
    "Dropout": _same("Dropout", "rate"),
    "SpatialDropout1D": _same("SpatialDropout1D", "rate"),
    "SpatialDropout2D": _same("SpatialDropout2D", "rate", data_format="channels_first"),
    "SpatialDropout3D": _same("SpatialDropout3D", "rate", data_format="channels_first"),
    "GaussianNoise": _gaussian_noise,
    "GaussianDropout": _same("GaussianDropout", "rate"),
    # With its channels last, Keras leaves the order of the numbers alone: the language's own.
    "Flatten": _same("Flatten", data_format="channels_last"),
    "Reshape": _same("Reshape", "target_shape"),
    "Permute": _same("Permute", "dims"),
    "RepeatVector": _same("RepeatVector", "n"),
    "ZeroPadding1D": _same("ZeroPadding1D", "padding", data_format="channels_last"),
    "ZeroPadding2D": lambda a, _: made(
        layer("ZeroPadding2D", padding=_pairs(a, "padding"), data_format="channels_first")
    ),
    "ZeroPadding3D": lambda a, _: made(
        layer("ZeroPadding3D", padding=ends(a, "padding"), data_format="channels_first")
    ),
    "Cropping1D": _same("Cropping1D", "cropping"),
    "Cropping2D": lambda a, _: made(
        layer("Cropping2D", cropping=_pairs(a, "cropping"), data_format="channels_first")
    ),
    "Cropping3D": lambda a, _: made(
        layer("Cropping3D", cropping=ends(a, "cropping"), data_format="channels_first")
    ),
    "UpSampling1D": _same("UpSampling1D", "size"),
    "UpSampling2D": _same("UpSampling2D", "size", interpolation="nearest", data_format="channels_first"),
    "UpSampling3D": _same("UpSampling3D", "size", data_format="channels_first"),
    "Add": _same("Add"),
    "Subtract": _same("Subtract"),
    "Multiply": _same("Multiply"),
    "Average": _same("Average"),
    "Maximum": _same("Maximum"),
    "Minimum": _same("Minimum"),
    "Concatenate": lambda a, inputs: made(layer("Concatenate", axis=concatenation_axis(a, inputs))),
    "Dot": _same("Dot", "normalize", axes=1),
    "TimeDistributed": _wrapping("TimeDistributed", 1),
    "Bidirectional": _wrapping("Bidirectional", 0, "merge_mode"),
}
"""By the catalog's name. Total: a layer of the catalog without a row fails a test."""


def _pairs(a: Arguments, parameter: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Rows at the top and bottom, columns at the left and right."""
    top, bottom, left, right = sides(a, parameter)
    return (top, bottom), (left, right)
