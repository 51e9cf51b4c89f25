"""CSV files: columns from the header, types from the first rows, gaps and misfits from all of them."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TextIO

from zoodsl.catalog.operator import Arguments, ColumnType
from zoodsl.diagnostics.rules.data import BAD_READER_ARGUMENT, EMPTY_DATA, MALFORMED_TABLE
from zoodsl.model.nodes import UNKNOWN_ROWS, Certainty, RowCount
from zoodsl.sources.findings import MOST_VALUES, UNSEEN, ColumnFacts, Look, Problem
from zoodsl.sources.paths import file_problem, is_address
from zoodsl.sources.terms import Values
from zoodsl.types import DType

SMALL = 16_000_000
"""Files up to this many bytes are read to the end; of larger ones, the first rows stand for all."""

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


@dataclass(frozen=True, slots=True)
class _Table:
    """A CSV file and how to read it. Its time and size keep what is remembered of it true to the file."""

    path: str
    full: Path
    modified: int
    size: int
    header: bool
    separator: str


def look(arguments: Arguments, root: str) -> Look | Problem:
    """The columns and rows of a CSV file."""
    separator: str = arguments["separator"]
    if len(separator) != 1:
        return Problem(
            BAD_READER_ARGUMENT,
            f"the separator is one character, not {len(separator)}",
            'write `separator = ","`, `";"` or `"\\t"`',
            "separator",
        )
    path: str = arguments["path"]
    if is_address(path):
        return UNSEEN
    return file_problem(root, path, "path") or _look(_table(arguments, root))


def values(arguments: Arguments, root: str, column: str) -> ColumnFacts | None:
    """The facts of a column; None where the file is large, cannot be looked at, or has no such column."""
    seen = look(arguments, root)
    if isinstance(seen, Problem) or seen.rows.certainty is not Certainty.EXACT:
        return None
    for place, known in enumerate(seen.columns):
        if known.name == column and isinstance(known.type, DType):
            return _facts(_table(arguments, root), place, known.type)
    return None


def read(arguments: Arguments, root: str, columns: Sequence[ColumnType]) -> Mapping[str, Values] | None:
    """The values of these columns of a file that is not large, and the rows' numbers as ``_key``; else None."""
    seen = look(arguments, root)
    if isinstance(seen, Problem) or seen.rows.certainty is not Certainty.EXACT:
        return None
    table = _table(arguments, root)
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


def _table(arguments: Arguments, root: str) -> _Table:
    full = Path(root, arguments["path"])
    stat = full.stat()
    return _Table(
        arguments["path"],
        full,
        stat.st_mtime_ns,
        stat.st_size,
        arguments["header"],
        arguments["separator"],
    )


@contextmanager
def _opened(table: _Table) -> Iterator[TextIO]:
    if table.full.suffix == ".gz":
        with gzip.open(table.full, "rt", encoding="utf-8-sig", newline="") as text:
            yield text
    else:
        with table.full.open(encoding="utf-8-sig", newline="") as text:
            yield text


def _records(table: _Table, text: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank, its values stripped, with the number of the line that it ends on."""
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
            "save it as UTF-8, or convert it: `iconv -f latin1 -t utf-8 OLD > NEW`",
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
    names = [name or f"column_{place}" for place, name in enumerate(given, 1)]
    problem = (
        _separator_problem(table, [record for _, record in first])
        or _name_problem(table, names)
        or next((_width_problem(table, names, *row) for row in rows if len(row[1]) != len(names)), None)
    )
    if problem is not None:
        return problem
    columns = tuple(
        ColumnType(name, _type([record[place] for _, record in rows])) for place, name in enumerate(names)
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
            return Problem(
                MALFORMED_TABLE,
                f"`{table.path}` has one column only, `{records[0][0]}`",
                f'it seems to be separated otherwise: write `separator = "{spelling}"`',
                "separator",
            )
    return None


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
        "a value that holds the separator stands in double quotes",
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
    )
