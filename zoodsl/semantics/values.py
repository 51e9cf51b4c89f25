"""What an expression may stand for before a parameter's type is asked of it.

A value is a plain ``int``, ``float``, ``bool``, ``str``, a ``Quantity``, a tuple of values (a list), or one of
the classes here. ``None`` is never a value: it stands for a mistake that has been reported already, and
whoever meets it stays silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zoodsl.catalog.operator import Operator
from zoodsl.model.nodes import Column, Operation
from zoodsl.source import Span
from zoodsl.sources import ColumnFacts
from zoodsl.syntax.nodes import Call
from zoodsl.types import DType, Quantity, Shape, Unit, ValueType, show


@dataclass(frozen=True, slots=True)
class Extent:
    """A size as it was written: ``3x224x224``."""

    dimensions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range as it was written: ``1..3``, both ends included."""

    low: int | float
    high: int | float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range of shares as it was written: ``10%..60%``, in percent."""

    low: Quantity
    high: Quantity


@dataclass(frozen=True, slots=True)
class Symbol:
    """A bare name that no definition has: an enumeration's value, or a name misspelt."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Deferred:
    """A call of an operator; which kind of operator is known where it is used. ``scope`` is its home."""

    call: Call
    scope: Any


@dataclass(frozen=True, slots=True)
class Tensor:
    """A node of the network under construction: its name, shape and the place that made it."""

    name: str
    shape: Shape
    span: Span


@dataclass(frozen=True, slots=True)
class Spoken:
    """A variable of a law that is no row: ``what`` it stands for, such as ``an image``."""

    name: str
    what: str


@dataclass(frozen=True, slots=True)
class FrameValue:
    """A frame of the ``data`` section; ``columns`` is empty where the data could not be looked at.

    ``clashes`` are names that several frames have from which this one was joined, with what each is called in it.
    ``computed`` gives the names of what is computed of the columns, by how. ``left_out`` are columns that hold no single
    value, with what they hold. ``facts`` tells what a column holds, reading a large file to its end for it.
    """

    name: str
    span: Span
    columns: dict[str, DType | ValueType]
    clashes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    computed: dict[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    facts: Callable[[Column], ColumnFacts | None] = field(default=lambda _column: None, compare=False)


Value = (
    int
    | float
    | bool
    | str
    | Quantity
    | Extent
    | Bounds
    | Stretch
    | Symbol
    | Deferred
    | Tensor
    | Spoken
    | FrameValue
    | Column
    | Operation[Operator]
    | tuple[Any, ...]
)


def show_value(value: Value) -> str:
    """The value in the language's spelling, cut short where it is long."""
    match value:
        case bool():
            text = "true" if value else "false"
        case int():
            text = str(value) if abs(value) < 10**20 else f"{str(value)[:8]}... ({len(str(value))} digits)"
        case float():
            text = f"{value:g}"
            text = f"{text}.0" if text.lstrip("-").isdigit() else text
        case str():
            text = f'"{value}"'
        case Extent(dimensions):
            text = show(dimensions)
        case Bounds(low, high):
            text = f"{show_value(low)}..{show_value(high)}"
        case Stretch(low, high):
            text = f"{low}..{high}"
        case Symbol(text, _) | Tensor(text, _, _) | Spoken(text, _) | FrameValue(text):
            pass
        case Deferred(call, _):
            text = call.span.text
        case Operation():
            text = f"{value.operator.name}(...)"
        case Column():
            text = f"{value.frame}.{value.name}"
        case tuple():
            text = (
                "["
                + ", ".join(show_value(item) for item in value[:4])
                + (", ...]" if len(value) > 4 else "]")
            )
        case _:
            text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= 48 else text[:45] + "..."


def describe(value: Value) -> str:
    """What kind of thing the value is, with its article, as messages say it."""
    match value:
        case bool():
            return "`true` or `false`"
        case int():
            return "a whole number"
        case float():
            return "a number with a fraction"
        case str():
            return "a text"
        case Quantity(unit=Unit.PERCENT):
            return "a share in percent"
        case Quantity():
            return f"a number with the unit `{value.unit.symbol}`"
        case Extent():
            return "a size"
        case Bounds():
            return "a range"
        case Stretch():
            return "a range of shares"
        case Symbol():
            return "a bare name"
        case Deferred() | Operation():
            return "a call"
        case Tensor():
            return "a node of the network"
        case Spoken():
            return value.what
        case FrameValue():
            return "a frame"
        case Column():
            return "a column"
        case _:
            return "a list"
