"""Convolutions over series (steps x features), images (channels x height x width) and volumes (with a depth)."""

from __future__ import annotations

from math import prod

from zoodsl.catalog.layers import parameters as p
from zoodsl.catalog.layers.core import affine_flops, bias
from zoodsl.catalog.layers.declaration import Form, layer
from zoodsl.catalog.layers.windows import kernel_windows, per_axis, slide, spreads
from zoodsl.catalog.operator import Arguments, Mismatch, Parameter, Weight
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


def _over_series(features: int, arguments: Arguments, given: Shape) -> Shape | Mismatch:
    places = _places(arguments, given[:1])
    return places if isinstance(places, Mismatch) else (*places, features)


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
    shape=lambda arguments, given: _over_series(arguments["filters"], arguments, given),
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


CONV3D = layer(
    "Conv3D",
    doc="Slides `filters` learned windows over a volume; each sees all channels.",
    takes=(Form.VOLUME,),
    parameters=(
        p.filters(),
        p.kernel_size(3),
        p.strides(3),
        p.padding(),
        p.activation(keyword_only=True),
        p.use_bias(keyword_only=True),
        *p.kernel_and_bias(),
    ),
    shape=lambda arguments, given: _over_image(arguments["filters"], arguments, given),
    weights=lambda arguments, given: _full_weights(arguments, given[0]),
    flops=lambda arguments, given, output: _full_flops(arguments, given[0], output),
    old_names=("Convolution3D", "VolumetricConvolution"),
)


def _spread_places(arguments: Arguments, lengths: Shape) -> Shape | Mismatch:
    windows = spreads(arguments)
    if any((window.extra or 0) >= window.stride for window in windows):
        return Mismatch(
            f"has an `output_padding` of {show(per_axis(arguments['output_padding']))}, which its `strides` of "
            f"{show(per_axis(arguments['strides']))} do not exceed",
            "write an `output_padding` below `strides`, or leave it out",
            "output_padding",
        )
    places = tuple(window.places(length) for window, length in zip(windows, lengths, strict=True))
    if min(places) >= 1:
        return places
    return Mismatch(
        f"cuts off all that it makes of its input of {show(lengths)}", "write a smaller `padding`", "padding"
    )


