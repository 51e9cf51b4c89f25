"""Modules of BigDL's Keras-style API as layers of the catalog.

A module of this API wraps modules of the classic one. Those without an entry here are read as what they wrap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from zoodsl.weights import bigdl_classic as classic
from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.bigdl_classic import grouped_kernel, merging, reshaped
from zoodsl.weights.bigdl_construction import Arrays, Construction, Layer, Merge, channels_first
from zoodsl.weights.bigdl_format import Module
from zoodsl.weights.bigdl_patterns import composed

ACTIVATIONS = {
    "Identity": "linear",
    "ReLU": "relu",
    "ReLU6": "relu6",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "SoftMax": "softmax",
    "LogSoftMax": "log_softmax",
    "SoftPlus": "softplus",
    "SoftSign": "softsign",
}
"""The catalog's activation for the module that an argument ``activation`` holds."""

LAST = -1
"""BigDL's mark for a pooling's stride that is its window, and for the last axis."""


def _activation(module: Module | None) -> str:
    """The catalog's name of what an argument ``activation`` holds."""
    while module is not None and module.type == "KerasIdentityWrapper":
        module = module["layer"]
    if module is None:
        return "linear"
    if module.type not in ACTIVATIONS:
        raise UnsupportedError(f"has the activation {module.type}, which means something else in Keras 3")
    return ACTIVATIONS[module.type]


def _dense(c: Construction, m: Module, name: str, given: str) -> str:
    arguments = {"units": m["outputDim"], "use_bias": m["bias"], "activation": _activation(m["activation"])}
    return c.layer(name, "Dense", [given], lambda: _transposed(m), **arguments)


def _transposed(m: Module) -> Arrays:
    kernel, *bias = m.weights
    return kernel.T, *bias


def _series_convolution(m: Module) -> dict[str, Any]:
    return {
        "filters": m["nbFilter"],
        "kernel_size": m["filterLength"],
        "strides": m["subsampleLength"],
        "activation": _activation(m["activation"]),
    }


def _convolution1d(c: Construction, m: Module, name: str, given: str) -> str:
    def weights() -> Arrays:
        kernel, *bias = m.weights  # (1, steps, 1, in, out)
        return kernel[0, :, 0], *bias

    return c.layer(
        name,
        "Conv1D",
        [given],
        weights,
        padding=m["borderMode"],
        use_bias=m["bias"],
        **_series_convolution(m),
    )


def _dilated_convolution1d(c: Construction, m: Module, name: str, given: str) -> str:
    def weights() -> Arrays:
        kernel, *bias = m.weights  # (out, in, steps, 1)
        return kernel[..., 0].transpose(2, 1, 0), *bias

    return c.layer(
        name,
        "Conv1D",
        [given],
        weights,
        dilation_rate=m["atrousRate"],
        **_series_convolution(m),
    )


def _convolution2d(c: Construction, m: Module, name: str, given: str) -> str:
    def weights() -> Arrays:
        kernel, *bias = m.weights
        return grouped_kernel(kernel), *bias

    padding = m.attributes.get("pads") or m["borderMode"]
    return c.layer(
        name, "Conv2D", [given], weights, padding=padding, use_bias=m["bias"], **_image_convolution(m)
    )


def _convolution3d(c: Construction, m: Module, name: str, given: str) -> str:
    def weights() -> Arrays:
        kernel, *bias = m.weights
        return kernel.reshape(kernel.shape[-5:]).transpose(2, 3, 4, 1, 0), *bias

    return c.layer(
        name,
        "Conv3D",
        [given],
        weights,
        filters=m["nbFilter"],
        kernel_size=(m["kernelDim1"], m["kernelDim2"], m["kernelDim3"]),
        strides=m["subsample"],
        padding=m["borderMode"],
        use_bias=m["bias"],
        activation=_activation(m["activation"]),
    )


def _volume_pooling(operator: str) -> Layer:
    def layer(c: Construction, m: Module, name: str, given: str) -> str:
        return c.layer(name, operator, [given], pool_size=m["poolSize"], strides=m["strides"] or None)

    return layer


def _volume_padding(c: Construction, m: Module, name: str, given: str) -> str:
    return c.layer(name, "ZeroPadding3D", [given], padding=m["padding"])


