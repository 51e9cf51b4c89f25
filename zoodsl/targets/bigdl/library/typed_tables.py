"""Tables whose columns have types of their own: Parquet files, Spark's catalog, databases. Their rows have no order."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.types import (
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    FractionalType,
    IntegralType,
    StringType,
    TimestampNTZType,
    TimestampType,
)

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.image_rows import KEY
from zoodsl.targets.bigdl.library.paths import located

SLICES = 8
"""Rows lie in so many partitions by their keys, whatever they were read in: so their order is always the same."""

Columns = Sequence[tuple[str, str]]
"""Names and Spark types of columns: ``bigint``, ``double``, ``string``."""


def read_parquet(
    spark: SparkSession, root: str, path: str, columns: Columns | None = None, key: str | None = None
) -> DataFrame:
    """Parquet files by a path, a folder or a glob; see ``typed_rows``."""
    try:
        frame = spark.read.parquet(located(root, path))
    except PySparkException as error:
        raise DataError(f"{path} cannot be read: {_said(error)}") from error
    return typed_rows(frame, path, columns, key)


def read_query(
    spark: SparkSession, query: str, columns: Columns | None = None, key: str | None = None
) -> DataFrame:
    """A table of Spark's catalog, or what a query (``SELECT ...``, ``WITH ...``) gives; see ``typed_rows``."""
    try:
        frame = spark.sql(query) if is_query(query) else spark.table(query)
    except PySparkException as error:
        raise DataError(f"Spark cannot answer {query!r}: {_said(error)}") from error
    return typed_rows(frame, "the query's result" if is_query(query) else query, columns, key)


def read_jdbc(  # noqa: PLR0913 - all that a database is asked by
    spark: SparkSession,
    url: str,
    table: str,
    columns: Columns | None = None,
    key: str | None = None,
    *,
    user_env: str | None = None,
    password_env: str | None = None,
    driver: str | None = None,
) -> DataFrame:
    """A table of the database at ``url``, or what a query gives; see ``typed_rows``.

    The environment variables ``user_env`` and ``password_env`` hold what their names say; no error shows it.
    """
    named = {"user": user_env, "password": password_env}
    secrets = {option: _secret(variable) for option, variable in named.items() if variable is not None}
    asked = {"url": url, "query" if is_query(table) else "dbtable": table}
    given = asked | secrets | ({} if driver is None else {"driver": driver})
    try:
        frame = spark.read.format("jdbc").options(**given).load()
    except (PySparkException, Py4JJavaError) as error:
        said = f"the database at {url} does not give {table}: {_said(error)}"
        for secret in filter(None, secrets.values()):
            said = said.replace(secret, "***")
        # Not chained: Java's own words may show what was asked with.
        raise DataError(said) from None
    return typed_rows(frame, table, columns, key)


def is_query(text: str) -> bool:
    """Whether a text is a query, not a table's name."""
    return re.match(r"\s*(select|with)\s", text, re.IGNORECASE) is not None


def typed_rows(
    frame: DataFrame, what: str, columns: Columns | None = None, key: str | None = None
) -> DataFrame:
    """``frame`` with columns of the types ``bigint``, ``double`` and ``string`` alone: ``columns``, or all that can be so.

    Truth values become 1 and 0, dates and times texts; NaN and empty texts become null. The rows' key is the column
    ``key``, or a digest of all that a row holds, and decides on their order. A DataError where ``what`` lacks a column, or
    it holds something else.
    """
    kinds = {field.name: field.dataType for field in frame.schema.fields}
    if columns is None:
        columns = [(name, type_) for name, kind in kinds.items() if (type_ := _type(kind)) is not None]
    for name, type_ in columns:
        if name not in kinds:
            raise DataError(f"{what} has no column {name}; its columns are {', '.join(kinds)}")
        if not _fits(kinds[name], type_):
            raise DataError(
                f"column {name} of {what} is of the type {kinds[name].simpleString()}, not {type_}"
            )
    typed = frame.select(*(_stated_value(name, kinds[name], type_).alias(name) for name, type_ in columns))
    if key is not None and dict(columns).get(key) not in ("bigint", "string"):
        raise DataError(f"{what} has no column {key} of whole numbers or text, which names its rows")
    content = F.md5(F.to_json(F.struct(*(_column(name) for name in sorted(name for name, _ in columns)))))
    named = content if key is None else _column(key)
    ordered = typed.withColumn(KEY, named).repartition(SLICES, KEY).sortWithinPartitions(KEY, content)
    # What is asked twice may answer otherwise the second time.
    return ordered.select(KEY, *(_column(name) for name, _ in columns)).persist()


def _column(name: str) -> Column:
    return F.col("`" + name.replace("`", "``") + "`")


def _type(kind: DataType) -> str | None:
    """The type that a column becomes; None for lists, structures and bytes."""
    if isinstance(kind, IntegralType | BooleanType):
        return "bigint"
    if isinstance(kind, FractionalType):
        return "double"
    return "string" if isinstance(kind, StringType | DateType | TimestampType | TimestampNTZType) else None


def _fits(kind: DataType, type_: str) -> bool:
    """Whether a column can become ``type_`` without loss; databases keep whole numbers as decimals too."""
    own = _type(kind)
    return own is not None and (
        own == type_
        or (own, type_) == ("bigint", "double")
        or (isinstance(kind, DecimalType) and type_ == "bigint")
    )


def _stated_value(name: str, kind: DataType, type_: str) -> Column:
    value = _column(name).cast(type_)
    if type_ == "string":
        return F.when(value != "", value)
    if type_ == "double":
        return F.when(~F.isnan(value), value)
    if isinstance(kind, DecimalType):
        error = F.raise_error(
            F.concat(F.lit(f"`{name}` holds "), _column(name).cast("string"), F.lit(", no whole number"))
        )
        return F.when(_column(name).isNull() | (value == _column(name)), value).otherwise(error.cast(type_))
    return value


def _secret(variable: str) -> str:
    secret = os.environ.get(variable)
    if secret is None:
        raise DataError(f"the environment variable {variable} is not set: `export {variable}=...`")
    return secret


def _said(error: Any) -> str:
    """An error's first line."""
    text = str(error.java_exception.getMessage() if isinstance(error, Py4JJavaError) else error)
    return text.strip().split("\n")[0]