def _spread_series(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    places = _spread_places(arguments, given[:1])
    return places if isinstance(places, Mismatch) else (*places, arguments["filters"])


def _spread_image(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    places = _spread_places(arguments, given[1:])
    return places if isinstance(places, Mismatch) else (arguments["filters"], *places)


def _transposed_weights(arguments: Arguments, channels: int) -> tuple[Weight, ...]:
    kernel = (*per_axis(arguments["kernel_size"]), arguments["filters"], channels)
    return (Weight("kernel", kernel, arguments["kernel_initializer"]), *bias(arguments, arguments["filters"]))


def _transposed_flops(arguments: Arguments, given: Shape, output: Shape) -> int:
    return affine_flops(
        arguments, prod(per_axis(arguments["kernel_size"])) * arguments["filters"] * elements(given), output
    )


def _transposed_parameters(rank: int, padding: Parameter) -> tuple[Parameter, ...]:
    return (
        p.filters(),
        p.kernel_size(rank),
        p.strides(rank),
        padding,
        p.output_padding(rank),
        p.activation(keyword_only=True),
        p.use_bias(keyword_only=True),
        *p.kernel_and_bias(),
    )


CONV1D_TRANSPOSE = layer(
    "Conv1DTranspose",
    doc="The way back of a `Conv1D`: spreads each step over a learned window, so that a series becomes longer by "
    "`strides`.",
    takes=(Form.SERIES,),
    parameters=_transposed_parameters(1, p.transposed_padding(1)),
    shape=_spread_series,
    weights=lambda arguments, given: _transposed_weights(arguments, given[-1]),
    flops=_transposed_flops,
    old_names=("Deconvolution1D", "ConvTranspose1d"),
)

CONV2D_TRANSPOSE = layer(
    "Conv2DTranspose",
    doc="The way back of a `Conv2D`: spreads each pixel over a learned window, so that an image becomes larger by "
    "`strides`.",
    takes=(Form.IMAGE,),
    parameters=_transposed_parameters(2, p.transposed_padding(2)),
    shape=_spread_image,
    weights=lambda arguments, given: _transposed_weights(arguments, given[0]),
    flops=_transposed_flops,
    old_names=("Deconvolution2D", "ConvTranspose2d", "SpatialFullConvolution"),
)


def _depthwise_weights(arguments: Arguments, channels: int) -> tuple[Weight, ...]:
    kernel = _kernel_shape(arguments, channels, arguments["depth_multiplier"])
    return (
        Weight("kernel", kernel, arguments["depthwise_initializer"]),
        *bias(arguments, channels * arguments["depth_multiplier"]),
    )


def _depthwise_flops(arguments: Arguments, _given: Shape, output: Shape) -> int:
    return affine_flops(arguments, prod(per_axis(arguments["kernel_size"])) * elements(output), output)


_DEPTHWISE_WEIGHTS = (
    p.initializer("depthwise", "glorot_uniform", "init", "kernel_initializer"),
    p.initializer("bias", "zeros"),
    p.regularizer("depthwise", "kernel_regularizer", "W_regularizer"),
    p.regularizer("bias", "b_regularizer"),
)

DEPTHWISE_CONV1D = layer(
    "DepthwiseConv1D",
    doc="Slides windows along each feature of a series by itself. The outputs of one feature lie side by side.",
    takes=(Form.SERIES,),
    parameters=(
        p.kernel_size(1),
        p.strides(1),
        p.padding(),
        p.depth_multiplier(),
        p.activation(keyword_only=True),
        p.use_bias(keyword_only=True),
        *_DEPTHWISE_WEIGHTS,
    ),
    shape=lambda arguments, given: _over_series(given[1] * arguments["depth_multiplier"], arguments, given),
    weights=lambda arguments, given: _depthwise_weights(arguments, given[1]),
    flops=_depthwise_flops,
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
        *_DEPTHWISE_WEIGHTS,
    ),
    shape=lambda arguments, given: _over_image(given[0] * arguments["depth_multiplier"], arguments, given),
    weights=lambda arguments, given: _depthwise_weights(arguments, given[0]),
    flops=_depthwise_flops,
    old_names=("DepthwiseConvolution2D",),
)


def _separable_weights(arguments: Arguments, channels: int) -> tuple[Weight, ...]:
    depth = arguments["depth_multiplier"]
    window = per_axis(arguments["kernel_size"])
    pointwise = (*(1 for _ in window), channels * depth, arguments["filters"])
    return (
        Weight("depthwise_kernel", (*window, channels, depth), arguments["depthwise_initializer"]),
        Weight("pointwise_kernel", pointwise, arguments["pointwise_initializer"]),
        *bias(arguments, arguments["filters"]),
    )


def _separable_flops(arguments: Arguments, channels: int, output: Shape) -> int:
    channels *= arguments["depth_multiplier"]
    window, places = prod(per_axis(arguments["kernel_size"])), elements(output) // arguments["filters"]
    return affine_flops(arguments, channels * (window * places + elements(output)), output)


def _separable_parameters(rank: int) -> tuple[Parameter, ...]:
    return (
        p.filters(),
        p.kernel_size(rank),
        p.strides(rank),
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
    )


SEPARABLE_CONV1D = layer(
    "SeparableConv1D",
    doc="A depthwise convolution along a series, followed by a convolution of one step that mixes the features: a cheap "
    "`Conv1D`.",
    takes=(Form.SERIES,),
    parameters=_separable_parameters(1),
    shape=lambda arguments, given: _over_series(arguments["filters"], arguments, given),
    weights=lambda arguments, given: _separable_weights(arguments, given[1]),
    flops=lambda arguments, given, output: _separable_flops(arguments, given[1], output),
    old_names=("SeparableConvolution1D",),
)

SEPARABLE_CONV2D = layer(
    "SeparableConv2D",
    doc="A depthwise convolution followed by a 1x1 convolution that mixes the channels: a cheap `Conv2D`.",
    takes=(Form.IMAGE,),
    parameters=_separable_parameters(2),
    shape=lambda arguments, given: _over_image(arguments["filters"], arguments, given),
    weights=lambda arguments, given: _separable_weights(arguments, given[0]),
    flops=lambda arguments, given, output: _separable_flops(arguments, given[0], output),
    old_names=("SeparableConvolution2D",),
)

OPERATORS = (
    CONV1D,
    CONV2D,
    CONV3D,
    CONV1D_TRANSPOSE,
    CONV2D_TRANSPOSE,
    DEPTHWISE_CONV1D,
    DEPTHWISE_CONV2D,
    SEPARABLE_CONV1D,
    SEPARABLE_CONV2D,
)
