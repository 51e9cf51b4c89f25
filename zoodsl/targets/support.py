"""Support: which operators of the catalog each target carries out, read off the targets' binding tables.

A layer's binding may refuse some arguments. Which ones, and why, is found by asking it: calls are made of the values
that a parameter's type names (choices, flags, inner layers) and of the smallest sizes, with one parameter away from the
defaults, or two of few values each, for inputs of one to four dimensions that the layer's own shape rule takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from zoodsl.catalog import registry, series
from zoodsl.catalog.layers import OPERATORS as LAYERS
from zoodsl.catalog.operator import REQUIRED, Arguments, Layer, Loss, Mismatch, Operator, Optimizer, Parameter
from zoodsl.catalog.values import (
    Boolean,
    Choice,
    Integer,
    Kind,
    ListOf,
    OneOf,
    OperationOf,
    ParameterType,
    Real,
    ShapeOf,
    Sizes,
)
from zoodsl.model.nodes import Operation
from zoodsl.source import SourceFile, Span
from zoodsl.targets.target import Unsupported
from zoodsl.types import Shape, elements

SIZES = (8, 7, 8, 8)
"""The sizes of an input's dimensions: an image is less high than wide, for BigDL rounds its height otherwise."""

FEW = 4
"""Parameters of more values, such as initializers, are tried one at a time."""

NOWHERE = Span(SourceFile("support.zoo", ""), 0, 0)
"""The span of inner layers, which stand in no spec."""


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a target carries an operator out, and what it does not carry out of it, each with the way round."""

    carried_out: bool
    limits: tuple[Unsupported, ...] = ()


def numpy_support(operator: Operator) -> Support:
    """What the reference in NumPy does: of an optimizer its steps by given gradients, for it takes none itself."""
    from zoodsl.targets.numpy import bindings, losses, metrics, optimizers, transforms

    tables = {
        Kind.LAYER: bindings.BINDINGS,
        Kind.LOSS: losses.LOSSES,
        Kind.METRIC: metrics.METRICS,
        Kind.OPTIMIZER: optimizers.OPTIMIZERS,
        Kind.TRANSFORM: transforms.TRANSFORMS,
    }
    # What follows from all rows together is in a module of its own.
    return Support(operator.name in tables.get(operator.kind, ()) or operator in series.OPERATORS)


def bigdl_support(operator: Operator) -> Support:
    """What programs for BigDL do."""
    from zoodsl.targets.bigdl.bindings import layers, losses, metrics, optimizers, transforms
    from zoodsl.targets.bigdl.bindings.library import HELPERS
    from zoodsl.targets.inlining import homes

    match operator.kind:
        case Kind.LAYER:
            assert isinstance(operator, Layer)  # noqa: S101 - layers are of that kind alone
            return _layer_support(operator, layers.LAYERS)
        case Kind.LOSS:
            # A part's loss is computed by a helper, for validation.
            return Support(
                operator.name in losses.LOSSES and metrics.function(operator.name) in homes(HELPERS)
            )
        case Kind.METRIC:
            return Support(metrics.function(operator.name) in homes(HELPERS))
        case Kind.OPTIMIZER:
            return Support(operator.name in optimizers.OPTIMIZERS)
        case Kind.TRANSFORM:
            # Columns of numbers are normalised, standardised and put into windows by Spark, before BigDL has them.
            spark = ("Normalize", *(each.name for each in series.OPERATORS))
            return Support(operator.name in transforms.TRANSFORMS or operator.name in spark)
        case _:
            raise ValueError(f"{operator.name} is a {operator.kind.value}, which no table of a target has")


def keras_support(operator: Operator) -> Support:
    """What Keras computes, as the oracle: forward passes, losses and steps of training."""
    from zoodsl.targets.keras import bindings, losses, optimizers

    match operator:
        case Layer():
            return _layer_support(operator, bindings.LAYERS)
        case Loss():
            return Support(operator.name in losses.LOSSES)
        case Optimizer():
            return Support(operator.name in optimizers.OPTIMIZERS)
        case _:
            return Support(carried_out=False)


def _layer_support(
    layer: Layer, bindings: Mapping[str, Callable[[Arguments, tuple[Shape, ...]], object]]
) -> Support:
    """What a target's binding of a layer answers to calls of it."""
    binding = bindings.get(layer.name)
    if binding is None:
        return Support(carried_out=False)
    answers = (binding(arguments, shapes) for arguments, shapes in calls(layer))
    limits = dict.fromkeys(answer for answer in answers if isinstance(answer, Unsupported))
    return Support(carried_out=True, limits=tuple(limits))


def calls(layer: Layer) -> Iterator[tuple[Arguments, tuple[Shape, ...]]]:
    """Bound arguments for ``layer``, and shapes of inputs that it takes with them."""
    for rank in range(1, 5):
        shapes = (SIZES[:rank],) * layer.inputs[0]
        for arguments in _arguments(layer, shapes[0]):
            if not isinstance(layer.shape(arguments, shapes), Mismatch):
                yield arguments, shapes


def _arguments(operator: Operator, given: Shape) -> Iterator[dict[str, Any]]:
    """Arguments one parameter away from the plainest ones, or two of few values."""
    values = {parameter.name: _values(parameter, given) for parameter in operator.parameters}
    plainest = {name: options[0] for name, options in values.items()}
    yield plainest
    for name, options in values.items():
        for value in options[1:]:
            yield plainest | {name: value}
    for one, other in combinations((name for name, options in values.items() if len(options) <= FEW), 2):
        for pair in product(values[one][1:], values[other][1:]):
            yield plainest | {one: pair[0], other: pair[1]}


def _values(parameter: Parameter, given: Shape) -> tuple[Any, ...]:
    """Values of a parameter, first its default or, without one, the least of its type."""
    found = _of_type(parameter.type, given)
    if parameter.default is REQUIRED:
        return found
    return parameter.default, *(value for value in found if value != parameter.default)


def _of_type(type: ParameterType, given: Shape) -> tuple[Any, ...]:  # noqa: A002 - a parameter's type
    match type:
        case Boolean():
            return (False, True)
        case Choice(values):
            return values
        case Integer(minimum):
            # The larger first, which what is required has: one filter could not be divided into groups.
            return ((minimum or 0) + 1, minimum or 0)
        case Real(minimum):
            return (minimum or 0.0,)
        case Sizes(rank, minimum):
            return ((minimum,) * rank, (minimum + 1,) * rank)
        case ShapeOf():
            return ((elements(given),),)
        case ListOf(Sizes(rank, minimum), least=least):
            count = max(least, 1)
            return (((minimum,) * rank,) * count, ((minimum + 1,) * rank,) * count)
        case ListOf():
            return (tuple(range(1, len(given) + 1)),)
        case OperationOf(Kind.LAYER):
            return tuple(_inner_layers(given))
        case OperationOf(kind):
            return tuple(
                Operation(span=NOWHERE, operator=each, arguments=next(_arguments(each, given)))
                for each in registry.operators(kind)
            )
        case OneOf(types):
            return tuple(value for each in types for value in _of_type(each, given))
        case other:
            raise TypeError(f"no layer has had a parameter of type {other}: say here which values to try")


def _inner_layers(given: Shape) -> Iterator[Operation[Layer]]:
    """Layers to wrap, for the whole input and for one step of it."""
    for layer in LAYERS:
        if any(parameter.type == OperationOf(Kind.LAYER) for parameter in layer.parameters):
            continue
        for shape in (given, given[1:]):
            for arguments in _arguments(layer, shape):
                yield Operation(span=NOWHERE, operator=layer, arguments=arguments)
