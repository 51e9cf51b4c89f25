"""Readers of tables as calls of the target's helpers."""

from __future__ import annotations

from zoodsl.model.nodes import Frame
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Call, Expression, Listing, Name, call
from zoodsl.types import DType

SPARK_TYPES = {DType.INT32: "bigint", DType.INT64: "bigint", DType.FLOAT32: "double", DType.FLOAT64: "double"}
"""Spark's type of a table's column; text where the table holds neither."""

SPARK, ROOT = Name("spark"), Name("root")

_OPTIONS: dict[str, dict[str, Expression]] = {
    "read_csv": {"header": True, "separator": ",", "encoding": "utf8"},
    "read_json": {"multiline": False},
    "read_parquet": {"key": None},
    "read_query": {"key": None},
    "read_jdbc": {"key": None, "user_env": None, "password_env": None, "driver": None},
}
"""The options of each helper with their defaults, which are left out."""


def table(frame: Frame) -> Call | None:
    """The call that reads a frame that is a table; None for any other."""
    a = frame.reader.arguments
    match frame.reader.operator.name:
        case "CSV":
            return _call("read_csv", frame, ROOT, a["path"])
        case "Delimited":
            return _call("read_csv", frame, ROOT, a["path"], quoted=False)
        case "JSON":
            return _call("read_json", frame, ROOT, a["path"])
        case "Parquet":
            return _call("read_parquet", frame, ROOT, a["path"])
        case "Table":
            return _call("read_query", frame, a["query"])
        case "JDBC":
            return _call("read_jdbc", frame, a["url"], a["table"])
        case _:
            return None


def _call(name: str, frame: Frame, *where: Expression, **more: Expression) -> Call:
    """A helper, where to read from, the columns if they are known, and options that are not its defaults."""
    columns = [
        (column.name, SPARK_TYPES.get(column.type, "string") if isinstance(column.type, DType) else "string")
        for column in frame.columns
    ]
    said: dict[str, Expression] = {"columns": Listing(tuple(columns))} if columns else {}
    given = frame.reader.arguments
    options = {
        option: given[option]
        for option, default in _OPTIONS[name].items()
        if option in given and given[option] != default
    }
    return call(helper(name), SPARK, *where, **said, **options, **more)
