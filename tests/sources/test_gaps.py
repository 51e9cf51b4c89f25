"""Gaps in columns that are used."""

from __future__ import annotations

from zoodsl.diagnostics.rules.data import MISSING_VALUES
from zoodsl.sources import gap_problem
from zoodsl.sources.tables import FIRST_ROWS


def problem(folder, column):
    return gap_problem(folder.values("CSV", column, path="t.csv"), column)


def test_a_whole_column_has_none(folder):
    folder.write("t.csv", "x,y\n1,a\n2,b\n")
    assert problem(folder, "x") is None
    assert problem(folder, "y") is None
    assert problem(folder, "z") is None


def test_empty_values_and_nan_are_counted(folder):
    folder.write("t.csv", "x,y\n1.5,a\n,b\nNaN,\n")
    numbers, texts = problem(folder, "x"), problem(folder, "y")
    assert numbers is not None
    assert numbers.code is MISSING_VALUES
    assert numbers.code.name == "ZOO413"
    assert numbers.message == "`x` has 2 gaps: empty values or NaN"
    assert texts is not None
    assert texts.message == "`y` has a gap: an empty value or NaN"


def test_a_text_among_numbers_is_shown(folder):
    folder.write("t.csv", "x\n" + "1\n" * FIRST_ROWS + "n/a\n")
    found = problem(folder, "x")
    assert found is not None
    assert found.message == "`x` holds `n/a` among its numbers"