def _volume_cropping(c: Construction, m: Module, name: str, given: str) -> str:
    cropping = (m["dim1Crop"], m["dim2Crop"], m["dim3Crop"])
    return c.layer(name, "Cropping3D", [given], cropping=cropping)


def _dilated_convolution2d(c: Construction, m: Module, name: str, given: str) -> str:
    def weights() -> Arrays:
        kernel, *bias = m.weights
        return kernel.transpose(2, 3, 1, 0), *bias

    return c.layer(name, "Conv2D", [given], weights, dilation_rate=m["atrousRate"], **_image_convolution(m))


def _separable_convolution(c: Construction, m: Module, name: str, given: str) -> str:
    def weights() -> Arrays:
        depthwise, pointwise, *bias = m.weights
        # BigDL exchanges the window's sides in the shape, not in the numbers, and keeps a bias also where there is none.
        depthwise = depthwise.reshape(*depthwise.shape[:2], m["nbRow"], m["nbCol"])
        kept = bias if m["bias"] else []
        return depthwise.transpose(2, 3, 1, 0), pointwise.transpose(2, 3, 1, 0), *kept

    return c.layer(
        name,
        "SeparableConv2D",
        [given],
        weights,
        padding=m["borderMode"],
        depth_multiplier=m["depthMultiplier"],
        use_bias=m["bias"],
        **_image_convolution(m),
    )


def _image_convolution(m: Module) -> dict[str, Any]:
    channels_first(m, "dimOrdering")
    return {
        "filters": m["nbFilter"],
        "kernel_size": (m["nbRow"], m["nbCol"]),
        "strides": m["subsample"],
        "activation": _activation(m["activation"]),
    }


def _series_pooling(operator: str) -> Layer:
    def layer(c: Construction, m: Module, name: str, given: str) -> str:
        strides = None if m["stride"] == LAST else m["stride"]
        arguments = {"pool_size": m["poolLength"], "strides": strides, "padding": m["borderMode"]}
        return c.layer(name, operator, [given], **arguments)

    return layer


def _plain(operator: str, **attributes: str) -> Layer:
    """A layer whose arguments are the module's ``attributes``, by the catalog's names."""

    def layer(c: Construction, m: Module, name: str, given: str) -> str:
        channels_first(m, "dimOrdering")
        return c.layer(name, operator, [given], **{key: m[value] for key, value in attributes.items()})

    return layer


def _activation_layer(c: Construction, m: Module, name: str, given: str) -> str:
    """The layer as what it wraps, softmax over an image apart: Keras-style BigDL takes it over rows of pixels."""
    called = m["activation"]
    if called == "hard_sigmoid":
        raise UnsupportedError("has the activation hard_sigmoid, which means something else in Keras 3")
    if called == "softmax":
        return c.layer(name, "Softmax", [given])
    if called == "relu":
        return c.layer(name, "ReLU", [given])
    if called == "relu6":
        return c.layer(name, "ReLU", [given], max_value=6.0)
    if called not in ACTIVATIONS.values():
        raise UnsupportedError(f"has the activation {called}, which the language has not")
    return c.layer(name, "Activation", [given], activation=called)


def _refused(why: str) -> Layer:
    """A layer that has a meaning only together with those around it (``bigdl_patterns``)."""

    def layer(_c: Construction, _m: Module, _name: str, _given: str) -> str:
        raise UnsupportedError(why)

    return layer


def _zero_padding(c: Construction, m: Module, name: str, given: str) -> str:
    channels_first(m, "dimOrdering")
    top, bottom, left, right = m["padding"]
    return c.layer(name, "ZeroPadding2D", [given], padding=((top, bottom), (left, right)))


def _cropping(c: Construction, m: Module, name: str, given: str) -> str:
    channels_first(m, "dimOrdering")
    return c.layer(name, "Cropping2D", [given], cropping=(m["heightCrop"], m["widthCrop"]))


def _flatten(c: Construction, _m: Module, name: str, given: str) -> str:
    return c.layer(name, "Flatten", [given])


