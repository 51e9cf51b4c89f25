"""The parameters that many layers share, so that a layer's declaration reads like a table.

Names, defaults and order are Keras 3's. Initializers, regularizers and what follows Keras' ``data_format``
(which the language does not have: images are channels first) are given by name only.
"""

from __future__ import annotations

from zoodsl.catalog.operator import REQUIRED, Parameter, Required
from zoodsl.catalog.values import (
    Boolean,
    Choice,
    Integer,
    Kind,
    OneOf,
    OperationOf,
    ParameterType,
    Real,
    Sizes,
)

ACTIVATIONS = (
    "linear",
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "celu",
    "selu",
    "gelu",
    "tanh",
    "hard_tanh",
    "tanh_shrink",
    "sigmoid",
    "hard_sigmoid",
    "sparse_sigmoid",
    "log_sigmoid",
    "silu",
    "hard_silu",
    "mish",
    "softplus",
    "squareplus",
    "sparse_plus",
    "softsign",
    "soft_shrink",
    "hard_shrink",
    "exponential",
    "softmax",
    "log_softmax",
)
"""Keras 3's activations, with its default arguments: all that give as many numbers as they take, ``sparsemax`` apart.

``hard_sigmoid`` is ``x / 6 + 0.5``, clipped to 0..1. ``silu``, also known as swish, is x times its sigmoid, ``hard_silu``
x times its hard_sigmoid. ``gelu`` is the exact one, with the error function. ``leaky_relu`` has the slope 0.2.
"""

ACTIVATION = Choice(
    ACTIVATIONS, (("swish", "silu"), ("hard_swish", "hard_silu"), ("leakyrelu", "leaky_relu"))
)
"""The type of a parameter that names one of them."""

INITIALIZERS = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "random_uniform",
    "random_normal",
    "orthogonal",
    "zeros",
    "ones",
)
"""Keras 3's initializers with their default arguments."""

PADDINGS = ("valid", "same")

_SMOOTH_OR_RELU = ("tanh", "sigmoid", "relu", "softplus", "softsign")


_SPANNED = {
    1: "steps that the window spans",
    2: "height x width of the window",
    3: "depth x height x width of the window",
}


def units(doc: str) -> Parameter:
    """How many numbers a layer gives."""
    return Parameter("units", Integer(1), doc=doc, old_names=("output_dim", "out_features", "num_output"))


def filters() -> Parameter:
    """How many windows a convolution learns."""
    return Parameter(
        "filters",
        Integer(1),
        doc="how many windows are learned: the channels or features of the output",
        old_names=("nb_filter", "out_channels", "n_output_plane"),
    )


def kernel_size(rank: int) -> Parameter:
    """A convolution's window."""
    return Parameter(
        "kernel_size",
        window_type(rank),
        doc=_SPANNED[rank],
        old_names=("filter_length",) if rank == 1 else (),
    )


def pool_size(rank: int) -> Parameter:
    """A pooling's window."""
    return Parameter(
        "pool_size",
        window_type(rank),
        everywhere(2, rank),
        doc=_SPANNED[rank],
        old_names=("pool_length",) if rank == 1 else (),
    )


def strides(rank: int) -> Parameter:
    """A convolution's steps."""
    return Parameter(
        "strides",
        window_type(rank),
        everywhere(1, rank),
        doc="how far the window moves from one place to the next",
        old_names=("subsample_length" if rank == 1 else "subsample", "stride"),
    )


def pool_strides(rank: int) -> Parameter:
    """A pooling's steps, the window's own size if left out."""
    return Parameter(
        "strides",
        window_type(rank),
        None,
        doc="how far the window moves from one place to the next; `pool_size` if left out, so that windows "
        "never overlap",
        old_names=("stride",),
    )


_PADDING_DOC = (
    "`valid` keeps the window inside the input; `same` adds just enough around it for the output to be the "
    "input's size divided by `strides`, rounded up, one more after than before where the sides cannot be equal"
)


def padding() -> Parameter:
    """What happens at the border: nothing is added, or what Keras' ``same`` adds."""
    return Parameter("padding", Choice(PADDINGS), "valid", doc=_PADDING_DOC, old_names=("border_mode", "pad"))


def image_padding() -> Parameter:
    """What happens at an image's border: ``padding()``, or so many places on each side as Caffe and PyTorch add."""
    return Parameter(
        "padding",
        OneOf((Choice(PADDINGS), Sizes(2, minimum=0))),
        "valid",
        doc=f"{_PADDING_DOC}; a size such as `1` or `3x1` (height x width) adds as much on each side, as Caffe "
        "and PyTorch do",
        old_names=("border_mode", "pad"),
    )


def transposed_padding(rank: int) -> Parameter:
    """How much of what a transposed convolution makes is cut off: what Keras' ``same`` cuts, nothing, or a size."""
    return Parameter(
        "padding",
        Choice(PADDINGS) if rank == 1 else OneOf((Choice(PADDINGS), Sizes(rank, minimum=0))),
        "valid",
        doc="`valid` keeps all that comes out; `same` cuts it to the input's size times `strides`, one more after than "
        "before where the sides cannot be equal"
        + ("" if rank == 1 else "; a size such as `1` cuts as much off on each side, as PyTorch does"),
        old_names=("border_mode", "pad"),
    )


