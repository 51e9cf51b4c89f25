"""What is written amiss in a ``property``, by those who know other languages."""

from __future__ import annotations

import re

from zoodsl.diagnostics import Applicability, Fix
from zoodsl.diagnostics.rules.syntax import FOREIGN, UNEXPECTED
from zoodsl.source import Span
from zoodsl.syntax.mistakes import Mistake, Place
from zoodsl.syntax.tokens import NEWLINE, WORD, begins_value
from zoodsl.syntax.words import KEYWORD, NAME

_SECTION = "property"
_GOES_ON = frozenset({"LPAR", "LSQB", "DOT", "ARROW", "COMPARE"})
"""What follows the first name of a claim."""

_OF_ROWS = frozenset({"label"})
"""Measures whose names are keywords where a statement begins."""

_TUPLE = re.compile(r"\(\s*\d+\s*(?:,\s*\d+\s*)+,?\s*\)")


def word_before_claim(place: Place) -> Mistake | None:
    """``not Finite(x)``, ``assert Finite(x)``: a word where a claim begins."""
    token, following = place.token, place.following
    if place.section != _SECTION or token.type != NAME or place.later.type not in _GOES_ON:
        return None
    if following.type not in {NAME, WORD} or following.value == "in":
        return None
    help_ = f"leave `{token.value}` out"
    if token.value == "not":
        help_ = "write its opposite, such as `!=` in place of `==`"
    return Mistake(
        code=FOREIGN,
        span=token.span,
        message=f"a claim has no word before it: `{token.value}`",
        help=help_,
        gives_up=True,
    )


def claim_mistake(place: Place) -> Mistake | None:
    """A mistake in ``forall``, or in what a claim compares."""
    if place.section != _SECTION or place.previous is None:
        return None
    return _missing_in(place) or _claim_beside_forall(place) or _bare_measure(place) or _tuple(place)


def _missing_in(place: Place) -> Mistake | None:
    """``forall image AnyImage()``, and the same with a colon."""
    token, name, before = place.token, place.previous, place.before_previous
    if name is None or before is None or name.type != NAME or "LINK" not in place.accepted:
        return None
    colon = token.type == "COLON"
    called, bracket = (place.following, place.later) if colon else (token, place.following)
    if before.type not in {KEYWORD, "COMMA"} or called.type != NAME or bracket.type != "LPAR":
        return None
    return Mistake(
        code=UNEXPECTED,
        span=token.span,
        message=f"`in` is missing between `{name.value}` and `{called.value}`",
        help=f"it is written `forall {name.value} in {called.value}(...)`",
        fix=Fix(Span(token.span.file, name.span.end, called.span.start), " in "),
        meant=("LINK", "in"),
        takes=int(colon),
    )


def _claim_beside_forall(place: Place) -> Mistake | None:
    """``forall x in AnyTensor(3): Finite(x)``, and the same in braces."""
    if place.token.type not in {"COLON", "LBRACE"} or place.previous is None or place.previous.type != "RPAR":
        return None
    if not {"LINK", NEWLINE} <= place.accepted:
        return None
    return Mistake(
        code=FOREIGN,
        span=place.token.span,
        message="claims are lines of their own",
        help="end the line of `forall` here, and write each claim on a line below",
        gives_up=True,
    )


def _bare_measure(place: Place) -> Mistake | None:
    """``label < 10``."""
    word = place.previous
    if word is None or word.type != KEYWORD or word.value not in _OF_ROWS or begins_value(place.token):
        return None
    return Mistake(
        code=UNEXPECTED,
        span=word.span,
        message=f"`{word.value}` is of a row, and none is named",
        help=f"write `{word.value}(row)` of a variable that is drawn by `forall row in AnyRow(...)`",
        gives_up=True,
    )


def _tuple(place: Place) -> Mistake | None:
    """``(1, 8, 8)`` for a size."""
    before = place.before_previous
    if place.token.type != "COMMA" or before is None or before.type != "LPAR":
        return None
    span = before.span
    written = _TUPLE.match(span.file.text, span.start)
    if written is None:
        return None
    size = "x".join(re.findall(r"\d+", written[0]))
    return Mistake(
        code=FOREIGN,
        span=Span(span.file, *written.span()),
        message="a size has no brackets and commas",
        help=f"write `{size}`",
        fix=Fix(Span(span.file, *written.span()), size, Applicability.MAYBE),
        gives_up=True,
    )
