"""Activations as layers."""

from __future__ import annotations

from zoodsl.catalog.layers import parameters as p
from zoodsl.catalog.layers.declaration import Form, flops_an_element, layer, same_shape
from zoodsl.catalog.operator import Parameter
from zoodsl.catalog.values import Choice, Real

ACTIVATION = layer(
    "Activation",
    doc="Applies a function to each number; `softmax` turns a vector, or each step of a series, into "
    "shares of 1.",
    parameters=(Parameter("activation", Choice(p.ACTIVATIONS), doc="which function"),),
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

OPERATORS = (ACTIVATION, RELU, LEAKY_RELU, ELU, SOFTMAX)
