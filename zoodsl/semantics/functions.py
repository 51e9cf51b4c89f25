"""The functions of constant expressions: ``len`` of a list or text, ``ceil`` and ``floor``, ``min`` and ``max``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor
from typing import TypeGuard

from zoodsl.semantics.values import Value

Function = Callable[[Sequence[Value]], int | float | None]


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


FUNCTIONS: dict[str, tuple[str, Function]] = {
    "len": ("one list or text", _length),
    "ceil": ("one number", _rounding(ceil)),
    "floor": ("one number", _rounding(floor)),
    "min": ("one number or more", _extreme(min)),
    "max": ("one number or more", _extreme(max)),
}
"""What each function takes, in words, and what it computes (None: it cannot)."""