def _reshape(c: Construction, m: Module, name: str, given: str) -> str:
    target = tuple(m["targetShape"])
    if -1 in target:
        rest = 1
        for size in c.shape(given):
            rest *= size
        for size in target:
            rest //= size if size != -1 else 1
        target = tuple(rest if size == -1 else size for size in target)
    return reshaped(c, name, given, target)


def _embedding(c: Construction, m: Module, name: str, given: str) -> str:
    if not m["zeroBasedId"]:
        raise UnsupportedError("counts its indices from 1")
    if m["maskZero"]:
        raise UnsupportedError("masks the index 0")
    arguments = {"input_dim": m["inputDim"], "output_dim": m["outputDim"]}
    return c.layer(name, "Embedding", [given], lambda: m.weights, **arguments)


# --- recurrent layers

Keras = tuple[str, dict[str, Any], Callable[[Sequence[Any]], Arrays]]
"""A layer of the catalog: its name, its arguments, and its weights from BigDL's."""


def _simple_rnn(m: Module) -> Keras:
    def weights(arrays: Sequence[Any]) -> Arrays:
        kernel, recurrent, bias = arrays
        return kernel.T, recurrent.T, bias

    return (
        "SimpleRNN",
        {
            "units": m["outputDim"],
            "activation": _activation(m["activation"]),
            "return_sequences": m["returnSequences"],
            "go_backwards": m["goBackwards"],
        },
        weights,
    )


def _lstm(m: Module) -> Keras:
    def weights(arrays: Sequence[Any]) -> Arrays:
        kernel, bias, recurrent = arrays  # gates i, c, f, o
        return _gates(kernel.T, 0, 2, 1, 3), _gates(recurrent.T, 0, 2, 1, 3), _gates(bias, 0, 2, 1, 3)

    return "LSTM", _gated(m), weights


def _gru(m: Module) -> Keras:
    def weights(arrays: Sequence[Any]) -> Arrays:
        import numpy as np

        kernel, bias, gates, state = arrays  # gates r, z, h; the recurrent kernel of h apart
        recurrent = np.concatenate([gates.T, state.T], axis=-1)
        return _gates(kernel.T, 1, 0, 2), _gates(recurrent, 1, 0, 2), _gates(bias, 1, 0, 2)

    return "GRU", _gated(m), weights


def _gated(m: Module) -> dict[str, Any]:
    return {
        "units": m.attributes.get("outputDimension") or m["outputDim"],
        "activation": _activation(m["activation"]),
        "recurrent_activation": _activation(m["innerActivation"]),
        "return_sequences": m["returnSeq"],
        "go_backwards": m["goBackward"],
    }


def _gates(weight: Any, *order: int) -> Any:
    """The blocks of the last axis, one a gate, in another order."""
    import numpy as np

    blocks = np.split(weight, len(order), axis=-1)
    return np.concatenate([blocks[place] for place in order], axis=-1)


RECURRENT: Mapping[str, Callable[[Module], Keras]] = {"SimpleRNN": _simple_rnn, "LSTM": _lstm, "GRU": _gru}


def _recurrent(c: Construction, m: Module, name: str, given: str) -> str:
    operator, arguments, weights = RECURRENT[m.type](m)
    return c.layer(name, operator, [given], lambda: weights(m.weights), **arguments)


def _bidirectional(c: Construction, m: Module, name: str, given: str) -> str:
    inner: Module = m["layer"]
    if inner.type not in RECURRENT:
        raise UnsupportedError(f"wraps {inner.type}")
    operator, arguments, weights = RECURRENT[inner.type](inner)

    def both() -> Arrays:
        half = len(m.weights) // 2
        return *weights(m.weights[:half]), *weights(m.weights[half:])

    wrapped = c.builder.operation(operator, **arguments)
    return c.layer(name, "Bidirectional", [given], both, layer=wrapped, merge_mode=m["mergeMode"])


def _wrapped_layer(module: Module) -> tuple[Module, Layer]:
    """A module within a wrapper, or the one that it is made of, and the layer that it is in the catalog."""
    if module.type == "KerasLayerWrapper":
        return _wrapped_layer(module["torchLayer"])
    layer = composed(module) or (LAYERS if module.is_keras else classic.LAYERS).get(module.type)
    if layer is not None:
        return module, layer
    if module.is_keras and len(module.modules) == 1:
        return _wrapped_layer(module.modules[0])
    raise UnsupportedError(f"wraps {module.type}")


