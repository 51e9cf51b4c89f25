"""What a look at data finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zoodsl.catalog.operator import ColumnType
from zoodsl.diagnostics import Code
from zoodsl.model.nodes import UNKNOWN_ROWS, RowCount
from zoodsl.types import DType

MOST_VALUES = 1000
"""Of columns with more different values than this, the values are not listed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why data cannot be used: a diagnostic in parts. ``parameter`` names the reader's argument at fault."""

    code: Code
    message: str
    help: str = ""
    parameter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The columns and the number of rows of some data; none, and unknown, where it cannot be looked at.

    ``doubt`` is what a look finds that is told, and ends nothing. ``left_out`` are columns that hold no single value, with
    what they hold, such as lists.
    """

    columns: tuple[ColumnType, ...]
    rows: RowCount
    doubt: Problem | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)


UNSEEN = Look(columns=(), rows=UNKNOWN_ROWS)
"""What is known of data behind an address such as ``hdfs://``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """What the values of a column are, over all rows.

    ``minimum`` and ``maximum`` are of numbers, None for text; ``nulls`` counts empty values and NaN.
    ``counts`` says how often each value occurs, None where more than ``MOST_VALUES`` differ.
    ``misfit`` is the first value that is not of the column's type, where the look at the first rows erred. ``distinct`` is
    how many values differ, None where that was not counted.
    """

    minimum: float | None
    maximum: float | None
    nulls: int
    counts: Mapping[str | int | float, int] | None
    misfit: str | None = None
    distinct: int | None = None


def facts_of(values: Sequence[str | int | float | None], dtype: DType) -> ColumnFacts:
    """The facts of a column of this type, all of whose values are given; None where one is missing."""
    found = Counter(values)
    nulls = found.pop(None, 0)
    misfit = next((value for value in found if isinstance(value, str) is not (dtype is DType.STRING)), None)
    numbers = [value for value in found if isinstance(value, int | float)]
    return ColumnFacts(
        minimum=min(numbers, default=None),
        maximum=max(numbers, default=None),
        nulls=nulls,
        counts={value: count for value, count in found.items() if value is not None}
        if len(found) <= MOST_VALUES
        else None,
        misfit=None if misfit is None else str(misfit),
        distinct=len(found),
    )


def exact_facts(counts: Mapping[str | int | float, int]) -> ColumnFacts:
    """The facts of a column of which every value is known and none is missing."""
    numbers = [value for value in counts if not isinstance(value, str)]
    return ColumnFacts(
        minimum=min(numbers, default=None),
        maximum=max(numbers, default=None),
        nulls=0,
        counts=counts if len(counts) <= MOST_VALUES else None,
        distinct=len(counts),
    )
