"""Bound operations and values in the language's own spelling: ``Conv2D(6, 5x5, activation = tanh)``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from zoodsl.catalog.operator import REQUIRED, Operator, Parameter
from zoodsl.catalog.values import (
    Choice,
    FrameOf,
    Interval,
    Kind,
    ListOf,
    Monitor,
    OneOf,
    ParameterType,
    Portion,
    ShapeOf,
    Share,
    Sizes,
)
from zoodsl.model.nodes import Applied, Column, Combined, Frame, Operation, PreprocessStep
from zoodsl.types import Quantity, show

TUNING = {Kind.OPTIMIZER, Kind.SCHEDULE, Kind.STOP, Kind.LOSS, Kind.METRIC}
"""Kinds whose arguments are always named."""

PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*\Z")


def show_operation(operation: Operation[Operator]) -> str:
    """The call that gives this operation: what was written in the spec, and what else differs from its default.

    What an operator cannot do without, and its only argument, come without their name; numbers that tune it (a
    schedule's, a stopping rule's, the means of a normalization) are named.
    """
    operator = operation.operator
    arguments = []
    for parameter in operator.parameters:
        value = operation.arguments[parameter.name]
        if value == parameter.default and parameter.name not in operation.places:
            continue
        text = show_value(value, parameter.type)
        arguments.append(text if _stands_alone(operator, parameter) else f"{parameter.name} = {text}")
    return f"{operator.name}({', '.join(arguments)})"


def _stands_alone(operator: Operator, parameter: Parameter) -> bool:
    if parameter.keyword_only or operator.kind in TUNING:
        return False
    if operator.kind is Kind.TRANSFORM and isinstance(parameter.type, ListOf):
        return False
    return parameter.default is REQUIRED or len(operator.parameters) == 1


def show_steps(steps: Sequence[PreprocessStep]) -> str:
    """A chain of steps as a line of a gallery has it: ``Resize(300x300) -> RandomApply(HFlip(), 50%)``."""
    return " -> ".join(map(_show_step, steps))


def _show_step(step: PreprocessStep) -> str:
    written = show_operation(step.operation)
    return (
        written
        if step.probability == 1
        else f"RandomApply({written}, {show_value(step.probability, Share())})"
    )


def show_value(value: Any, type: ParameterType | None = None) -> str:  # noqa: A002 - what it is
    """A bound value as it would be written; without ``type`` the value's own Python type decides.

    >>> show_value((5, 5), Sizes(rank=2)), show_value(0.7, Share()), show_value("same", Choice(("same",)))
    ('5x5', '70%', 'same')
    """
    match value:
        case None:
            return "none"
        case Operation():
            return show_operation(value)
        case Column():
            return show_column(value)
        case Applied(operation=operation):
            return show_operation(operation)
        case Combined():
            return f"{_operand(value.left)} {value.operator} {_operand(value.right)}"
        case bool():
            return "true" if value else "false"
    match type:
        case Share():
            return f"{round(value * 100, 9):g}%"
        case Sizes() | ShapeOf():
            return show(value)
        case Interval():
            return "..".join(show_number(bound) for bound in value)
        case Portion():
            return "..".join(str(bound) for bound in value)
        case Choice() | Monitor() | FrameOf():
            return str(value)
        case ListOf():
            return f"[{', '.join(show_value(item, type.item) for item in value)}]"
        case OneOf() if fitting := next((each for each in type.types if _is(value, each)), None):
            return show_value(value, fitting)
    match value:
        case int() | float():
            return show_number(value)
        case str():
            return _quoted(value)
        case tuple():
            return f"[{', '.join(show_value(item) for item in value)}]"
        case _:
            return str(value)


def _is(value: Any, type: ParameterType) -> bool:  # noqa: A002 - what it may be
    """Whether a bound value is of a type that is written otherwise than its Python type tells."""
    match type:
        case Choice(values):
            return value in values
        case Sizes(rank):
            # Of pairs, there may be as many: `[1x2, 0x1]` for the beginning and the end of each side.
            sides = value if isinstance(value, tuple) else ()
            return len(sides) == rank and all(isinstance(side, int) for side in sides)
        case ListOf(item):
            return isinstance(value, tuple) and bool(value) and all(_is(each, item) for each in value)
        case Portion():
            return isinstance(value, tuple) and all(isinstance(bound, Quantity) for bound in value)
        case Interval():
            return isinstance(value, tuple) and all(isinstance(bound, float) for bound in value)
        case _:
            return False


def show_frame(frame: Frame) -> str:
    """What a frame is: its reader's call, or the chain that makes it of another."""
    if frame.source is None:
        return show_operation(frame.reader)
    return " -> ".join([frame.source, *(show_operation(step.operation) for step in frame.steps)])


def _operand(term: Any) -> str:
    text = show_value(term)
    return f"({text})" if isinstance(term, Combined) else text


def show_column(column: Column) -> str:
    """``frame.name``, or ``frame["any name"]`` where the name is no plain word; what a computed one is computed by."""
    if column.expression is not None:
        return show_value(column.expression)
    if PLAIN_NAME.match(column.name):
        return f"{column.frame}.{column.name}"
    return f"{column.frame}[{_quoted(column.name)}]"


def _quoted(text: str) -> str:
    import json  # loads only where a text is shown: `check` starts quicker without it

    return json.dumps(text, ensure_ascii=False)


def show_number(number: float) -> str:
    """A number in full precision without ornaments: ``32``, ``0.001``, ``1e-7``."""
    mantissa, exponent, power = repr(number).partition("e")
    return mantissa.removesuffix(".0") + (f"e{int(power)}" if exponent else "")
