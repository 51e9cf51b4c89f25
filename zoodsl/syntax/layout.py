"""Which newlines end statements: all but those inside brackets and before what continues a line."""

from __future__ import annotations

from collections.abc import Sequence

from zoodsl.syntax.tokens import CLOSERS, NEWLINE, Token

_CONTINUING_KINDS = frozenset({"ARROW", "DOC", "LBRACE"})
_OPENING = frozenset({"LPAR", "LSQB"})
_CONTINUING_WORDS = frozenset({"then", "else"})


def without_idle_newlines(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without the newlines that mean nothing.

    These are the ones inside ``()``, ``[]`` and the braces of an ``if`` expression; before ``->``,
    ``then``, ``else``, ``{`` and a docstring; at the beginning; and all but the last of several.
    """
    kept: list[Token] = []
    # One entry an open bracket: whether newlines inside it mean nothing.
    idle: list[bool] = []
    # Depths at which an `if` waits for its braces.
    conditions: list[int] = []
    count = len(tokens)
    for index, token in enumerate(tokens):
        kind = token.type
        if kind == NEWLINE:
            if (idle and idle[-1]) or not kept:
                continue
            if index + 1 < count and (tokens[index + 1].type == NEWLINE or _continues(tokens, index + 1)):
                continue
            conditions.clear()
        elif kind in _OPENING:
            idle.append(True)
        elif kind == "LBRACE":
            inline = bool(kept) and kept[-1].value == "else"
            if not inline and conditions and conditions[-1] == len(idle):
                inline = True
                conditions.pop()
            idle.append(inline or bool(idle and idle[-1]))
        elif kind in CLOSERS:
            if idle:
                idle.pop()
        elif token.value == "if" and _is_conditional(tokens, index):
            conditions.append(len(idle))
        kept.append(token)
    return kept


def _continues(tokens: Sequence[Token], index: int) -> bool:
    """Whether the line that begins at ``index`` goes on with the one before."""
    token = tokens[index]
    if token.type in _CONTINUING_KINDS:
        return True
    if token.value not in _CONTINUING_WORDS:
        return False
    return not (index + 1 < len(tokens) and tokens[index + 1].type == "EQUAL")


def _is_conditional(tokens: Sequence[Token], index: int) -> bool:
    """Whether the ``if`` at ``index`` is the keyword, not an argument's or a column's name."""
    is_argument = index + 1 < len(tokens) and tokens[index + 1].type == "EQUAL"
    return not is_argument and not (index and tokens[index - 1].type == "DOT")
