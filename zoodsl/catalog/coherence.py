"""What every declaration in the catalog must hold to; the tests ask it of each operator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, assert_never

from zoodsl.catalog.operator import REQUIRED, Operator, Parameter
from zoodsl.catalog.values import (
    Boolean,
    Choice,
    ColumnOf,
    Condition,
    Duration,
    FrameOf,
    Integer,
    Interval,
    ListOf,
    Measured,
    Monitor,
    NumberOf,
    OneOf,
    OperationOf,
    ParameterType,
    Path,
    Portion,
    Real,
    ShapeOf,
    Share,
    Sizes,
    String,
    TextOf,
)
from zoodsl.types import Quantity, Unit


def incoherences(operator: Operator) -> Iterator[str]:
    """What is wrong with a declaration, in a phrase each; nothing where it is coherent."""
    if not operator.doc:
        yield "has no doc"
    if not operator.source:
        yield "cites no source"
    known = [name for each in operator.parameters for name in (each.name, *each.old_names)]
    for name, count in Counter(known).items():
        if count > 1:
            yield f"knows the name {name} {count} times"
    if operator.name in operator.old_names:
        yield "lists its own name as an old one"
    must_be_named = False
    for parameter in operator.parameters:
        if must_be_named and not parameter.keyword_only:
            yield f"has {parameter.name}, which may be positional, after one that may not"
        must_be_named |= parameter.keyword_only
        yield from _incoherences_of(parameter)


def _incoherences_of(parameter: Parameter) -> Iterator[str]:
    if not parameter.doc:
        yield f"does not say what {parameter.name} is"
    if parameter.default not in (REQUIRED, None) and not admits(parameter.type, parameter.default):
        yield f"has the default {parameter.default!r} for {parameter.name}, which is not {parameter.type}"


def admits(kind: ParameterType, value: Any) -> bool:
    """Whether a bound argument has the Python type and the bounds that ``kind`` says.

    Operations and columns, which the catalog does not know, are taken unseen.
    """
    match kind:
        case Integer():
            return type(value) is int and _within(value, kind.minimum, kind.maximum)
        case Real():
            return (
                type(value) is float
                and _within(value, kind.minimum, kind.maximum)
                and not (
                    (kind.minimum_open and value == kind.minimum)
                    or (kind.maximum_open and value == kind.maximum)
                )
            )
        case Boolean():
            return type(value) is bool
        case String(least):
            return type(value) is str and len(value) >= least
        case Path() | Monitor() | FrameOf():
            return type(value) is str
        case Choice():
            return value in kind.values
        case Sizes():
            return (
                type(value) is tuple
                and len(value) == kind.rank
                and all(type(each) is int and each >= kind.minimum for each in value)
            )
        case ShapeOf():
            return type(value) is tuple and all(type(each) is int and each >= 1 for each in value)
        case ListOf():
            return (
                type(value) is tuple
                and len(value) >= kind.least
                and (not kind.distinct or len(set(value)) == len(value))
                and all(admits(kind.item, each) for each in value)
            )
        case OneOf():
            return any(admits(each, value) for each in kind.types)
        case Interval():
            return (
                type(value) is tuple
                and len(value) == 2
                and value[0] <= value[1]
                and all(type(each) is float and _within(each, kind.minimum, kind.maximum) for each in value)
            )
        case Share():
            return type(value) is float and 0.0 <= value <= 1.0
        case Portion():
            return (
                type(value) is tuple
                and len(value) == 2
                and all(isinstance(each, Quantity) and each.unit is Unit.PERCENT for each in value)
                and 0 <= value[0].value <= value[1].value <= 100
            )
        case Duration():
            return isinstance(value, Quantity) and value.unit in kind.units
        case OperationOf() | ColumnOf() | TextOf() | NumberOf() | Condition() | Measured():
            return True
        case _:
            assert_never(kind)


def _within(value: float, minimum: float | None, maximum: float | None) -> bool:
    return (minimum is None or value >= minimum) and (maximum is None or value <= maximum)
