"""What each layer of Keras is made of.

Source: Keras 3, keras.layers; Keras 2 where its configurations differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from zoodsl.types import elements, show
from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.keras_arithmetic import (
    ACTIVATIONS,
    ARITHMETIC,
    arithmetic,
    concatenate,
    dot,
    function,
    merge,
    normalization,
    rescaling,
)
from zoodsl.weights.keras_calls import Call
from zoodsl.weights.keras_recurrent import bidirectional, recurrent, time_distributed
from zoodsl.weights.keras_shapes import (
    border_1d,
    border_3d,
    cropping_2d,
    flatten,
    permute,
    repeat_vector,
    reshape,
    up_sampling_1d,
    up_sampling_2d,
    up_sampling_3d,
    zero_padding_2d,
)
from zoodsl.weights.views import View


def dense(call: Call) -> View:
    """Dense, over the last axis: the rows of its kernel follow the order of a vector's numbers."""
    given, (kernel, *bias) = call.input, call.weights
    features, units = kernel.shape
    arguments = {"units": units, "use_bias": bool(bias)}
    if given.shape[-1] != features:
        raise UnsupportedError(f"has a kernel of {show(kernel.shape)} for an input of {show(given.shape)}")
    if len(given.shape) == 1:
        vector = call.assembly.vector(given)
        rows = call.shaped([kernel], vector.order)
        return call.computed("Dense", vector.node, [*rows, *bias], call.assembly.whole, **arguments)
    node = call.assembly.node(given, (elements(given.shape[:-1]), features))
    shape = (*given.shape[:-1], units)
    return call.computed(
        "Dense", node, [kernel, *bias], lambda made: call.assembly.whole(made, shape), **arguments
    )


def conv1d(call: Call) -> View:
    """Conv1D."""
    call.refuse("groups", but=(1,))
    if call.get("padding") == "causal":
        raise UnsupportedError("has `padding` = causal", "put the padding before it, with `padding` = valid")
    kernel, *bias = call.weights
    return call.computed(
        "Conv1D", call.series(), [kernel, *bias], call.as_series,
        filters=kernel.shape[-1], kernel_size=kernel.shape[0], strides=call.size("strides", 1)[0],
        padding=call.get("padding", "valid"), dilation_rate=call.size("dilation_rate", 1)[0], use_bias=bool(bias),
    )  # fmt: skip


def _windows(call: Call, *bias: Any) -> dict[str, Any]:
    return {
        "strides": call.size("strides", 2),
        "padding": call.get("padding", "valid"),
        "use_bias": bool(bias),
    }


def conv2d(call: Call) -> View:
    """Conv2D."""
    kernel, *bias = call.weights
    return call.computed(
        "Conv2D", call.image(), [kernel, *bias], call.as_image,
        filters=kernel.shape[-1], kernel_size=kernel.shape[:2], groups=int(call.get("groups", 1)),
        dilation_rate=call.size("dilation_rate", 2), **_windows(call, *bias),
    )  # fmt: skip


def conv3d(call: Call) -> View:
    """Conv3D."""
    call.refuse("groups", but=(1,))
    call.refuse("dilation_rate", but=(1, [1, 1, 1]))
    kernel, *bias = call.weights
    return call.computed(
        "Conv3D", call.volume(), [kernel, *bias], call.as_volume,
        filters=kernel.shape[-1], kernel_size=kernel.shape[:3], strides=call.size("strides", 3),
        padding=call.get("padding", "valid"), use_bias=bool(bias),
    )  # fmt: skip


def depthwise_conv2d(call: Call) -> View:
    """DepthwiseConv2D."""
    kernel, *bias = call.weights
    return call.computed(
        "DepthwiseConv2D", call.image(), [kernel, *bias], call.as_image,
        kernel_size=kernel.shape[:2], depth_multiplier=kernel.shape[-1],
        dilation_rate=call.size("dilation_rate", 2), **_windows(call, *bias),
    )  # fmt: skip


def separable_conv2d(call: Call) -> View:
    """SeparableConv2D."""
    call.refuse("dilation_rate", but=(1, [1, 1]))
    depthwise, pointwise, *bias = call.weights
    return call.computed(
        "SeparableConv2D", call.image(), [depthwise, pointwise, *bias], call.as_image,
        filters=pointwise.shape[-1], kernel_size=depthwise.shape[:2], depth_multiplier=depthwise.shape[-1],
        **_windows(call, *bias),
    )  # fmt: skip


