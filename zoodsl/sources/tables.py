"""Tables of text: columns from the header or as stated, types from the first rows, gaps and misfits from all of them."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TextIO

from zoodsl.catalog.operator import Arguments, ColumnType
from zoodsl.diagnostics.rules.data import BAD_READER_ARGUMENT, EMPTY_DATA, MALFORMED_TABLE
from zoodsl.diagnostics.rules.tables import WRONG_COLUMNS
from zoodsl.model.nodes import UNKNOWN_ROWS, Certainty, RowCount
from zoodsl.sources.findings import MOST_VALUES, UNSEEN, ColumnFacts, Look, Problem
from zoodsl.sources.paths import file_problem, is_address
from zoodsl.sources.stated import Stated, stated, unseen_columns
from zoodsl.sources.terms import Values
from zoodsl.types import DType

SMALL = 16_000_000
"""Files up to this many bytes are read to the end; of larger ones, the first rows stand for all."""

COUNTABLE = 256_000_000
"""Files up to this many bytes are read to the end where a spec asks what a column holds, about a second for 25 MB."""

FIRST_ROWS = 200
"""How many rows decide on the types of columns."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[nN][aA][nN]")
_CONVERSIONS: Mapping[object, tuple[re.Pattern[str], Callable[[str], int | float]]] = {
    DType.INT64: (_INTEGER, int),
    DType.FLOAT64: (_NUMBER, float),
}
_SEPARATORS = {";": ";", "\t": "\\t", "|": "|", ",": ",", ":": ":"}
"""What files separate with, as the language spells it in a text."""

_DOUBLED = (":", "|")
"""What some files write twice between two values; two of the others are an empty value."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A file and how to read it. Its time and size keep what is remembered of it true to the file.

    ``encoding`` is None for CSV: UTF-8, with quotes.
    """

    path: str
    full: Path
    modified: int
    size: int
    header: bool
    separator: str
    stated: tuple[Stated, ...]
    encoding: str | None


def look(arguments: Arguments, root: str) -> Look | Problem:
    """The columns and rows of a table of text."""
    problem = _separator_mismatch(arguments)
    if problem is not None:
        return problem
    if is_address(arguments["path"]):
        columns = unseen_columns(arguments["path"], arguments["columns"])
        return columns if isinstance(columns, Problem) else replace(UNSEEN, columns=columns)
    return file_problem(root, arguments["path"], "path") or _look_at(arguments, root)


def _separator_mismatch(arguments: Arguments) -> Problem | None:
    separator: str = arguments["separator"]
    if "encoding" in arguments:
        wrong = "the separator is empty" if not separator else ""
        wrong = wrong or ("a separator holds no line's end" if {"\n", "\r"} & {*separator} else "")
        return (
            Problem(BAD_READER_ARGUMENT, wrong, 'write such as `separator = "::"`', "separator")
            if wrong
            else None
        )
    if len(separator) == 1:
        return None
    longer = f"`Delimited(..., separator = {separator!r})` cuts at longer ones".replace("'", '"')
    return Problem(
        BAD_READER_ARGUMENT,
        f"the separator of `CSV` is one character, not {len(separator)}",
        longer if separator else 'write `separator = ","`, `";"` or `"\\t"`',
        "separator",
    )


def _look_at(arguments: Arguments, root: str) -> Look | Problem:
    table = _table(arguments, root)
    return table if isinstance(table, Problem) else _look(table)


def values(arguments: Arguments, root: str, column: str) -> ColumnFacts | None:
    """The facts of a column; None where the file is large, cannot be looked at, or has no such column."""
    table, seen = _small(arguments, root)
    if table is None:
        return None
    for place, known in enumerate(seen.columns):
        if known.name == column and isinstance(known.type, DType):
            return _facts(table, place, known.type)
    return None


def whole_values(arguments: Arguments, root: str, column: str) -> ColumnFacts | None:
    """The facts of a column of a file that may be large; None where it is too large, not in order, or has no such column."""
    seen = look(arguments, root)
    if isinstance(seen, Problem) or is_address(arguments["path"]):
        return None
    table = _table(arguments, root)
    place = next((place for place, known in enumerate(seen.columns) if known.name == column), None)
    if isinstance(table, Problem) or place is None or table.size > COUNTABLE:
        return None
    kind = seen.columns[place].type
    try:
        return _facts(table, place, kind) if isinstance(kind, DType) else None
    except (csv.Error, UnicodeDecodeError, IndexError, EOFError, gzip.BadGzipFile):
        return None  # beyond the first rows, which a look found to be in order


