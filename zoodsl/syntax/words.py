"""Which terminal a word is: keywords are keywords by their place alone."""

from __future__ import annotations

from collections.abc import Container, Mapping

from zoodsl.syntax.tokens import Token

NAME = "NAME"
KEYWORD = "KEYWORD"
CALLED = ("label", "training")
"""Keywords that the claims of a property call: ``label(row) == 3``, where ``label (a + b)`` sets the label."""

UNITS = ("epoch", "epochs", "iteration", "iterations", "min", "GB", "MB", "s", "%")
"""Every spelling of a unit; ``zoo.lark`` and ``zoodsl.types`` have the same."""


def kind_of_word(
    word: Token,
    following: Token,
    expected: Container[str],
    keywords: Mapping[str, tuple[str, ...]],
) -> str:
    """The terminal of ``word`` where the parser's state knows the terminals ``expected``.

    Before ``=`` a word is a name, but for the head of a statement: there ``input = ...`` is a mistake. So is one of
    ``CALLED`` with its bracket.
    """
    if word.value in CALLED and following.type == "LPAR" and following.start_pos == word.end_pos:
        return NAME
    if following.type == "EQUAL" and KEYWORD not in expected:
        return NAME
    for kind in keywords[word.value]:
        if kind in expected:
            return kind
    return NAME
