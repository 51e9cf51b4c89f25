"""Convolutions over series (steps x features) and images (channels x height x width)."""

from __future__ import annotations

from math import prod

from zoodsl.catalog.layers import parameters as p
from zoodsl.catalog.layers.core import affine_flops, bias
from zoodsl.catalog.layers.declaration import Form, layer
from zoodsl.catalog.layers.windows import kernel_windows, per_axis, slide
from zoodsl.catalog.operator import Arguments, Mismatch, Weight
from zoodsl.types import Shape, elements, show


def _places(arguments: Arguments, lengths: Shape) -> Shape | Mismatch:
    windows = kernel_windows(arguments)
    strides, dilations = (
        tuple(getattr(window, name) for window in windows) for name in ("stride", "dilation")
    )
    if max(strides) > 1 and max(dilations) > 1:
        return Mismatch(
            f"has both `strides` of {show(strides)} and a `dilation_rate` of {show(dilations)}",
            "leave one of them at 1: a dilated window cannot also skip places",
            "dilation_rate",
        )
    return slide(windows, lengths, "kernel_size")


def _over_series(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    places = _places(arguments, given[:1])
    return places if isinstance(places, Mismatch) else (*places, arguments["filters"])


def _over_image(channels: int, arguments: Arguments, given: Shape) -> Shape | Mismatch:
    places = _places(arguments, given[1:])
    return places if isinstance(places, Mismatch) else (channels, *places)


def _grouped(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    groups, filters = arguments["groups"], arguments["filters"]
    for count, what in (
        (given[0], f"the {given[0]} channel{'s' if given[0] > 1 else ''} of its input"),
        (filters, f"its {filters} `filters`"),
    ):
        if count % groups:
            return Mismatch(
                f"divides {what} into {groups} groups, which leaves {count % groups} over",
                "write a number of `groups` that divides the input's channels and `filters`",
                "groups",
            )
    return _over_image(filters, arguments, given)


def _kernel_shape(arguments: Arguments, channels: int, outputs: int) -> Shape:
    return (*per_axis(arguments["kernel_size"]), channels, outputs)


def _full_weights(arguments: Arguments, channels: int) -> tuple[Weight, ...]:
    kernel = _kernel_shape(arguments, channels, arguments["filters"])
    return (Weight("kernel", kernel, arguments["kernel_initializer"]), *bias(arguments, arguments["filters"]))


def _full_flops(arguments: Arguments, channels: int, output: Shape) -> int:
    return affine_flops(
        arguments, prod(per_axis(arguments["kernel_size"])) * channels * elements(output), output
    )


CONV1D = layer(
    "Conv1D",
    doc="Slides `filters` learned windows along the steps of a series; each sees all features.",
    takes=(Form.SERIES,),
    parameters=(
        p.filters(),
        p.kernel_size(1),
        p.strides(1),
        p.padding(),
        p.dilation_rate(1),
        p.activation(keyword_only=True),
        p.use_bias(keyword_only=True),
        *p.kernel_and_bias(),
    ),
    shape=_over_series,
    weights=lambda arguments, given: _full_weights(arguments, given[-1]),
    flops=lambda arguments, given, output: _full_flops(arguments, given[-1], output),
    old_names=("Convolution1D", "AtrousConvolution1D", "TemporalConvolution"),
)

CONV2D = layer(
    "Conv2D",
    doc="Slides `filters` learned windows over an image; each sees all channels, or those of its group.",
    takes=(Form.IMAGE,),
    parameters=(
        p.filters(),
        p.kernel_size(2),
        p.strides(2),
        p.image_padding(),
        p.dilation_rate(2),
        p.groups(),
        p.activation(keyword_only=True),
        p.use_bias(keyword_only=True),
        *p.kernel_and_bias(),
    ),
    shape=_grouped,
    weights=lambda arguments, given: _full_weights(arguments, given[0] // arguments["groups"]),
    flops=lambda arguments, given, output: _full_flops(arguments, given[0] // arguments["groups"], output),
    old_names=("Convolution2D", "AtrousConvolution2D", "SpatialConvolution"),
)


def _depthwise_weights(arguments: Arguments, given: Shape) -> tuple[Weight, ...]:
    kernel = _kernel_shape(arguments, given[0], arguments["depth_multiplier"])
    return (
        Weight("kernel", kernel, arguments["depthwise_initializer"]),
        *bias(arguments, given[0] * arguments["depth_multiplier"]),
    )


DEPTHWISE_CONV2D = layer(
    "DepthwiseConv2D",
    doc="Slides windows over each channel of an image by itself: the first half of a separable "
    "convolution. The outputs of one channel lie side by side.",
    takes=(Form.IMAGE,),
    parameters=(
        p.kernel_size(2),
        p.strides(2),
        p.image_padding(),
        p.depth_multiplier(),
        p.dilation_rate(2),
        p.activation(keyword_only=True),
        p.use_bias(keyword_only=True),
        p.initializer("depthwise", "glorot_uniform", "init", "kernel_initializer"),
        p.initializer("bias", "zeros"),
        p.regularizer("depthwise", "kernel_regularizer", "W_regularizer"),
        p.regularizer("bias", "b_regularizer"),
    ),
    shape=lambda arguments, given: _over_image(given[0] * arguments["depth_multiplier"], arguments, given),
    weights=_depthwise_weights,
    flops=lambda arguments, _given, output: affine_flops(
        arguments, prod(arguments["kernel_size"]) * elements(output), output
    ),
    old_names=("DepthwiseConvolution2D",),
)


def _separable_weights(arguments: Arguments, given: Shape) -> tuple[Weight, ...]:
    depth = arguments["depth_multiplier"]
    depthwise = _kernel_shape(arguments, given[0], depth)
    return (
        Weight("depthwise_kernel", depthwise, arguments["depthwise_initializer"]),
        Weight(
            "pointwise_kernel",
            (1, 1, given[0] * depth, arguments["filters"]),
            arguments["pointwise_initializer"],
        ),
        *bias(arguments, arguments["filters"]),
    )


def _separable_flops(arguments: Arguments, given: Shape, output: Shape) -> int:
    channels = given[0] * arguments["depth_multiplier"]
    window = prod(arguments["kernel_size"])
    return affine_flops(arguments, channels * (window * elements(output[1:]) + elements(output)), output)


SEPARABLE_CONV2D = layer(
    "SeparableConv2D",
    doc="A depthwise convolution followed by a 1x1 convolution that mixes the channels: a cheap `Conv2D`.",
    takes=(Form.IMAGE,),
    parameters=(
        p.filters(),
        p.kernel_size(2),
        p.strides(2),
        p.padding(),
        p.depth_multiplier(),
        p.activation(keyword_only=True),
        p.use_bias(keyword_only=True),
        p.initializer("depthwise", "glorot_uniform", "init"),
        p.initializer("pointwise", "glorot_uniform"),
        p.initializer("bias", "zeros"),
        p.regularizer("depthwise"),
        p.regularizer("pointwise"),
        p.regularizer("bias", "b_regularizer"),
    ),
    shape=lambda arguments, given: _over_image(arguments["filters"], arguments, given),
    weights=_separable_weights,
    flops=_separable_flops,
    old_names=("SeparableConvolution2D",),
)

OPERATORS = (CONV1D, CONV2D, DEPTHWISE_CONV2D, SEPARABLE_CONV2D)
