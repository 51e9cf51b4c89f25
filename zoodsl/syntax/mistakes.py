"""What a mistake is called: a place where the parser cannot go on, in human words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from zoodsl.diagnostics import Applicability, Code, Fix, did_you_mean, nearest
from zoodsl.diagnostics.rules.syntax import (
    FOREIGN,
    MALFORMED_NUMBER,
    MISPLACED_DOC,
    UNEXPECTED,
    UNKNOWN_KEYWORD,
)
from zoodsl.source import Span
from zoodsl.syntax.grammar import Grammar
from zoodsl.syntax.tokens import END, NEWLINE, WORD, Token, begins_value, ends_value
from zoodsl.syntax.words import KEYWORD, NAME, UNITS

_LOGICAL = frozenset({"and", "or", "not", "is"})
_STATEMENT_ENDS = frozenset({NEWLINE, END, "RBRACE"})
_SHOWN = 30

# What is told of the terminals that may follow; operators that could go on with a value are left out.
_EXPECTATIONS = {
    "NAME": "a name",
    "STRING": "a string",
    "NUMBER": "a number",
    "EQUAL": '"="',
    "COLON": '":"',
    "COMMA": '","',
    "LPAR": '"("',
    "RPAR": '")"',
    "RSQB": '"]"',
    "LBRACE": '"{"',
    "RBRACE": '"}"',
    "IN": "`in`",
    "ELSE": "`else`",
    NEWLINE: "a new line",
}
# These continue any value; named only where nothing else is expected.
_CONTINUATIONS = frozenset({"LPAR", "LSQB", "DOT", "ADD", "MULTIPLY", "COMPARE", "DOTS", "ARROW", "AS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the parser is: the tokens around, what it would accept, and the section it is in."""

    previous: Token | None
    before_previous: Token | None
    token: Token
    following: Token
    later: Token
    accepted: frozenset[str]
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A diagnostic to be, and what is known of the way on.

    ``meant`` is the token (terminal, value) that stands for the next ``takes`` tokens; ``ruins_value``: the
    literal before has lost its meaning; ``gives_up``: the rest of the statement is beyond repair;
    ``repeats``: of several in a row only the first is worth a report.
    """

    code: Code
    span: Span
    message: str
    help: str = ""
    fix: Fix | None = None
    meant: tuple[str, str] | None = None
    takes: int = 1
    ruins_value: bool = False
    gives_up: bool = False
    repeats: bool = False


def declaration_words(rules: Grammar) -> tuple[str, ...]:
    """The words that begin a declaration."""
    return ("param", "let", "use", "block", *rules.words("KIND"))


def describe(place: Place, rules: Grammar) -> Mistake:
    """The mistake at a token that the parser cannot take."""
    for recognise in _RECOGNISERS:
        mistake = recognise(place, rules)
        if mistake is not None:
            return mistake
    if place.token.type in {NEWLINE, END} and place.previous is not None:
        return Mistake(
            code=UNEXPECTED,
            span=place.previous.span,
            message=f"expected {expectations(place)} after {shown(place.previous)}",
        )
    return Mistake(
        code=UNEXPECTED,
        span=place.token.span,
        message=f"unexpected {shown(place.token)}; expected {expectations(place)}",
    )


def _misplaced_doc(place: Place, _: Grammar) -> Mistake | None:
    if place.token.type != "DOC":
        return None
    return Mistake(
        code=MISPLACED_DOC,
        span=place.token.span,
        message="a docstring stands under the header or first in a block",
        help="write a comment, `# ...`",
    )


def _colon(place: Place, _: Grammar) -> Mistake | None:
    if place.token.type != "COLON" or "EQUAL" not in place.accepted:
        return None
    return Mistake(
        code=FOREIGN,
        span=place.token.span,
        message='write "=" instead of ":"',
        help="a name and its value are joined by `=`",
        fix=Fix(place.token.span, " =" if _is_tight(place) else "="),
        meant=("EQUAL", "="),
    )


def _equals_for_comparison(place: Place, _: Grammar) -> Mistake | None:
    if place.token.type != "EQUAL" or "COMPARE" not in place.accepted or _heads_file(place):
        return None
    return Mistake(
        code=UNEXPECTED,
        span=place.token.span,
        message='unexpected "="',
        help='two values are compared with "=="; a name that is defined is a single word',
        meant=("COMPARE", "=="),
    )


def _comma_at_line_end(place: Place, _: Grammar) -> Mistake | None:
    comma = place.token
    if comma.type != "COMMA" or place.following.type not in _STATEMENT_ENDS:
        if comma.type not in _STATEMENT_ENDS or place.previous is None:
            return None
        if place.previous.type != "COMMA":
            return None
        comma = place.previous
    return Mistake(
        code=FOREIGN,
        span=comma.span,
        message='a statement ends with its line; "," is not needed',
        help="leave it out",
        fix=Fix(comma.span, ""),
    )


def _logical_word(place: Place, _: Grammar) -> Mistake | None:
    if place.token.value not in _LOGICAL or place.previous is None or not ends_value(place.previous):
        return None
    return Mistake(
        code=FOREIGN,
        span=place.token.span,
        message=f"there is no `{place.token.value}` in expressions",
        help="an `if` inside an `if` says the same; of a property, each claim is a line",
        gives_up=True,
    )


def _bare_point(place: Place, _: Grammar) -> Mistake | None:
    point, number = place.token, place.following
    if point.type != "DOT" or number.type not in {"NUMBER", "MEASURE"} or "." in number.value:
        return None
    if point.span.end != number.span.start or "UNREADABLE" not in place.accepted:
        return None
    return Mistake(
        code=MALFORMED_NUMBER,
        span=point.span.to(number.span),
        message=f"write `0.{number.value}` instead of `.{number.value}`",
        help="a number has digits on both sides of its point",
        fix=Fix(point.span, "0."),
        meant=(number.type, f"0.{number.value}"),
        takes=2,
    )


def _trailing_point(place: Place, _: Grammar) -> Mistake | None:
    point, number = place.previous, place.before_previous
    if point is None or number is None or point.type != "DOT" or number.type != "NUMBER":
        return None
    if place.token.type == NAME:
        return None
    return Mistake(
        code=MALFORMED_NUMBER,
        span=number.span.to(point.span),
        message=f"write `{number.value}.0` instead of `{number.value}.`",
        help="a number has digits on both sides of its point",
        fix=Fix(point.span, ".0"),
        gives_up=True,
    )


def _unknown_unit(place: Place, _: Grammar) -> Mistake | None:
    token, number = place.token, place.previous
    if number is None or number.type != "NUMBER" or token.type not in {NAME, WORD}:
        return None
    if place.following.type in {"EQUAL", "LPAR"} or "ADD" not in place.accepted:
        return None
    hint = did_you_mean(token.value, UNITS)
    units = "units are epochs, iterations, s, min, MB, GB and %"
    near = nearest(token.value, UNITS, 1)
    return Mistake(
        code=MALFORMED_NUMBER,
        span=token.span,
        message=f"`{_cut(token.value)}` is not a unit",
        help=f"{hint} {units}" if hint else units,
        fix=Fix(token.span, near[0], Applicability.MAYBE) if near else None,
        ruins_value=True,
    )


def _missing_value(place: Place, _: Grammar) -> Mistake | None:
    previous = place.previous
    if "UNREADABLE" not in place.accepted or previous is None or KEYWORD in place.accepted:
        return None
    if place.token.type == "EQUAL":
        return None
    after = f'"{previous.value}"' if not previous.value.isidentifier() else f"`{previous.value}`"
    what = "a layer or step" if previous.type == "ARROW" else "a value"
    if place.token.type == "COMMA" and previous.type in {"COMMA", "LPAR", "LSQB"}:
        return Mistake(
            code=UNEXPECTED,
            span=place.token.span,
            message='expected a value before ","',
            fix=Fix(place.token.span, "", Applicability.MAYBE),
        )
    message = f"expected {what} after {after}"
    if place.token.type not in {NEWLINE, END}:
        message += f", not {shown(place.token)}"
    return Mistake(code=UNEXPECTED, span=previous.span, message=message)


def _missing_comma(place: Place, _: Grammar) -> Mistake | None:
    token, previous = place.token, place.previous
    if previous is None or not ends_value(previous) or not _begins(token):
        return None
    in_brackets = "COMMA" in place.accepted and NEWLINE not in place.accepted
    if not in_brackets:
        return None
    end = previous.span.end
    return Mistake(
        code=UNEXPECTED,
        span=token.span,
        message=f'expected "," before {shown(token)}',
        fix=Fix(Span(token.span.file, end, end), ",", Applicability.MAYBE),
        meant=None,
    )


def _side_by_side(place: Place, rules: Grammar) -> Mistake | None:
    token, previous = place.token, place.previous
    if previous is None or NEWLINE not in place.accepted or not _begins(token):
        return None
    if "LINK" in place.accepted and token.type == NAME and begins_value(place.following):
        return Mistake(
            code=UNKNOWN_KEYWORD,
            span=token.span,
            message=f"`{token.value}` does not join the parts of a setting",
            help="these words do: " + ", ".join(f"`{word}`" for word in rules.words("LINK")),
            gives_up=True,
        )
    begins_line = token.type == NAME and place.following.type in {"EQUAL", "LPAR"}
    if previous.type == NAME and not begins_line:
        return Mistake(
            code=UNEXPECTED,
            span=token.span,
            message=f"unexpected {shown(token)} after `{previous.value}`",
            help=f"a call is written `{previous.value}(...)`, a definition `{previous.value} = ...`",
            gives_up=True,
        )
    return Mistake(
        code=UNEXPECTED,
        span=token.span,
        message=f"unexpected {shown(token)}; expected {expectations(place)}",
        help="write each statement on a line of its own" if begins_line else "",
        gives_up=not begins_line,
    )


def _file_level(place: Place, rules: Grammar) -> Mistake | None:
    token, following = place.token, place.following
    if not _heads_file(place):
        return None
    if token.type in {NAME, WORD} and following.type == "EQUAL":
        return Mistake(
            code=UNEXPECTED,
            span=token.span,
            message=f"outside blocks a definition begins with `let`: `let {token.value} = ...`",
            fix=Fix(Span(token.span.file, token.span.start, token.span.start), "let "),
            meant=("LET", "let"),
            takes=0,
        )
    if token.value in rules.words(KEYWORD):
        return Mistake(
            code=UNEXPECTED,
            span=token.span,
            message=f"`{token.value}` stands outside any block",
            help="settings belong inside a block such as `train { }`",
            gives_up=True,
        )
    words = ", ".join(f"`{word}`" for word in declaration_words(rules))
    return Mistake(
        code=UNEXPECTED,
        span=token.span,
        message=f"unexpected {shown(token)}; expected a declaration",
        help=f"a declaration begins with one of {words}",
        gives_up=True,
        repeats=True,
    )


def _chained_comparison(place: Place, _: Grammar) -> Mistake | None:
    if place.token.type != "COMPARE" or place.previous is None or not ends_value(place.previous):
        return None
    return Mistake(
        code=UNEXPECTED,
        span=place.token.span,
        message=f'a second comparison, "{place.token.value}", in one expression',
        help="comparisons do not chain; compare two values only",
        gives_up=True,
    )


def _missing_after_name(place: Place, _: Grammar) -> Mistake | None:
    """The punctuation that a declaration's parts are joined by."""
    previous, before = place.previous, place.before_previous
    if previous is None or before is None or previous.type != NAME:
        return None
    subject = None
    if before.type in {"LET", "PARAM", "BLOCK", "REPEAT", "COLON"}:
        subject = {
            "LET": f"`{previous.value}`",
            "PARAM": "the parameter's name",
            "BLOCK": "the block's name",
            "REPEAT": f"`{previous.value}`",
            "COLON": "the parameter's type",
        }[before.type]
    if subject is None:
        return None
    wanted = {"PARAM": '":" and a type', "BLOCK": '"("'}.get(before.type, "")
    wanted = wanted or expectations(place)
    return Mistake(
        code=UNEXPECTED,
        span=previous.span,
        message=f"expected {wanted} after {subject}",
        gives_up=before.type == "PARAM",
    )


