"""The header, ``zoo 1``: the first thing in a file."""

from __future__ import annotations

from dataclasses import dataclass

from zoodsl.diagnostics import Applicability, Diagnostics, Fix
from zoodsl.diagnostics.rules.syntax import HEADER, VERSION
from zoodsl.source import SourceFile, Span
from zoodsl.syntax.tokens import NEWLINE, Token, token_at

VERSION_READ = 1
"""The version of the language that this parser reads."""

_HEADER = "zoo 1"


@dataclass(frozen=True, slots=True)
class Headed:
    """Tokens that begin with a header, which is made up where none ``is_written``."""

    tokens: list[Token]
    is_written: bool


def check_version(span: Span, diagnostics: Diagnostics) -> None:
    """Reports a header with another version than the one known; ``span`` is the version's."""
    if span.text == str(VERSION_READ):
        return
    diagnostics.report(
        VERSION,
        span,
        f"version {span.text} of the language is not known",
        help=f"this zoodsl reads version {VERSION_READ}: write `{_HEADER}`",
        fix=Fix(span, str(VERSION_READ), Applicability.MAYBE),
    )


def with_header(tokens: list[Token], source: SourceFile, diagnostics: Diagnostics) -> Headed:
    """The tokens with a right header in front; a missing, misplaced or wrong one is reported."""
    first = next((index for index, token in enumerate(tokens) if token.type != NEWLINE), len(tokens))
    start = tokens[first].span.start if first < len(tokens) else len(source.text)
    if first < len(tokens) and tokens[first].value == "zoo":
        return _checked(tokens[first:], source, diagnostics)
    for index in range(first, len(tokens) - 1):
        begins_line = tokens[index - 1].type == NEWLINE
        if begins_line and tokens[index].value == "zoo" and tokens[index + 1].type == "NUMBER":
            span = tokens[index].span.to(tokens[index + 1].span)
            diagnostics.report(
                HEADER, span, "the header must be the first thing in the file", help="move it to the top"
            )
            rest = [*tokens[first:index], *tokens[index + 2 :]]
            return Headed([*_made_up(source, start), *rest], is_written=True)
    place = Span(source, start, start)
    diagnostics.report(
        HEADER,
        place,
        f"the header `{_HEADER}` is missing",
        help="a file begins with the version of the language it is written in",
        fix=Fix(place, f"{_HEADER}\n"),
    )
    return Headed([*_made_up(source, start), *tokens[first:]], is_written=False)


def _checked(tokens: list[Token], source: SourceFile, diagnostics: Diagnostics) -> Headed:
    """Tokens that begin with ``zoo``: checks what follows it on its line."""
    if len(tokens) > 1 and tokens[1].type == "NUMBER":
        check_version(tokens[1].span, diagnostics)
        return Headed(tokens, is_written=True)
    end = next((index for index, token in enumerate(tokens) if token.type == NEWLINE), len(tokens))
    span = tokens[0].span.to(tokens[end - 1].span)
    diagnostics.report(
        HEADER,
        span,
        "the header is `zoo` and the version of the language",
        help=f"write `{_HEADER}`",
        fix=Fix(span, _HEADER, Applicability.MAYBE),
    )
    return Headed([*_made_up(source, span.start), *tokens[end:]], is_written=True)


def _made_up(source: SourceFile, at: int) -> tuple[Token, ...]:
    return (
        token_at("ZOO", "zoo", source, at, at),
        token_at("NUMBER", str(VERSION_READ), source, at, at),
        token_at(NEWLINE, "\n", source, at, at),
    )
