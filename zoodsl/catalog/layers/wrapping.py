"""Layers that take another layer and apply it in their own way."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from zoodsl.catalog.layers.declaration import Form, layer
from zoodsl.catalog.operator import Arguments, Layer, Mismatch, Parameter, Weight
from zoodsl.catalog.values import Choice, Kind, OperationOf
from zoodsl.types import Shape, elements, show


class BoundLayer(Protocol):
    """What the rules here see of their argument ``layer``, a bound operation."""

    @property
    def operator(self) -> Layer:
        """The wrapped layer's declaration."""

    @property
    def arguments(self) -> Arguments:
        """Its bound arguments."""


def _wrapped(arguments: Arguments) -> BoundLayer:
    inner: BoundLayer = arguments["layer"]
    return inner


def _inner_shape(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    inner = _wrapped(arguments)
    result = inner.operator.shape(inner.arguments, (given,))
    if isinstance(result, Mismatch):
        return replace(
            result, message=f"wraps a layer that does not fit: {result.message}", parameter="layer"
        )
    return result


def _inner_weights(arguments: Arguments, given: Shape) -> tuple[Weight, ...]:
    inner = _wrapped(arguments)
    return inner.operator.weights(inner.arguments, (given,))


def _inner_flops(arguments: Arguments, given: Shape) -> int:
    inner = _wrapped(arguments)
    output = inner.operator.shape(inner.arguments, (given,))
    return 0 if isinstance(output, Mismatch) else inner.operator.flops(inner.arguments, (given,), output)


def _each_step(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    operator = _wrapped(arguments).operator
    if operator.inputs != (1, 1) or operator.integer_input:
        why = "looks up indices" if operator.integer_input else "joins several inputs"
        return Mismatch(
            f"wraps `{operator.name}`, which {why}", "wrap a layer that takes one measured input", "layer"
        )
    if len(given) == 1:
        return Mismatch(
            f"takes a series of vectors or images, but its input is {show(given)}, a vector",
            "write the layer that it wraps by itself",
        )
    step = _inner_shape(arguments, given[1:])
    return step if isinstance(step, Mismatch) else (given[0], *step)


TIME_DISTRIBUTED = layer(
    "TimeDistributed",
    doc="Applies one layer, with the same weights, to each step of a series.",
    parameters=(Parameter("layer", OperationOf(Kind.LAYER), doc="the layer, such as `Dense(8)`"),),
    shape=_each_step,
    weights=lambda arguments, given: _inner_weights(arguments, given[1:]),
    flops=lambda arguments, given, _output: given[0] * _inner_flops(arguments, given[1:]),
)


def _both_ways(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    operator = _wrapped(arguments).operator
    if operator.parameter("return_sequences") is None:
        return Mismatch(
            f"wraps `{operator.name}`, which does not read a series step by step",
            "wrap `LSTM(...)`, `GRU(...)` or `SimpleRNN(...)`",
            "layer",
        )
    if _wrapped(arguments).arguments["go_backwards"]:
        return Mismatch(
            f"wraps `{operator.name}` with `go_backwards`, but reads both ways by itself",
            "leave `go_backwards` out",
            "layer",
        )
    one_way = _inner_shape(arguments, given)
    if isinstance(one_way, Mismatch) or arguments["merge_mode"] != "concat":
        return one_way
    return (*one_way[:-1], 2 * one_way[-1])


def _both_weights(arguments: Arguments, given: Shape) -> tuple[Weight, ...]:
    return tuple(
        replace(weight, name=f"{direction}_{weight.name}")
        for direction in ("forward", "backward")
        for weight in _inner_weights(arguments, given)
    )


BIDIRECTIONAL = layer(
    "Bidirectional",
    doc="Reads a series with two copies of a recurrent layer, one from its start and one from its end, and "
    "joins their outputs. With `return_sequences` the outputs of the same step are joined.",
    takes=(Form.SERIES,),
    parameters=(
        Parameter("layer", OperationOf(Kind.LAYER), doc="the recurrent layer, such as `LSTM(32)`"),
        Parameter(
            "merge_mode",
            Choice(("concat", "sum", "mul", "ave")),
            "concat",
            doc="how the outputs are joined: side by side, or by sum, product or mean",
        ),
    ),
    shape=_both_ways,
    weights=_both_weights,
    flops=lambda arguments, given, output: (
        2 * _inner_flops(arguments, given) + (arguments["merge_mode"] != "concat") * elements(output)
    ),
)

OPERATORS = (TIME_DISTRIBUTED, BIDIRECTIONAL)
