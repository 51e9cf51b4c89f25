"""Tables of text: values a line, or an object."""

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

_BROKEN = "_broken"


def read_csv(  # noqa: PLR0913 - all that the form of a table may be
    spark: SparkSession,
    root: str,
    path: str,
    columns: Sequence[tuple[str, str]],
    *,
    header: bool = True,
    separator: str = ",",
    quoted: bool = True,
    encoding: str = "utf8",
) -> DataFrame:
    """A CSV file (RFC 4180) with these ``columns``: names and Spark types (``bigint``, ``double``, ``string``).

    Not ``quoted``: every ``separator``, which may be of several characters, cuts. ``encoding`` is ``utf8`` or ``latin1``.
    Values are stripped; empty ones and, of numbers, NaN become null. A DataError tells of lines that have another
    number of values and of texts that are no numbers.
    """
    texts = (
        spark.read.schema(_texts(columns))
        .option("columnNameOfCorruptRecord", _BROKEN)
        .option("header", header)
        .option("sep", separator)
        .option("encoding", {"utf8": "UTF-8", "latin1": "ISO-8859-1"}[encoding])
        .option("quote", '"' if quoted else "")  # the empty text is none
        .option("escape", '"')
        .options(
            multiLine=True
        )  # a quoted value may hold a line's end; and one task keeps the lines in order
        .options(ignoreLeadingWhiteSpace=True, ignoreTrailingWhiteSpace=True)
        .csv(located(root, path))
        .withColumn(KEY, F.monotonically_increasing_id())
        .cache()
    )
    first = texts.select(KEY, _BROKEN).where(F.col(_BROKEN).isNotNull()).orderBy(KEY).first()
    if first is not None:
        line = first[0] + 1 + header
        raise DataError(f"row {line:,} of {path} has not {len(columns)} values: {first[1]}")
    return _typed(texts, columns, path)


def read_json(
    spark: SparkSession,
    root: str,
    path: str,
    columns: Sequence[tuple[str, str]],
    *,
    multiline: bool = False,
) -> DataFrame:
    """A file of JSON objects, one a line, with these ``columns`` as of ``read_csv``; ``multiline``: one list of objects.

    ``true`` and ``false`` are 1 and 0; what is not there, and empty texts, become null. A DataError tells of lines that
    are no JSON and of values that are no numbers.
    """
    texts = (
        spark.read.schema(_texts(columns))
        .option("columnNameOfCorruptRecord", _BROKEN)
        .options(multiLine=multiline, encoding="UTF-8")
        .json(located(root, path))
        .coalesce(1)  # one task keeps the lines in order
        .withColumn(KEY, F.monotonically_increasing_id())
        .cache()
    )
    first = texts.select(KEY, _BROKEN).where(F.col(_BROKEN).isNotNull()).orderBy(KEY).first()
    if first is not None:
        raise DataError(f"object {first[0] + 1:,} of {path} is no JSON object: {first[1][:200]}")
    given = [_given(name, type_).alias(name) for name, type_ in columns]
    return _typed(texts.select(KEY, *given), columns, path)


def _given(name: str, type_: str) -> Column:
    """What an object holds: nothing where it is an empty text, truth values as numbers, and what is no number as in CSV."""
    text = F.when(_text(name) != "", _text(name))
    if type_ == "string":
        return text
    return F.when(text == "true", "1").when(text == "false", "0").when(text == '"NaN"', "NaN").otherwise(text)


def _texts(columns: Sequence[tuple[str, str]]) -> StructType:
    """Every column as text, and beside them what cannot be taken apart."""
    names = [*(name for name, _ in columns), _BROKEN]
    return StructType([StructField(name, StringType()) for name in names])


def _typed(texts: DataFrame, columns: Sequence[tuple[str, str]], path: str) -> DataFrame:
    """The texts as values of their types; a DataError where one is none."""
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


def _text(name: str) -> Column:
    return F.col(f"`{name}`")


def _misfit(name: str, type_: str) -> Column:
    text = _text(name)
    number = text.rlike(NUMBER_PATTERNS[type_])
    return text.isNotNull() & ~number & (F.lower(text) != "nan")


def _value(name: str, type_: str) -> Column:
    text = _text(name)
    if type_ == "string":
        return text
    return F.when(F.lower(text) != "nan", text).cast(type_)
