"""The page of laws has every law, and the script that writes it counts what was tried."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import laws
from benchmarks.laws import Round, Row


def test_the_page_has_every_law_and_no_other() -> None:
    page = [(row.where, row.law) for row in laws.written(laws.PAGE.read_text(encoding="utf-8"))]
    assert page == sorted((row.where, row.law) for row in laws.marked())


def test_every_law_in_the_page_was_tried_and_held() -> None:
    rows = laws.written(laws.PAGE.read_text(encoding="utf-8"))
    assert [row.where for row in rows if row.ci == 0 or row.failures] == []


def test_a_table_is_read_as_it_is_written() -> None:
    rows = [
        Row("a/test_x.py::test_y", "what | divides, holds", 1200, 3_000_000, 1),
        Row("b/test_x.py::test_y", "so"),
    ]
    assert laws.written(laws.table(rows, "2 laws")) == rows


def test_figures_of_laws_that_were_not_tried_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laws, "marked", lambda: [Row("a", "old"), Row("b", "new"), Row("c", "spark")])
    counted = [{"where": "a", "examples": 3, "failures": 0}, {"where": "b", "examples": 4, "failures": 1}]
    before = [Row("a", "old", 1, 100), Row("c", "spark", 5, 50), Row("d", "gone", 1, 1)]
    long = [Round(counted[:1], ""), Round(counted[:1], "")]
    assert list(laws.rows(Round(counted, ""), long, before)) == [
        Row("a", "old", 3, 6),
        Row("b", "new", 4, 0, 1),
        Row("c", "spark", 5, 50),
    ]


LAWS = """
import pytest
from hypothesis import assume, given, strategies as st

@pytest.mark.law("numbers are")
@pytest.mark.parametrize("low", [0, 1])
@given(st.integers(0, 1000))
def test_numbers(low, number):
    assume(number % 2)
    assert number >= low

@pytest.mark.law("inner ones count")
def test_inner():
    @given(st.booleans())
    def law(flag):
        assert flag in (True, False)
    law()

@pytest.mark.law("cases count")
@pytest.mark.parametrize("case", "abc")
def test_cases(case):
    assert case

@pytest.mark.law("this one fails")
@given(st.integers(0, 10))
def test_failing(number):
    assert number < 5

def test_no_law():
    pass
"""


def test_examples_are_those_that_were_tried(tmp_path: Path, repository: Path) -> None:
    (tmp_path / "test_some.py").write_text(LAWS, encoding="utf-8")
    counts = tmp_path / "counts.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    place = ["-c", str(repository / "pyproject.toml"), "--rootdir", str(tmp_path)]
    subprocess.run(
        [*command, *place, "--laws", str(counts), str(tmp_path)],
        cwd=repository,
        env=os.environ | {"HYPOTHESIS_PROFILE": "ci"},
        check=False,
        capture_output=True,
    )
    found = {each["law"]: each for each in json.loads(counts.read_text(encoding="utf-8"))}
    assert {law: each["failures"] for law, each in found.items()} == {
        "numbers are": 0,
        "inner ones count": 0,
        "cases count": 0,
        "this one fails": 1,
    }
    assert found["numbers are"]["examples"] == 2 * 30
    assert found["inner ones count"]["examples"] == 2
    assert found["cases count"]["examples"] == 3
    assert 1 <= found["this one fails"]["examples"] <= 30
