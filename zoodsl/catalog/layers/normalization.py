"""Normalisation of activations."""

from __future__ import annotations

from zoodsl.catalog.layers import parameters as p
from zoodsl.catalog.layers.declaration import ANY, Form, flops_an_element, form, layer
from zoodsl.catalog.operator import Arguments, Mismatch, Parameter, Weight
from zoodsl.catalog.values import Integer, Real
from zoodsl.types import Shape, elements


def feature_axis(shape: Shape) -> int:
    """Where a record's shape has its channels or features: first in an image or a volume, last in all else."""
    return 0 if form(shape) in (Form.IMAGE, Form.VOLUME) else len(shape) - 1


def _batch_normalization_weights(_arguments: Arguments, given: Shape) -> tuple[Weight, ...]:
    features = (given[feature_axis(given)],)
    return (
        Weight("gamma", features, "ones"),
        Weight("beta", features, "zeros"),
        Weight("moving_mean", features, "zeros", trainable=False),
        Weight("moving_variance", features, "ones", trainable=False),
    )


_EPSILON = Parameter(
    "epsilon",
    Real(0.0, minimum_open=True),
    0.001,
    doc="added to the variance before its root is taken",
    keyword_only=True,
    old_names=("eps",),
)

BATCH_NORMALIZATION = layer(
    "BatchNormalization",
    doc="Brings each channel or feature to mean 0 and variance 1, by the batch in training and by the "
    "moving statistics after it, then scales and shifts it by learned numbers.",
    takes=ANY,
    parameters=(
        Parameter(
            "momentum",
            Real(0.0, 1.0),
            0.99,
            doc="the share of the moving statistics that each batch leaves as it is, as in Keras; PyTorch "
            "and BigDL count the other share",
            keyword_only=True,
        ),
        _EPSILON,
    ),
    shape=lambda _arguments, given: given,
    weights=_batch_normalization_weights,
    flops=flops_an_element(2),
    old_names=("BatchNorm", "SpatialBatchNormalization"),
)


def _response_shape(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    if arguments["size"] % 2:
        return given
    return Mismatch(
        f"has a `size` of {arguments['size']}, which has no channel in its middle",
        f"write an odd number, such as {arguments['size'] + 1}",
        "size",
    )


LRN = layer(
    "LRN",
    doc="Local response normalisation across channels: divides x by (bias + alpha / size * s) ** beta, s "
    "being the sum of the squares of the `size` channels around it.",
    source="ONNX: LRN; Krizhevsky, Sutskever, Hinton, ImageNet Classification with Deep Convolutional Neural "
    "Networks, 2012, section 3.3",
    takes=(Form.IMAGE,),
    parameters=(
        Parameter(
            "size",
            Integer(1),
            5,
            doc="how many channels are summed, the middle one included; odd",
            old_names=("n", "local_size"),
        ),
        p.real("alpha", 0.0001, minimum=0.0, doc="the weight of the mean of squares"),
        p.real("beta", 0.75, minimum=0.0, doc="the exponent"),
        p.real("bias", 1.0, minimum=0.0, above=True, doc="what is added, so that zeros stay zeros", old="k"),
    ),
    shape=_response_shape,
    flops=lambda arguments, _given, output: (arguments["size"] + 5) * elements(output),
    old_names=("LRN2D", "LocalResponseNorm", "LocalResponseNormalization", "SpatialCrossMapLRN"),
)

UNIT_NORMALIZATION = layer(
    "UnitNormalization",
    doc="Divides the features by their Euclidean length, so that it becomes 1, and the dot product of two outputs the "
    "cosine of their angle: those of a whole vector, of each step of a series, or of each place of an image. Zeros "
    "stay zeros.",
    takes=ANY,
    shape=lambda _arguments, given: given,
    flops=flops_an_element(3),
    old_names=("L2Normalize", "L2Normalization", "LpNormalization"),
)

LAYER_NORMALIZATION = layer(
    "LayerNormalization",
    doc="Brings the features of each record to mean 0 and variance 1, then scales and shifts each by learned numbers: "
    "the features of a whole vector, of each step of a series, or the channels at each place of an image.",
    parameters=(_EPSILON,),
    shape=lambda _arguments, given: given,
    weights=lambda _arguments, given: (
        Weight("gamma", (given[feature_axis(given)],), "ones"),
        Weight("beta", (given[feature_axis(given)],), "zeros"),
    ),
    flops=flops_an_element(8),
    old_names=("LayerNorm",),
)

OPERATORS = (BATCH_NORMALIZATION, LAYER_NORMALIZATION, UNIT_NORMALIZATION, LRN)
