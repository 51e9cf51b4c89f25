"""What each layer of Keras is made of.

Source: Keras 3, keras.layers; Keras 2 where its configurations differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    cropping_2d,
    flatten,
    permute,
    repeat_vector,
    reshape,
    up_sampling_2d,
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
    tensors = [gamma, beta, mean, variance]
    arguments = {"epsilon": float(call.get("epsilon", 1e-3)), "momentum": float(call.get("momentum", 0.99))}
    if len(given.shape) == 1:
        vector = call.assembly.vector(given)
        tensors = call.shaped(tensors, vector.order)
        made = call.assembly.layer(call.name, "BatchNormalization", [vector.node], tensors, **arguments)
        return View(node=made, order=vector.order)
    target = 0 if len(given.shape) == 3 else len(given.shape) - 1
    node = call.assembly.node(given.arranged(np.moveaxis(given.order, axis, target)))
    made = call.assembly.layer(call.name, "BatchNormalization", [node], tensors, **arguments)
    view = call.assembly.whole(made)
    return view.arranged(np.moveaxis(view.order, target, axis))


def pooling(call: Call) -> View:
    """MaxPooling and AveragePooling over series and images."""
    kind = call.layer.kind
    rank = 1 if kind.endswith("1D") else 2
    size, strides = call.size("pool_size", rank, 2), call.layer.config.get("strides")
    steps = size if strides is None else call.size("strides", rank)
    padding = call.get("padding", "valid")
    if rank == 1:
        made = call.assembly.layer(
            call.name, kind, [call.series()], pool_size=size[0], strides=steps[0], padding=padding
        )
        return call.as_series(made)
    made = call.assembly.layer(
        call.name, kind, [call.image()], pool_size=size, strides=steps, padding=padding
    )
    return call.as_image(made)


def global_pooling(call: Call) -> View:
    """GlobalMaxPooling and GlobalAveragePooling; with ``keepdims``, sizes of 1 stay where the places were."""
    kind = call.layer.kind
    node = call.series() if kind.endswith("1D") else call.image()
    made = call.assembly.layer(call.name, kind, [node])
    view = call.assembly.whole(made)
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
        node = call.series() if kind.endswith("1D") else call.image()
        made = call.assembly.layer(call.name, kind, [node], rate=float(call.get("rate", 0.5)))
        return call.as_series(made) if kind.endswith("1D") else call.as_image(made)
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
    "DepthwiseConv2D": depthwise_conv2d,
    "SeparableConv2D": separable_conv2d,
    "BatchNormalization": batch_normalization,
    "BatchNormalizationV1": batch_normalization,
    "MaxPooling1D": pooling,
    "MaxPooling2D": pooling,
    "AveragePooling1D": pooling,
    "AveragePooling2D": pooling,
    "GlobalMaxPooling1D": global_pooling,
    "GlobalMaxPooling2D": global_pooling,
    "GlobalAveragePooling1D": global_pooling,
    "GlobalAveragePooling2D": global_pooling,
    "Activation": activation,
    "Softmax": softmax,
    "ReLU": relu,
    "LeakyReLU": leaky_relu,
    "ELU": elu,
    "Dropout": noise,
    "SpatialDropout1D": noise,
    "SpatialDropout2D": noise,
    "GaussianNoise": noise,
    "GaussianDropout": noise,
    "Identity": nothing,
    "Flatten": flatten,
    "Reshape": reshape,
    "Permute": permute,
    "RepeatVector": repeat_vector,
    "ZeroPadding2D": zero_padding_2d,
    "Cropping2D": cropping_2d,
    "UpSampling2D": up_sampling_2d,
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
