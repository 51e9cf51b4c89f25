"""A first look at data, without Java, NumPy or scikit-learn: columns, rows, values.

What looks at a kind of data is loaded when the first such reader comes up: most specs have one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zoodsl.catalog.operator import ColumnType, Reader
from zoodsl.diagnostics.rules.data import UNREADABLE_DATA
from zoodsl.model.nodes import Operation
from zoodsl.sources.findings import ColumnFacts, Look, Problem
from zoodsl.sources.terms import Values


def look(reader: Operation[Reader], root: str) -> Look | Problem:
    """The columns and rows that ``reader`` gives; relative paths start at the folder ``root``.

    Data behind an address (``hdfs://...``) have no columns and unknown rows. A bound argument that no data
    could go with, such as two channels, is a problem too.
    """
    try:
        return _look(reader, root)
    except PermissionError as error:
        return Problem(
            UNREADABLE_DATA,
            f"you may not read `{error.filename}`",
            "`chmod u+r FILE` (of a folder: `u+rx`) gives you the right if it is yours",
        )
    except OSError as error:
        return Problem(UNREADABLE_DATA, f"`{error.filename}` cannot be read: {error.strerror}")


def values(reader: Operation[Reader], root: str, column: str) -> ColumnFacts | None:
    """The facts of a column of ``reader``, where they cost little; None where they are not known."""
    try:
        return _values(reader, root, column)
    except OSError:
        return None


def whole_values(reader: Operation[Reader], root: str, column: str) -> ColumnFacts | None:
    """The facts of a column of ``reader``, even where a large file has to be read to its end; None where they stay unknown."""
    try:
        if reader.operator.name in ("CSV", "Delimited"):
            from zoodsl.sources import tables

            return tables.whole_values(reader.arguments, root, column)
        return _values(reader, root, column)
    except OSError:
        return None


def read(reader: Operation[Reader], root: str, columns: Sequence[ColumnType]) -> Mapping[str, Values] | None:
    """The values of these columns by name, and the rows' keys as ``_key``; None where that costs much or is not known.

    Values that are not of their column's type stay the text that they are; None stands for missing ones.
    """
    try:
        match reader.operator.name:
            case "IDX":
                from zoodsl.sources import idx

                return idx.read(reader.arguments, root)
            case "Images":
                from zoodsl.sources import images

                return images.read(reader.arguments, root)
            case "Video":
                from zoodsl.sources import videos

                return videos.read(reader.arguments, root)
            case "CSV" | "Delimited":
                from zoodsl.sources import tables

                return tables.read(reader.arguments, root, columns)
            case "JSON":
                from zoodsl.sources import json_objects

                return json_objects.read(reader.arguments, root, columns)
            case _:
                return None
    except OSError:
        return None


def _look(reader: Operation[Reader], root: str) -> Look | Problem:
    arguments = reader.arguments
    match reader.operator.name:
        case "Sample":
            from zoodsl.sources import samples

            return samples.look(arguments)
        case "IDX":
            from zoodsl.sources import idx

            return idx.look(arguments, root)
        case "Images":
            from zoodsl.sources import images

            return images.look(arguments, root)
        case "Video":
            from zoodsl.sources import videos

            return videos.look(arguments, root)
        case "CSV" | "Delimited":
            from zoodsl.sources import tables

            return tables.look(arguments, root)
        case "JSON":
            from zoodsl.sources import json_objects

            return json_objects.look(arguments, root)
        case "Parquet":
            from zoodsl.sources import parquet

            return parquet.look(arguments, root)
        case "Table":
            from zoodsl.sources import queries

            return queries.look_table(arguments)
        case "JDBC":
            from zoodsl.sources import queries

            return queries.look_jdbc(arguments)
        case name:
            raise NotImplementedError(f"nobody looks at what {name} reads")


def _values(reader: Operation[Reader], root: str, column: str) -> ColumnFacts | None:
    arguments = reader.arguments
    match reader.operator.name:
        case "Sample":
            from zoodsl.sources import samples

            return samples.values(arguments, column)
        case "IDX":
            from zoodsl.sources import idx

            return idx.values(arguments, root, column)
        case "Images":
            from zoodsl.sources import images

            return images.values(arguments, root, column)
        case "Video":
            return None
        case "CSV" | "Delimited":
            from zoodsl.sources import tables

            return tables.values(arguments, root, column)
        case "JSON":
            from zoodsl.sources import json_objects

            return json_objects.values(arguments, root, column)
        case "Parquet":
            from zoodsl.sources import parquet

            return parquet.values(arguments, root, column)
        case "Table" | "JDBC":
            return None
        case name:
            raise NotImplementedError(f"nobody looks at what {name} reads")
