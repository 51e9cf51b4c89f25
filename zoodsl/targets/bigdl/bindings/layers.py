"""Layers in BigDL's Keras-style API (version 2.4), which is that of Keras 1.2 with channels first (``th``).

Every layer of the catalog stands in ``LAYERS``. Where BigDL means something else by the same word, the binding gives
Keras 3's meaning: BatchNormalization's momentum is turned round, a penalty is doubled (BigDL's ``L2Regularizer(r)``
adds ``r * w`` to the gradient where Keras' ``L2(r)`` adds ``2 * r * w``), hard_sigmoid is built from layers.
"""

from __future__ import annotations

from typing import Any

from zoodsl.catalog.layers.merging import concatenation_axis
from zoodsl.catalog.layers.reshaping import sides
from zoodsl.catalog.operator import Arguments, Operator
from zoodsl.model.nodes import Operation
from zoodsl.targets.bigdl.bindings import activations, convolution, normalization, volumes
from zoodsl.targets.bigdl.bindings.construct import (
    TORCH_LAYERS,
    Binding,
    Construction,
    Merging,
    construct,
    made,
)
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.bindings.pooling import average_pool2d, max_pool2d, pool1d
from zoodsl.targets.bigdl.bindings.weighted import (
    NATIVE_INITIALIZERS,
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


def _dense(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    layer = construct(
        "Dense",
        a["units"],
        activation=activations.keyword(a["activation"]),
        init=init(a["kernel_initializer"]),
        **penalties(a),
        **bias(a),
    )
    return activated(a, layer)


def _plain(name: str, *parameters: str) -> Binding:
    """A layer that takes the named arguments in BigDL's order, with the same meaning."""
    return lambda a, _: made(construct(name, *(a[parameter] for parameter in parameters)))


def _relu(a: Arguments, _: tuple[Shape, ...]) -> Construction:
    limit = a["max_value"]
    if limit is None:
        return made(construct("Activation", "relu"))
    if limit == 6:
        return made(construct("Activation", "relu6"))
    return made(construct("HardTanh", min_value=0.0, max_value=limit))


def _prelu(a: Arguments, inputs: tuple[Shape, ...]) -> Construction:
    shared = a["shared_axes"] or ()
    slopes = tuple(1 if axis in shared else size for axis, size in enumerate(inputs[0], start=1))
    penalty = () if a["alpha_regularizer"] is None else (regularizer(a["alpha_regularizer"]),)
    return made(construct("KerasLayerWrapper", call(helper("prelu"), slopes, *penalty)))


def _recurrent(name: str) -> Binding:
    def binding(a: Arguments, _: tuple[Shape, ...]) -> Construction | Unsupported:
        if name == "SimpleRNN" and a["bias_regularizer"] is not None:
            return Unsupported(
                "BigDL's `SimpleRNN` takes a penalty on its bias and leaves it out of the gradient",
                "leave `bias_regularizer` out",
            )
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


def _lrn(a: Arguments, _: tuple[Shape, ...]) -> Construction | Unsupported:
    if a["size"] == 1:
        return Unsupported(
            "BigDL's `LRN2D` over one channel alone fails in training",
            "take at least 3 channels together: `LRN(size = 3)`",
        )
    return made(construct("LRN2D", alpha=a["alpha"], k=a["bias"], beta=a["beta"], n=a["size"]))


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


def _noise(name: str, strength: str) -> Binding:
    # BigDL draws no noise of strength 0: training fails.
    return lambda a, _: made(construct(name, a[strength]) if a[strength] else construct("Identity"))


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
    "Activation": log_softmax_of_vectors(lambda a, _: made(*activations.alone(a["activation"]))),
    "ReLU": _relu,
    "LeakyReLU": lambda a, _: made(construct("LeakyReLU", alpha=a["negative_slope"])),
    "PReLU": _prelu,
    "ELU": lambda a, _: made(construct("ELU", alpha=a["alpha"])),
    "Softmax": lambda _a, _: made(construct("Activation", "softmax")),
    "Dense": log_softmax_of_vectors(_dense),
    "Conv1D": log_softmax_of_vectors(convolution.conv1d),
    "Conv2D": convolution.conv2d,
    "Conv3D": convolution.conv3d,
    "Conv1DTranspose": convolution.over_series(convolution.conv2d_transpose),
    "Conv2DTranspose": convolution.conv2d_transpose,
    "DepthwiseConv1D": convolution.over_series(convolution.depthwise),
    "DepthwiseConv2D": convolution.depthwise,
    "SeparableConv1D": convolution.over_series(convolution.separable),
    "SeparableConv2D": convolution.separable,
    "MaxPooling1D": pool1d("MaxPooling1D"),
    "MaxPooling2D": max_pool2d,
    "MaxPooling3D": volumes.pool3d("MaxPooling3D", "VolumetricMaxPooling"),
    "AveragePooling1D": pool1d("AveragePooling1D"),
    "AveragePooling2D": average_pool2d,
    "AveragePooling3D": volumes.pool3d(
        "AveragePooling3D", "VolumetricAveragePooling", count_include_pad=False
    ),
    "GlobalMaxPooling1D": _plain("GlobalMaxPooling1D"),
    "GlobalMaxPooling2D": volumes.global_pooling("GlobalMaxPooling2D"),
    "GlobalMaxPooling3D": volumes.global_pooling("GlobalMaxPooling3D"),
    "GlobalAveragePooling1D": _plain("GlobalAveragePooling1D"),
    "GlobalAveragePooling2D": volumes.global_pooling("GlobalAveragePooling2D"),
    "GlobalAveragePooling3D": volumes.global_pooling("GlobalAveragePooling3D"),
    "BatchNormalization": normalization.batch_normalization,
    "LayerNormalization": normalization.layer_normalization,
    "UnitNormalization": normalization.unit_normalization,
    "LRN": _lrn,
    "Embedding": _embedding,
    "SimpleRNN": _recurrent("SimpleRNN"),
    "LSTM": _recurrent("LSTM"),
    "GRU": _recurrent("GRU"),
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "Dropout": _plain("Dropout", "rate"),
    "SpatialDropout1D": _spatial_dropout("SpatialDropout1D"),
    "SpatialDropout2D": _spatial_dropout("SpatialDropout2D"),
    "SpatialDropout3D": _spatial_dropout("SpatialDropout3D"),
    "GaussianNoise": _noise("GaussianNoise", "stddev"),
    "GaussianDropout": _noise("GaussianDropout", "rate"),
    "Flatten": _plain("Flatten"),
    "Reshape": _plain("Reshape", "target_shape"),
    "Permute": _plain("Permute", "dims"),
    "RepeatVector": _repeat_vector,
    "ZeroPadding1D": _plain("ZeroPadding1D", "padding"),
    "ZeroPadding2D": lambda a, _: made(construct("ZeroPadding2D", sides(a, "padding"))),
    "ZeroPadding3D": volumes.zero_padding3d,
    "Cropping1D": _plain("Cropping1D", "cropping"),
    "Cropping2D": lambda a, _: made(
        construct("Cropping2D", (sides(a, "cropping")[:2], sides(a, "cropping")[2:]))
    ),
    "Cropping3D": volumes.cropping3d,
    "UpSampling1D": _plain("UpSampling1D", "size"),
    "UpSampling2D": _plain("UpSampling2D", "size"),
    "UpSampling3D": _plain("UpSampling3D", "size"),
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
