"""Tables of rows, for tests of what is done to them on Spark.

A column says what it holds, so that a table's schema is known without a look at its rows: an empty table has one too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Row = dict[str, Any]
"""A row by the names of its columns; a value that is missing is None."""

LARGEST = 1_000_000
"""What numbers lie within where nothing else is said: sums of a few are exact, and their squares far from overflow."""

MIDNIGHT = datetime(2024, 2, 28)  # noqa: DTZ001 - as pyspark takes it
"""The first time that is drawn where nothing else is said: a day before one that not every year has."""


_TROUBLE = "a \"'\\,;|\t\nßé界%$"
_CHARACTERS = st.sampled_from(_TROUBLE) | st.characters(exclude_categories=["Cs"], exclude_characters="\0")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: ``type`` in Spark SQL's words, such as ``bigint``, and the strategy of its values."""

    type: str
    values: st.SearchStrategy[Any]

    def with_gaps(self) -> Column:
        """The same column, some values of which are missing.

        >>> whole(0, 9).with_gaps().type
        'bigint'
        """
        return Column(self.type, st.none() | self.values)


def whole(low: int = -LARGEST, high: int = LARGEST) -> Column:
    """Whole numbers from ``low`` to ``high``, both included; they shrink towards 0. Spark's ``bigint``.

    >>> whole(1, 3).type
    'bigint'
    """
    return Column("bigint", st.integers(low, high))


def real(
    low: float = -LARGEST, high: float = LARGEST, *, nan: bool = False, infinite: bool = False
) -> Column:
    """Numbers from ``low`` to ``high``, both included, and where they are asked for NaN and both infinities. ``double``.

    >>> real(0, 1, nan=True).type
    'double'
    """
    numbers = st.floats(low, high, allow_nan=False, allow_infinity=False, allow_subnormal=False)
    if nan:
        numbers |= st.just(float("nan"))
    if infinite:
        numbers |= st.sampled_from([float("inf"), float("-inf")])
    return Column("double", numbers)


def flag() -> Column:
    """True or false. ``boolean``.

    >>> flag().type
    'boolean'
    """
    return Column("boolean", st.booleans())


def text(*, longest: int = 8, alphabet: str | None = None) -> Column:
    """Texts of up to ``longest`` characters, of any alphabet where none is given. They shrink to the empty text. ``string``.

    Then what makes trouble comes often: quotes, separators, ends of lines, letters that are two characters in capitals. What is
    no character of a file (half of a surrogate pair, NUL) is left out.

    >>> text(alphabet="ab").type
    'string'
    """
    characters = _CHARACTERS if alphabet is None else st.sampled_from(alphabet)
    return Column("string", st.lists(characters, max_size=longest).map("".join))


def choice(*values: str | float | bool) -> Column:
    """One of ``values``, which are of one Python type; they shrink towards the first.

    Raises ValueError for none, and TypeError for values of several types.

    >>> choice("cat", "dog").type
    'string'
    """
    if not values:
        raise ValueError("a choice is of one value at least")
    kinds = {type(value) for value in values}
    if len(kinds) > 1:
        names = " and ".join(sorted(kind.__name__ for kind in kinds))
        raise TypeError(f"a column holds values of one type, and these are {names}")
    return Column(_SPARK_TYPES[kinds.pop()], st.sampled_from(values))


def time(first: datetime = MIDNIGHT, *, step: timedelta = timedelta(hours=1), steps: int = 48) -> Column:
    """Times at whole ``step`` from ``first`` on, at most ``steps`` after it; they shrink to ``first``. ``timestamp``.

    They are without a time zone, and mean that of this process.

    >>> time(step=timedelta(minutes=5)).type
    'timestamp'
    """
    return Column("timestamp", st.integers(0, steps).map(lambda place: first + place * step))


