"""Laws of the formatter: it keeps the tree and the comments, and formatting twice changes nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.syntax.comparison import equal_up_to_spans
from tests.syntax.specimens import SPECIMENS
from tests.syntax.strategies import Specimen, specimens
from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile
from zoodsl.syntax import nodes
from zoodsl.syntax.formatter import format_file, format_text
from zoodsl.syntax.parser import parse


def read(text: str) -> nodes.File:
    diagnostics = Diagnostics()
    file = parse(SourceFile("law.zoo", text), diagnostics)
    assert [item.message for item in diagnostics.sorted()] == [], text
    return file


def formatted(text: str) -> str:
    result = format_text(SourceFile("law.zoo", text), Diagnostics())
    assert result is not None
    return result


@pytest.mark.law("parse(format(tree)) = tree")
@settings(max_examples=250, deadline=None)
@given(specimens)
def test_reading_what_was_printed_gives_the_tree(specimen: Specimen) -> None:
    text = format_file(specimen.file)
    assert equal_up_to_spans(read(text), specimen.file), text


@pytest.mark.law("formatting twice is formatting once")
@settings(max_examples=150, deadline=None)
@given(specimens)
def test_formatting_generated_files_is_idempotent(specimen: Specimen) -> None:
    text = format_file(specimen.file)
    assert formatted(text) == text


@pytest.mark.parametrize("text", SPECIMENS)
def test_formatting_specimens_keeps_their_meaning_and_is_idempotent(text: str) -> None:
    once = formatted(text)
    assert equal_up_to_spans(read(once), read(text))
    assert formatted(once) == once


def with_comments(text: str, seed: int) -> str:
    """The text with comments put where a line or a bracketed item ends, and on lines of their own."""
    chance = random.Random(seed)
    lines = []
    for number, written in enumerate(text.split("\n")):
        line = written
        plain = '"""' not in line and "#" not in line
        if plain and chance.random() < 0.3:
            lines.append(f"   # own {number}")
        if plain and chance.random() < 0.3:
            line += f" # at {number}"
        if plain and chance.random() < 0.2 and "(" in line:
            head, _, tail = line.partition("(")
            if '"' not in head and "#" not in head:
                line = f"{head}( # in {number}\n{tail}"
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.law("formatting keeps all comments, in order")
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SPECIMENS), st.integers(0, 10**6))
def test_comments_are_all_kept_in_order(text: str, seed: int) -> None:
    commented = with_comments(text, seed)
    before = read(commented)
    once = formatted(commented)
    after = read(once)
    assert [item.text for item in after.comments] == [item.text for item in before.comments]
    assert equal_up_to_spans(after, before)
    assert formatted(once) == once
