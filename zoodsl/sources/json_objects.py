"""Files of JSON objects: columns and their types from the first objects, gaps and misfits from all of them."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from zoodsl.catalog.operator import Arguments, ColumnType
from zoodsl.diagnostics.rules.data import EMPTY_DATA, MALFORMED_TABLE
from zoodsl.diagnostics.rules.tables import WRONG_COLUMNS
from zoodsl.model.nodes import UNKNOWN_ROWS, Certainty, RowCount
from zoodsl.sources.findings import UNSEEN, ColumnFacts, Look, Problem, facts_of
from zoodsl.sources.paths import file_problem, is_address
from zoodsl.sources.stated import unseen_columns
from zoodsl.sources.tables import FIRST_ROWS, SMALL
from zoodsl.sources.terms import LARGEST, Value, Values
from zoodsl.types import DType

Object = dict[str, Any]

_WHOLE = "each line is one whole object; where objects go over several lines, write `multiline = true`"
_LINES = "the file is one list, `[{...}, {...}]`; where each line is one whole object, leave `multiline` out"


@dataclass(frozen=True, slots=True)
class _File:
    """A file and how to read it. Its time and size keep what is remembered of it true to the file."""

    path: str
    full: Path
    modified: int
    size: int
    multiline: bool


class _FaultError(ValueError):
    """What is wrong with a file, and as ``help`` what to do."""

    def __init__(self, message: str, help_: str) -> None:
        super().__init__(message)
        self.help = help_


def look(arguments: Arguments, root: str) -> Look | Problem:
    """The columns and rows of a file."""
    if is_address(arguments["path"]):
        columns = unseen_columns(arguments["path"], arguments["columns"])
        return columns if isinstance(columns, Problem) else replace(UNSEEN, columns=columns)
    if arguments["columns"] is not None:
        return Problem(
            WRONG_COLUMNS,
            f"`{arguments['path']}` says itself what its columns are",
            "leave `columns` out: it is for files at an address, which are not looked at",
            "columns",
        )
    return file_problem(root, arguments["path"], "path") or _look(_file(arguments, root))


def values(arguments: Arguments, root: str, column: str) -> ColumnFacts | None:
    """The facts of a column; None where the file is large, cannot be looked at, or has no such column."""
    seen = look(arguments, root)
    if isinstance(seen, Problem):
        return None
    known = next((each for each in seen.columns if each.name == column), None)
    found = None if known is None else read(arguments, root, (known,))
    if known is None or found is None or not isinstance(known.type, DType):
        return None
    return facts_of(found[column], known.type)


def read(arguments: Arguments, root: str, columns: Sequence[ColumnType]) -> Mapping[str, Values] | None:
    """The values of these columns of a file that is not large, and the rows' numbers as ``_key``; else None."""
    seen = look(arguments, root)
    if isinstance(seen, Problem) or seen.rows.certainty is not Certainty.EXACT:
        return None
    objects = _all(_file(arguments, root))
    found: dict[str, Values] = {"_key": range(len(objects))}
    for column in columns:
        found[column.name] = [_value(each.get(column.name), column.type) for each in objects]
    return found


def _value(given: Any, dtype: object) -> Value | None:
    """What an object holds as a value of its column; what is of another type stays as text."""
    if given is None or given == "" or (isinstance(given, float) and math.isnan(given)):
        return None
    if dtype is DType.STRING:
        return given if isinstance(given, str) else json.dumps(given)
    if isinstance(given, str | list | dict):
        return str(given)
    if dtype is DType.INT64:
        return int(given) if isinstance(given, int) and abs(given) < LARGEST else str(given)
    return float(given)


def _file(arguments: Arguments, root: str) -> _File:
    full = Path(root, arguments["path"])
    stat = full.stat()
    return _File(arguments["path"], full, stat.st_mtime_ns, stat.st_size, arguments["multiline"])


@lru_cache(maxsize=4)
def _all(file: _File) -> tuple[Object, ...]:
    """Every object of a file that a look found to be in order."""
    return tuple(_objects(file))


def _objects(file: _File) -> Iterator[Object]:
    with file.full.open("rb") as stored:
        lines = gzip.GzipFile(fileobj=stored) if file.full.suffix == ".gz" else stored
        if file.multiline:
            yield from _listed(_parsed(lines.read(), "the file", _LINES))
            return
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if not text:
                continue
            found = _parsed(text.removeprefix(b"\xef\xbb\xbf"), f"line {number:,}", _WHOLE)
            if not isinstance(found, dict):
                whole = "if the file is one list over several lines, write `multiline = true`"
                raise _FaultError(f"line {number:,} is no object: it is {_called(found)}", whole)
            yield found


def _parsed(text: bytes, what: str, help_: str) -> Any:
    try:
        return json.loads(text)
    except UnicodeDecodeError as error:
        raise _FaultError(f"{what} is not UTF-8 text", "save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _FaultError(f"{what} is no JSON: {str(error).lower()}", help_) from error


def _listed(found: Any) -> Iterator[Object]:
    """The objects of a list, or one alone."""
    for number, each in enumerate(found if isinstance(found, list) else [found], 1):
        if not isinstance(each, dict):
            raise _FaultError(
                f"item {number:,} is no object: it is {_called(each)}", "each row is an object, `{...}`"
            )
        yield each


def _called(value: Any) -> str:
    match value:
        case list():
            return "a list"
        case str():
            return "a text"
        case _:
            return f"`{json.dumps(value)}`"


@lru_cache(maxsize=16)
def _look(file: _File) -> Look | Problem:
    try:
        return _seen(file)
    except _FaultError as error:
        return Problem(MALFORMED_TABLE, f"{error}, in `{file.path}`", error.help, "path")
    except (gzip.BadGzipFile, EOFError):
        return Problem(
            MALFORMED_TABLE,
            f"`{file.path}` is not a whole gzip file",
            "get it again: it was cut off or damaged",
            "path",
        )


def _seen(file: _File) -> Look | Problem:
    small = file.size <= SMALL
    if file.multiline and not small:
        return UNSEEN  # a list has no first rows before all of it has been read
    objects: Sequence[Object] = _all(file) if small else list(islice(_objects(file), FIRST_ROWS))
    if not objects:
        return Problem(EMPTY_DATA, f"`{file.path}` holds no objects", "was it written to the end?", "path")
    columns: list[ColumnType] = []
    left_out: dict[str, str] = {}
    for name in dict.fromkeys(name for each in objects[:FIRST_ROWS] for name in each):
        kind = _kind([each[name] for each in objects[:FIRST_ROWS] if each.get(name) is not None])
        if isinstance(kind, DType):
            columns.append(ColumnType(name, kind))
        else:
            left_out[name] = kind
    if small:
        rows = RowCount(count=len(objects), certainty=Certainty.EXACT)
    elif file.full.suffix == ".gz":
        rows = UNKNOWN_ROWS
    else:
        width = sum(len(json.dumps(each)) + 1 for each in objects) / len(objects)
        rows = RowCount(count=round(file.size / width), certainty=Certainty.ESTIMATED)
    return Look(columns=tuple(columns), rows=rows, left_out=left_out)


def _kind(given: Sequence[Any]) -> DType | str:
    """What a column holds, in words where that is no single value."""
    kinds = {type(value) for value in given}
    for nested, what in ((list, "lists"), (dict, "objects")):
        if nested in kinds:
            return what
    if str in kinds and len(kinds) > 1:
        return "texts and numbers side by side"
    if not kinds or str in kinds:
        return DType.STRING
    whole = all(isinstance(value, int) and abs(value) < LARGEST for value in given)
    return DType.INT64 if whole else DType.FLOAT64
