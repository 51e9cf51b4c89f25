"""A bound on nesting, so that no later stage that walks the tree by recursion can overflow."""

from __future__ import annotations

from collections.abc import Sequence

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.syntax import TOO_DEEP
from zoodsl.syntax.tokens import CLOSERS, NEWLINE, OPENERS, Token, ends_value, token_at

DEEPEST = 100
"""Levels of nesting: brackets, and operators that lean on one another."""

_MOST_REPORTS = 50
_OPERATORS = frozenset({"ADD", "MULTIPLY", "COMPARE", "DOTS", "DOT"})
_RESTARTS = frozenset({"COMMA", "ARROW", NEWLINE})


def within_depth(tokens: list[Token], diagnostics: Diagnostics) -> list[Token]:
    """The tokens; where an expression is nested too deeply, that is reported and its core left out."""
    kept: list[Token] = []
    # For each open bracket, the operators since it opened or since the last comma in it.
    chains = [0]
    depth = 0
    index = 0
    reports = 0
    while index < len(tokens):
        token = tokens[index]
        kind = token.type
        if kind in OPENERS:
            chains.append(0)
            depth += 1
        elif kind in CLOSERS:
            if len(chains) > 1:
                depth -= chains.pop() + 1
            # `f(1)(2)(3)` leans to the left as a sum does.
            if kind != "RBRACE":
                chains[-1] += 1
                depth += 1
        elif kind in _OPERATORS:
            chains[-1] += 1
            depth += 1
        elif kind in _RESTARTS:
            depth -= chains[-1]
            chains[-1] = 0
        if depth <= DEEPEST:
            kept.append(token)
            index += 1
            continue
        # What has gone too deep is taken back: an opening bracket, an operator, or one of many brackets that close nothing.
        depth -= 1
        if kind in CLOSERS:
            chains[-1] -= 1
            kept.append(token)  # which is reported where brackets are
            index += 1
            continue
        if kind in OPENERS:
            chains.pop()
        else:
            chains[-1] -= 1
        reports += 1
        if reports <= _MOST_REPORTS:
            diagnostics.report(
                TOO_DEEP,
                token.span,
                f"this is nested more than {DEEPEST} levels deep",
                help="name a part of it with `let` or a definition, and use the name",
            )
        index = _without_core(tokens, index, kept)
    return kept


def _without_core(tokens: Sequence[Token], index: int, kept: list[Token]) -> int:
    """Leaves out what goes too deep from ``index`` on; gives where reading goes on."""
    token = tokens[index]
    if token.type == "LBRACE":
        end = _closing(tokens, index)
        kept += (token, *tokens[end : end + 1])
        return end + 1
    if kept and ends_value(kept[-1]):
        # An operator after a value, or a call or an index of it: the value stays.
        return _end_of_operand(tokens, index)
    kept.append(token_at("UNREADABLE", "", token.span.file, token.span.start, token.span.end))
    return _closing(tokens, index) + 1 if token.type in OPENERS else _end_of_operand(tokens, index)


def _closing(tokens: Sequence[Token], index: int) -> int:
    """Where the bracket that opens at ``index`` closes."""
    level = 0
    for at in range(index, len(tokens)):
        level += (tokens[at].type in OPENERS) - (tokens[at].type in CLOSERS)
        if level == 0:
            return at
    return len(tokens)


def _end_of_operand(tokens: Sequence[Token], index: int) -> int:
    """Where the next item, line or closing bracket ends the operand that ``index`` is in."""
    level = 0
    for at in range(index, len(tokens)):
        kind = tokens[at].type
        if level == 0 and (kind in CLOSERS or kind in _RESTARTS):
            return at
        level += (kind in OPENERS) - (kind in CLOSERS)
    return len(tokens)
