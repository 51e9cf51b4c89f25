"""Tables of text, one row a line."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as all the world calls it
from pyspark.sql.types import StringType, StructField, StructType

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.image_rows import KEY
from zoodsl.targets.bigdl.library.paths import located

NUMBER_PATTERNS = {
    "bigint": r"^[+-]?[0-9]{1,18}$",
    "double": r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$",
}
"""What texts of a numeric type look like, by Spark's name of the type."""


def read_csv(
    spark: SparkSession,
    root: str,
    path: str,
    columns: Sequence[tuple[str, str]],
    *,
    header: bool = True,
    separator: str = ",",
) -> DataFrame:
    """A CSV file (RFC 4180, UTF-8) with these ``columns``: names and Spark types (``bigint``, ``double``, ``string``).

    Values are stripped; empty ones and, of numbers, NaN become null. A DataError tells of lines that have another
    number of values and of texts that are no numbers.
    """
    broken = "_broken"
    texts = (
        spark.read.schema(
            StructType([StructField(name, StringType()) for name in [*_names(columns), broken]])
        )
        .option("columnNameOfCorruptRecord", broken)
        .option("header", header)
        .option("sep", separator)
        .option("quote", '"')
        .option("escape", '"')
        .options(
            multiLine=True
        )  # a quoted value may hold a line's end; and one task keeps the lines in order
        .options(ignoreLeadingWhiteSpace=True, ignoreTrailingWhiteSpace=True)
        .csv(located(root, path))
        .withColumn(KEY, F.monotonically_increasing_id())
        .cache()
    )
    _check_widths(
        texts.select(KEY, broken).where(F.col(broken).isNotNull()), path, len(columns), header=header
    )
    misfits = [(name, type_, _misfit(name, type_)) for name, type_ in columns if type_ in NUMBER_PATTERNS]
    if misfits:
        firsts = texts.agg(
            *(F.first(F.when(wrong, _text(name)), ignorenulls=True) for name, _, wrong in misfits)
        ).first()
        for (name, type_, _), example in zip(misfits, firsts or (), strict=True):
            if example is not None:
                kind = "whole number" if type_ == "bigint" else "number"
                raise DataError(f'column {name} of {path} holds "{example}", which is no {kind}')
    typed = [_value(name, type_).alias(name) for name, type_ in columns]
    return texts.select(KEY, *typed)


def _names(columns: Sequence[tuple[str, str]]) -> list[str]:
    return [name for name, _ in columns]


def _text(name: str) -> Column:
    return F.col(f"`{name}`")


def _check_widths(broken: DataFrame, path: str, width: int, *, header: bool) -> None:
    first = broken.orderBy(KEY).first()
    if first is not None:
        line = first[0] + 1 + header
        raise DataError(f"row {line:,} of {path} has not {width} values: {first[1]}")


def _misfit(name: str, type_: str) -> Column:
    text = _text(name)
    number = text.rlike(NUMBER_PATTERNS[type_])
    return text.isNotNull() & ~number & (F.lower(text) != "nan")


def _value(name: str, type_: str) -> Column:
    text = _text(name)
    if type_ == "string":
        return text
    return F.when(F.lower(text) != "nan", text).cast(type_)
