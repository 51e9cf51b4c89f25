"""Modules of BigDL's classic API, ``nn``, as layers of the catalog.

A module's dimensions count from 1, and as a rule count the batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isclose, prod
from typing import Any

from zoodsl.catalog.layers.windows import Window
from zoodsl.types import Shape, elements, show
from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.bigdl_construction import Arrays, Construction, Layer, Merge, channels_first
from zoodsl.weights.bigdl_format import Module


def grouped_kernel(weight: Any) -> Any:
    """(groups, out / groups, in / groups, height, width) to (height, width, in / groups, out)."""
    return weight.reshape(-1, *weight.shape[-3:]).transpose(2, 3, 1, 0)


def depthwise_kernel(weight: Any) -> Any:
    """(channels, multiplier, 1, height, width) to (height, width, channels, multiplier)."""
    return weight.reshape(*weight.shape[:2], *weight.shape[-2:]).transpose(2, 3, 0, 1)


def _convolution(c: Construction, m: Module, name: str, given: str) -> str:
    channels_first(m, "format")
    inputs, outputs, groups = m["nInputPlane"], m["nOutputPlane"], m["nGroup"]
    _takes(inputs, c.shape(given)[0], "channels")
    if groups < 1:
        raise UnsupportedError(f"has {groups} groups")
    arguments: dict[str, Any] = {
        "kernel_size": (m["kernelH"], m["kernelW"]),
        "strides": (m["strideH"], m["strideW"]),
        "padding": _padding(m["padH"], m["padW"]),
        "use_bias": m.attributes.get("withBias", True),
    }
    if groups == inputs > 1 and outputs % inputs == 0:

        def depthwise() -> Arrays:
            kernel, *bias = m.weights
            return depthwise_kernel(kernel), *bias

        multiplier = outputs // inputs
        return c.layer(name, "DepthwiseConv2D", [given], depthwise, depth_multiplier=multiplier, **arguments)

    def full() -> Arrays:
        kernel, *bias = m.weights
        return grouped_kernel(kernel), *bias

    return c.layer(name, "Conv2D", [given], full, filters=outputs, groups=groups, **arguments)


def _dilated_convolution(c: Construction, m: Module, name: str, given: str) -> str:
    def weights() -> Arrays:
        kernel, *bias = m.weights
        return kernel.transpose(2, 3, 1, 0), *bias

    return c.layer(
        name,
        "Conv2D",
        [given],
        weights,
        filters=m["nOutputPlane"],
        kernel_size=(m["kH"], m["kW"]),
        strides=(m["dH"], m["dW"]),
        padding=_padding(m["padH"], m["padW"]),
        dilation_rate=(m["dilationH"], m["dilationW"]),
    )


def _transposed_convolution(c: Construction, m: Module, name: str, given: str) -> str:
    inputs, filters, width, height, right, down, *rest = m["intParams"]
    beside, above, behind, below, groups = rest
    _takes(inputs, c.shape(given)[0], "channels")
    if groups != 1:
        raise UnsupportedError(f"has {groups} groups")

    def weights() -> Arrays:
        kernel, *bias = m.weights
        return kernel[0].transpose(2, 3, 1, 0), *bias

    return c.layer(
        name,
        "Conv2DTranspose",
        [given],
        weights,
        filters=filters,
        kernel_size=(height, width),
        strides=(down, right),
        padding=(above, beside),
        output_padding=(below, behind),
        use_bias=not m["noBias"],
    )


def _takes(wanted: int, given: int, what: str) -> None:
    if wanted != given:
        raise UnsupportedError(f"takes {wanted:,} {what}, and would get {given:,}")


def _padding(height: int, width: int) -> str | tuple[int, int]:
    if height == width == -1:
        return "same"
    return (height, width) if height or width else "valid"


def _linear(c: Construction, m: Module, name: str, given: str) -> str:
    _takes(m["inputSize"], c.shape(given)[-1], "numbers")

    def weights() -> Arrays:
        kernel, *bias = m.weights
        return kernel.T, *bias

    return c.layer(name, "Dense", [given], weights, units=m["outputSize"], use_bias=m["withBias"])


def _batch_normalization(c: Construction, m: Module, name: str, given: str) -> str:
    channels_first(m, "dataFormat")

    def weights() -> Arrays:
        import numpy as np

        mean, variance = m["runningMean"], m["runningVar"]
        scale, shift = m.weights if m["affine"] else (np.ones_like(mean), np.zeros_like(mean))
        return scale, shift, mean, variance

    # Keras counts the share of the moving statistics that stays, BigDL the batch's.
    momentum = round(1.0 - m["momentum"], 12)
    return c.layer(name, "BatchNormalization", [given], weights, epsilon=m["eps"], momentum=momentum)


def _max_pooling(c: Construction, m: Module, name: str, given: str) -> str:
    return c.layer(name, "MaxPooling2D", [given], **_window(m, ceil=m["ceil_mode"]))


def _average_pooling(c: Construction, m: Module, name: str, given: str) -> str:
    if not m["divide"]:
        raise UnsupportedError("adds up its window and does not divide")
    if m["globalPooling"]:
        size = c.shape(given)[1:]
        return c.layer(name, "AveragePooling2D", [given], pool_size=size)
    window = _window(m, ceil=m["ceilMode"])
    return c.layer(name, "AveragePooling2D", [given], count_include_pad=m["countIncludePad"], **window)


def _window(m: Module, *, ceil: bool) -> dict[str, Any]:
    channels_first(m, "format")
    padding = _padding(m["padH"], m["padW"])
    return {
        "pool_size": (m["kH"], m["kW"]),
        "strides": (m["dH"], m["dW"]),
        "padding": padding,
        "ceil_mode": ceil and padding != "same",
    }


def _response_normalization(c: Construction, m: Module, name: str, given: str) -> str:
    channels_first(m, "format")
    arguments = {"size": m["size"], "alpha": m["alpha"], "beta": m["beta"], "bias": m["k"]}
    return c.layer(name, "LRN", [given], **arguments)


def _normalize(c: Construction, m: Module, name: str, given: str) -> str:
    if m["p"] != 2:
        raise UnsupportedError("divides by another length than the Euclidean one")
    return c.layer(name, "UnitNormalization", [given])


def _one_side(c: Construction, m: Module, name: str, given: str) -> str:
    """Zeros on one side of one axis of a volume."""
    size, axis = m["pad"], m["dim"]
    if (m["nInputDim"], len(c.shape(given)), m["value"]) != (4, 4, 0) or axis < 2:
        raise UnsupportedError("pads what is no volume, or by other than zeros")
    sides = (-size, 0) if size < 0 else (0, size)
    margins = tuple(sides if place == axis else (0, 0) for place in (2, 3, 4))
    return c.layer(name, "ZeroPadding3D", [given], padding=margins)


def _volume_pooling(operator: str) -> Layer:
    """A pooling of volumes, whose border must be that of ``same``."""

    def layer(c: Construction, m: Module, name: str, given: str) -> str:
        if m.attributes.get("countIncludePad") or m.attributes.get("ceilMode"):
            raise UnsupportedError("counts its border, or rounds up")
        size, strides = ((m[f"{each}T"], m[f"{each}H"], m[f"{each}W"]) for each in ("k", "d"))
        border = (m["padT"], m["padH"], m["padW"])
        windows = (
            Window(size=a, stride=b, dilation=1, same=True) for a, b in zip(size, strides, strict=True)
        )
        even = [window.margins(length) for window, length in zip(windows, c.shape(given)[1:], strict=True)]
        if any(border) and even != [(each, each) for each in border]:
            raise UnsupportedError(f"has a border of {show(border)}, which is not that of `same`")
        padding = "same" if any(border) else "valid"
        return c.layer(name, operator, [given], pool_size=size, strides=strides, padding=padding)

    return layer


def _zero_padding(c: Construction, m: Module, name: str, given: str) -> str:
    sides = (m["padTop"], m["padBottom"]), (m["padLeft"], m["padRight"])
    if len(c.shape(given)) == 2 and not any(sides[1]):
        if max(sides[0]) <= 0:
            return c.layer(name, "Cropping1D", [given], cropping=tuple(-each for each in sides[0]))
        if min(sides[0]) >= 0:
            return c.layer(name, "ZeroPadding1D", [given], padding=sides[0])
    if min(*sides[0], *sides[1]) < 0:
        raise UnsupportedError("pads by less than nothing")
    return c.layer(name, "ZeroPadding2D", [given], padding=sides)


# --- scales and shifts


def _scale(c: Construction, m: Module, name: str, given: str) -> str:
    return _each_channel(c, m, name, given, lambda: m.weights)


def _multiplication(c: Construction, m: Module, name: str, given: str) -> str:
    return _each_channel(c, m, name, given, lambda: m.weights, use_bias=False)


def _addition(c: Construction, m: Module, name: str, given: str) -> str:
    def weights() -> Arrays:
        import numpy as np

        (shift,) = m.weights
        return np.ones_like(shift), shift

    return _each_channel(c, m, name, given, weights)


def _each_channel(
    c: Construction, m: Module, name: str, given: str, weights: Any, *, use_bias: bool = True
) -> str:
    """A scale and a shift of each channel: a depthwise convolution with windows of one pixel."""
    shape = c.shape(given)
    size = tuple(m["size"])
    if len(shape) != 3 or prod(size) != shape[0] or shape[0] not in size[:2]:
        raise UnsupportedError(
            f"has weights of {show(size)} for an input of {show(shape)}, not one a channel"
        )

    def converted() -> Arrays:
        kernel, *bias = (each.reshape(-1) for each in weights())
        return kernel.reshape(1, 1, -1, 1), *bias

    return c.layer(name, "DepthwiseConv2D", [given], converted, kernel_size=(1, 1), use_bias=use_bias)


# --- shapes


def reshaped(c: Construction, name: str, given: str, target: Shape) -> str:
    """The same numbers in another shape; a vector is ``Flatten``, and the same shape a layer that does nothing."""
    shape = c.shape(given)
    if elements(shape) != elements(target):
        raise UnsupportedError(f"makes {show(target)} of {show(shape)}")
    if shape == target:
        return _same(c, name, given)
    if len(target) == 1:
        return c.layer(name, "Flatten", [given])
    return c.layer(name, "Reshape", [given], target_shape=target)


def _same(c: Construction, name: str, given: str) -> str:
    return c.layer(name, "Activation", [given], activation="linear")


def _view(c: Construction, m: Module, name: str, given: str) -> str:
    sizes = tuple(m["sizes"])
    # With a size left open, the sizes are those of the whole batch.
    return reshaped(c, name, given, sizes[1:] if sizes[:1] == (-1,) and len(sizes) > 1 else sizes)


def _reshape(c: Construction, m: Module, name: str, given: str) -> str:
    size, without_batch = tuple(m["size"]), m["batchMode"]
    counts_batch = without_batch == 1 or (not without_batch and prod(size) != elements(c.shape(given)))
    return reshaped(c, name, given, size[1:] if counts_batch else size)


def _inferred_reshape(c: Construction, m: Module, name: str, given: str) -> str:
    shape = c.shape(given)
    size = tuple(m["size"])
    if m["batchMode"]:
        wanted: Sequence[int] = size
        if 0 in size:
            raise UnsupportedError("keeps a size by its place")
    else:
        if size[:1] not in {(0,), (-1,)} or size.count(-1) + (size[0] == 0) > 2:
            raise UnsupportedError(f"reshapes the batch to {list(size)}")
        wanted = [shape[place - 1] if each == 0 else each for place, each in enumerate(size)][1:]
    rest = elements(shape) // max(prod(each for each in wanted if each != -1), 1)
    return reshaped(c, name, given, tuple(rest if each == -1 else each for each in wanted))


def _squeeze(c: Construction, m: Module, name: str, given: str) -> str:
    shape = c.shape(given)
    dims, first = m["dims"] or (), 1 if m["batchMode"] else 2
    gone = {each - first for each in dims} if dims else set(range(len(shape)))
    kept = tuple(size for place, size in enumerate(shape) if size != 1 or place not in gone)
    return reshaped(c, name, given, kept or (1,))


# --- activations


def activation(name: str) -> Layer:
    """The layer of one of the catalog's activations."""
    return lambda c, _m, called, given: c.layer(called, "Activation", [given], activation=name)


