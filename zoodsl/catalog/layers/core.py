"""Fully connected and embedding layers."""

from __future__ import annotations

from zoodsl.catalog.layers import parameters as p
from zoodsl.catalog.layers.declaration import Form, layer, no_flops
from zoodsl.catalog.operator import Arguments, Parameter, Weight
from zoodsl.catalog.values import Integer
from zoodsl.types import Shape, elements


def bias(arguments: Arguments, size: int) -> tuple[Weight, ...]:
    """The bias of a layer that has one unless ``use_bias`` is false."""
    return (Weight("bias", (size,), arguments["bias_initializer"]),) if arguments["use_bias"] else ()


def affine_flops(arguments: Arguments, multiply_adds: int, output: Shape) -> int:
    """The cost of weighted sums: their multiply-adds, and a bias and an activation for each output."""
    extras = int(arguments["use_bias"]) + int(arguments["activation"] != "linear")
    return 2 * multiply_adds + extras * elements(output)


def _dense_weights(arguments: Arguments, given: Shape) -> tuple[Weight, ...]:
    kernel = Weight("kernel", (given[-1], arguments["units"]), arguments["kernel_initializer"])
    return (kernel, *bias(arguments, arguments["units"]))


DENSE = layer(
    "Dense",
    doc="A weighted sum of all inputs for each output. On a series it works on the features of each step.",
    takes=(Form.VECTOR, Form.SERIES),
    parameters=(p.units("how many numbers it gives"), p.activation(), p.use_bias(), *p.kernel_and_bias()),
    shape=lambda arguments, given: (*given[:-1], arguments["units"]),
    weights=_dense_weights,
    flops=lambda arguments, given, output: affine_flops(arguments, given[-1] * elements(output), output),
    old_names=("Linear", "InnerProduct", "FullyConnected"),
)

EMBEDDING = layer(
    "Embedding",
    doc="Looks up a learned vector for each index, which counts from 0. One index gives a series of one "
    "step: put `Flatten()` after it for a vector.",
    takes=(Form.VECTOR,),
    parameters=(
        Parameter("input_dim", Integer(1), doc="how many indices there are: the largest index plus one"),
        Parameter("output_dim", Integer(1), doc="the length of each vector"),
        p.initializer("embeddings", "random_uniform", "init"),
        p.regularizer("embeddings", "W_regularizer", "w_regularizer"),
    ),
    shape=lambda arguments, given: (*given, arguments["output_dim"]),
    weights=lambda arguments, _given: (
        Weight(
            "embeddings",
            (arguments["input_dim"], arguments["output_dim"]),
            arguments["embeddings_initializer"],
        ),
    ),
    flops=no_flops,
    integer_input=True,
    old_names=("LookupTable",),
)

OPERATORS = (DENSE, EMBEDDING)
