"""Wrong specs with exactly one known mistake, made from right ones, and how well the compiler answers them.

A mistake that leaves a spec right, such as two layers exchanged that commute, is none: ``answer`` says so.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Diagnostic
from zoodsl.testing.calls import Draw
from zoodsl.testing.generated.specs import specs
from zoodsl.testing.mistaken.exchanges import doubles, exchanges
from zoodsl.testing.mistaken.misspellings import misspellings
from zoodsl.testing.mistaken.omissions import omissions
from zoodsl.testing.mistaken.written import Mistake, Written
from zoodsl.testing.mistaken.wrong_values import wrong_values

FAMILIES: tuple[Callable[[Written, random.Random], Iterator[Mistake]], ...] = (
    misspellings,
    omissions,
    exchanges,
    doubles,
    wrong_values,
)

_SUGGESTED = re.compile(r"`([^`]+)`")


def mistakes(text: str, *, path: str = "spec.zoo", seed: int = 0) -> tuple[Mistake, ...]:
    """Every place at which a right spec can go wrong, each with one mistake.

    Args:
        text: a spec that is right; of a wrong one nobody could say what a further mistake does to it.
        path: where it stands: what it reads is looked for beside it.
        seed: decides between the ways to go wrong at a place. Equal seeds give equal mistakes.
    """
    spec = Written(path, text)
    return tuple(
        each
        for family in FAMILIES
        for each in family(spec, random.Random(f"{seed} {family.__name__}"))  # noqa: S311 - no secret
        if each.text != text
    )


@st.composite
def wrong_specs(draw: Draw, right: st.SearchStrategy[str] | None = None) -> Mistake:
    r"""Specs with one mistake, of any kind, made from ``right`` ones: from ``specs()`` where these are not given.

    >>> from hypothesis import find
    >>> right = st.just("zoo 1\nlet a = 1\nlet b = a\n")
    >>> find(wrong_specs(right), lambda mistake: "header" in mistake.kind).codes
    frozenset({'ZOO104'})
    """
    text = draw(specs() if right is None else right)
    made: Mistake = draw(st.sampled_from(mistakes(text, seed=draw(st.integers(0, 2**32)))))
    return made


@dataclass(frozen=True, slots=True)
class Answer:
    """What the compiler says to a mistake.

    ``is_mistake``: anything at all; ``placed``: one of the right codes at one of the right lines; ``suggested``: the word that
    was meant, as did-you-mean or as the fix.
    """

    diagnostics: tuple[Diagnostic, ...]
    is_mistake: bool
    placed: bool
    suggested: bool


def answer(mistake: Mistake) -> Answer:
    """Checks a wrong spec, and judges what is said of it."""
    found = Compilation(mistake.path, text=mistake.text).diagnostics
    return Answer(
        diagnostics=found,
        is_mistake=bool(found),
        placed=any(
            each.code.name in mistake.codes
            and each.span is not None
            and each.span.file.path == mistake.path
            and each.span.begin.line in mistake.lines
            for each in found
        ),
        suggested=any(_suggests(each, mistake.meant) for each in found),
    )


def _suggests(found: Diagnostic, word: str) -> bool:
    in_fix = found.fix is not None and found.fix.text == word
    return in_fix or ("did you mean" in found.help and word in _SUGGESTED.findall(found.help))
