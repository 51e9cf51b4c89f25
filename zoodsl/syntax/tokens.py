"""Tokens: the words of a text, each with the characters it was read from."""

from __future__ import annotations

from lark import Token as LarkToken

from zoodsl.source import SourceFile, Span


class Token(LarkToken):
    """A token that knows its span.

    ``value`` is the text as the language means it, which differs from ``span.text`` where a foreign
    spelling (``'x'``) was reported and read as the right one (``"x"``).
    """

    __slots__ = ("span",)
    span: Span


def token_at(kind: str, value: str, source: SourceFile, start: int, end: int) -> Token:
    """A token of terminal ``kind`` that covers ``[start, end)`` of ``source``."""
    token = Token(kind, value, start, end_pos=end)
    token.span = Span(source, start, end)
    return token


WORD = "WORD"
"""The kind of a token that is a keyword in some places and a NAME in the others; see ``keywords``."""

NEWLINE = "_NL"
END = "$END"

OPENERS = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
CLOSERS = {closer: opener for opener, closer in OPENERS.items()}

_VALUE_ENDS = frozenset(
    {"NAME", WORD, "STRING", "NUMBER", "MEASURE", "SIZE", "TRUE", "FALSE", "UNREADABLE", "RPAR", "RSQB"}
)
_VALUE_BEGINS = frozenset(
    {"NAME", WORD, "STRING", "NUMBER", "MEASURE", "SIZE", "TRUE", "FALSE", "UNREADABLE"}
)


def ends_value(token: Token) -> bool:
    """Whether a value may end with ``token``."""
    return token.type in _VALUE_ENDS


def begins_value(token: Token) -> bool:
    """Whether ``token`` begins a value and nothing else: an operator or a bracket may also continue one."""
    return token.type in _VALUE_BEGINS
