"""Layers in BigDL's Keras-style API (version 2.4), which is that of Keras 1.2 with channels first (``th``).

Every layer of the catalog stands in ``LAYERS``. Where BigDL means something else by the same word, the binding gives
Keras 3's meaning: BatchNormalization's momentum is turned round, a penalty is doubled (BigDL's ``L2Regularizer(r)``
adds ``r * w`` to the gradient where Keras' ``L2(r)`` adds ``2 * r * w``), hard_sigmoid is built from layers.
"""

from __future__ import annotations

from typing import Any

from zoodsl.catalog.layers.declaration import Form, form
from zoodsl.catalog.layers.merging import concatenation_axis
from zoodsl.catalog.layers.reshaping import sides
from zoodsl.catalog.layers.windows import borders, kernel_windows
from zoodsl.catalog.operator import Arguments, Operator
from zoodsl.model.nodes import Operation
from zoodsl.targets.bigdl.bindings import activations
from zoodsl.targets.bigdl.bindings.construct import (
    TORCH_LAYERS,
    Binding,
    Construction,
    Merging,
    construct,
    made,
)
from zoodsl.targets.bigdl.bindings.padding import border_mode, torch_pads
from zoodsl.targets.bigdl.bindings.pooling import average_pool2d, max_pool2d, pool1d
from zoodsl.targets.pyast import Call, Expression, Symbol, call
from zoodsl.targets.target import Unsupported
from zoodsl.types import Shape

NATIVE_INITIALIZERS = {
    "glorot_uniform": "glorot_uniform",
    "zeros": "zero",
    "ones": "one",
    "random_uniform": "uniform",
    "random_normal": "normal",
}
"""Keras 3's initializers that BigDL has under a name of its own, with the same distribution."""

OPTIMIZER = "bigdl.dllib.optim.optimizer"

NO_BIAS = Unsupported(
    "BigDL's dilated convolutions always have a bias", "leave `use_bias` out, or the dilation"
)


DILATED_GROUPS = Unsupported("BigDL has no dilated `Conv2D` with `groups`", "leave one of them at 1")


def regularizer(operation: Operation[Operator] | None) -> Expression:
    """A penalty in BigDL's scale, None for none."""
    if operation is None:
        return None
    rates = operation.arguments
    match operation.operator.name:
        # L1's gradient is rate * sign(w) in both; L2's is 2 * rate * w in Keras and rate * w in BigDL.
        case "L1":
            return call(Symbol(OPTIMIZER, "L1Regularizer"), rates["l1"])
        case "L2":
            return call(Symbol(OPTIMIZER, "L2Regularizer"), 2 * rates["l2"])
        case "L1L2":
            return call(Symbol(OPTIMIZER, "L1L2Regularizer"), rates["l1"], 2 * rates["l2"])
        case other:
            raise KeyError(other)


def _init(initializer: str) -> str | None:
    """``init=`` where it is not BigDL's default. What BigDL cannot draw is drawn after the model is built."""
    native = NATIVE_INITIALIZERS.get(initializer, "glorot_uniform")
    return None if native == "glorot_uniform" else native


def _penalties(a: Arguments, weight: str = "kernel") -> dict[str, Expression]:
    return {
        "W_regularizer": regularizer(a[f"{weight}_regularizer"]),
        "b_regularizer": regularizer(a["bias_regularizer"]),
    }


def _bias(a: Arguments) -> dict[str, Expression]:
    return {} if a["use_bias"] else {"bias": False}


def _activated(a: Arguments, layer: Call) -> Construction:
    return made(layer, *activations.layers(a["activation"]))