def _over_series(call: Call, operator: str, weights: Sequence[Any], /, **arguments: Any) -> View:
    """A convolution of series that takes no groups, dilation or future steps here."""
    call.refuse("groups", but=(1,))
    call.refuse("dilation_rate", but=(1, [1]))
    return call.computed(
        operator, call.series(), weights, call.as_series,
        kernel_size=weights[0].shape[0], strides=call.size("strides", 1)[0], padding=call.get("padding", "valid"),
        **arguments,
    )  # fmt: skip


def depthwise_conv1d(call: Call) -> View:
    """DepthwiseConv1D."""
    kernel, *bias = call.weights
    multiplier = kernel.shape[-1]
    return _over_series(
        call, "DepthwiseConv1D", [kernel, *bias], depth_multiplier=multiplier, use_bias=bool(bias)
    )


def separable_conv1d(call: Call) -> View:
    """SeparableConv1D."""
    depthwise, pointwise, *bias = call.weights
    return _over_series(
        call, "SeparableConv1D", [depthwise, pointwise, *bias],
        filters=pointwise.shape[-1], depth_multiplier=depthwise.shape[-1], use_bias=bool(bias),
    )  # fmt: skip


def conv1d_transpose(call: Call) -> View:
    """Conv1DTranspose."""
    kernel, *bias = call.weights
    added = None if call.get("output_padding") is None else call.size("output_padding", 1)[0]
    return _over_series(
        call, "Conv1DTranspose", [kernel, *bias],
        filters=kernel.shape[-2], output_padding=added, use_bias=bool(bias),
    )  # fmt: skip


def conv2d_transpose(call: Call) -> View:
    """Conv2DTranspose."""
    call.refuse("groups", but=(1,))
    call.refuse("dilation_rate", but=(1, [1, 1]))
    kernel, *bias = call.weights
    added = None if call.get("output_padding") is None else call.size("output_padding", 2)
    return call.computed(
        "Conv2DTranspose", call.image(), [kernel, *bias], call.as_image,
        filters=kernel.shape[-2], kernel_size=kernel.shape[:2], output_padding=added, **_windows(call, *bias),
    )  # fmt: skip


def layer_normalization(call: Call) -> View:
    """LayerNormalization over the last axis, or over the channels of an image."""
    given, axis = call.input, call.get("axis", -1)
    axes = axis if isinstance(axis, list) else [axis]
    place = axes[0] - 1 if axes[0] > 0 else axes[0] + len(given.shape)
    if len(axes) > 1 or call.get("rms_scaling"):
        raise UnsupportedError("is over several axes, or without a mean")
    affine = list(call.weights)
    ones = np.ones(given.shape[place], np.float32)
    gamma = affine.pop(0) if call.get("scale", default=True) else ones
    beta = affine.pop(0) if call.get("center", default=True) else 0 * ones
    return _over_features(
        call, "LayerNormalization", place, [gamma, beta], epsilon=float(call.get("epsilon", 1e-3))
    )


def unit_normalization(call: Call) -> View:
    """UnitNormalization over one axis."""
    axis = call.get("axis", -1)
    axes = axis if isinstance(axis, list) else [axis]
    if len(axes) > 1:
        raise UnsupportedError("is over several axes")
    place = axes[0] - 1 if axes[0] > 0 else axes[0] + len(call.input.shape)
    return _over_features(call, "UnitNormalization", place)


def _over_features(
    call: Call, operator: str, axis: int, weights: Sequence[Any] = (), /, **arguments: Any
) -> View:
    """A normalisation over an axis: it becomes the channels of an image, else the last one."""
    given = call.input
    if len(given.shape) == 1:
        vector = call.assembly.vector(given)
        tensors = call.shaped(list(weights), vector.order)
        made = call.assembly.layer(call.name, operator, [vector.node], tensors, **arguments)
        return View(node=made, order=vector.order)
    target = 0 if len(given.shape) == 3 else len(given.shape) - 1
    node = call.assembly.node(given.arranged(np.moveaxis(given.order, axis, target)))
    view = call.assembly.whole(call.assembly.layer(call.name, operator, [node], weights, **arguments))
    return view.arranged(np.moveaxis(view.order, target, axis))


