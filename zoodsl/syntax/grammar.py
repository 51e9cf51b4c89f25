"""The grammar file, the LALR tables built from it, and the lexical part that the lexer works with."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark
from lark.lexer import Lexer, PatternStr, TerminalDef

from zoodsl.syntax.builder import tree_builder
from zoodsl.syntax.table_cache import load_tables, store_tables

FILE_START = "file"
EXPRESSION_START = "lone"

_KEYWORD_LISTS = ("KIND", "KEYWORD", "LINK")


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a parse works with: Lark's tables with the tree builder's callbacks, and the lexical part.

    ``tokens`` matches the next token and the blanks before it; the name of the group that matched is its
    terminal. ``keywords`` gives for each word the terminals it may be, in order of preference.
    """

    lark: Lark
    tokens: re.Pattern[str]
    keywords: dict[str, tuple[str, ...]]

    def words(self, terminal: str) -> tuple[str, ...]:
        """The words that may be ``terminal``, in the grammar's order."""
        return tuple(word for word, kinds in self.keywords.items() if terminal in kinds)


class _NoLexer(Lexer):
    """Lark's tables are fed token by token from our own lexer, so that its lexers are never built."""

    def __init__(self, lexer_conf: object) -> None:
        pass

    def lex(self, lexer_state: object, parser_state: object) -> None:  # type: ignore[override]
        raise NotImplementedError("tokens are fed by the parser")


def grammar_path() -> Path:
    """Where ``zoo.lark`` is: inside an installed wheel's package, beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "grammars" / "zoo.lark"
    return installed if installed.is_file() else package.parent / "grammars" / "zoo.lark"


def build_lark(text: str, *, strict: bool = False) -> Lark:
    """Builds the tables from the grammar's text (about 50 ms); ``strict`` raises on any conflict."""
    return Lark(
        text,
        parser="lalr",
        lexer=_NoLexer,
        start=[FILE_START, EXPRESSION_START],
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=tree_builder(),
        strict=strict,
    )


@cache
def grammar() -> Grammar:
    """The grammar, made once a process; its tables come from the user's cache where they are there."""
    text = grammar_path().read_text(encoding="utf-8")
    lark = load_tables(text, lexer=_NoLexer, transformer=tree_builder())
    if lark is None:
        lark = build_lark(text)
        store_tables(text, lark)
    return Grammar(lark, _token_pattern(lark.terminals), _keywords(lark.terminals))


def _is_word(terminal: TerminalDef) -> bool:
    return isinstance(terminal.pattern, PatternStr) and terminal.pattern.value.isidentifier()


def _keywords(terminals: Collection[TerminalDef]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for terminal in terminals:
        if _is_word(terminal):
            words = [terminal.pattern.value]
        elif terminal.name in _KEYWORD_LISTS:
            words = terminal.pattern.value.removeprefix("(").removesuffix(r")\b").split("|")
        else:
            continue
        for word in words:
            found[word] = (*found.get(word, ()), terminal.name)
    return found


def _token_pattern(terminals: Collection[TerminalDef]) -> re.Pattern[str]:
    """One pattern for all terminals: by priority, then regular expressions, then longest spelling."""
    lexical = [
        terminal
        for terminal in terminals
        if not _is_word(terminal)
        and terminal.name not in _KEYWORD_LISTS
        and not terminal.name.startswith("__IGNORE")
    ]
    lexical.sort(
        key=lambda terminal: (
            -terminal.priority,
            isinstance(terminal.pattern, PatternStr),
            -len(terminal.pattern.value),
        )
    )
    alternatives = "|".join(f"(?P<{item.name}>{item.pattern.to_regexp()})" for item in lexical)
    return re.compile(rf"[ \t]*(?:{alternatives})")