def _log_softmax_of_vectors(binding: Binding) -> Binding:
    """A layer whose activation may be ``log_softmax``, which BigDL has for vectors alone."""

    def checked(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
        if a["activation"] == "log_softmax" and form(inputs[0]) is not Form.VECTOR:
            return Unsupported(
                "BigDL's `log_softmax` is for vectors alone", "use `softmax`, or `Flatten()` first"
            )
        return binding(a, inputs)

    return checked


def _dense(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    layer = construct(
        "Dense",
        a["units"],
        activation=activations.keyword(a["activation"]),
        init=_init(a["kernel_initializer"]),
        **_penalties(a),
        **_bias(a),
    )
    return _activated(a, layer)


def _conv1d(a: Arguments, _: tuple[Shape, ...]) -> Construction | Unsupported:
    shared: dict[str, Any] = {
        "activation": activations.keyword(a["activation"]),
        "init": _init(a["kernel_initializer"]),
        **_penalties(a),
        **_bias(a),
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
        return _activated(a, layer)
    if a["padding"] == "same":
        return Unsupported(
            "BigDL has no dilated `Conv1D` with `padding = same`", "use `padding = valid`, or no dilation"
        )
    if not a["use_bias"]:
        return NO_BIAS
    layer = construct(
        "AtrousConvolution1D", a["filters"], a["kernel_size"], atrous_rate=a["dilation_rate"], **shared
    )
    return _activated(a, layer)


def _conv2d(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
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
        "init": _init(a["kernel_initializer"]),
        **_penalties(a),
        **_bias(a),
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
        return _activated(a, layer)
    if not a["use_bias"]:
        return NO_BIAS
    layer = construct(
        "AtrousConvolution2D", a["filters"], height, width, atrous_rate=a["dilation_rate"], **shared
    )
    return _activated(a, layer)


def _depthwise(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
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


def _separable(a: Arguments, _: tuple[Shape, ...]) -> Construction:
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
        **_bias(a),
    )
    return _activated(a, layer)


def _plain(name: str, *parameters: str) -> Binding:
    """A layer that takes the named arguments in BigDL's order, with the same meaning."""
    return lambda a, _: made(construct(name, *(a[parameter] for parameter in parameters)))


def _global_pooling(name: str) -> Binding:
    def binding(a: Arguments, shapes: tuple[Shape, ...]) -> Construction:
        places = (construct("Reshape", (shapes[0][0], 1, 1)),) if a["keepdims"] else ()
        return made(construct(name), *places)

    return binding


def _relu(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    limit = a["max_value"]
    if limit is None:
        return made(construct("Activation", "relu"))
    if limit == 6:
        return made(construct("Activation", "relu6"))
    return made(construct("HardTanh", min_value=0.0, max_value=limit))


def _batch_normalization(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    # Keras: moving = momentum * moving + (1 - momentum) * batch. BigDL's momentum is the batch's share.
    share = round(1.0 - a["momentum"], 12)
    layer = construct("BatchNormalization", epsilon=a["epsilon"], momentum=share)
    if form(inputs[0]) is None:
        return Unsupported(
            f"BigDL has no `BatchNormalization` of tensors with {len(inputs[0])} dimensions",
            "bring them to an image with `Reshape(channels x height x width)` before it, and back after it",
        )
    return _over_features(layer, inputs[0])


def _unit_normalization(_: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    if form(inputs[0]) is None:
        return Unsupported(
            f"BigDL has no `UnitNormalization` of tensors with {len(inputs[0])} dimensions",
            "bring them to an image with `Reshape(channels x height x width)` before it, and back after it",
        )
    # Keras divides by max(length, 1e-12), BigDL by the root of what is added to the squares.
    normalize = call(Symbol(TORCH_LAYERS, "Normalize"), 2.0, 1e-24)
    return _over_features(construct("KerasLayerWrapper", normalize), inputs[0])


def _over_features(layer: Call, given: Shape) -> Construction:
    """A normalisation over features, which BigDL has of vectors and images alone.

    A series' features become the channels of an image one pixel wide.
    """
    if form(given) is not Form.SERIES:
        return made(layer)
    steps, features = given
    return made(
        construct("Permute", (2, 1)),
        construct("Reshape", (features, steps, 1)),
        layer,
        construct("Reshape", (features, steps)),
        construct("Permute", (2, 1)),
        holder=2,
    )


def _recurrent(name: str) -> Binding:
    def binding(a: Arguments, _: tuple[Shape, ...]) -> Construction:
        keywords: dict[str, Any] = {"activation": a["activation"] if a["activation"] != "tanh" else None}
        if "recurrent_activation" in a:
            # BigDL's default gate is its own hard_sigmoid.
            keywords["inner_activation"] = a["recurrent_activation"]
        keywords |= {flag: a[flag] or None for flag in ("return_sequences", "go_backwards")}
        keywords |= {
            "W_regularizer": regularizer(a["kernel_regularizer"]),
            "U_regularizer": regularizer(a["recurrent_regularizer"]),
            "b_regularizer": regularizer(a["bias_regularizer"]),
        }
        return made(construct(name, a["units"], **keywords))

    return binding


def _embedding(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    init = NATIVE_INITIALIZERS.get(a["embeddings_initializer"], "uniform")
    return made(
        construct(
            "Embedding",
            a["input_dim"],
            a["output_dim"],
            init=None if init == "uniform" else init,
            W_regularizer=regularizer(a["embeddings_regularizer"]),
        )
    )


def _merge(mode: str) -> Binding:
    return lambda _a, _inputs: made(Merging(mode))


def _dot(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    if not a["normalize"]:
        return made(Merging("dot"))
    # The cosine comes out as 1 x 1.
    return made(Merging("cos"), construct("Reshape", (1,)))


def _spatial_dropout(name: str) -> Binding:
    # BigDL leaves what it keeps as it is in training and shrinks all at inference; Keras enlarges what it keeps.
    return lambda a, _: made(construct(name, a["rate"]), construct("MulConstant", 1 / (1 - a["rate"])))


def _bidirectional(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    inner: Operation[Operator] = a["layer"]
    if not inner.arguments["return_sequences"]:
        return Unsupported(
            "BigDL's `Bidirectional` gives the outputs of all steps",
            f"write `{inner.operator.name}(..., return_sequences = true)` and summarise its steps, or join "
            f"`x -> {inner.operator.name}(...)` and `x -> {inner.operator.name}(..., go_backwards = true)` with "
            "`Concatenate`",
        )
    return _wrapping("Bidirectional", 0)(a, inputs)


def _repeat_vector(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    repeated = _plain("RepeatVector", "n")(a, inputs)
    if isinstance(repeated, Unsupported):
        return repeated
    # What is repeated lies in memory once, which recurrent layers refuse.
    copied = construct("KerasLayerWrapper", call(Symbol(TORCH_LAYERS, "Contiguous")))
    return made(*repeated.parts, copied)


NOT_BY_STEP = {
    "BatchNormalization": "its statistics would be of single steps",
    "RepeatVector": "it repeats along the wrong axis there",
}
"""Layers that BigDL's ``TimeDistributed`` cannot wrap, and why. It folds the steps into the batch."""


def _time_distributed(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
    inner: Operation[Operator] = a["layer"]
    if why := NOT_BY_STEP.get(inner.operator.name):
        return Unsupported(
            f"BigDL's `TimeDistributed` cannot wrap `{inner.operator.name}`: {why}",
            "apply the layer to the whole series, if that is what you mean",
        )
    return _wrapping("TimeDistributed", 1)(a, inputs)


def _wrapping(name: str, inner_of: int) -> Binding:
    """A layer around another: BigDL wraps each layer of the inner construction in turn."""

    def binding(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
        inner: Operation[Operator] = a["layer"]
        given = (inputs[0][inner_of:],)
        wrapped = LAYERS[inner.operator.name](inner.arguments, given)
        if isinstance(wrapped, Unsupported):
            return wrapped
        mode = a["merge_mode"] if a.get("merge_mode", "concat") != "concat" else None
        parts = [construct(name, part, merge_mode=mode) for part in wrapped.parts if isinstance(part, Call)]
        return made(*parts, holder=wrapped.holder)

    return binding


LAYERS: dict[str, Binding] = {
    "Activation": _log_softmax_of_vectors(lambda a, _: made(*activations.alone(a["activation"]))),
    "ReLU": _relu,
    "LeakyReLU": lambda a, _: made(construct("LeakyReLU", alpha=a["negative_slope"])),
    "ELU": lambda a, _: made(construct("ELU", alpha=a["alpha"])),
    "Softmax": lambda _a, _: made(construct("Activation", "softmax")),
    "Dense": _log_softmax_of_vectors(_dense),
    "Conv1D": _log_softmax_of_vectors(_conv1d),
    "Conv2D": _conv2d,
    "DepthwiseConv2D": _depthwise,
    "SeparableConv2D": _separable,
    "MaxPooling1D": pool1d("MaxPooling1D"),
    "MaxPooling2D": max_pool2d,
    "AveragePooling1D": pool1d("AveragePooling1D"),
    "AveragePooling2D": average_pool2d,
    "GlobalMaxPooling1D": _plain("GlobalMaxPooling1D"),
    "GlobalMaxPooling2D": _global_pooling("GlobalMaxPooling2D"),
    "GlobalAveragePooling1D": _plain("GlobalAveragePooling1D"),
    "GlobalAveragePooling2D": _global_pooling("GlobalAveragePooling2D"),
    "BatchNormalization": _batch_normalization,
    "UnitNormalization": _unit_normalization,
    "LRN": lambda a, _: made(construct("LRN2D", alpha=a["alpha"], k=a["bias"], beta=a["beta"], n=a["size"])),
    "Embedding": _embedding,
    "SimpleRNN": _recurrent("SimpleRNN"),
    "LSTM": _recurrent("LSTM"),
    "GRU": _recurrent("GRU"),
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "Dropout": _plain("Dropout", "rate"),
    "SpatialDropout1D": _spatial_dropout("SpatialDropout1D"),
    "SpatialDropout2D": _spatial_dropout("SpatialDropout2D"),
    "GaussianNoise": _plain("GaussianNoise", "stddev"),
    "GaussianDropout": _plain("GaussianDropout", "rate"),
    "Flatten": _plain("Flatten"),
    "Reshape": _plain("Reshape", "target_shape"),
    "Permute": _plain("Permute", "dims"),
    "RepeatVector": _repeat_vector,
    "ZeroPadding2D": lambda a, _: made(construct("ZeroPadding2D", sides(a, "padding"))),
    "Cropping2D": lambda a, _: made(
        construct("Cropping2D", (sides(a, "cropping")[:2], sides(a, "cropping")[2:]))
    ),
    "UpSampling2D": _plain("UpSampling2D", "size"),
    "Add": _merge("sum"),
    "Subtract": _merge("sub"),
    "Multiply": _merge("mul"),
    "Average": _merge("ave"),
    "Maximum": _merge("max"),
    "Minimum": _merge("min"),
    "Concatenate": lambda a, inputs: made(Merging("concat", concatenation_axis(a, inputs))),
    "Dot": _dot,
}
"""By the catalog's name. Total: a layer of the catalog without a row fails a test."""
