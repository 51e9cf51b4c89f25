"""The functions of constant expressions: ``len``, ``ceil`` and ``floor``, ``min`` and ``max``, and ``Size``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor
from typing import TypeGuard

from zoodsl.semantics.values import Extent, Value

Function = Callable[[Sequence[Value]], int | float | Extent | None]


def is_number(value: Value) -> TypeGuard[int | float]:
    """Whether a value is a plain number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _length(values: Sequence[Value]) -> int | None:
    match values:
        case [tuple() | str() as one]:
            return len(one)
        case _:
            return None


def _rounding(rounder: Callable[[float], int]) -> Function:
    def apply(values: Sequence[Value]) -> int | None:
        return rounder(values[0]) if len(values) == 1 and is_number(values[0]) else None

    return apply


def _extreme(pick: Callable[[list[int | float]], int | float]) -> Function:
    def apply(values: Sequence[Value]) -> int | float | None:
        numbers = [value for value in values if is_number(value)]
        return pick(numbers) if numbers and len(numbers) == len(values) else None

    return apply


def _size(values: Sequence[Value]) -> Extent | None:
    lengths = [
        value for value in values if isinstance(value, int) and not isinstance(value, bool) and value > 0
    ]
    return Extent(tuple(lengths)) if len(lengths) == len(values) > 1 else None


FUNCTIONS: dict[str, tuple[str, Function]] = {
    "len": ("one list or text", _length),
    "ceil": ("one number", _rounding(ceil)),
    "floor": ("one number", _rounding(floor)),
    "min": ("one number or more", _extreme(min)),
    "max": ("one number or more", _extreme(max)),
    "distinct": ("one column of a frame", lambda _values: None),
    "Size": ("two whole numbers above 0 or more", _size),
}
"""What each function takes, in words, and what it computes (None: it cannot); of columns see ``zoodsl.semantics.aggregates``."""
