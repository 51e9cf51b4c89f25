"""Convolutions in BigDL: its Keras-style layers, or its Torch-style ones where those lack something."""

from __future__ import annotations

from typing import Any

from zoodsl.catalog.layers.windows import borders, kernel_windows, spreads
from zoodsl.catalog.operator import Arguments
from zoodsl.targets.bigdl.bindings import activations
from zoodsl.targets.bigdl.bindings.construct import TORCH_LAYERS, Binding, Construction, construct, made
from zoodsl.targets.bigdl.bindings.padding import border_mode, torch_pads
from zoodsl.targets.bigdl.bindings.weighted import (
    activated,
    bias,
    init,
    log_softmax_of_vectors,
    penalties,
    regularizer,
)
from zoodsl.targets.pyast import Call, Symbol, call
from zoodsl.targets.target import Unsupported
from zoodsl.types import Shape

NO_BIAS = Unsupported(
    "BigDL's dilated convolutions always have a bias", "leave `use_bias` out, or the dilation"
)


DILATED_GROUPS = Unsupported("BigDL has no dilated `Conv2D` with `groups`", "leave one of them at 1")


def conv1d(a: Arguments, _: tuple[Shape, ...]) -> Construction | Unsupported:
    """Conv1D."""
    shared: dict[str, Any] = {
        "activation": activations.keyword(a["activation"]),
        "init": init(a["kernel_initializer"]),
        **penalties(a),
        **bias(a),
    }
    if a["dilation_rate"] == 1:
        layer = construct(
            "Convolution1D",
            a["filters"],
            a["kernel_size"],
            border_mode=border_mode(a),
            subsample_length=a["strides"] if a["strides"] != 1 else None,
            **shared,
        )
        return activated(a, layer)
    if a["padding"] == "same":
        return Unsupported(
            "BigDL has no dilated `Conv1D` with `padding = same`", "use `padding = valid`, or no dilation"
        )
    if not a["use_bias"]:
        return NO_BIAS
    layer = construct(
        "AtrousConvolution1D", a["filters"], a["kernel_size"], atrous_rate=a["dilation_rate"], **shared
    )
    return activated(a, layer)