def _softmax(c: Construction, _m: Module, name: str, given: str) -> str:
    return c.layer(name, "Softmax", [given])


def _relu(c: Construction, _m: Module, name: str, given: str) -> str:
    return c.layer(name, "ReLU", [given])


def _relu6(c: Construction, _m: Module, name: str, given: str) -> str:
    return c.layer(name, "ReLU", [given], max_value=6.0)


def _hard_tanh(c: Construction, m: Module, name: str, given: str) -> str:
    if (m["minValue"], m["maxValue"]) == (-1, 1):
        return c.layer(name, "Activation", [given], activation="hard_tanh")
    if m["minValue"] != 0 or m["maxValue"] <= 0:
        raise UnsupportedError(f"cuts numbers off at {m['minValue']:g} and {m['maxValue']:g}")
    return c.layer(name, "ReLU", [given], max_value=m["maxValue"])


def _leaky_relu(c: Construction, m: Module, name: str, given: str) -> str:
    return c.layer(name, "LeakyReLU", [given], negative_slope=m["negval"])


def _elu(c: Construction, m: Module, name: str, given: str) -> str:
    return c.layer(name, "ELU", [given], alpha=m["alpha"])


def _softplus(c: Construction, m: Module, name: str, given: str) -> str:
    if not isclose(m["beta"], 1.0):
        raise UnsupportedError(f"has a beta of {m['beta']:g}")
    return c.layer(name, "Activation", [given], activation="softplus")


