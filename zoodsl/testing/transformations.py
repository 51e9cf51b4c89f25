"""Laws of transformations on Spark: what holds of a function from a DataFrame to a DataFrame, whatever rows it is given.

Each law is a function of a transformation, a table and a session. It returns nothing where the law holds, and raises
AssertionError where it does not: a sentence, the rows that differ, and the rows that were put in. In a test of ``@for_all(tables(...))``,
or of hypothesis' ``@given``, these are made as few and as small as can be.

Rows are compared as a bag: their order says nothing, how often each comes does. Whole numbers, texts and times are equal or not;
floating-point numbers are equal within ``tolerance``, of their size and at least of 1; NaN equals NaN, and a missing value a
missing value alone.

A law costs two to five actions of Spark, some 0.1 s each on two cores, so that ten examples, as ``for_all`` tries, take seconds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

from zoodsl.testing.tables import Row, Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Transformation = Callable[["DataFrame"], "DataFrame"]
"""What is tested. Other tables that it reads, it brings along: ``lambda visits: enriched(visits, patients)``."""

TOLERANCE = 1e-6
"""How far floating-point numbers may lie apart: sums in another order differ in their last digits."""

SHOWN = 5
"""So many rows of each kind a failure shows."""


# --- of any transformation


def same_for_any_partitioning(
    transform: Transformation,
    table: Table,
    spark: SparkSession,
    *,
    partitions: Sequence[int] = (1, 2, 3),
    tolerance: float = TOLERANCE,
) -> None:
    """The result is the same into however many ``partitions`` the rows are divided.

    What breaks it: ``monotonically_increasing_id``, ``mapPartitions`` that carries something over, ``first`` without an order.
    """
    __tracebackhide__ = True
    first, *others = partitions
    expected = _collected(transform(table.dataframe(spark, first)))
    for count in others:
        found = _collected(transform(table.dataframe(spark, count)))
        _compare(
            (f"with {_count(first, 'partition')}", expected),
            (f"with {_count(count, 'partition')}", found),
            "the result depends on how the rows are divided among partitions",
            table,
            tolerance,
        )


def same_for_any_order(
    transform: Transformation, table: Table, spark: SparkSession, *, tolerance: float = TOLERANCE
) -> None:
    """The result is the same in whatever order the rows come: backwards, and with every second one first.

    What breaks it: a window without a full order, ``dropDuplicates`` that keeps whichever comes first, ``limit``.
    """
    __tracebackhide__ = True
    expected = _collected(transform(table.dataframe(spark, 1)))
    orders = {
        "backwards": table.rows[::-1],
        "with every second row first": table.rows[1::2] + table.rows[::2],
    }
    for name, rows in orders.items():
        found = _collected(transform(table.of(rows).dataframe(spark, 1)))
        _compare(
            ("in their order", expected),
            (name, found),
            "the result depends on the order of the rows",
            table,
            tolerance,
        )


def row_by_row(
    transform: Transformation, table: Table, spark: SparkSession, *, tolerance: float = TOLERANCE
) -> None:
    """What comes of a row depends on that row alone: of all rows comes what comes of some and of the others.

    That is what may run on a stream, on one row for a prediction, and on train and test parts apart. What breaks it: any
    aggregate, window, ``dropDuplicates`` or sort by rank, and scaling by a mean of the table.
    """
    __tracebackhide__ = True
    expected = _collected(transform(table.dataframe(spark)))
    middle = (len(table.rows) + 1) // 2
    halves = {
        "the first and the last half": (table.rows[:middle], table.rows[middle:]),
        "every second row and the others": (table.rows[::2], table.rows[1::2]),
    }
    for name, (some, others) in islice(halves.items(), 2 if len(table.rows) > 2 else 1):
        parts = [_collected(transform(table.of(each).dataframe(spark))) for each in (some, others)]
        _compare(
            ("of all rows at once", expected),
            (f"of {name}, each by itself", [*parts[0], *parts[1]]),
            "what comes of a row depends on other rows",
            table,
            tolerance,
        )


def deterministic(
    transform: Transformation, table: Table, spark: SparkSession, *, tolerance: float = 0.0
) -> None:
    """The same rows give the same result twice. What breaks it: ``rand()`` without a seed, the time of day."""
    __tracebackhide__ = True
    first, second = (_collected(transform(table.dataframe(spark))) for _ in range(2))
    _compare(
        ("the first time", first),
        ("the second time", second),
        "the same rows give another result the second time",
        table,
        tolerance,
    )


def idempotent(
    transform: Transformation, table: Table, spark: SparkSession, *, tolerance: float = TOLERANCE
) -> None:
    """To do it twice is to do it once, as of cleaning, clipping or dropping duplicates."""
    __tracebackhide__ = True
    once = transform(table.dataframe(spark))
    _compare(
        ("done once", _collected(once)),
        ("done twice", _collected(transform(once))),
        "to do it twice changes what was done once",
        table,
        tolerance,
    )


def has_schema(transform: Transformation, table: Table, spark: SparkSession, *, schema: str) -> None:
    """The result has the columns of ``schema``, in order and of these types: ``"id bigint, score double"``."""
    __tracebackhide__ = True
    wanted = spark.createDataFrame([], schema).schema
    found = transform(table.dataframe(spark)).schema
    expected = [f"{field.name} {field.dataType.simpleString()}" for field in wanted]
    given = [f"{field.name} {field.dataType.simpleString()}" for field in found]
    if expected == given:
        return
    differing = [
        f"  column {place}: promised {promised or 'nothing'}, given {actual or 'nothing'}"
        for place, (promised, actual) in enumerate(zip_longest(expected, given), 1)
        if promised != actual
    ]
    raise AssertionError("\n".join(["the result has another schema than promised", *differing]))


def equal_to(
    transform: Transformation,
    table: Table,
    spark: SparkSession,
    *,
    reference: Callable[[list[Row]], Iterable[Mapping[str, Any]]],
    tolerance: float = TOLERANCE,
) -> None:
    """The result is what ``reference`` makes of the rows in plain Python: a list of dicts in, rows by column out."""
    __tracebackhide__ = True
    expected = [dict(row) for row in reference([dict(row) for row in table.rows])]
    found = _collected(transform(table.dataframe(spark)))
    _compare(
        ("by the reference", expected),
        ("by the transformation", found),
        "the result is not what the reference gives",
        table,
        tolerance,
    )


# --- of rows and keys


def keeps_rows(transform: Transformation, table: Table, spark: SparkSession) -> None:
    """As many rows come out as were put in: none is lost, and none doubled, as by a join with several partners."""
    __tracebackhide__ = True
    found = _collected(transform(table.dataframe(spark)))
    if len(found) != len(table.rows):
        raise AssertionError(
            "\n".join(
                [
                    f"{_count(len(table.rows), 'row')} went in, and {_count(len(found), 'row')} came out",
                    *_listed("came out", found),
                    *_put_in(table),
                ]
            )
        )


def keeps_keys(
    transform: Transformation, table: Table, spark: SparkSession, *, key: str | Sequence[str]
) -> None:
    """Every value of the columns ``key`` comes out as often as it went in.

    Stronger than ``keeps_rows``: one row lost and another doubled leave their number as it was.
    """
    __tracebackhide__ = True
    names = (key,) if isinstance(key, str) else tuple(key)
    found = _collected(transform(table.dataframe(spark)))
    _has_columns(found, names)
    before, after = _counted(table.rows, names), _counted(found, names)
    wrong = [each for each in {**before, **after} if before.get(each, 0) != after.get(each, 0)]
    if wrong:
        told = [
            f"  {_named(names, each)}: went in {_times(before.get(each, 0))}, came out {_times(after.get(each, 0))}"
            for each in wrong[:SHOWN]
        ]
        raise AssertionError("\n".join(["keys are lost or doubled", *told, *_put_in(table)]))


# --- of series and groups


def nothing_from_the_future(
    transform: Transformation,
    table: Table,
    spark: SparkSession,
    *,
    time: str,
    tolerance: float = TOLERANCE,
) -> None:
    """What comes out for a time depends on the rows up to that time alone.

    ``time`` is a column of the table and of the result. For times of the table, the rows up to it are transformed without the
    later ones: the result up to it must not change. What breaks it: ``lead``, a window that is centred or open to its end, a mean over the
    whole series, gaps that are filled from behind.
    """
    __tracebackhide__ = True
    if any(row[time] is None for row in table.rows):
        raise ValueError(f"a row without a time is neither before nor after: draw {time!r} without gaps")
    whole = _collected(transform(table.dataframe(spark)))
    _has_columns(whole, (time,))
    moments = sorted({row[time] for row in table.rows})
    for moment in moments[:-1][
        -2:
    ]:  # the last has no future; two others are enough, since shrinking leaves no more
        before = table.of([row for row in table.rows if row[time] <= moment])
        _compare(
            ("with what comes later", [row for row in whole if row[time] <= moment]),
            ("without it", _collected(transform(before.dataframe(spark)))),
            f"the result up to {time} = {moment} depends on rows that come later",
            table,
            tolerance,
        )


def no_leak_between_groups(
    transform: Transformation,
    table: Table,
    spark: SparkSession,
    *,
    by: str,
    tolerance: float = TOLERANCE,
) -> None:
    """What comes out for a group, the rows of one value of the column ``by``, depends on its own rows alone.

    ``by`` is a column of the table and of the result. What breaks it: ``lag`` over a window that is not partitioned, a scaler of all
    patients at once.
    """
    __tracebackhide__ = True
    whole = _collected(transform(table.dataframe(spark)))
    _has_columns(whole, (by,))
    groups = dict.fromkeys(row[by] for row in table.rows)
    for group in islice(groups, 2):
        own = table.of([row for row in table.rows if row[by] == group])
        _compare(
            ("with the other groups", [row for row in whole if row[by] == group]),
            ("by itself", _collected(transform(own.dataframe(spark)))),
            f"the result for {by} = {group!r} depends on other groups",
            table,
            tolerance,
        )


# --- comparing


Side = tuple[str, list[Row]]
"""Which rows these are, as a message says it, and the rows."""


def alike(one: Any, other: Any, tolerance: float = TOLERANCE) -> bool:
    """Whether two values of a row, or two rows, are the same: see the head of this module.

    Lists, maps, rows within rows and vectors of Spark ML are compared by what they hold.

    >>> alike({"x": float("nan"), "y": 1.0}, {"x": float("nan"), "y": 1.0 + 1e-9}), alike(None, float("nan")), alike(1, True)
    (True, False, False)
    """
    one, other = _plain(one), _plain(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, float | int) and isinstance(other, float | int):
        if isinstance(one, int) and isinstance(other, int):
            return one == other
        both_nan = math.isnan(one) and math.isnan(other)
        return both_nan or math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key], tolerance) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(
            alike(left, right, tolerance) for left, right in zip(one, other, strict=True)
        )
    return bool(one == other)


def _plain(value: Any) -> Any:
    """Vectors and arrays as lists; all else as it is."""
    if hasattr(value, "toArray"):
        value = value.toArray()
    return value.tolist() if hasattr(value, "tolist") else value


def _collected(frame: DataFrame) -> list[Row]:
    return [row.asDict(recursive=True) for row in frame.collect()]


def _unmatched(
    left: Sequence[Row], right: Sequence[Row], tolerance: float
) -> tuple[Sequence[Row], Sequence[Row]]:
    """The rows of either side that have no partner on the other, each row being one's partner at most."""
    lonely, rest = [], list(right)
    for row in left:
        place = next((at for at, each in enumerate(rest) if alike(row, each, tolerance)), None)
        if place is None:
            lonely.append(row)
        else:
            del rest[place]
    return lonely, rest