def prelu(call: Call) -> View:
    """PReLU: its slopes lie as the node's numbers do."""
    (slopes,) = call.weights
    given = call.input
    if len(given.shape) == 3 and call.assembly.lies_channels_last(given):
        slopes, node, wrap = slopes.transpose(2, 0, 1), call.image(), call.as_image
    else:
        node, wrap = call.assembly.node(given), call.assembly.whole
    shape = call.assembly.shape(node)
    shared = tuple(
        axis
        for axis, (one, size) in enumerate(zip(slopes.shape, shape, strict=True), start=1)
        if one == 1 < size
    )
    return wrap(call.assembly.layer(call.name, "PReLU", [node], [slopes], shared_axes=shared or None))


def batch_normalization(call: Call) -> View:
    """BatchNormalization over any axis; without ``scale`` or ``center`` it has ones or zeros in their place."""
    call.refuse("renorm", but=(False,))
    given = call.input
    axis = call.get("axis", -1)
    axis = int(axis[0] if isinstance(axis, list) else axis) - 1
    axis = axis + 1 + len(given.shape) if axis < -1 else axis
    *affine, mean, variance = call.weights
    gamma = affine.pop(0) if call.get("scale", default=True) else np.ones_like(mean)
    beta = affine.pop(0) if call.get("center", default=True) else np.zeros_like(mean)
    arguments = {"epsilon": float(call.get("epsilon", 1e-3)), "momentum": float(call.get("momentum", 0.99))}
    return _over_features(call, "BatchNormalization", axis, [gamma, beta, mean, variance], **arguments)


def pooling(call: Call) -> View:
    """MaxPooling and AveragePooling over series, images and volumes."""
    kind = call.layer.kind
    rank = int(kind[-2])
    size, strides = call.size("pool_size", rank, 2), call.layer.config.get("strides")
    steps = size if strides is None else call.size("strides", rank)
    padding = call.get("padding", "valid")
    if rank == 1:
        return call.over_places(1, kind, pool_size=size[0], strides=steps[0], padding=padding)
    return call.over_places(rank, kind, pool_size=size, strides=steps, padding=padding)


def global_pooling(call: Call) -> View:
    """GlobalMaxPooling and GlobalAveragePooling; with ``keepdims``, sizes of 1 stay where the places were."""
    kind = call.layer.kind
    node = {"1": call.series, "2": call.image, "3": call.volume}[kind[-2]]()
    view = call.assembly.whole(call.assembly.layer(call.name, kind, [node]))
    if not call.get("keepdims", default=False):
        return view
    places = (1,) * (len(call.input.shape) - 1)
    return view.reshaped((view.order.size, *places) if call.channels_first else (*places, view.order.size))


def activation(call: Call) -> View:
    """Activation."""
    return call.activated(call.activation(), call.input)


def softmax(call: Call) -> View:
    """Softmax over one axis."""
    axis = call.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if not isinstance(axis, int):
        raise UnsupportedError(f"is over the axes {axis}")
    moved = np.moveaxis(call.input.order, axis - 1 if axis > 0 else axis, -1)
    rows = call.input.arranged(moved.reshape(-1, moved.shape[-1]))
    result = call.assembly.softmax(call.name, rows).reshaped(moved.shape)
    return result.arranged(np.moveaxis(result.order, -1, axis - 1 if axis > 0 else axis))


def _number(value: Any) -> float:
    value = value["config"]["value"] if isinstance(value, dict) else value
    return float(np.ravel(value)[0])


def relu(call: Call) -> View:
    """ReLU, with a largest value or a slope below 0."""
    call.refuse("threshold", but=(0, [0.0]))
    slope, largest = _number(call.get("negative_slope", 0.0)), call.get("max_value")
    if not slope:
        maximum = None if largest is None else _number(largest)
        return call.assembly.unary(call.name, "ReLU", call.input, max_value=maximum)
    call.refuse("max_value", why=" and a slope below 0")
    return call.assembly.unary(call.name, "LeakyReLU", call.input, negative_slope=slope)


def leaky_relu(call: Call) -> View:
    """LeakyReLU; Keras 2 calls its slope ``alpha``."""
    slope = _number(call.get("negative_slope", call.get("alpha", 0.3)))
    return call.assembly.unary(call.name, "LeakyReLU", call.input, negative_slope=slope)


