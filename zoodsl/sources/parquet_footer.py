"""What the end of a Parquet file says of it, by pyarrow: columns, rows, and what the values of columns are within."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from zoodsl.sources.findings import ColumnFacts
from zoodsl.types import DType

_PLAIN = {
    "BOOLEAN": DType.INT64,
    "INT32": DType.INT64,
    "INT64": DType.INT64,
    "INT96": DType.STRING,
    "FLOAT": DType.FLOAT64,
    "DOUBLE": DType.FLOAT64,
}
"""What columns hold by their physical types, where no logical type says more; INT96 is Spark's own form of times."""

_MEANT = {
    "STRING": DType.STRING,
    "ENUM": DType.STRING,
    "JSON": DType.STRING,
    "DATE": DType.STRING,
    "TIMESTAMP": DType.STRING,
    "DECIMAL": DType.FLOAT64,
}
"""What columns hold by their logical types. Their statistics are no plain numbers."""

_BUFFER = 4096
"""Bytes; without a buffer, pyarrow reads all of a column for its first row."""


class FooterError(ValueError):
    """A file that is no whole Parquet file, or one that Spark does not read: its text says which."""


@dataclass(frozen=True, slots=True)
class Footer:
    """A file's ``columns`` by name with their types, and its ``rows``.

    ``left_out`` are columns that hold no single value, with what they hold.
    """

    columns: Mapping[str, DType]
    left_out: Mapping[str, str]
    rows: int


@lru_cache(maxsize=4096)
def footer(file: Path, modified: int, size: int) -> Footer:
    """The footer of ``file``, which was ``modified`` then and has this ``size``; FooterError where there is none.

    Raises ModuleNotFoundError without pyarrow.
    """
    del modified, size  # are there so that a file that changes is read again
    from pyarrow import ArrowException
    from pyarrow.parquet import read_metadata

    with file.open("rb") as content:
        try:
            return _footer(read_metadata(content))
        except (ArrowException, OSError, UnicodeDecodeError) as error:
            if getattr(error, "errno", None) is not None:
                raise  # the system's, not pyarrow's
            if "encrypted" in str(error):
                raise FooterError("is encrypted, and its columns cannot be read without its key") from error
            what = "is no whole Parquet file: it is something else, cut off, or damaged"
            raise FooterError(what) from error


def _footer(metadata: Any) -> Footer:
    columns: dict[str, DType] = {}
    left_out: dict[str, str] = {}
    for leaf in map(metadata.schema.column, range(metadata.num_columns)):
        kind = _kind(leaf)
        if isinstance(kind, DType):
            columns[leaf.name] = kind
        else:
            name = leaf.name if leaf.name == leaf.path else leaf.path.split(".")[0]
            # All that is in a list repeats; a structure with a list in it is a structure.
            left_out[name] = "structures" if left_out.get(name) == "structures" else kind
    return Footer(columns, left_out, metadata.num_rows)


def _kind(leaf: Any) -> DType | str:
    """What a column holds as Spark reads it, which is not always what pyarrow reads; in words where that is no single value.

    A FooterError where Spark reads no such column.
    """
    if leaf.max_repetition_level:
        return "lists"
    if leaf.name != leaf.path:
        return "structures"
    meant: str = leaf.logical_type.type
    nanoseconds = json.loads(leaf.logical_type.to_json()).get("timeUnit") == "nanoseconds"
    if meant == "TIME" or nanoseconds:
        what = "times of day" if meant == "TIME" else "times in nanoseconds"
        raise FooterError(
            f"holds {what} in the column `{leaf.name}`, which Spark does not read: write them in microseconds, or as text"
        )
    if leaf.converted_type == "UINT_64":
        return DType.FLOAT64
    return _MEANT[meant] if meant in _MEANT else _PLAIN.get(leaf.physical_type, "bytes")


@lru_cache(maxsize=4096)
def column_facts(file: Path, modified: int, size: int, column: str) -> ColumnFacts | None:
    """Gaps of a column, and of plain numbers the range; None where some part of the file does not tell.

    Raises ModuleNotFoundError without pyarrow.
    """
    del modified, size
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    with file.open("rb") as content:
        try:
            parquet = ParquetFile(content, buffer_size=_BUFFER)
            # Asked for the statistics of a column that is encrypted, pyarrow ends the process; for its rows, it errs.
            next(parquet.iter_batches(1, columns=[column]), None)
        except (ArrowException, OSError):
            return None
        return _facts(parquet.metadata, column)


def _facts(metadata: Any, column: str) -> ColumnFacts | None:
    leaves = [metadata.schema.column(place) for place in range(metadata.num_columns)]
    place = next((place for place, leaf in enumerate(leaves) if leaf.name == leaf.path == column), None)
    if place is None:
        return None
    leaf = leaves[place]
    ranged = leaf.logical_type.type not in _MEANT and leaf.physical_type != "INT96"
    nulls, ends = 0, []
    for group in range(metadata.num_row_groups):
        chunk = metadata.row_group(group).column(place)
        statistics = chunk.statistics
        if leaf.max_definition_level == 0:
            missing = 0
        elif statistics is None or not statistics.has_null_count:
            return None
        else:
            missing = statistics.null_count
        nulls += missing
        if missing == chunk.num_values:
            continue
        ranged = ranged and statistics is not None and statistics.has_min_max
        if ranged:
            ends += [float(statistics.min), float(statistics.max)]
    return ColumnFacts(
        minimum=min(ends, default=None) if ranged else None,
        maximum=max(ends, default=None) if ranged else None,
        nulls=nulls,
        counts=None,
    )
