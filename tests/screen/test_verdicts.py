"""What came of laws, in words and in JSON's types."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from zoodsl.diagnostics.plain import render
from zoodsl.screen.verdicts import command, described, diagnosed, in_words, render_table, summary
from zoodsl.source import SourceFile, Span
from zoodsl.testing.laws.law import Finding, Verdict

FILE = SourceFile("spec.zoo", 'zoo 1\nproperty "bright" {\n  forall image in AnyImage()\n}\n')


def verdict(finding: Finding, **more: Any) -> Verdict:
    given: dict[str, Any] = {
        "name": "bright",
        "span": Span(FILE, 6, 54),
        "stated": True,
        "examples": 100,
        "seconds": 0.25,
    }
    return Verdict(**(given | {"finding": finding} | more))


def spotted(level: int, other: int) -> np.ndarray:
    image = np.full((2, 3, 1), level, np.uint8)
    image[1, 2] = other
    return image


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros((8, 9, 3), np.uint8), "8x9 pixels, all 0"),
        (np.full((1, 1, 3), (1, 2, 3), np.uint8), "1x1 pixels, all (1, 2, 3)"),
        (spotted(7, 200), "2x3 pixels, all 7 but 200 in row 2, column 3"),
        (
            np.arange(12, dtype=np.uint8).reshape(2, 2, 3),
            "2x2 pixels of 4 colours, from 0 to 11",
        ),
        (np.array([1.5, 2.0]), "[1.5, 2]"),
        (np.linspace(0, 1, 20).reshape(4, 5), "4x5 numbers from 0 to 1"),
        ([[1, 2.5], [3, 4]], "[[1, 2.5], [3, 4]]"),
        ([[0, 0]] * 50, "50 of them: [0, 0], [0, 0], ..."),
        ("not good", '"not good"'),
        (17, "17"),
    ],
)
def test_examples_in_words(value, words):
    assert in_words(value) == words


def test_a_line_a_law():
    page = io.StringIO()
    verdicts = [
        verdict(Finding.HOLDS),
        verdict(Finding.BROKEN, name="dark", stated=False, examples=3),
        verdict(Finding.SKIPPED, name="far", examples=0, reason="what `JDBC` reads is read by Spark alone"),
    ]
    render_table("spec.zoo", verdicts, Console(file=page, width=80))
    rows = [line.split() for line in page.getvalue().splitlines()]
    assert rows[0] == ["spec.zoo"]
    assert ["bright", "stated", "100", "holds"] in rows
    assert ["dark", "derived", "3", "broken"] in rows
    assert ["far", "stated", "skipped"] in rows
    assert ["what", "`JDBC`", "reads", "is", "read", "by", "Spark", "alone"] in rows


def test_how_many_of_each():
    verdicts = [verdict(Finding.HOLDS), verdict(Finding.BROKEN), verdict(Finding.BROKEN)]
    assert summary(verdicts, "a.zoo") == "1 law holds, 2 are broken in a.zoo"
    assert summary([verdict(Finding.HOLDS)] * 2, "a.zoo") == "2 laws hold in a.zoo"


def test_a_broken_law_is_shown_where_it_stands():
    broken = verdict(Finding.BROKEN, reason="its least value is 0", smallest={"image": spotted(7, 0)})
    shown = render([diagnosed(broken, Path("zoodsl-test/spec/bright.png"), "zoodsl test spec.zoo --seed 0")])
    assert (
        shown
        == """error[ZOO951]: "bright" does not hold: its least value is 0
 --> spec.zoo:2:1
  |
2 | property "bright" {
  | ^^^^^^^^^^^^^^^^^^^
  |
  = help: the smallest example is
            image: 2x3 pixels, all 7 but 0 in row 2, column 3
          it is drawn in `zoodsl-test/spec/bright.png`
          try it again: zoodsl test spec.zoo --seed 0

"""
    )


def test_the_command_that_repeats_a_trial():
    options = {"--set": ["a=1", "b=Sample('x')"], "--values": None, "--seed": 17, "--examples": 200}
    told = command("my spec.zoo", options)
    assert (
        told
        == """zoodsl test 'my spec.zoo' --set a=1 --set 'b=Sample('"'"'x'"'"')' --seed 17 --examples 200"""
    )


def test_arrays_are_summarised_for_programs():
    broken = verdict(
        Finding.BROKEN,
        reason="its least value is 0",
        smallest={"image": spotted(7, 0), "rows": [[1.0, 2]], "seed": 3},
    )
    assert described(broken, Path("a.png")) == {
        "law": "bright",
        "stated": True,
        "file": "spec.zoo",
        "range": {
            "start": {"line": 2, "column": 1, "offset": 6},
            "end": {"line": 3, "column": 29, "offset": 54},
        },
        "verdict": "broken",
        "examples": 100,
        "seconds": 0.25,
        "reason": "its least value is 0",
        "smallest": {
            "image": {"shape": [2, 3, 1], "dtype": "uint8", "min": 0, "max": 7},
            "rows": [[1.0, 2]],
            "seed": 3,
        },
        "picture": "a.png",
    }
