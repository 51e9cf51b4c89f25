"""Calls of layers with arguments of their parameters' types, made from the catalog's declarations.

A layer that is added to the catalog is drawn without a change here: arguments come from the types of its
parameters, and its own shape rule says where it fits. Sizes are small, so that a network runs in
milliseconds, on Spark in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from zoodsl.catalog import registry
from zoodsl.catalog.layers import OPERATORS as LAYERS
from zoodsl.catalog.operator import REQUIRED, Arguments, Layer, Mismatch, Operator, Parameter
from zoodsl.catalog.values import (
    Boolean,
    Choice,
    Duration,
    Integer,
    Interval,
    Kind,
    ListOf,
    Monitor,
    OneOf,
    OperationOf,
    ParameterType,
    Portion,
    Real,
    ShapeOf,
    Share,
    Sizes,
)
from zoodsl.model.nodes import InputNode, LayerNode, Network, Operation
from zoodsl.source import SourceFile, Span
from zoodsl.types import Quantity, Shape, Unit, elements

NOWHERE = Span(SourceFile("generated.zoo", ""), 0, 0)
"""The span of everything that is drawn."""

_BY_NAME = {layer.name: layer for layer in LAYERS}
_SPREAD = 4
_LARGEST_SIDE = 8

Draw = Callable[[st.SearchStrategy[Any]], Any]
Node = InputNode | LayerNode


def fits(layer: Layer, arguments: Arguments, shapes: tuple[Shape, ...]) -> bool:
    """Whether the layer takes inputs of these shapes."""
    return not isinstance(layer.shape(arguments, shapes), Mismatch)


def call(name: str, **given: Any) -> Operation[Layer]:
    """A call of the layer ``name`` with these bound arguments, and the defaults of all others.

    Raises TypeError for an argument that it does not have, or lacks.
    """
    layer = _BY_NAME[name]
    bound = {parameter.name: given.pop(parameter.name, parameter.default) for parameter in layer.parameters}
    if given or REQUIRED in bound.values():
        raise TypeError(f"{name} has the parameters {', '.join(bound)}")
    return Operation(span=NOWHERE, operator=layer, arguments=bound)


def network_of(operation: Operation[Layer], shapes: tuple[Shape, ...]) -> Network:
    """A network of one layer, called ``layer``, with an input of each of these shapes."""
    inputs = tuple(
        InputNode(span=NOWHERE, name=f"input_{number}", shape=shape) for number, shape in enumerate(shapes)
    )
    return Network(
        span=NOWHERE, inputs=inputs, layers=(layer_node("layer", operation, inputs),), output="layer"
    )


@st.composite
def arguments(draw: Draw, operator: Operator, given: Shape) -> dict[str, Any]:
    """Bound arguments for an operator whose (first) input has the shape ``given``, every parameter present.

    They are of their parameters' types; whether the operator fits with them is for its own rule to say.
    """
    return {parameter.name: draw(_argument(operator, parameter, given)) for parameter in operator.parameters}


@st.composite
def calls(draw: Draw, layer: Layer) -> tuple[Operation[Layer], tuple[Shape, ...]]:
    """A call of ``layer`` and shapes of inputs that it takes."""
    least, most = layer.inputs
    count = draw(st.integers(least, most or least + 2))
    ranks = [rank for rank in range(1, 5) if fits_at_all(layer, ((_LARGEST_SIDE,) * rank,) * count)]
    shape = draw(small_shapes(draw(st.sampled_from(ranks))))
    bound = draw(arguments(layer, shape))
    assume(fits(layer, bound, (shape,) * count))
    return Operation(span=NOWHERE, operator=layer, arguments=bound), (shape,) * count


def layer_node(name: str, operation: Operation[Layer], inputs: tuple[Node, ...]) -> LayerNode:
    """A node that applies a layer to ``inputs``; raises TypeError where it does not take them."""
    return LayerNode(
        span=NOWHERE,
        name=name,
        operation=operation,
        inputs=tuple(each.name for each in inputs),
        input_shapes=tuple(each.shape for each in inputs),
        shape=shape_of(operation, inputs),
    )


def shape_of(operation: Operation[Layer], inputs: tuple[Node, ...]) -> Shape:
    """The shape that a layer makes of ``inputs``; raises TypeError where it does not take them."""
    shape = operation.operator.shape(operation.arguments, tuple(node.shape for node in inputs))
    if isinstance(shape, Mismatch):
        raise TypeError(shape.message)
    return shape


# --- drawing arguments


def small_shapes(rank: int) -> st.SearchStrategy[Shape]:
    """Shapes of so many dimensions, none above 8."""
    return st.tuples(*[st.integers(1, _LARGEST_SIDE)] * rank)


@lru_cache(maxsize=4096)
def _argument(operator: Operator, parameter: Parameter, given: Shape) -> st.SearchStrategy[Any]:
    if parameter.type == OperationOf(Kind.LAYER) and isinstance(operator, Layer):
        return _wrapped(operator, parameter, given)
    drawn = _values(parameter.type, given)
    # Defaults are drawn often: some arguments, such as strides and dilation, exclude each other.
    return drawn if parameter.default is REQUIRED else st.just(parameter.default) | drawn


def _values(kind: ParameterType, given: Shape) -> st.SearchStrategy[Any]:
    match kind:
        case Integer(minimum, maximum):
            least = minimum or 0
            return st.integers(least, least + _SPREAD if maximum is None else min(maximum, least + _SPREAD))
        case Real(lower, upper):
            low = -2.0 if lower is None else lower
            high = low + 2.0 if upper is None else upper
            first, last = int(kind.minimum_open), 100 - int(kind.maximum_open)
            return st.integers(first, last).map(lambda part: round(low + (high - low) * part / 100, 6))
        case Interval(lower, upper):
            low = -_SPREAD if lower is None else lower
            ends = _values(
                Real(low, low + 2 * _SPREAD if upper is None else min(upper, low + 2 * _SPREAD)), given
            )
            return st.tuples(ends, ends).map(lambda pair: (min(pair), max(pair)))
        case Share():
            return st.integers(0, 20).map(lambda part: part / 20)
        case Portion():
            shares = st.integers(0, 20).map(lambda part: Quantity(5 * part, Unit.PERCENT))
            return st.tuples(shares, shares).map(
                lambda pair: (min(pair, key=_share_of), max(pair, key=_share_of))
            )
        case Duration(units):
            return st.builds(Quantity, st.integers(1, _SPREAD), st.sampled_from(units))
        case Monitor():
            return st.just("loss")
        case Boolean():
            return st.booleans()
        case Choice(values):
            return st.sampled_from(values)
        case Sizes(rank, smallest):
            return st.tuples(*[st.integers(smallest, smallest + _SPREAD - 1)] * rank)
        case ShapeOf():
            # A shape is mostly wanted for as many numbers as there are.
            return st.sampled_from(list(_factored(elements(given))))
        case ListOf(Integer(1), distinct=True):
            return st.lists(st.integers(1, len(given)), min_size=1, unique=True).map(tuple)
        case ListOf(Integer(1)):
            # Lists of numbers from 1 mostly name the dimensions.
            return st.permutations(range(1, len(given) + 1)).map(tuple)
        case ListOf(item, least=least):
            return st.lists(_values(item, given), min_size=max(least, 1), max_size=max(least, 2)).map(tuple)
        case OneOf(types):
            return st.one_of(*(_values(each, given) for each in types))
        case OperationOf(of):
            return st.sampled_from(registry.operators(of)).flatmap(lambda each: _operations(each, given))
        case _:
            raise TypeError(f"no layer has had a parameter of type {kind}: say here how to draw one")


def _share_of(bound: Quantity) -> float:
    return bound.value


def _operations(operator: Operator, given: Shape) -> st.SearchStrategy[Operation[Operator]]:
    return arguments(operator, given).map(
        lambda bound: Operation(span=NOWHERE, operator=operator, arguments=bound)
    )


def _wrapped(outer: Layer, parameter: Parameter, given: Shape) -> st.SearchStrategy[Operation[Operator]]:
    return st.sampled_from(_wrappable(outer, parameter, given)).flatmap(
        lambda each: st.sampled_from([given, given[1:]]).flatmap(lambda shape: _operations(each, shape))
    )


@cache
def _wrappable(outer: Layer, parameter: Parameter, given: Shape) -> tuple[Layer, ...]:
    """The layers that ``outer`` may have as this argument, on such an input."""
    return tuple(
        each
        for each in _single_layers()
        if any(
            fits(outer, {**_plain(outer, given), parameter.name: inner}, (given,))
            for inner in _plain_operations(each, given)
        )
    )


# --- the simplest arguments, to find out what a layer takes at all


@cache
def fits_at_all(layer: Layer, shapes: tuple[Shape, ...]) -> bool:
    """Whether the layer takes inputs of these shapes with the plainest arguments."""
    given = shapes[0]
    inner = next((each.name for each in layer.parameters if each.type == OperationOf(Kind.LAYER)), None)
    if inner is None:
        return fits(layer, _plain(layer, given), shapes)
    return any(
        fits(layer, {**_plain(layer, given), inner: wrapped}, shapes)
        for each in _single_layers()
        for wrapped in _plain_operations(each, given)
    )


def _single_layers() -> Iterator[Layer]:
    """Layers of one measured input that wrap no other."""
    for layer in LAYERS:
        wraps = any(parameter.type == OperationOf(Kind.LAYER) for parameter in layer.parameters)
        if layer.inputs == (1, 1) and not layer.integer_input and not wraps:
            yield layer


def _plain_operations(layer: Layer, given: Shape) -> Iterator[Operation[Layer]]:
    for shape in (given, given[1:]):
        yield Operation(span=NOWHERE, operator=layer, arguments=_plain(layer, shape))


def _plain(layer: Layer, given: Shape) -> dict[str, Any]:
    return {
        parameter.name: _least(parameter.type, given) if parameter.default is REQUIRED else parameter.default
        for parameter in layer.parameters
        if parameter.type != OperationOf(Kind.LAYER)
    }


def _least(kind: ParameterType, given: Shape) -> Any:
    match kind:
        case Integer(minimum):
            return minimum or 0
        case Real(bound):
            return bound or 0.0
        case Choice(values):
            return values[0]
        case Sizes(rank, smallest):
            return (smallest,) * rank
        case ShapeOf():
            return (elements(given),)
        case ListOf(Integer(1)):
            return tuple(range(1, len(given) + 1))
        case ListOf(item):
            return (_least(item, given),)
        case _:
            raise TypeError(
                f"no layer has had a required parameter of type {kind}: say here what is the least"
            )


def _factored(count: int) -> Iterator[Shape]:
    """Shapes of one to three dimensions that hold ``count`` numbers."""
    yield (count,)
    for first in range(1, count + 1):
        if count % first == 0:
            rest = count // first
            yield first, rest
            for second in range(1, rest + 1):
                if rest % second == 0:
                    yield first, second, rest // second
