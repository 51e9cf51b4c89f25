"""Laws of the whole analysis, over all right specs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.semantics.analysis import DATA, NETWORK, OPTIMIZE, analysis, with_parts
from zoodsl.diagnostics import Diagnostics
from zoodsl.semantics.analyzer import analyze
from zoodsl.source import SourceFile
from zoodsl.syntax.parser import parse

ROOT = Path(__file__).parent.parent.parent
RIGHT = sorted(
    path
    for folder in ("specs/data", "specs/network", "specs/training", "specs/language", "specs/zoo", "examples")
    for path in (ROOT / folder).rglob("*.zoo")
)
TEXTS = [(str(path), path.read_text(encoding="utf-8")) for path in RIGHT]
TOKEN = re.compile(r'"[^"\n]*"|\w+|->|\.\.|\s+|.', re.DOTALL)
WORDS = sorted({token for _, text in TEXTS for token in TOKEN.findall(text) if not token.isspace()})


def analysed(path: str, text: str) -> tuple[object, Diagnostics]:
    diagnostics = Diagnostics()
    file = parse(SourceFile(path, text), diagnostics)
    return analyze(file, diagnostics), diagnostics


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, str]:
    """A right spec with a few tokens deleted, doubled, exchanged, or replaced by others."""
    path, text = draw(st.sampled_from(TEXTS))
    tokens = TOKEN.findall(text)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(tokens) - 1))
        match draw(st.integers(0, 3)):
            case 0:
                tokens[place] = ""
            case 1:
                tokens[place] *= 2
            case 2:
                other = draw(st.integers(0, len(tokens) - 1))
                tokens[place], tokens[other] = tokens[other], tokens[place]
            case _:
                tokens[place] = draw(st.sampled_from(WORDS))
    return path, "".join(tokens)


@pytest.mark.law("analysis never raises on a mutated spec, and silence means that it was understood")
@given(mutations())
def test_analysis_never_raises(mutation):
    spec, diagnostics = analysed(*mutation)
    # What is wrong was told; what is right was understood, or is a library, which has no section.
    text = mutation[1]
    assert (
        spec is not None
        or diagnostics.has_errors
        or not re.search(r"^(data|network|optimize)\b", text, re.MULTILINE)
    )


@pytest.mark.law("analysing a mutated spec twice reports the same")
@given(mutations())
def test_analysis_is_repeatable(mutation):
    first, second = (analysed(*mutation)[1].sorted() for _ in range(2))
    assert [(item.code, item.message, item.help) for item in first] == [
        (item.code, item.message, item.help) for item in second
    ]


@pytest.mark.law("sections, parameters and definitions of a file may stand in any order")
@given(st.permutations((DATA, NETWORK, OPTIMIZE, "train { epochs n }", "param n: int = m", "let m = 2")))
def test_the_order_of_declarations_does_not_matter(parts):
    result = analysis("\n".join(parts))
    assert result.codes == []
    assert result.spec.train.epochs == 2


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["ZOO226"]),
        ("block a(x) { Dense(1) }", []),
        ("let a = 1", []),
        (DATA, ["ZOO226"]),
        (f"{DATA}\n{NETWORK}", ["ZOO226"]),
        ('property "a law" { }', ["ZOO902", "ZOO226"]),
        (with_parts("train { epochs 1 }", "train { epochs 2 }"), ["ZOO225"]),
    ],
)
def test_which_sections_there_are(text, codes):
    assert analysis(text).codes == codes


def test_nothing_is_missing_after_a_syntax_error():
    assert all(code.startswith("ZOO1") for code in analysis(f"{DATA}\n{NETWORK}\n optimize {{ loss").codes)


def test_the_spec_says_where_it_is_from():
    text = '"""Wines by their chemistry."""\n' + with_parts()
    spec = analysis(text, path="folder/wines.zoo").spec
    assert (spec.name, spec.path, spec.doc) == ("wines", "folder/wines.zoo", "Wines by their chemistry.")


def test_a_warning_does_not_hide_the_spec():
    result = analysis(with_parts("let unused = 1"))
    assert (result.codes, result.spec is not None) == (["ZOO214"], True)
