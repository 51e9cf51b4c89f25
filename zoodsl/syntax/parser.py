"""The parser: source text to syntax tree, with every mistake reported and a tree whatever the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lark import UnexpectedToken

from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile, Span
from zoodsl.syntax.depth import within_depth
from zoodsl.syntax.grammar import EXPRESSION_START, FILE_START, Grammar, grammar
from zoodsl.syntax.header import check_version, with_header
from zoodsl.syntax.layout import without_idle_newlines
from zoodsl.syntax.lexer import tokenize
from zoodsl.syntax.nodes import Expression, File
from zoodsl.syntax.tokens import END, WORD, Token, token_at
from zoodsl.syntax.words import kind_of_word


def parse(source: SourceFile, diagnostics: Diagnostics) -> File:
    """The file's tree. Never raises; what cannot be read is reported, and left out or ``Unreadable``."""
    rules = grammar()
    lexed = tokenize(source, rules, diagnostics)
    tokens = within_depth(without_idle_newlines(lexed.tokens), diagnostics)
    tree: File | None = _parsed(rules, tokens, source, FILE_START)
    if tree is None:
        tree = _recovered(rules, lexed.tokens, source, diagnostics)
    elif tree.version is not None:
        check_version(tree.version.span, diagnostics)
    whole = Span(source, 0, len(source.text))
    return replace(tree, span=whole, comments=tuple(lexed.comments))


def parse_expression(source: SourceFile, diagnostics: Diagnostics) -> Expression | None:
    """The one expression that is the whole text; None, with reports, where it is anything else."""
    rules = grammar()
    before = len(diagnostics)
    lexed = tokenize(source, rules, diagnostics)
    tokens = within_depth(without_idle_newlines(lexed.tokens), diagnostics)
    tree: Expression | None = _parsed(rules, tokens, source, EXPRESSION_START)
    if tree is None and len(diagnostics) == before:
        _report_first(rules, lexed.tokens, source, diagnostics)
    return tree if len(diagnostics) == before else None


# What mends mistakes is imported where there are some: a right file starts quicker without.


def _recovered(rules: Grammar, tokens: list[Token], source: SourceFile, diagnostics: Diagnostics) -> File:
    from zoodsl.syntax.brackets import balanced
    from zoodsl.syntax.mistaken_words import with_then
    from zoodsl.syntax.recovery import Recovery

    header = with_header(_undecided(tokens, rules), source, diagnostics)
    mended = with_then(balanced(header.tokens, rules, diagnostics), diagnostics)
    mended = within_depth(without_idle_newlines(mended), diagnostics)
    tree: File = Recovery(rules, FILE_START, mended, source, diagnostics).run()
    return tree if header.is_written else replace(tree, version=None)


def _report_first(rules: Grammar, tokens: list[Token], source: SourceFile, diagnostics: Diagnostics) -> None:
    """Reports brackets without a partner or, where there are none, the first mistake."""
    from zoodsl.syntax.brackets import balanced
    from zoodsl.syntax.recovery import Recovery

    before = len(diagnostics)
    mended = without_idle_newlines(balanced(_undecided(tokens, rules), rules, diagnostics))
    if len(diagnostics) == before:
        Recovery(rules, EXPRESSION_START, mended, source, diagnostics).report_first()


def _undecided(tokens: list[Token], rules: Grammar) -> list[Token]:
    """The tokens as the lexer gave them: the first attempt has settled what some words are."""
    for token in tokens:
        if token.value in rules.keywords:
            token.type = WORD
    return tokens


def _parsed(rules: Grammar, tokens: Sequence[Token], source: SourceFile, start: str) -> Any:
    """The tree of tokens without a mistake; None where there is one."""
    state = rules.lark.parse_interactive(start=start).parser_state
    states = state.parse_conf.states
    stack = state.state_stack
    keywords = rules.keywords
    end = token_at(END, "", source, len(source.text), len(source.text))
    following = iter(tokens)
    next(following, None)
    try:
        for token in tokens:
            after = next(following, end)
            if token.type == WORD:
                token.type = kind_of_word(token, after, states[stack[-1]], keywords)
            state.feed_token(token)
        return state.feed_token(end, is_end=True)
    except UnexpectedToken:
        return None