def _shrink(activation: str) -> Layer:
    """A shrinkage, which Keras 3 has with a threshold of one half."""

    def layer(c: Construction, m: Module, name: str, given: str) -> str:
        threshold = m["lambda"]
        if not isclose(threshold, 0.5):
            raise UnsupportedError(f"has a threshold of {threshold:g}, where `{activation}` has 0.5")
        return c.layer(name, "Activation", [given], activation=activation)

    return layer


def _dropout(c: Construction, m: Module, name: str, given: str) -> str:
    if not m["scale"]:
        raise UnsupportedError("scales at inference")
    return c.layer(name, "Dropout", [given], rate=m["initP"])


def _identity(c: Construction, _m: Module, name: str, given: str) -> str:
    return _same(c, name, given)


LAYERS: Mapping[str, Layer] = {
    "SpatialConvolution": _convolution,
    "SpatialShareConvolution": _convolution,
    "SpatialDilatedConvolution": _dilated_convolution,
    "SpatialFullConvolution": _transposed_convolution,
    "VolumetricMaxPooling": _volume_pooling("MaxPooling3D"),
    "VolumetricAveragePooling": _volume_pooling("AveragePooling3D"),
    "Padding": _one_side,
    "Linear": _linear,
    "BatchNormalization": _batch_normalization,
    "SpatialBatchNormalization": _batch_normalization,
    "SpatialMaxPooling": _max_pooling,
    "SpatialAveragePooling": _average_pooling,
    "SpatialCrossMapLRN": _response_normalization,
    "Normalize": _normalize,
    "SpatialZeroPadding": _zero_padding,
    "Scale": _scale,
    "CMul": _multiplication,
    "CAdd": _addition,
    "View": _view,
    "Reshape": _reshape,
    "InferReshape": _inferred_reshape,
    "Squeeze": _squeeze,
    "Sigmoid": activation("sigmoid"),
    "Tanh": activation("tanh"),
    "SoftSign": activation("softsign"),
    "TanhShrink": activation("tanh_shrink"),
    "LogSigmoid": activation("log_sigmoid"),
    "SoftShrink": _shrink("soft_shrink"),
    "HardShrink": _shrink("hard_shrink"),
    "Exp": activation("exponential"),
    "SoftPlus": _softplus,
    "SoftMax": _softmax,
    "LogSoftMax": activation("log_softmax"),
    "ReLU": _relu,
    "ReLU6": _relu6,
    "HardTanh": _hard_tanh,
    "LeakyReLU": _leaky_relu,
    "ELU": _elu,
    "Dropout": _dropout,
    "Identity": _identity,
    "Echo": _identity,
    "Contiguous": _identity,
}
"""By the module's class."""


def _join(c: Construction, m: Module, name: str, given: Sequence[str]) -> str:
    # `nInputDims` says that `dimension` does not count the batch.
    axis = m["dimension"] if m["nInputDims"] > 0 else m["dimension"] - 1
    return c.layer(name, "Concatenate", given, axis=axis)


def merging(operator: str) -> Merge:
    """A layer that joins tensors of equal shapes; one alone stays as it is."""

    def merge(c: Construction, _m: Module, name: str, given: Sequence[str]) -> str:
        return c.layer(name, operator, given) if len(given) > 1 else _same(c, name, given[0])

    return merge


MERGES: Mapping[str, Merge] = {
    "JoinTable": _join,
    "CAddTable": merging("Add"),
    "CSubTable": merging("Subtract"),
    "CMulTable": merging("Multiply"),
    "CMaxTable": merging("Maximum"),
    "CMinTable": merging("Minimum"),
    "CAveTable": merging("Average"),
    "DotProduct": merging("Dot"),
}
"""Modules that read a table, by their class."""
