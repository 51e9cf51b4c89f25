"""Functions of columns: what is computed of a row's values, and means the same in Python and on Spark.

A missing value gives a missing value, and so does a text that comes out empty: a CSV file could not tell the two apart.
Patterns are of the part of regular expressions that Python and Java read alike, over ASCII's letters, digits and spaces.
"""

from __future__ import annotations

import re

from zoodsl.catalog.operator import Arguments, Function, Mismatch, Parameter
from zoodsl.catalog.values import Integer, NumberOf, String, TextOf
from zoodsl.types import DType

DATE = r"^(?!0000)([0-9]{4}-[0-9]{2}-[0-9]{2})([T ]([01][0-9]|2[0-3])(:[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?)?Z?)?$"
"""A date, with or without a time of day, in the form of ISO 8601: group 1 is the date, group 3 the hour."""

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
"""A text that spells a number."""

_PIECE = r"(?s:\\[^0-9]|\\[0-9]+|\[\^?(\\.|[^\]\\])*\]|\(\?\S?.?|\{[0-9]+(,[0-9]*)?\}|.)"
"""The pieces of a pattern: escapes, classes of characters, openings of groups, repetitions, single characters."""

_ESCAPES = frozenset("dDwWsSnrtf")
"""Letters that mean the same behind a backslash in both; a word's end, ``\\b``, is another in Java beside an ``ä``."""


def pattern_mismatch(arguments: Arguments) -> Mismatch | None:
    """What is wrong with the arguments of ``match``; None if they have one meaning everywhere."""
    pattern, group = arguments["pattern"], arguments["group"]
    strange = next(filter(_is_strange, (piece[0] for piece in re.finditer(_PIECE, pattern))), None)
    if strange is not None:
        return Mismatch(
            f"`{strange}` in the pattern does not mean the same in Python and on Spark",
            "patterns have letters, digits, `. ^ $ | ( ) [ ] * + ?`, `{2,3}`, `(?:...)`, `(?=...)`, `(?!...)`, `(?i)` and "
            "`\\d \\w \\s`; write a backslash before a sign that stands for itself",
            "pattern",
        )
    try:
        compiled = re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        return Mismatch(
            f"the pattern cannot be read: {error}",
            'a backslash is written twice in a text: `"(\\\\d+)_"`',
            "pattern",
        )
    if group > compiled.groups:
        return Mismatch(
            f"the pattern has {_groups(compiled.groups)}, and group {group} is asked for",
            "put parentheses around the part that is wanted, or write `group = 0` for all that matches",
            "group" if compiled.groups or group != 1 else "pattern",
        )
    return None


def _groups(count: int) -> str:
    return f"{count} group{'' if count == 1 else 's'}" if count else "no group `(...)`"


def _is_strange(piece: str) -> bool:
    if piece[0] == "\\":
        return piece[1:2] == "0" or (piece[1:].isalpha() and piece[1] not in _ESCAPES)
    if piece[0] == "[" and len(piece) > 1:
        inside = piece[1:-1].removeprefix("^")
        return (
            not inside
            or any(sign in inside.replace("\\[", "") for sign in ("[", "&&", "--", "||", "~~"))
            or any(_is_strange(escape) or escape[1] in "123456789" for escape in re.findall(r"\\.", inside))
        )
    if piece.startswith("(?"):
        return piece[2:3] not in (":", "=", "!") and piece[2:] not in ("<=", "<!", "i)")
    return piece == "{" or (len(piece) == 1 and ord(piece) > 0xFFFF)


_TEXT = Parameter("text", TextOf(), doc="what it is computed of")
_PATH = Parameter("path", TextOf(), doc="a path such as `images.origin`")
_TIME = Parameter(
    "time", TextOf(), doc="a date, or a date and a time of day, as ISO 8601 has them: `2017-05-31 13:45:00`"
)


def _part_of_a_date(name: str, doc: str) -> Function:
    return Function(
        name=name,
        doc=f"{doc}; missing where the text is no date that there is.",
        source="ISO 8601",
        parameters=(_TIME,),
        gives=DType.INT64,
    )


OPERATORS = (
    Function(
        name="basename",
        doc='What follows the last `/` of a path: `a/b.tar.gz` becomes "b.tar.gz".',
        source="POSIX basename",
        parameters=(_PATH,),
        gives=DType.STRING,
    ),
    Function(
        name="stem",
        doc="The last part of a path without its ending: `a/b.tar.gz` becomes `b.tar`, `a/.x` stays `.x`.",
        source="Python pathlib, PurePath.stem",
        parameters=(_PATH,),
        gives=DType.STRING,
    ),
    Function(
        name="folder",
        doc="The name of the folder that holds the file: `a/b/c.png` becomes `b`; missing where a path names none.",
        source="zoo 1",
        parameters=(_PATH,),
        gives=DType.STRING,
    ),
    Function(
        name="match",
        doc='The part of a text that fits a pattern: `match(rows.origin, "(cat|dog)\\\\.")` is "cat" or "dog". The first '
        "place that fits counts, anywhere in the text; missing where none does. In a text of the language a "
        "backslash is written twice.",
        source="the part of regular expressions that Python and Java have in common",
        parameters=(
            _TEXT,
            Parameter("pattern", String(), doc="a regular expression"),
            Parameter(
                "group",
                Integer(minimum=0, maximum=99),
                default=1,
                doc="which pair of parentheses is wanted, counted from 1; 0 for all that fits",
            ),
        ),
        gives=DType.STRING,
    ),
    Function(
        name="lower", doc="In small letters.", source="Unicode", parameters=(_TEXT,), gives=DType.STRING
    ),
    Function(
        name="upper", doc="In capital letters.", source="Unicode", parameters=(_TEXT,), gives=DType.STRING
    ),
    Function(
        name="trim",
        doc="Without the spaces before and behind it.",
        source="SQL TRIM",
        parameters=(_TEXT,),
        gives=DType.STRING,
    ),
    Function(
        name="number",
        doc="The number that a text spells; missing where it spells none.",
        source="zoo 1",
        parameters=(_TEXT,),
        gives=DType.FLOAT64,
    ),
    Function(
        name="text",
        doc="A whole number in digits.",
        source="zoo 1",
        parameters=(Parameter("number", NumberOf(whole=True), doc="what is written out"),),
        gives=DType.STRING,
    ),
    _part_of_a_date("year", "The year of a date"),
    _part_of_a_date("month", "The month of a date, 1 to 12"),
    _part_of_a_date("day", "The day of the month of a date, 1 to 31"),
    _part_of_a_date("weekday", "The day of the week of a date, from 0 for Monday to 6 for Sunday"),
    _part_of_a_date("hour", "The hour of a time of day, 0 to 23; missing without one"),
)
"""Every function of columns."""

DATE_PARTS = tuple(function.name for function in OPERATORS if function.parameters == (_TIME,))
"""The functions of dates and times of day."""
