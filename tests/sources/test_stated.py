"""Columns that a spec states."""

from __future__ import annotations

import pytest

from zoodsl.catalog.operator import ColumnType
from zoodsl.diagnostics.rules.tables import WRONG_COLUMNS
from zoodsl.sources import Problem
from zoodsl.sources.stated import fully_stated, stated
from zoodsl.types import DType


def test_names_and_what_they_hold():
    assert stated(("user: int", " title ", "ratio 1:float", "note:string")) == (
        ("user", DType.INT64),
        ("title", None),
        ("ratio 1", DType.FLOAT64),
        ("note", DType.STRING),
    )
    assert stated(None) == ()


@pytest.mark.parametrize(
    ("columns", "message", "help_"),
    [
        (("user: int", "user: float"), "`columns` names 2 columns `user`", "a name of its own"),
        (("user: itn",), "`user` is said to hold `itn`", "did you mean `int`?"),
        (("user: date",), "`user` is said to hold `date`", "`int` (whole numbers), `float` or `string`"),
        ((": int",), '": int" names no column', '"user: int"'),
    ],
)
def test_what_says_nothing(columns, message, help_):
    problem = stated(columns)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.message, problem.parameter) == (WRONG_COLUMNS, message, "columns")
    assert help_ in problem.help


def test_what_is_not_looked_at_has_to_be_stated_whole():
    assert fully_stated(("user: int",), "nobody is asked") == (ColumnType("user", DType.INT64),)
    problem = fully_stated(("user: int", "title"), "nobody is asked")
    assert isinstance(problem, Problem)
    assert problem.message == "what `title` holds is not said, and nobody is asked"
