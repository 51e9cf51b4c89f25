"""Parquet files: columns, rows and gaps from the ends of the files, by pyarrow and without Java."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from zoodsl.catalog.operator import Arguments, ColumnType
from zoodsl.diagnostics.rules.data import (
    CORRUPT_DATA,
    EMPTY_DATA,
    MALFORMED_TABLE,
    NO_SUCH_DATA,
    READER_PACKAGE_MISSING,
)
from zoodsl.model.nodes import Certainty, RowCount
from zoodsl.sources.findings import UNSEEN, ColumnFacts, Look, Problem
from zoodsl.sources.keys import key_problem
from zoodsl.sources.parquet_footer import Footer, FooterError, column_facts, footer
from zoodsl.sources.paths import WILDCARDS, is_address, near_paths
from zoodsl.types import DType

MOST_FILES = 500
"""Of more files, the first ones stand for all."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class _File:
    """A file, what it is called in messages, and the columns that its folders say: ``year=2017/part-0.parquet``."""

    full: Path
    path: str
    folders: Mapping[str, str]

    @property
    def footer(self) -> Footer:
        stat = self.full.stat()
        return footer(self.full, stat.st_mtime_ns, stat.st_size)

    def facts(self, column: str) -> ColumnFacts | None:
        stat = self.full.stat()
        return column_facts(self.full, stat.st_mtime_ns, stat.st_size, column)


def look(arguments: Arguments, root: str) -> Look | Problem:
    """The columns and rows of the files."""
    path: str = arguments["path"]
    if is_address(path):
        return UNSEEN
    files = _files(root, path)
    if isinstance(files, Problem):
        return files
    try:
        seen = _seen(files)
    except ModuleNotFoundError:
        return Problem(
            READER_PACKAGE_MISSING,
            "Parquet files are read by pyarrow, which is not installed",
            "install it: `pip install 'zoodsl[tables]'`",
        )
    return seen if isinstance(seen, Problem) else key_problem(arguments["key"], seen.columns) or seen


def values(arguments: Arguments, root: str, column: str) -> ColumnFacts | None:
    """The facts of a column, as far as the files tell."""
    files = () if is_address(arguments["path"]) else _files(root, arguments["path"])
    if isinstance(files, Problem) or not files or len(files) > MOST_FILES:
        return None
    try:
        rows = [file.footer.rows for file in files]
        found = [file.facts(column) for file in files]
    except (FooterError, ModuleNotFoundError):
        return None
    known = [facts for facts in found if facts is not None]
    if len(known) < len(found):
        return None
    # A file whose every value is missing has no range, and nothing to add to that of the others.
    ranges = [
        (facts.minimum, facts.maximum) for facts, of in zip(known, rows, strict=True) if facts.nulls < of
    ]
    lows = [low for low, _ in ranges if low is not None]
    highs = [high for _, high in ranges if high is not None]
    whole = len(lows) == len(ranges)
    return ColumnFacts(
        minimum=min(lows, default=None) if whole else None,
        maximum=max(highs, default=None) if whole else None,
        nulls=sum(facts.nulls for facts in known),
        counts=None,
    )


def _files(root: str, path: str) -> Sequence[_File] | Problem:
    """The files that a path, a folder or a glob means, in order."""
    found = [Path(root, each) for each in sorted(glob(path, root_dir=root or "."))]  # noqa: PTH207 - takes full paths too
    if not found:
        what = "no file matches" if any(mark in path for mark in WILDCARDS) else "there is no file or folder"
        return Problem(NO_SUCH_DATA, f"{what} `{path}`", near_paths(root, path), "path")
    files = [file for start in found for file in _below(start, root)]
    if not files:
        return Problem(EMPTY_DATA, f"`{path}` holds no files", "was it written to the end?", "path")
    return files


def _below(start: Path, root: str) -> Iterable[_File]:
    """The files of a folder that Spark reads, or a file itself."""
    if start.is_file():
        yield _File(start, _shown(start, root), {})
        return
    for full in sorted(start.rglob("*")):
        parts = full.relative_to(start).parts
        if full.is_file() and not any(part.startswith(("_", ".")) for part in parts):
            folders = dict(part.split("=", 1) for part in parts[:-1] if "=" in part)
            yield _File(full, _shown(full, root), folders)


def _shown(file: Path, root: str) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()


def _seen(files: Sequence[_File]) -> Look | Problem:
    first: Footer | None = None
    rows = 0
    for file in files[:MOST_FILES]:
        try:
            found = file.footer
        except FooterError as error:
            return Problem(CORRUPT_DATA, f"`{file.path}` {error}", _advice(files), "path")
        first = first or found
        if found.columns != first.columns:
            return _difference(file, found, files[0], first)
        rows += found.rows
    if first is None or (not rows and len(files) <= MOST_FILES):
        return Problem(EMPTY_DATA, f"`{files[0].path}` has no rows", "was it written to the end?", "path")
    columns = [ColumnType(name, type_) for name, type_ in first.columns.items()]
    columns += _folder_columns(files)
    count = RowCount(count=rows, certainty=Certainty.EXACT)
    if len(files) > MOST_FILES:
        count = RowCount(count=rows * len(files) // MOST_FILES, certainty=Certainty.ESTIMATED)
    return Look(columns=tuple(columns), rows=count, left_out=first.left_out)


def _advice(files: Sequence[_File]) -> str:
    return "" if len(files) == 1 else "a glob such as `folder/*.parquet` chooses among files"


def _folder_columns(files: Sequence[_File]) -> list[ColumnType]:
    """The columns that folders say, as Spark finds them: whole numbers where all of them are."""
    given: dict[str, list[str]] = {}
    for file in files:
        for name, value in file.folders.items():
            given.setdefault(name, []).append(value)
    return [
        ColumnType(name, DType.INT64 if all(map(_INTEGER.fullmatch, texts)) else DType.STRING)
        for name, texts in given.items()
    ]


def _difference(file: _File, found: Footer, other: _File, first: Footer) -> Problem:
    """What differs between the columns of two files."""
    lacking = [name for name in first.columns if name not in found.columns]
    new = [name for name in found.columns if name not in first.columns]
    if lacking or new:
        message = (
            f"`{file.path}` has no column `{lacking[0]}`, which `{other.path}` has"
            if lacking
            else f"`{file.path}` has a column `{new[0]}`, which `{other.path}` has not"
        )
    else:
        name = next(name for name in first.columns if found.columns[name] is not first.columns[name])
        message = f"`{name}` is of another type in `{file.path}` than in `{other.path}`"
    return Problem(MALFORMED_TABLE, message, "read files of one kind; a glob chooses among them", "path")
