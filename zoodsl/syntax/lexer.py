"""The lexer: a text becomes tokens and comments; what cannot be a token is reported and mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile, Span
from zoodsl.syntax import nodes
from zoodsl.syntax.grammar import Grammar
from zoodsl.syntax.spelling import FOREIGN_WORDS, Speller
from zoodsl.syntax.tokens import NEWLINE, WORD, Token, token_at

_BYTE_ORDER_MARK = "\ufeff"
_NUMERIC = frozenset({"NUMBER", "MEASURE", "SIZE"})


@dataclass(frozen=True, slots=True)
class Lexed:
    """All tokens of a text in order, newlines included, and its comments."""

    tokens: list[Token]
    comments: list[nodes.Comment]


def tokenize(source: SourceFile, grammar: Grammar, diagnostics: Diagnostics) -> Lexed:
    """Splits the text into tokens; never fails.

    A word that is a keyword somewhere is a ``WORD``; the parser decides by its place.
    """
    text = source.text
    match = grammar.tokens.match
    keywords = grammar.keywords
    speller = Speller(source, diagnostics)
    tokens: list[Token] = []
    comments: list[nodes.Comment] = []
    position = len(_BYTE_ORDER_MARK) if text.startswith(_BYTE_ORDER_MARK) else 0
    while True:
        found = match(text, position)
        if found is None:
            mended = speller.mend(position)
            if mended is None:
                break
            position, token = mended
            if token is not None:
                tokens.append(token)
            continue
        kind = str(found.lastgroup)
        start, position = found.span(kind)
        if kind == "COMMENT":
            comments.append(_comment(source, start, position, tokens))
            continue
        value = found[kind]
        if kind == "NAME" and value in keywords:
            kind = WORD
        elif kind in _NUMERIC or kind == "STRING":
            kind = speller.check(kind, value, start)
        elif kind == "NAME" and (value in FOREIGN_WORDS or not value.isascii()):
            kind, value = speller.word(value, start, tokens)
        tokens.append(token_at(kind, value, source, start, position))
    return Lexed(tokens, comments)


def _comment(source: SourceFile, start: int, end: int, tokens: Sequence[Token]) -> nodes.Comment:
    trailing = bool(tokens) and tokens[-1].type != NEWLINE
    return nodes.Comment(
        span=Span(source, start, end), text=source.text[start:end].rstrip(), trailing=trailing
    )
