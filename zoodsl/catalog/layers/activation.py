"""Activations as layers."""

from __future__ import annotations

from zoodsl.catalog.layers import parameters as p
from zoodsl.catalog.layers.declaration import Form, flops_an_element, layer, same_shape
from zoodsl.catalog.operator import Arguments, Mismatch, Parameter, Weight
from zoodsl.catalog.values import Integer, ListOf, Real
from zoodsl.types import Shape, show

ACTIVATION = layer(
    "Activation",
    doc="Applies a function to each number; `softmax` turns a vector, or each step of a series, into "
    "shares of 1.",
    parameters=(Parameter("activation", p.ACTIVATION, doc="which function"),),
    shape=same_shape,
    flops=flops_an_element(1),
)

RELU = layer(
    "ReLU",
    doc="Replaces negative numbers by 0. `ReLU(max_value = 6)` is the ReLU6 of MobileNet.",
    parameters=(
        Parameter(
            "max_value",
            Real(0.0, minimum_open=True),
            None,
            doc="where numbers are cut off; nowhere if left out",
        ),
    ),
    shape=same_shape,
    flops=flops_an_element(1),
)

LEAKY_RELU = layer(
    "LeakyReLU",
    doc="Multiplies negative numbers by a small slope.",
    parameters=(
        p.real("negative_slope", 0.3, minimum=0.0, doc="the factor of negative numbers", old="alpha"),
    ),
    shape=same_shape,
    flops=flops_an_element(1),
)


def _slopes_shape(arguments: Arguments, given: Shape) -> Shape:
    """The shape of PReLU's slopes: the input's, with 1 along each axis that shares them."""
    shared = arguments["shared_axes"] or ()
    return tuple(1 if axis in shared else size for axis, size in enumerate(given, start=1))


def _sloped(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    outside = [axis for axis in arguments["shared_axes"] or () if axis > len(given)]
    if not outside:
        return given
    return Mismatch(
        f"shares its slopes along axis {outside[0]}, but its input {show(given)} has {len(given)} besides the batch",
        f"write axes from 1 to {len(given)}; `[2, 3]` is one slope for each channel of an image",
        "shared_axes",
    )


PRELU = layer(
    "PReLU",
    doc="Multiplies negative numbers by a slope that is learned, one for each number of the input or for all along "
    "`shared_axes`.",
    parameters=(
        p.initializer("alpha", "zeros", "weights_initializer"),
        p.regularizer("alpha"),
        Parameter(
            "shared_axes",
            ListOf(Integer(1), distinct=True),
            None,
            doc="the axes along which slopes are shared, the batch being 0 as in Keras: `[2, 3]` is one slope for each "
            "channel of an image",
            keyword_only=True,
        ),
    ),
    shape=_sloped,
    weights=lambda arguments, given: (
        Weight("alpha", _slopes_shape(arguments, given), arguments["alpha_initializer"]),
    ),
    flops=flops_an_element(2),
    old_names=("ParametricReLU",),
)

ELU = layer(
    "ELU",
    doc="Replaces a negative x by alpha * (exp(x) - 1).",
    parameters=(p.real("alpha", 1.0, minimum=0.0, doc="how far negative numbers go down"),),
    shape=same_shape,
    flops=flops_an_element(1),
)

SOFTMAX = layer(
    "Softmax",
    doc="Turns a vector, or each step of a series, into positive shares that add up to 1.",
    takes=(Form.VECTOR, Form.SERIES),
    shape=same_shape,
    flops=flops_an_element(1),
)

OPERATORS = (ACTIVATION, RELU, LEAKY_RELU, PRELU, ELU, SOFTMAX)