def output_padding(rank: int) -> Parameter:
    """What a transposed convolution's output is longer by."""
    return Parameter(
        "output_padding",
        Integer(0) if rank == 1 else Sizes(rank, minimum=0),
        None,
        doc="how many places are kept or added at the end, fewer than `strides`; as many as Keras does if left out",
        keyword_only=True,
        old_names=("adj",),
    )


def dilation_rate(rank: int) -> Parameter:
    """Gaps within a convolution's window."""
    return Parameter(
        "dilation_rate",
        window_type(rank),
        everywhere(1, rank),
        doc="distance between neighbouring places of the window; above 1 it cannot be combined with "
        "`strides` above 1",
        keyword_only=True,
        old_names=("atrous_rate", "dilation"),
    )


def groups() -> Parameter:
    """Into how many parts the channels are divided."""
    return Parameter(
        "groups",
        Integer(1),
        1,
        doc="into how many equal parts the channels are divided, each of which sees its own part of the input "
        "alone",
        keyword_only=True,
        old_names=("group", "n_group"),
    )


def depth_multiplier() -> Parameter:
    """Depthwise windows a channel."""
    return Parameter(
        "depth_multiplier",
        Integer(1),
        1,
        doc="how many windows are learned for each input channel",
        keyword_only=True,
    )


def activation(*, keyword_only: bool = False) -> Parameter:
    """What a layer with weights applies to its result."""
    return Parameter(
        "activation",
        ACTIVATION,
        "linear",
        doc="function applied to the result",
        keyword_only=keyword_only,
    )


def recurrent_activations(*, gates: bool) -> tuple[Parameter, ...]:
    """What a recurrent layer applies to its state, and to its gates if it has any.

    ``hard_sigmoid`` is missing on purpose: within a recurrent layer, engines differ in its slope.
    """
    state = Parameter("activation", Choice(_SMOOTH_OR_RELU), "tanh", doc="function applied to the new state")
    gate = Parameter(
        "recurrent_activation",
        Choice(_SMOOTH_OR_RELU),
        "sigmoid",
        doc="function applied to the gates",
        old_names=("inner_activation",),
    )
    return (state, gate) if gates else (state,)


def use_bias(*, keyword_only: bool = False) -> Parameter:
    """Whether a learned number is added to each output."""
    return Parameter(
        "use_bias",
        Boolean(),
        default=True,
        doc="whether a learned number is added to each output",
        keyword_only=keyword_only,
        old_names=("bias", "with_bias"),
    )


def initializer(weight: str, default: str, *old_names: str) -> Parameter:
    """How ``weight`` is filled before training."""
    return Parameter(
        f"{weight}_initializer",
        Choice(INITIALIZERS),
        default,
        doc=f"how the {weight} is filled before training",
        keyword_only=True,
        old_names=old_names,
    )


def regularizer(weight: str, *old_names: str) -> Parameter:
    """A penalty on ``weight``."""
    return Parameter(
        f"{weight}_regularizer",
        OperationOf(Kind.REGULARIZER),
        None,
        doc=f"penalty on the {weight} that is added to the loss, such as `L2(0.0001)`",
        keyword_only=True,
        old_names=old_names,
    )


def kernel_and_bias() -> tuple[Parameter, ...]:
    """Initializers and regularizers of a layer that has a kernel and a bias."""
    return (
        initializer("kernel", "glorot_uniform", "init"),
        initializer("bias", "zeros"),
        regularizer("kernel", "W_regularizer", "w_regularizer"),
        regularizer("bias", "b_regularizer"),
    )


def rate(doc: str) -> Parameter:
    """A share of values, from 0 to below 1."""
    return Parameter("rate", Real(0.0, 1.0, maximum_open=True), doc=doc, old_names=("p", "dropout_ratio"))


def flag(name: str, doc: str, *, default: bool = False) -> Parameter:
    """A yes or no given by name."""
    return Parameter(name, Boolean(), default, doc=doc, keyword_only=True)


def real(
    name: str,
    default: float | Required = REQUIRED,
    *,
    minimum: float,
    above: bool = False,
    doc: str,
    old: str = "",
) -> Parameter:
    """A number not below ``minimum``, or above it where ``above`` is set."""
    return Parameter(
        name, Real(minimum, minimum_open=above), default, doc=doc, old_names=(old,) if old else ()
    )


def window_type(rank: int) -> ParameterType:
    """One size for a series, height x width for an image, depth x height x width for a volume."""
    return Integer(1) if rank == 1 else Sizes(rank)


def everywhere(size: int, rank: int) -> int | tuple[int, ...]:
    """The same size along each axis, as ``window_type`` has it."""
    return size if rank == 1 else (size,) * rank


__all__ = [
    "ACTIVATION",
    "ACTIVATIONS",
    "INITIALIZERS",
    "PADDINGS",
    "REQUIRED",
    "activation",
    "depth_multiplier",
    "dilation_rate",
    "everywhere",
    "filters",
    "flag",
    "groups",
    "image_padding",
    "initializer",
    "kernel_and_bias",
    "kernel_size",
    "output_padding",
    "padding",
    "pool_size",
    "pool_strides",
    "rate",
    "real",
    "recurrent_activations",
    "regularizer",
    "strides",
    "transposed_padding",
    "units",
    "use_bias",
    "window_type",
]