def read(arguments: Arguments, root: str, columns: Sequence[ColumnType]) -> Mapping[str, Values] | None:
    """The values of these columns of a file that is not large, and the rows' numbers as ``_key``; else None."""
    table, seen = _small(arguments, root)
    if table is None:
        return None
    order = [column.name for column in seen.columns]
    texts: list[list[str]] = [[] for _ in columns]
    places = [(order.index(column.name), found.append) for column, found in zip(columns, texts, strict=True)]
    rows = 0
    with _opened(table) as text:
        for _, record in islice(_records(table, text), table.header, None):
            rows += 1
            for place, append in places:
                append(record[place])
    values: dict[str, Values] = {"_key": range(rows)}
    for column, found in zip(columns, texts, strict=True):
        converted = {one: _value(one, column.type) for one in set(found)}
        values[column.name] = [converted[one] for one in found]
    return values


def _value(text: str, dtype: object) -> str | int | float | None:
    """A text as a value of its column; a text that is no number stays one, where it should be."""
    pattern, convert = _CONVERSIONS.get(dtype, (None, str))
    if not text or (pattern is not None and text.lower() == "nan"):
        return None
    return convert(text) if pattern is None or pattern.fullmatch(text) else text


def _small(arguments: Arguments, root: str) -> tuple[_Table | None, Look]:
    """A table that can be read to the end, and the look at it; None where it is large, or there is a problem."""
    seen = look(arguments, root)
    if isinstance(seen, Problem) or seen.rows.certainty is not Certainty.EXACT:
        return None, UNSEEN
    table = _table(arguments, root)
    return (None, UNSEEN) if isinstance(table, Problem) else (table, seen)


def _table(arguments: Arguments, root: str) -> _Table | Problem:
    columns = stated(arguments["columns"])
    if isinstance(columns, Problem):
        return columns
    full = Path(root, arguments["path"])
    stat = full.stat()
    return _Table(
        arguments["path"],
        full,
        stat.st_mtime_ns,
        stat.st_size,
        arguments["header"],
        arguments["separator"],
        columns,
        arguments.get("encoding"),
    )


@contextmanager
def _opened(table: _Table) -> Iterator[TextIO]:
    encoding = "latin-1" if table.encoding == "latin1" else "utf-8-sig"
    newline = "" if table.encoding is None else None
    if table.full.suffix == ".gz":
        with gzip.open(table.full, "rt", encoding=encoding, newline=newline) as text:
            yield text
    else:
        with table.full.open(encoding=encoding, newline=newline) as text:
            yield text


