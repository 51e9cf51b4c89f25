"""What is computed of columns, in NumPy: values beside a mask of those that are missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, assert_never

import numpy as np

from zoodsl.catalog.functions import DATE, NUMBER
from zoodsl.model.nodes import Applied, Column, Combined, Term
from zoodsl.targets.arrays import Array


class Cells(NamedTuple):
    """The values of a column: texts (``str_``), int64 or float64. Where ``missing``, they mean nothing."""

    values: Array
    missing: Array


OPERATIONS: Mapping[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def compute(term: Term, columns: Mapping[str, Cells], rows: int) -> Cells:
    """The values of ``term`` in each of ``rows`` rows, of which ``columns`` are given by name."""
    match term:
        case Column(name=name):
            return columns[name] if term.expression is None else compute(term.expression, columns, rows)
        case Applied(operation=operation):
            first, *others = operation.operator.parameters
            given = compute(operation.arguments[first.name], columns, rows)
            rest = {each.name: operation.arguments[each.name] for each in others}
            made = FUNCTIONS[operation.operator.name](_filled(given), **rest)
            return Cells(made.values, made.missing | given.missing)
        case Combined(operator=sign, left=left, right=right):
            return _combined(sign, compute(left, columns, rows), compute(right, columns, rows))
        case str() | int() | float():
            return _all_there(np.full(rows, term))
        case _:
            assert_never(term)


def _filled(cells: Cells) -> Array:
    """The values, with an empty text or 0 for missing ones."""
    filling = "" if cells.values.dtype.kind == "U" else 0
    return np.where(cells.missing, filling, cells.values)


def _all_there(values: Array) -> Cells:
    return Cells(values, np.zeros(len(values), bool))


def _combined(sign: str, left: Cells, right: Cells) -> Cells:
    missing = left.missing | right.missing
    one, other = _filled(left), _filled(right)
    if one.dtype.kind == "U" and sign == "+":
        return Cells(np.char.add(one, other), missing)
    if sign == "/":
        by_zero = other == 0
        return Cells(one / np.where(by_zero, 1, other), missing | by_zero)
    made = OPERATIONS[sign](one, other)
    return Cells(made.astype(np.int64) if made.dtype == np.bool_ else made, missing)


def _there(texts: Array) -> Cells:
    """Texts, of which the empty ones are missing."""
    return Cells(texts, texts == "")


def _each(function: Callable[[str], str], texts: Array) -> Array:
    """A function of each text, which may become longer: NumPy's own would cut it off."""
    return np.array([function(text) for text in texts.tolist()], np.str_)


def _part(texts: Array, separator: str, place: int) -> Array:
    """The part before (0) or behind (2) the last separator."""
    return np.char.rpartition(texts, separator).reshape(-1, 3)[:, place]


def _stem(paths: Array) -> Cells:
    names = _part(paths, "/", 2)
    before = _part(names, ".", 0)
    return _there(np.where(before == "", names, before))


def _match(texts: Array, *, pattern: str, group: int) -> Cells:
    found = [re.search(pattern, text, re.ASCII) for text in texts.tolist()]
    return _there(np.array(["" if each is None else each[group] or "" for each in found], np.str_))


def _number(texts: Array) -> Cells:
    spelled = np.array([re.match(NUMBER, text) is not None for text in texts.tolist()], bool)
    return Cells(np.where(spelled, texts, "0").astype(np.float64), ~spelled)


def _days(times: Array) -> Array:
    """The days that texts name, as NumPy counts them; not a time where there is none."""
    return np.array(
        [_day(text) for text in _match(times, pattern=DATE, group=1).values.tolist()], "datetime64[D]"
    )


def _day(text: str) -> np.datetime64:
    try:
        return np.datetime64(text or "NaT", "D")
    except ValueError:
        return np.datetime64("NaT", "D")


def _of_days(part: Callable[[Array], Array]) -> Callable[[Array], Cells]:
    def compute_part(times: Array) -> Cells:
        days = _days(times)
        missing = np.isnat(days)
        return Cells(part(np.where(missing, np.datetime64(0, "D"), days)), missing)

    return compute_part


def _year(days: Array) -> Array:
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def _month(days: Array) -> Array:
    return days.astype("datetime64[M]").astype(np.int64) % 12 + 1


def _day_of_month(days: Array) -> Array:
    return (days - days.astype("datetime64[M]")).astype(np.int64) + 1


def _weekday(days: Array) -> Array:
    return (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday


def _hour(times: Array) -> Cells:
    hours = _match(times, pattern=DATE, group=3)
    missing = hours.missing | np.isnat(_days(times))
    return Cells(np.where(missing, "0", hours.values).astype(np.int64), missing)


FUNCTIONS: Mapping[str, Callable[..., Cells]] = {
    "basename": lambda paths: _there(_part(paths, "/", 2)),
    "stem": _stem,
    "folder": lambda paths: _there(_part(_part(paths, "/", 0), "/", 2)),
    "match": _match,
    "lower": lambda texts: _there(_each(str.lower, texts)),
    "upper": lambda texts: _there(_each(str.upper, texts)),
    "trim": lambda texts: _there(np.char.strip(texts, " ")),
    "number": _number,
    "text": lambda numbers: _all_there(numbers.astype(np.str_)),
    "year": _of_days(_year),
    "month": _of_days(_month),
    "day": _of_days(_day_of_month),
    "weekday": _of_days(_weekday),
    "hour": _hour,
}
"""Each function of the catalog by name, of values that are all there."""
