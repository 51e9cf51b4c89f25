"""Trials of laws: counted, repeatable, quiet, and with the smallest example of what is broken."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from zoodsl.testing.calls import NOWHERE
from zoodsl.testing.laws.law import Example, Finding, Law
from zoodsl.testing.laws.trial import try_law
from zoodsl.testing.subjects.subject import StoppedError, Unavailable

NUMBERS = st.fixed_dictionaries({"number": st.integers(0, 10_000)})


def law(holds: Any, examples: st.SearchStrategy[Example] = NUMBERS, **more: Any) -> Law:
    return Law(name="a law", span=NOWHERE, stated=False, examples=examples, holds=holds, **more)


def test_a_law_that_holds_is_tried_as_often_as_is_asked():
    seen = []
    verdict = try_law(law(lambda example: seen.append(example["number"])), examples=40)
    assert verdict.finding is Finding.HOLDS
    assert verdict.examples == len(seen) == 40
    assert verdict.reason == ""
    assert verdict.smallest == {}


def test_a_law_that_is_broken_has_the_smallest_example():
    verdict = try_law(law(lambda each: f"it is {each['number']}" if each["number"] >= 321 else None))
    assert verdict.finding is Finding.BROKEN
    assert verdict.smallest == {"number": 321}
    assert verdict.reason == "it is 321"
    assert 1 <= verdict.examples <= 100


def test_equal_seeds_try_equal_examples():
    def seen(seed: int) -> list[int]:
        found: list[int] = []
        try_law(law(lambda example: found.append(example["number"])), examples=20, seed=seed)
        return found

    assert seen(17) == seen(17) != seen(18)


def test_what_varies_in_nothing_is_tried_once():
    assert try_law(law(lambda _: None, once=True)).examples == 1


def test_a_costly_law_is_tried_less_often_than_is_asked():
    assert try_law(law(lambda _: None, most=7)).examples == 7


def test_what_a_law_lacks_skips_it():
    def lacking(_: Example) -> str | None:
        raise Unavailable("there is no Java")

    verdict = try_law(law(lacking))
    assert (verdict.finding, verdict.reason, verdict.examples) == (Finding.SKIPPED, "there is no Java", 0)


def test_a_law_without_examples_is_skipped():
    verdict = try_law(law(lambda _: None, examples=st.nothing()))
    assert (verdict.finding, verdict.reason) == (Finding.SKIPPED, "nothing that fits could be drawn")


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (ValueError("low >= high\nand more"), "it stops: low >= high (ValueError)"),
        (ZeroDivisionError(), "it stops with ZeroDivisionError"),
        (StoppedError("no such row (java.lang.Error)"), "it stops: no such row (java.lang.Error)"),
    ],
)
def test_what_is_raised_breaks_the_law_in_words(problem, told):
    def stopping(_: Example) -> str | None:
        raise problem

    verdict = try_law(law(stopping))
    assert (verdict.finding, verdict.reason) == (Finding.BROKEN, told)
    assert verdict.smallest == {"number": 0}


def test_what_an_engine_draws_by_itself_may_break_a_law_only_once():
    times = iter(range(1000))
    verdict = try_law(law(lambda _: "this time" if next(times) == 3 else None))
    assert (verdict.finding, verdict.reason) == (Finding.BROKEN, "this time")


def test_nothing_is_printed_and_numpy_is_quiet(capsys):
    def overflowing(_: Example) -> str | None:
        return f"it is {np.float32(1e38) * np.float32(1e38)}"

    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        verdict = try_law(law(overflowing))
    assert verdict.reason == "it is inf"
    assert said.getvalue() == capsys.readouterr().out == ""


def test_the_search_for_a_smaller_example_ends():
    """Of images of a million pixels, each of which breaks the law by itself."""
    tried = []

    def dear(example: Example) -> str | None:
        tried.append(example)
        return f"{example['size']} pixels" if example["size"] > 2 else None

    sizes = st.fixed_dictionaries({"size": st.integers(0, 2**40), "other": st.lists(st.integers())})
    verdict = try_law(law(dear, sizes, most=3), examples=3, seed=3)
    assert verdict.finding is Finding.BROKEN
    assert len(tried) < 100
