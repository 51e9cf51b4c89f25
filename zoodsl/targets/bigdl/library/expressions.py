"""Functions of columns. A missing value stays missing, and a text that comes out empty is missing."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812

DATE = r"(?d)^(?!0000)([0-9]{4}-[0-9]{2}-[0-9]{2})([T ]([01][0-9]|2[0-3])(:[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?)?Z?)?$"
"""A date of ISO 8601, in group 1, and perhaps a time of day, its hour in group 3."""

NUMBER = r"(?d)^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
"""A text that spells a number."""


def column(name: str) -> Column:
    """The column of this name, whatever signs are in it."""
    return F.col(f"`{name}`")


def there(value: Column) -> Column:
    """``value``, missing where it is the empty text."""
    return F.when(value != "", value)


def basename(path: Column) -> Column:
    """What follows the last ``/``."""
    return there(F.element_at(F.split(path, "/"), -1))


def stem(path: Column) -> Column:
    """What follows the last ``/``, without its ending: ``a/b.tar.gz`` becomes ``b.tar``."""
    return F.regexp_replace(basename(path), r"(?s)(?<=.)\.[^.]*$", "")


def folder(path: Column) -> Column:
    """The name of the folder that holds the file."""
    return there(F.regexp_extract(path, r"(?s)([^/]*)/[^/]*$", 1))


def match(text: Column, pattern: str, group: int = 1) -> Column:
    """What the group of a regular expression fits, at the first place in the text where all of it does.

    ``(?d)`` makes a line end at a newline alone, as in Python.
    """
    return there(F.regexp_extract(text, f"(?d){pattern}", group))


def lower(text: Column) -> Column:
    """In small letters."""
    return F.lower(text)


def upper(text: Column) -> Column:
    """In capital letters."""
    return F.upper(text)


def trim(text: Column) -> Column:
    """Without the spaces before and behind it."""
    return there(F.trim(text))


def number(text: Column) -> Column:
    """The number that a text spells."""
    return F.when(text.rlike(NUMBER), text).cast("double")


def text(number: Column) -> Column:
    """A whole number in digits."""
    return number.cast("string")


def day_of(time: Column) -> Column:
    """The day that a text names in the form of ISO 8601, if there is one."""
    return there(F.regexp_extract(time, DATE, 1)).cast("date")


def year(time: Column) -> Column:
    """The year of a date."""
    return F.year(day_of(time)).cast("bigint")


def month(time: Column) -> Column:
    """The month of a date, 1 to 12."""
    return F.month(day_of(time)).cast("bigint")


def day(time: Column) -> Column:
    """The day of the month of a date."""
    return F.dayofmonth(day_of(time)).cast("bigint")


def weekday(time: Column) -> Column:
    """The day of the week of a date, from 0 for Monday."""
    return F.weekday(day_of(time)).cast("bigint")


def hour(time: Column) -> Column:
    """The hour of a time of day."""
    return F.when(day_of(time).isNotNull(), there(F.regexp_extract(time, DATE, 3)).cast("bigint"))


def whole_sum(left: Column | int, right: Column | int) -> Column:
    """The sum of whole numbers; missing where it is larger than they can be."""
    return F.try_add(_whole(left), _whole(right))


def whole_difference(left: Column | int, right: Column | int) -> Column:
    """The difference of whole numbers; missing where it is larger than they can be."""
    return F.try_subtract(_whole(left), _whole(right))


def whole_product(left: Column | int, right: Column | int) -> Column:
    """The product of whole numbers; missing where it is larger than they can be."""
    return F.try_multiply(_whole(left), _whole(right))


def _whole(number: Column | int) -> Column:
    return (number if isinstance(number, Column) else F.lit(number)).cast("bigint")


def joined_text(left: Column | str, right: Column | str) -> Column:
    """One text behind the other."""
    return F.concat(*(side if isinstance(side, Column) else F.lit(side) for side in (left, right)))


def holds(comparison: Column) -> Column:
    """1 where a comparison holds, else 0."""
    return comparison.cast("bigint")
