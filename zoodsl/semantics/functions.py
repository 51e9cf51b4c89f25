"""The functions of constant expressions: ``len``, ``ceil`` and ``floor``, ``min`` and ``max``, and ``Size``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor
from typing import TypeGuard

from zoodsl.catalog import registry
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Applicability, Fix, nearest
from zoodsl.diagnostics.rules import names as rules
from zoodsl.semantics.scope import Role, Scope
from zoodsl.semantics.values import Deferred, Extent, Symbol, Value
from zoodsl.syntax.nodes import Name

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


def is_unknown(value: Value, scope: Scope) -> bool:
    """Whether a value stands for a name, or a call of one, that nothing defines; it is reported then."""
    match value:
        case Symbol(text, place):
            scope.report_unknown("", text, place, "define it with `param` or `let`")
            return True
        case Deferred(call) if isinstance(call.callee, Name) and not is_called(call.callee.text, scope):
            report_unknown_call(call.callee, scope)
            return True
        case _:
            return False


def is_called(name: str, scope: Scope) -> bool:
    """Whether an operator, a block or another definition has this name."""
    return scope.find(name) is not None or any(
        registry.find(kind, name) is not None or registry.renamed(kind, name) is not None for kind in Kind
    )


def report_unknown_call(name: Name, scope: Scope) -> None:
    """Reports a function that there is not, the first time that its value is asked for."""
    callable_ = (each.name for each in scope if each.role in (Role.BLOCK, Role.BASE))
    near = nearest(name.text, (*FUNCTIONS, *registry.names(Kind.LAYER), *callable_), 2)
    if ("function ", name.text) in scope.budget.unknown:
        return
    scope.budget.unknown.add(("function ", name.text))
    listed = " or ".join(f"`{each}`" for each in near) or ", ".join(f"`{each}`" for each in FUNCTIONS)
    scope.diagnostics.report(
        rules.UNKNOWN_OPERATOR,
        name.span,
        f"there is no {'function' if not near or near[0] in FUNCTIONS else 'layer or block'} `{name.text}`",
        help=f"did you mean {listed}?" if near else f"there are {listed}",
        fix=Fix(name.span, near[0], Applicability.MAYBE) if near else None,
    )