def _time_distributed(c: Construction, m: Module, name: str, given: str) -> str:
    """The wrapped layer is tried on one step by itself, which tells what it is in the catalog."""
    inner, layer = _wrapped_layer(m["layer"])
    trial = Construction(c.builder.span)
    trial.builder.input("step", c.shape(given)[1:])
    step = layer(trial, inner, "layer", "step")
    network, _ = trial.finish(step)
    if len(network.layers) != 1:
        raise UnsupportedError(f"wraps {inner.type}, which is several layers here")
    (node,) = network.layers
    return c.layer(
        name,
        "TimeDistributed",
        [given],
        lambda: trial.finish(step)[1].get(node.name, ()),
        layer=node.operation,
    )


# --- merges


def _merge(c: Construction, m: Module, name: str, given: Sequence[str]) -> str:
    match m["mode"]:
        case "concat":
            axis = m["concatAxis"]
            axis = len(c.shape(given[0])) if axis == LAST else axis
            return c.layer(name, "Concatenate", given, axis=axis)
        case "cos":
            return c.layer(name, "Dot", given, normalize=True)
        case mode if mode in MODES:
            return merging(MODES[mode])(c, m, name, given)
        case mode:
            raise UnsupportedError(f"merges by {mode}")


MODES = {
    "sum": "Add",
    "sub": "Subtract",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "min": "Minimum",
    "dot": "Dot",
}
"""The catalog's merge for each of BigDL's modes that is one by itself."""

LAYERS: Mapping[str, Layer] = {
    "Dense": _dense,
    "Convolution1D": _convolution1d,
    "AtrousConvolution1D": _dilated_convolution1d,
    "Convolution2D": _convolution2d,
    "AtrousConvolution2D": _dilated_convolution2d,
    "SeparableConvolution2D": _separable_convolution,
    "Convolution3D": _convolution3d,
    "MaxPooling3D": _volume_pooling("MaxPooling3D"),
    "AveragePooling3D": _volume_pooling("AveragePooling3D"),
    "GlobalMaxPooling3D": _plain("GlobalMaxPooling3D"),
    "GlobalAveragePooling3D": _plain("GlobalAveragePooling3D"),
    "MaxPooling1D": _series_pooling("MaxPooling1D"),
    "AveragePooling1D": _series_pooling("AveragePooling1D"),
    "GlobalMaxPooling1D": _plain("GlobalMaxPooling1D"),
    "GlobalAveragePooling1D": _plain("GlobalAveragePooling1D"),
    "GlobalMaxPooling2D": _plain("GlobalMaxPooling2D"),
    "GlobalAveragePooling2D": _plain("GlobalAveragePooling2D"),
    "Activation": _activation_layer,
    "Embedding": _embedding,
    "SimpleRNN": _recurrent,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "SpatialDropout1D": _refused("shrinks its input at inference, which Keras 3 does not"),
    "SpatialDropout2D": _refused("shrinks its input at inference, which Keras 3 does not"),
    "SpatialDropout3D": _refused("shrinks its input at inference, which Keras 3 does not"),
    "MulConstant": _refused("multiplies by a constant"),
    "AddConstant": _refused("adds a constant"),
    "Negative": _refused("changes the sign"),
    "GaussianNoise": _plain("GaussianNoise", stddev="sigma"),
    "GaussianDropout": _plain("GaussianDropout", rate="p"),
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _plain("Permute", dims="dims"),
    "RepeatVector": _plain("RepeatVector", n="n"),
    "ZeroPadding2D": _zero_padding,
    "Cropping2D": _cropping,
    "ZeroPadding3D": _volume_padding,
    "Cropping3D": _volume_cropping,
    "UpSampling1D": _plain("UpSampling1D", size="length"),
    "UpSampling2D": _plain("UpSampling2D", size="size"),
    "UpSampling3D": _plain("UpSampling3D", size="size"),
}
"""By the module's class."""

MERGES: Mapping[str, Merge] = {"Merge": _merge}
"""Modules that read a table, by their class."""
