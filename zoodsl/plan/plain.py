"""Nodes of the model as plain data, in JSON's own types: the pieces of a plan's description."""

from __future__ import annotations

from math import isfinite
from typing import Any, assert_never

from zoodsl.catalog.operator import Operator
from zoodsl.model.nodes import (
    Column,
    Feature,
    Joined,
    Kept,
    Label,
    Operation,
    PreprocessStep,
    RowCount,
)
from zoodsl.model.printer import show_value
from zoodsl.types import ImageType, Quantity, TensorType, ValueType

Json = dict[str, Any]


def frame_step(made: Joined | Kept) -> Json:
    """A step that makes a frame of another, with what it joins or keeps as the spec writes it."""
    arguments, operator = made.operation.arguments, made.operation.operator
    return {
        "operator": operator.name,
        "arguments": {each.name: show_value(arguments[each.name], each.type) for each in operator.parameters},
    }


def rows(count: RowCount) -> Json:
    """How many rows, and how that is known."""
    return {"count": count.count, "certainty": count.certainty.value}


def feature(fed: Feature) -> list[Json]:
    """The columns that the network is fed."""
    codecs = {name: {"codec": operation(codec)} for name, codec in fed.codecs.items()}
    return [_column(column) | codecs.get(column.name, {}) for column in fed.columns]


def label(learned: Label | None) -> Json | None:
    """What is learned; None where there is no label."""
    if learned is None:
        return None
    return {"column": _column(learned.column), "codec": operation(learned.codec)}


def _column(column: Column) -> Json:
    kind = column.type.type if column.type else None
    return {
        "frame": column.frame,
        "name": column.name,
        "type": value_type(kind)
        if isinstance(kind, ImageType | TensorType)
        else kind.value
        if kind
        else None,
    }


def value_type(value: ValueType) -> Json:
    """An image's or tensor's type, with its range; a bound that is infinite is None."""
    bounds: Json = {"dtype": value.dtype.value, "low": _bound(value.low), "high": _bound(value.high)}
    match value:
        case ImageType():
            size = {"height": value.height, "width": value.width, "channels": value.channels}
            return {"kind": "image"} | size | bounds
        case TensorType():
            return {"kind": "tensor", "shape": list(value.shape)} | bounds
        case _:
            assert_never(value)


def _bound(bound: float) -> float | None:
    return bound if isfinite(bound) else None


def step(taken: PreprocessStep) -> Json:
    """A step of preprocessing, with what comes out."""
    return operation(taken.operation) | {
        "training_only": taken.training_only,
        "probability": taken.probability,
        "output": value_type(taken.output),
    }


def operation(bound: Operation[Operator]) -> Json:
    """``{"operator", "arguments"}`` with every argument, defaults included."""
    return {
        "operator": bound.operator.name,
        "arguments": {name: value(held) for name, held in bound.arguments.items()},
    }


def value(held: Any) -> Any:
    """An argument's value; sizes of time and shares as they are written."""
    match held:
        case Operation():
            return operation(held)
        case Column():
            computed = {} if held.expression is None else {"computed": show_value(held.expression)}
            return {"frame": held.frame, "name": held.name} | computed
        case Quantity():
            return str(held)
        case tuple() | list():
            return [value(item) for item in held]
        case float():
            return _bound(held)
        case None | bool() | int() | str():
            return held
        case _:
            return str(held)
