"""Mutations of right texts: never an exception, never long, and never silence about what is wrong."""

from __future__ import annotations

import random
import time

import pytest

from tests.syntax.specimens import SPECIMENS
from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile
from zoodsl.syntax.formatter import format_text
from zoodsl.syntax.parser import parse, parse_expression

PIECES = [
    *"()[]{}\n,='\"#:;*-/%.\t\r\\", "->", "..", "==", "=>", "//", "/*", '"""', "\x00", "\ud800", "\u00a0", "é",
    "\U0001f600", "1", "x", "5 epochs", "5epochs", "224x224", "loss", "as", "then", "if", "else", "repeat",
    "zoo", "network", "let", "up to", "all", "and", "True", "None",
]  # fmt: skip

SECONDS = 0.5
"""What one mutation may take; typical is a hundredth of it."""


def mutated(chance: random.Random) -> str:
    text = chance.choice(SPECIMENS)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 1, 3, 10, 60]))
        piece = chance.choice([chance.choice(PIECES), "", text[end : end + 5] + text[start:end]])
        text = text[:start] + piece + text[end:]
    return text


@pytest.mark.parametrize("seed", range(20))
def test_mutations_are_read_or_reported(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(100):
        text = mutated(chance)
        diagnostics = Diagnostics()
        start = time.process_time()
        parse(SourceFile("mutated.zoo", text), diagnostics)
        assert time.process_time() - start < SECONDS, text
        if not diagnostics.has_errors:
            # What is right can be formatted, and what comes of it is right.
            once = format_text(SourceFile("mutated.zoo", text), Diagnostics())
            assert once is not None
            assert format_text(SourceFile("mutated.zoo", once), Diagnostics()) == once, text


@pytest.mark.parametrize("seed", range(5))
def test_expressions_are_read_or_reported(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(100):
        text = mutated(chance)
        start = chance.randrange(len(text) + 1)
        diagnostics = Diagnostics()
        tree = parse_expression(SourceFile("--set x", text[start : start + 40]), diagnostics)
        assert (tree is None) == diagnostics.has_errors


def test_large_rubbish_is_answered_in_time() -> None:
    for rubbish in ("(" * 50_000, "{\n" * 20_000, "x = = \n" * 10_000, "\x00 " * 50_000, "1a " * 30_000):
        start = time.process_time()
        parse(SourceFile("rubbish.zoo", f"zoo 1\ntrain {{\n{rubbish}"), Diagnostics())
        assert time.process_time() - start < 10