def elu(call: Call) -> View:
    """ELU."""
    return call.assembly.unary(call.name, "ELU", call.input, alpha=_number(call.get("alpha", 1.0)))


def noise(call: Call) -> View:
    """Dropout and the noises, which do nothing at inference."""
    kind = call.layer.kind
    given = call.input
    shape = call.get("noise_shape", [])
    if shape and all(size == 1 for size in shape[1:]):
        # Stochastic depth drops whole records of a branch in training: the language has no layer for it.
        return given
    call.refuse("noise_shape", why=", so that numbers are dropped together")
    if kind.startswith("Spatial"):
        return call.over_places(int(kind[-2]), kind, rate=float(call.get("rate", 0.5)))
    parameter = "stddev" if kind == "GaussianNoise" else "rate"
    return call.assembly.unary(call.name, kind, given, **{parameter: float(call.get(parameter))})


def embedding(call: Call) -> View:
    """Embedding of indices."""
    call.refuse("mask_zero", but=(False,), why=": what follows would leave out index 0")
    (table,) = call.weights
    node = call.assembly.node(call.input, (call.input.order.size,))
    made = call.assembly.layer(
        call.name, "Embedding", [node], [table], input_dim=table.shape[0], output_dim=table.shape[1]
    )
    return call.assembly.whole(made, (*call.input.shape, table.shape[1]))


def nothing(call: Call) -> View:
    """A layer that does nothing at inference and learns nothing."""
    return call.input


LAYERS: Mapping[str, Callable[[Call], View]] = {
    "Dense": dense,
    "Conv1D": conv1d,
    "Conv2D": conv2d,
    "Conv3D": conv3d,
    "DepthwiseConv2D": depthwise_conv2d,
    "SeparableConv2D": separable_conv2d,
    "DepthwiseConv1D": depthwise_conv1d,
    "SeparableConv1D": separable_conv1d,
    "Conv1DTranspose": conv1d_transpose,
    "Conv2DTranspose": conv2d_transpose,
    "LayerNormalization": layer_normalization,
    "UnitNormalization": unit_normalization,
    "PReLU": prelu,
    "BatchNormalization": batch_normalization,
    "BatchNormalizationV1": batch_normalization,
    "MaxPooling1D": pooling,
    "MaxPooling2D": pooling,
    "MaxPooling3D": pooling,
    "AveragePooling1D": pooling,
    "AveragePooling2D": pooling,
    "AveragePooling3D": pooling,
    "GlobalMaxPooling1D": global_pooling,
    "GlobalMaxPooling2D": global_pooling,
    "GlobalMaxPooling3D": global_pooling,
    "GlobalAveragePooling1D": global_pooling,
    "GlobalAveragePooling2D": global_pooling,
    "GlobalAveragePooling3D": global_pooling,
    "Activation": activation,
    "Softmax": softmax,
    "ReLU": relu,
    "LeakyReLU": leaky_relu,
    "ELU": elu,
    "Dropout": noise,
    "SpatialDropout1D": noise,
    "SpatialDropout2D": noise,
    "SpatialDropout3D": noise,
    "GaussianNoise": noise,
    "GaussianDropout": noise,
    "Identity": nothing,
    "Flatten": flatten,
    "Reshape": reshape,
    "Permute": permute,
    "RepeatVector": repeat_vector,
    "ZeroPadding1D": border_1d,
    "ZeroPadding2D": zero_padding_2d,
    "ZeroPadding3D": border_3d,
    "Cropping1D": border_1d,
    "Cropping2D": cropping_2d,
    "Cropping3D": border_3d,
    "UpSampling1D": up_sampling_1d,
    "UpSampling2D": up_sampling_2d,
    "UpSampling3D": up_sampling_3d,
    "Add": merge,
    "Subtract": merge,
    "Multiply": merge,
    "Average": merge,
    "Maximum": merge,
    "Minimum": merge,
    "Concatenate": concatenate,
    "Dot": dot,
    "Embedding": embedding,
    "Rescaling": rescaling,
    "Normalization": normalization,
    "SimpleRNN": recurrent,
    "GRU": recurrent,
    "LSTM": recurrent,
    "Bidirectional": bidirectional,
    "TimeDistributed": time_distributed,
    **dict.fromkeys(ARITHMETIC, arithmetic),
    **dict.fromkeys(ACTIVATIONS, function),
}
"""Each class of layers by its name."""