def _records(table: _Table, text: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank, its values stripped, with the number of the line that it ends on."""
    if table.encoding is not None:
        for number, line in enumerate(text, 1):
            if line.strip("\n"):
                yield number, [value.strip(" ") for value in line.rstrip("\n").split(table.separator)]
        return
    reader = csv.reader(text, delimiter=table.separator, strict=True)
    for record in reader:
        if record:
            yield reader.line_num, [value.strip(" ") for value in record]


@lru_cache(maxsize=16)
def _look(table: _Table) -> Look | Problem:
    try:
        with _opened(table) as text:
            return _read(table, text)
    except UnicodeDecodeError as error:
        return Problem(
            MALFORMED_TABLE,
            f"`{table.path}` is not UTF-8 text: byte {error.object[error.start]:#04x} does not belong",
            "save it as UTF-8, or convert it: `iconv -f latin1 -t utf-8 OLD > NEW`"
            if table.encoding is None
            else "if it is older than UTF-8, write `encoding = latin1`",
            "path",
        )
    except csv.Error as error:
        return Problem(
            MALFORMED_TABLE,
            f"`{table.path}` cannot be taken apart into values: {error}",
            "a value that begins with a quote must end with one, and quotes inside it are doubled",
            "path",
        )
    except (gzip.BadGzipFile, EOFError):
        return Problem(
            MALFORMED_TABLE,
            f"`{table.path}` is not a whole gzip file",
            "get it again: it was cut off or damaged",
            "path",
        )


def _read(table: _Table, text: TextIO) -> Look | Problem:
    records = _records(table, text)
    first = list(islice(records, FIRST_ROWS + table.header))
    rows = first[1:] if table.header else first
    if not rows:
        what = "has a header and no rows" if first else "holds nothing but blank lines"
        return Problem(EMPTY_DATA, f"`{table.path}` {what}", "was it written to the end?", "path")
    given = first[0][1] if table.header else [""] * len(rows[0][1])
    numbered = [name or f"column_{place}" for place, name in enumerate(given, 1)]
    names = [name for name, _ in table.stated] or numbered
    problem = (
        _separator_problem(table, [record for _, record in first])
        or _stated_problem(table, numbered)
        or _name_problem(table, names)
        or next((_width_problem(table, names, *row) for row in rows if len(row[1]) != len(names)), None)
    )
    if problem is not None:
        return problem
    columns = tuple(
        ColumnType(name, _type([record[place] for _, record in rows])) for place, name in enumerate(names)
    )
    columns = tuple(
        ColumnType(column.name, said or column.type)
        for column, (_, said) in zip(columns, table.stated or [("", None)] * len(columns), strict=True)
    )
    if table.size <= SMALL:
        count = len(rows)
        for line, record in records:
            if len(record) != len(names):
                return _width_problem(table, names, line, record)
            count += 1
        return Look(columns=columns, rows=RowCount(count=count, certainty=Certainty.EXACT))
    if table.full.suffix == ".gz":
        return Look(columns=columns, rows=UNKNOWN_ROWS)
    width = sum(len(",".join(record).encode()) + 1 for _, record in rows) / len(rows)
    estimate = RowCount(count=round(table.size / width), certainty=Certainty.ESTIMATED)
    return Look(columns=columns, rows=estimate)


def _separator_problem(table: _Table, records: list[list[str]]) -> Problem | None:
    """One column alone whose every value holds another separator, equally often."""
    if any(len(record) != 1 for record in records):
        return None
    for other, spelling in _SEPARATORS.items():
        counts = {record[0].count(other) for record in records}
        if other != table.separator and len(counts) == 1 and counts != {0}:
            doubled = other in _DOUBLED and all(
                2 * record[0].count(2 * other) == record[0].count(other) for record in records
            )
            written = f'`separator = "{spelling * (1 + doubled)}"`'
            if doubled and table.encoding is None:
                written = f'`Delimited("{table.path}", separator = "{2 * other}")`'
            return Problem(
                MALFORMED_TABLE,
                f"`{table.path}` has one column only, `{records[0][0]}`",
                f"it seems to be separated otherwise: write {written}",
                "separator",
            )
    return None


def _stated_problem(table: _Table, names: list[str]) -> Problem | None:
    """What is stated against the first line: as many columns, and where it names them, the same."""
    said = [name for name, _ in table.stated]
    if not said or said == names:
        return None
    if table.header:
        return Problem(
            WRONG_COLUMNS,
            f"the first line of `{table.path}` names {_listed(names)}, and `columns` {_listed(said)}",
            "name the same columns; if the first line is no header, write `header = false`",
            "columns",
        )
    if len(said) == len(names):
        return None
    return Problem(
        WRONG_COLUMNS,
        f"the first line of `{table.path}` has {len(names)} value{'s' * (len(names) != 1)}, and `columns` names "
        f"{len(said)}",
        "name every column, in the order of the file",
        "columns",
    )


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:6]) + (", ..." if len(names) > 6 else "")


def _name_problem(table: _Table, names: list[str]) -> Problem | None:
    name, count = Counter(names).most_common(1)[0]
    if count == 1:
        return None
    return Problem(
        MALFORMED_TABLE,
        f"`{table.path}` names {count} columns `{name}`",
        "give each column a name of its own; if the first line is no header, write `header = false`",
        "path",
    )


def _width_problem(table: _Table, names: list[str], line: int, record: list[str]) -> Problem:
    return Problem(
        MALFORMED_TABLE,
        f"line {line:,} of `{table.path}` has {len(record)} value{'s' * (len(record) != 1)}, "
        f"but the first has {len(names)}",
        "a value that holds the separator stands in double quotes"
        if table.encoding is None
        else "`Delimited` cuts at every separator; `CSV` reads values in quotes",
        "path",
    )


def _type(texts: list[str]) -> DType:
    given = [text for text in texts if text]
    if not given:
        return DType.STRING
    if all(_INTEGER.fullmatch(text) for text in given):
        return DType.INT64
    return DType.FLOAT64 if all(_NUMBER.fullmatch(text) for text in given) else DType.STRING


@lru_cache(maxsize=64)
def _facts(table: _Table, place: int, dtype: DType) -> ColumnFacts:
    """The facts of the column at ``place`` of a file that a look found to be in order."""
    with _opened(table) as text:
        texts = Counter(record[place] for _, record in islice(_records(table, text), table.header, None))
    pattern, convert = _CONVERSIONS.get(dtype, (None, str))
    misfit, nulls, counts = None, 0, Counter[str | int | float]()
    for value, count in texts.items():
        if not value or (pattern is not None and value.lower() == "nan"):
            nulls += count
        elif pattern is None or pattern.fullmatch(value):
            counts[convert(value)] += count
        else:
            misfit = misfit or value
    numbers = [value for value in counts if not isinstance(value, str)]
    return ColumnFacts(
        minimum=min(numbers, default=None),
        maximum=max(numbers, default=None),
        nulls=nulls,
        counts=counts if len(counts) <= MOST_VALUES else None,
        misfit=misfit,
        distinct=len(counts),
    )
