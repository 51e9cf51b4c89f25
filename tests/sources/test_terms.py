"""What functions, arithmetic and comparisons of columns mean."""

from __future__ import annotations

import pytest

from zoodsl.catalog import functions
from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import Applied, Column, Combined
from zoodsl.source import SourceFile, Span
from zoodsl.sources.terms import FUNCTIONS, compute
from zoodsl.types import DType

NOWHERE = Span(SourceFile("x.zoo", ""), 0, 0)
X = Column(span=NOWHERE, frame="rows", name="x", type=None)


@pytest.fixture
def of(bound):
    """``of(name, value, **rest)``: a function of one value."""

    def apply(name, value, **rest):
        operator = next(each for each in functions.OPERATORS if each.name == name)
        operation = bound(Kind.FUNCTION, name, **{operator.parameters[0].name: X}, **rest)
        (result,) = compute(Applied(span=NOWHERE, operation=operation), {"x": [value]}, 1)
        return result

    return apply


def combined(left, operator, right):
    node = Combined(span=NOWHERE, operator=operator, left=X, right=right, type=DType.INT64)
    (result,) = compute(node, {"x": [left]}, 1)
    return result


def test_every_function_is_computed():
    assert set(FUNCTIONS) == {each.name for each in functions.OPERATORS}


@pytest.mark.parametrize(
    ("name", "value", "result"),
    [
        ("basename", "a/b.tar.gz", "b.tar.gz"),
        ("basename", "b", "b"),
        ("basename", "a/", None),
        ("stem", "a/b.tar.gz", "b.tar"),
        ("stem", "00000013_005.jpg", "00000013_005"),
        ("stem", "a.b/c", "c"),
        ("stem", "a/.x", ".x"),
        ("stem", "..x", "."),
        ("stem", "x.", "x"),
        ("stem", "a/", None),
        ("folder", "a/b/c.png", "b"),
        ("folder", "/c.png", None),
        ("folder", "c.png", None),
        ("lower", "ÀB", "àb"),
        ("upper", "straße", "STRASSE"),
        ("trim", "  a b ", "a b"),
        ("trim", "\t ", "\t"),
        ("trim", "  ", None),
        ("number", "-1.5e3", -1500.0),
        ("number", ".5", 0.5),
        ("number", "1 ", None),
        ("number", "nan", None),
        ("text", -7, "-7"),
        ("year", "2017-05-31", 2017),
        ("month", "2017-05-31T13:45:00Z", 5),
        ("day", "2017-05-31 13:45", 31),
        ("weekday", "2017-05-31", 2),
        ("hour", "2017-05-31 13:45:07.25", 13),
        ("hour", "2017-05-31 07", 7),
        ("hour", "2017-05-31", None),
        ("hour", "2017-02-29 10:00", None),
        ("year", "2016-02-29", 2016),
        ("year", "2017-02-29", None),
        ("year", "2017-5-1", None),
        ("year", "31.05.2017", None),
        ("year", "0000-01-01", None),
    ],
)
def test_functions(of, name, value, result):
    assert of(name, value) == result


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_missing_value_stays_missing(of, name):
    assert of(name, None, **({"pattern": "(a)"} if name == "match" else {})) is None


@pytest.mark.parametrize(
    ("text", "pattern", "group", "result"),
    [
        ("train/cat.7.jpg", r"(cat|dog)\.", 1, "cat"),
        ("train/Cat.7.jpg", r"(?i)(cat|dog)\.", 1, "Cat"),
        ("train/cow.7.jpg", r"(cat|dog)\.", 1, None),
        ("00000013_005.png", r"^(\d+)_(\d+)", 2, "005"),
        ("00000013_005.png", r"^\d+_", 0, "00000013_"),
        ("ab", "a(x)?b", 1, None),
        ("ab", "a(x*)b", 1, None),
        ("٣", r"(\d)", 1, None),
        ("a\nb", "(a.b)", 1, None),
        ("a\u2028b", "(a.b)", 1, "a\u2028b"),
    ],
)
def test_match(of, text, pattern, group, result):
    assert of("match", text, pattern=pattern, group=group) == result


@pytest.mark.parametrize(
    ("left", "operator", "right", "result"),
    [
        (7, "+", 2, 9),
        (7, "-", 2.5, 4.5),
        (7, "*", 2, 14),
        (6, "/", 2, 3.0),
        (6, "/", 0, None),
        (2**62, "*", 2, None),
        ("a", "+", "b", "ab"),
        (7, "==", 7.0, 1),
        ("a", "==", "b", 0),
        ("a", "<", "b", 1),
        (2, ">=", 3, 0),
        (None, "!=", 1, None),
    ],
)
def test_arithmetic_and_comparisons(left, operator, right, result):
    assert combined(left, operator, right) == result
    assert type(combined(left, operator, right)) is type(result)
