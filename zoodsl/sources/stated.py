"""Columns that a spec states: ``columns = ["user: int", "title"]``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from zoodsl.catalog.operator import ColumnType
from zoodsl.diagnostics import did_you_mean
from zoodsl.diagnostics.rules.tables import WRONG_COLUMNS
from zoodsl.sources.findings import Problem
from zoodsl.types import DType

TYPES = {"int": DType.INT64, "float": DType.FLOAT64, "string": DType.STRING}
"""The words for what a column holds: those of ``param``."""

_FORM = 'write such as `columns = ["user: int", "rating: float", "title: string"]`'

Stated = tuple[str, DType | None]
"""A column's name, and what it holds; None where that is not said."""


def stated(columns: Sequence[str] | None) -> tuple[Stated, ...] | Problem:
    """What the argument ``columns`` says; nothing where it was not given."""
    found: list[Stated] = []
    for text in columns or ():
        name, colon, word = (part.strip() for part in text.rpartition(":"))
        if not colon:
            name, word = text.strip(), ""
        if not name:
            return _problem(f'"{text}" names no column')
        if colon and word not in TYPES:
            return _problem(
                f"`{name}` is said to hold `{word}`",
                did_you_mean(word, TYPES) or "a column holds `int` (whole numbers), `float` or `string`",
            )
        found.append((name, TYPES.get(word)))
    name, count = Counter(name for name, _ in found).most_common(1)[0] if found else ("", 0)
    if count > 1:
        return _problem(f"`columns` names {count} columns `{name}`", "give each column a name of its own")
    return tuple(found)


def fully_stated(columns: Sequence[str] | None, why: str) -> tuple[ColumnType, ...] | Problem:
    """As ``stated``, where every column has to say what it holds, because of ``why``."""
    found = stated(columns)
    if isinstance(found, Problem):
        return found
    typed = [ColumnType(name, type_) for name, type_ in found if type_ is not None]
    if len(typed) < len(found):
        name = next(name for name, type_ in found if type_ is None)
        return _problem(f"what `{name}` holds is not said, and {why}")
    return tuple(typed)


def unseen_columns(path: str, columns: Sequence[str] | None) -> tuple[ColumnType, ...] | Problem:
    """The columns of a file at an address, which a spec states, since nobody looks at it before the program runs."""
    why = "the file is not looked at before the program runs"
    if not columns:
        return _problem(
            f"`{path}` is not looked at before the program runs, so that its columns are not known"
        )
    return fully_stated(columns, why)


def _problem(message: str, help_: str = _FORM) -> Problem:
    return Problem(WRONG_COLUMNS, message, help_, "columns")