def _compare(one: Side, other: Side, sentence: str, table: Table, tolerance: float) -> None:
    """Raises with ``sentence`` where the rows of two sides are not the same bag."""
    __tracebackhide__ = True
    # Equal rows are partners before near ones are, so that no row takes the partner of its twin.
    left, right = _unmatched(*_unmatched(one[1], other[1], 0.0), tolerance)
    if not left and not right:
        return
    raise AssertionError(
        "\n".join(
            [sentence, *_listed(f"only {one[0]}", left), *_listed(f"only {other[0]}", right), *_put_in(table)]
        )
    )


def _has_columns(found: Sequence[Row], names: Iterable[str]) -> None:
    """Raises where the result lacks a column; of a result without rows nothing is known."""
    __tracebackhide__ = True
    missing = [name for name in names if found and name not in found[0]]
    if missing:
        raise AssertionError(
            f"the result has no column {missing[0]!r} to tell by; it has {', '.join(found[0])}"
        )


def _counted(found: Iterable[Row], names: Sequence[str]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(_NAN if row[name] != row[name] else row[name] for name in names) for row in found)


_NAN = "NaN"
"""Stands for NaN as a key, which as itself equals nothing."""


# --- messages


def _listed(title: str, found: Sequence[Row]) -> list[str]:
    """The first rows below a title; nothing for none."""
    if not found:
        return []
    more = [f"    ... and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return [f"  {title}:", *(f"    {_shown(row)}" for row in found[:SHOWN]), *more]


def _put_in(table: Table) -> list[str]:
    return _listed("the rows put in", table.rows) or ["  no rows were put in"]


def _shown(row: Row) -> str:
    return _named(tuple(row), tuple(row.values()))


def _named(names: Sequence[str], values: Sequence[Any]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in zip(names, values, strict=True))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")