_RECOGNISERS: tuple[Callable[[Place, Grammar], Mistake | None], ...] = (
    _misplaced_doc,
    _file_level,
    _colon,
    _comma_at_line_end,
    _logical_word,
    _chained_comparison,
    _bare_point,
    _trailing_point,
    _equals_for_comparison,
    _missing_after_name,
    _missing_value,
    _unknown_unit,
    _missing_comma,
    _side_by_side,
)


def expectations(place: Place) -> str:
    """What may stand at the place: ``a layer or "}"``."""
    accepted = place.accepted
    found: list[str] = []
    if KEYWORD in accepted:
        found.append({"network": "a layer", "block": "a layer", "preprocess": "a step"}.get(
            place.section, "a setting"
        ))  # fmt: skip
    elif "KIND" in accepted:
        found.append("a declaration")
    elif "UNREADABLE" in accepted:
        found.append("a value")
    skipped = set(_CONTINUATIONS) if accepted - _CONTINUATIONS else set()
    if found:
        skipped |= {"NAME", "STRING", "NUMBER", "LPAR", NEWLINE}
    found += [words for kind, words in _EXPECTATIONS.items() if kind in accepted - skipped]
    return _either(found or ["the end of the file"])


def shown(token: Token) -> str:
    """A token in a message: its text, or a word for what cannot be seen."""
    if token.type == END:
        return "the end of the file"
    if token.type == NEWLINE:
        return "the end of the line"
    if token.type == "DOC":
        return "a docstring"
    if token.type == "UNREADABLE":
        return "this"
    text = _cut(token.value)
    return text if text.startswith('"') else f"`{text}`" if text[:1].isalnum() else f'"{text}"'


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _either(items: Iterable[str]) -> str:
    *some, last = items
    return f"{', '.join(some)} or {last}" if some else last


def _heads_file(place: Place) -> bool:
    return "KIND" in place.accepted


def _is_tight(place: Place) -> bool:
    return place.previous is not None and place.previous.span.end == place.token.span.start


def _begins(token: Token) -> bool:
    return begins_value(token) or token.type in {"LPAR", "LSQB", "IF"}