def conv2d(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    """Conv2D."""
    if a["groups"] > 1 and a["dilation_rate"] != (1, 1):
        return DILATED_GROUPS
    return _with_zeros(_inner_conv2d, a, inputs)


def _with_zeros(inner: Binding, a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    """A convolution, after a layer of zeros where its own cannot add them.

    BigDL's dilated one knows no ``same``, and all leave out windows that would see zeros alone.
    """
    wide = any(border >= size for border, size in zip(borders(a) or (), a["kernel_size"], strict=False))
    if a["padding"] == "valid" or (a["dilation_rate"] == (1, 1) and not wide):
        return inner(a, inputs)
    margins = [
        window.margins(length) for window, length in zip(kernel_windows(a), inputs[0][1:], strict=True)
    ]
    made_inner = inner({**a, "padding": "valid"}, inputs)
    if isinstance(made_inner, Unsupported):
        return made_inner
    return made(construct("ZeroPadding2D", (*margins[0], *margins[1])), *made_inner.parts, holder=1)


def _inner_conv2d(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    height, width = a["kernel_size"]
    shared: dict[str, Any] = {
        "activation": activations.keyword(a["activation"]),
        "init": init(a["kernel_initializer"]),
        **penalties(a),
        **bias(a),
    }
    if a["groups"] > 1:
        return _in_groups(a, inputs[0][0], a["filters"], a["groups"], "kernel")
    if a["dilation_rate"] == (1, 1):
        layer = construct(
            "Convolution2D",
            a["filters"],
            height,
            width,
            border_mode=border_mode(a),
            pads=borders(a),
            subsample=a["strides"] if a["strides"] != (1, 1) else None,
            **shared,
        )
        return activated(a, layer)
    if not a["use_bias"]:
        return NO_BIAS
    layer = construct(
        "AtrousConvolution2D", a["filters"], height, width, atrous_rate=a["dilation_rate"], **shared
    )
    return activated(a, layer)


def depthwise(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    """DepthwiseConv2D."""
    if a["dilation_rate"] != (1, 1):
        return Unsupported("BigDL has no dilated `DepthwiseConv2D`", "leave `dilation_rate` at 1")
    return _with_zeros(_inner_depthwise, a, inputs)


def _inner_depthwise(a: Arguments, inputs: tuple[Shape, ...]) -> Construction:
    channels = inputs[0][0]
    return _in_groups(a, channels, channels * a["depth_multiplier"], channels, "depthwise")


def _in_groups(a: Arguments, channels: int, filters: int, groups: int, weight: str) -> Construction:
    """BigDL's Keras-style convolutions know no groups; its Torch-style one does, and counts width before height."""
    (height, width), (down, right) = a["kernel_size"], a["strides"]
    above, beside = torch_pads(a)
    penalties = {
        "wRegularizer": regularizer(a[f"{weight}_regularizer"]),
        "bRegularizer": regularizer(a["bias_regularizer"]),
    }
    convolution = call(
        Symbol(TORCH_LAYERS, "SpatialConvolution"),
        channels,
        filters,
        width,
        height,
        right,
        down,
        beside,
        above,
        n_group=groups,
        **{key: value for key, value in penalties.items() if value is not None},
        **({} if a["use_bias"] else {"with_bias": False}),
    )
    following = activations.alone(a["activation"]) if a["activation"] != "linear" else ()
    return made(construct("KerasLayerWrapper", convolution), *following)


def separable(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    """SeparableConv2D."""
    height, width = a["kernel_size"]
    layer = construct(
        "SeparableConvolution2D",
        a["filters"],
        height,
        width,
        activation=activations.keyword(a["activation"]),
        border_mode=border_mode(a),
        subsample=a["strides"] if a["strides"] != (1, 1) else None,
        depth_multiplier=a["depth_multiplier"] if a["depth_multiplier"] != 1 else None,
        depthwise_regularizer=regularizer(a["depthwise_regularizer"]),
        pointwise_regularizer=regularizer(a["pointwise_regularizer"]),
        b_regularizer=regularizer(a["bias_regularizer"]),
        **bias(a),
    )
    return activated(a, layer)


def conv3d(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    """Conv3D."""
    layer = construct(
        "Convolution3D",
        a["filters"],
        *a["kernel_size"],
        activation=activations.keyword(a["activation"]),
        init=init(a["kernel_initializer"]),
        border_mode=border_mode(a),
        subsample=a["strides"] if a["strides"] != (1, 1, 1) else None,
        **penalties(a),
        **bias(a),
    )
    return activated(a, layer)


def conv2d_transpose(a: Arguments, inputs: tuple[Shape, ...]) -> Construction:
    """Conv2DTranspose: BigDL's cuts off the same on both sides, after which it may add; the rest is cropped."""
    channels, *lengths = inputs[0]
    (height, width), (down, right) = a["kernel_size"], a["strides"]
    cuts = [window.cuts(length) for window, length in zip(spreads(a), lengths, strict=True)]
    if all(0 <= before - after < stride for (before, after), stride in zip(cuts, (down, right), strict=True)):
        (above, beside), cropped = (before for before, _ in cuts), False
        below, behind = (before - after for before, after in cuts)
    else:
        above, beside, cropped = 0, 0, True
        below, behind = (max(-after, 0) for _, after in cuts)
    # BigDL's gives the bias alone where a window of one pixel spreads nothing and cuts nothing off.
    idle = a["kernel_size"] == a["strides"] == (1, 1) and above == beside == 0
    if idle:
        above, beside = 1, 1
    kept = {
        "wRegularizer": regularizer(a["kernel_regularizer"]),
        "bRegularizer": regularizer(a["bias_regularizer"]),
    }
    convolution = call(
        Symbol(TORCH_LAYERS, "SpatialFullConvolution"),
        channels,
        a["filters"],
        width,
        height,
        right,
        down,
        beside,
        above,
        behind,
        below,
        **{key: value for key, value in kept.items() if value is not None},
        **({} if a["use_bias"] else {"no_bias": True}),
    )
    margins = tuple((before, max(after, 0)) for before, after in cuts)
    return made(
        *((construct("ZeroPadding2D", (1, 1, 1, 1)),) if idle else ()),
        construct("KerasLayerWrapper", convolution),
        *((construct("Cropping2D", margins),) if cropped else ()),
        *_following(a),
        holder=int(idle),
    )


def over_series(binding: Binding) -> Binding:
    """A convolution of series by that of images: the features become the channels of an image one pixel wide."""

    def made_of_images(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
        steps, features = inputs[0]
        arguments = {
            **a,
            "kernel_size": (a["kernel_size"], 1),
            "strides": (a["strides"], 1),
            "dilation_rate": (1, 1),
            "activation": "linear",
        }
        if a.get("output_padding") is not None:
            arguments["output_padding"] = (a["output_padding"], 0)
        image = binding(arguments, ((features, steps, 1),))
        if isinstance(image, Unsupported):
            return image
        filters = a.get("filters") or features * a["depth_multiplier"]
        return made(
            construct("Permute", (2, 1)),
            construct("Reshape", (features, steps, 1)),
            *image.parts,
            construct("Reshape", (filters, -1)),
            construct("Permute", (2, 1)),
            *_following(a),
            holder=2 + image.holder,
        )

    return log_softmax_of_vectors(made_of_images)


def _following(a: Arguments) -> tuple[Call, ...]:
    return activations.alone(a["activation"]) if a["activation"] != "linear" else ()
