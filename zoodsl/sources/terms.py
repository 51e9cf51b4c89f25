"""What is computed of columns, in plain Python: the definition of the language's functions, arithmetic and comparisons.

Values are of a whole column at once: a list with None where one is missing.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, assert_never

from zoodsl.catalog.functions import DATE, NUMBER
from zoodsl.catalog.operator import Arguments
from zoodsl.model.nodes import Applied, Column, Combined, Term

Value = str | int | float
Values = Sequence[Value | None]

LARGEST = 2**63
"""Whole numbers stay below this, as Spark's ``bigint`` does; what would not is missing."""


def compute(term: Term, columns: Mapping[str, Values], rows: int) -> Values:
    """The values of ``term`` in each of ``rows`` rows, of which ``columns`` are known by name."""
    match term:
        case Column(name=name):
            return columns[name] if term.expression is None else compute(term.expression, columns, rows)
        case Applied(operation=operation):
            function = FUNCTIONS[operation.operator.name]
            first, *others = operation.operator.parameters
            rest: Arguments = {each.name: operation.arguments[each.name] for each in others}
            given = compute(operation.arguments[first.name], columns, rows)
            known = {value: function(value, **rest) for value in set(given) if value is not None}
            return [None if value is None else known[value] for value in given]
        case Combined(operator=sign, left=left, right=right):
            calculate = OPERATIONS[sign]
            pairs = zip(compute(left, columns, rows), compute(right, columns, rows), strict=True)
            return [None if a is None or b is None else calculate(a, b) for a, b in pairs]
        case str() | int() | float():
            return [term] * rows
        case _:
            assert_never(term)


def columns_of(term: Term) -> Iterator[Column]:
    """Every column of a frame that a term is computed of, in order."""
    match term:
        case Column():
            yield from (term,) if term.expression is None else columns_of(term.expression)
        case Applied(operation=operation):
            for value in operation.arguments.values():
                yield from columns_of(value)
        case Combined(left=left, right=right):
            yield from columns_of(left)
            yield from columns_of(right)
        case _:
            return


def _or_missing(text: str) -> str | None:
    return text or None


def _basename(path: str) -> str | None:
    return _or_missing(path[path.rfind("/") + 1 :])


def _stem(path: str) -> str | None:
    name = path[path.rfind("/") + 1 :]
    end = name.rfind(".")
    return _or_missing(name[:end] if end > 0 else name)


def _folder(path: str) -> str | None:
    return _or_missing(path[: max(0, path.rfind("/"))].rpartition("/")[2])


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _match(text: str, *, pattern: str, group: int) -> str | None:
    found = _compiled(pattern).search(text)
    return None if found is None else found[group] or None


def _number(text: str) -> float | None:
    return float(text) if re.match(NUMBER, text) else None


def _day(text: str) -> Any:
    """The day that a text names, as a ``datetime.date``; None if it names none, or there is no such day."""
    from datetime import date  # loads only where a date is computed: `check` starts quicker without it

    found = _compiled(DATE).match(text)
    try:
        return None if found is None else date.fromisoformat(found[1])
    except ValueError:
        return None


def _of_date(part: Callable[[Any], int]) -> Callable[[str], int | None]:
    def compute_part(text: str) -> int | None:
        day = _day(text)
        return None if day is None else part(day)

    return compute_part


def _hour(text: str) -> int | None:
    found = _compiled(DATE).match(text) if _day(text) is not None else None
    return int(found[3]) if found is not None and found[3] else None


FUNCTIONS: Mapping[str, Callable[..., Value | None]] = {
    "basename": _basename,
    "stem": _stem,
    "folder": _folder,
    "match": _match,
    "lower": str.lower,
    "upper": str.upper,
    "trim": lambda text: _or_missing(text.strip(" ")),
    "number": _number,
    "text": str,
    "year": _of_date(lambda day: day.year),
    "month": _of_date(lambda day: day.month),
    "day": _of_date(lambda day: day.day),
    "weekday": _of_date(lambda day: day.weekday()),
    "hour": _hour,
}
"""Each function of the catalog by name, of one value that is there."""


def _arithmetic(calculate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Value | None]:
    """Arithmetic, of whole numbers within what Spark holds; texts are joined."""

    def within(left: Any, right: Any) -> Value | None:
        result: Value = calculate(left, right)
        return None if isinstance(result, int) and not -LARGEST <= result < LARGEST else result

    return within


def _divide(left: float, right: float) -> float | None:
    return float(left) / float(right) if right else None


def _compare(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], int]:
    """A comparison, of a whole number and another as of two with a fraction."""

    def compared(left: Any, right: Any) -> int:
        if isinstance(left, float) or isinstance(right, float):
            left, right = float(left), float(right)
        return int(holds(left, right))

    return compared


OPERATIONS: Mapping[str, Callable[[Any, Any], Value | None]] = {
    "+": _arithmetic(operator.add),
    "-": _arithmetic(operator.sub),
    "*": _arithmetic(operator.mul),
    "/": _divide,
    "==": _compare(operator.eq),
    "!=": _compare(operator.ne),
    "<": _compare(operator.lt),
    "<=": _compare(operator.le),
    ">": _compare(operator.gt),
    ">=": _compare(operator.ge),
}
"""Each operator, of two values that are there."""