_SPARK_TYPES: Mapping[type, str] = {str: "string", int: "bigint", float: "double", bool: "boolean"}


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows, and what their columns hold. Its text is the rows alone, as a failing test shows them."""

    columns: Mapping[str, Column]
    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        return f"Table({list(self.rows)!r})"

    @property
    def schema(self) -> str:
        """The schema in Spark SQL's words.

        >>> Table({"id": whole(), "a name": text()}, ()).schema
        '`id` bigint, `a name` string'
        """
        return ", ".join(f"`{_escaped(name)}` {column.type}" for name, column in self.columns.items())

    def of(self, rows: Sequence[Row]) -> Table:
        """A table of the same columns with these rows.

        >>> Table({"id": whole()}, ({"id": 1}, {"id": 2})).of([{"id": 2}])
        Table([{'id': 2}])
        """
        return Table(self.columns, tuple(rows))

    def dataframe(self, spark: SparkSession, partitions: int | None = None) -> DataFrame:
        """The rows as a DataFrame, in their order, with the schema that the columns say: none is guessed from values.

        ``partitions`` is how many partitions they are divided among; left out, Spark decides. Times have the time zone of this
        process, as pyspark has it.
        """
        if any(column.type not in _LITERALS for column in self.columns.values()):
            rows = [tuple(row[name] for name in self.columns) for row in self.rows]
            frame = spark.createDataFrame(rows, self.schema)
        else:
            # A list of values is some ten times quicker than `createDataFrame`, which starts Python workers.
            frame = spark.sql(self._query())
        return frame if partitions is None else _divided(frame, partitions)

    def _query(self) -> str:
        """The rows in Spark SQL's words; a cast in each place, since what is missing has no type of its own."""
        names = ", ".join(f"`{_escaped(name)}`" for name in self.columns)
        shown = self.rows or (dict.fromkeys(self.columns),)
        values = ", ".join(
            "(" + ", ".join(_literal(row[name], column.type) for name, column in self.columns.items()) + ")"
            for row in shown
        )
        condition = "" if self.rows else " WHERE false"
        # Texts are written by their bytes, and names are escaped: no value can end the query.
        return f"SELECT * FROM VALUES {values} AS rows({names}){condition}"  # noqa: S608


def _divided(frame: DataFrame, partitions: int) -> DataFrame:
    return frame.coalesce(1) if partitions == 1 else frame.repartition(partitions)


_LITERALS: Mapping[str, Callable[[Any], str]] = {
    "bigint": lambda value: f"'{value}'",
    "double": lambda value: f"'{value!r}'",
    "boolean": str,
    # By its bytes: quotes, backslashes and `${...}` mean something in a query.
    "string": lambda value: f"X'{value.encode().hex()}'",
    "timestamp": lambda value: f"timestamp_micros({round(value.timestamp() * 1_000_000)})",
}
"""How a value of a type is written in a query, before it is cast to the type."""


def _literal(value: Any, kind: str) -> str:
    return f"CAST({'NULL' if value is None else _LITERALS[kind](value)} AS {kind})"


def _escaped(name: str) -> str:
    return name.replace("`", "``")


def rows(
    columns: Mapping[str, Column], *, least: int = 0, most: int = 8, unique: Sequence[str] = ()
) -> st.SearchStrategy[list[Row]]:
    """Lists of ``least`` to ``most`` rows; no two are equal in all columns that ``unique`` names.

    They shrink to few rows of small values: what is left of a table that breaks a law is what breaks it.

    Raises ValueError for a name in ``unique`` that is no column, and for bounds in the wrong order.

    >>> from hypothesis import find
    >>> find(rows({"id": whole()}), lambda drawn: len(drawn) > 1)
    [{'id': 0}, {'id': 0}]
    """
    strangers = [name for name in unique if name not in columns]
    if strangers:
        raise ValueError(f"`unique` names {strangers[0]!r}, and the columns are {', '.join(columns)}")
    if not 0 <= least <= most:
        raise ValueError(f"{least} to {most} is no number of rows")
    row = st.fixed_dictionaries({name: column.values for name, column in columns.items()})
    by = (lambda drawn: tuple(drawn[name] for name in unique)) if unique else None
    return st.lists(row, min_size=least, max_size=most, unique_by=by)


def tables(
    columns: Mapping[str, Column], *, least: int = 0, most: int = 8, unique: Sequence[str] = ()
) -> st.SearchStrategy[Table]:
    """Tables of ``rows(...)`` with these arguments, which ``dataframe(spark)`` takes to Spark.

    >>> from hypothesis import find
    >>> find(tables({"id": whole()}), lambda table: any(row["id"] > 3 for row in table.rows))
    Table([{'id': 4}])
    """
    return rows(columns, least=least, most=most, unique=unique).map(
        lambda drawn: Table(columns, tuple(drawn))
    )
