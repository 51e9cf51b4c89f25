import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.semantics.analysis import analysis
from zoodsl.diagnostics import Diagnostics
from zoodsl.semantics.evaluation import LARGEST_INTEGER, evaluate
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.values import Bounds, Extent, Symbol
from zoodsl.source import SourceFile
from zoodsl.syntax.parser import parse_expression
from zoodsl.types import Quantity, Unit


def value(text):
    diagnostics = Diagnostics()
    expression = parse_expression(SourceFile("expression", text), diagnostics)
    assert expression is not None
    result = evaluate(expression, Scope(diagnostics))
    return result, [item.code.name for item in diagnostics.sorted()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 - 2 - 1", 4),
        ("6 / 3", 2),
        ("7 / 2", 3.5),
        ("-3 + +1", -2),
        ("0.5 * 4", 2.0),
        ('"a" + "b"', "ab"),
        ("3 epochs", Quantity(3, Unit.EPOCH)),
        ("2 * 3 epochs + 1 epoch", Quantity(7, Unit.EPOCH)),
        ("10 epochs / 4", Quantity(2.5, Unit.EPOCH)),
        ("3x4", Extent((3, 4))),
        ("1..2 + 1", Bounds(1, 3)),
        ('[1, "a", [true]]', (1, "a", (True,))),
        ("1 < 2", True),
        ('"a" == "b"', False),
        ("3x3 != 3x3", False),
        ("60 s == 1 min", True),
        ("relu == relu", True),
        ("if 2 >= 2 { 1 } else { 0 }", 1),
        ('len("four")', 4),
        ("len([])", 0),
        ("ceil(7.1)", 8),
        ("floor(-0.5)", -1),
        ("min(3, 1.5, 2)", 1.5),
        ("max(2)", 2),
        ("Size(3, 2 * 112, 224)", Extent((3, 224, 224))),
    ],
)
def test_values(text, expected):
    result, codes = value(text)
    assert (result, type(result), codes) == (expected, type(expected), [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 / 0", "ZOO218"),
        ("1 / 0.0", "ZOO218"),
        ("1 epoch + 1 iteration", "ZOO211"),
        ("1 + 1 epoch", "ZOO211"),
        ("1 epoch * 1 epoch", "ZOO211"),
        ("1 / 2 epochs", "ZOO211"),
        ("1 epoch..2 epochs", "ZOO211"),
        ("3..1", "ZOO210"),
        ('1 + "a"', "ZOO209"),
        ("true + 1", "ZOO209"),
        ("3x3 * 2", "ZOO209"),
        ('1 < "a"', "ZOO209"),
        ("1 epoch < 1 s", "ZOO209"),
        ('"a" < "b"', "ZOO209"),
        ("if 1 { 2 } else { 3 }", "ZOO209"),
        ("len(1)", "ZOO209"),
        ("min()", "ZOO209"),
        ('max(1, "a")', "ZOO209"),
        ("ceil(1, 2)", "ZOO209"),
        ("Size(3)", "ZOO209"),
        ("Size(3, 0)", "ZOO209"),
        ("Size(3, 7 / 2)", "ZOO209"),
        ("len(of = [])", "ZOO204"),
        ("a -> b", "ZOO209"),
        ("unknown + 1", "ZOO201"),
        ("1 == unknown", "ZOO201"),
        ("frame.column", "ZOO201"),
        ("(1).column", "ZOO209"),
        ("9007199254740992 + 1", "ZOO219"),
        ("1e308 * 10", "ZOO219"),
    ],
)
def test_what_has_no_value_is_told_once(text, code):
    assert value(text) == (None, [code])


def test_a_bare_name_waits_for_the_place_that_knows_it():
    result, codes = value("relu")
    assert isinstance(result, Symbol)
    assert (result.text, codes) == ("relu", [])


def test_deep_nesting_is_bounded():
    result, codes = value("-" * 75 + "1")
    assert (result, codes) == (-1, [])
    assert value("-" * 85 + "1") == (None, ["ZOO219"])


def test_long_sums_are_not_deep():
    assert value("+".join(["1"] * 95)) == (95, [])


def test_texts_do_not_grow_without_end():
    doubling = "\n".join(f"let t{n + 1} = t{n} + t{n}" for n in range(60))
    result = analysis(f'let t0 = "{"x" * 1000}"\n{doubling}')
    assert result.codes == ["ZOO219"]


NUMBERS = st.integers(-1000, 1000) | st.floats(-1e6, 1e6, allow_nan=False).map(lambda each: round(each, 6))


@pytest.mark.law("arithmetic of the language is Python's")
@given(NUMBERS, NUMBERS, st.sampled_from("+-*"))
def test_arithmetic_is_python_s(left, right, operator):
    def spelt(number):
        return f"({number:f})" if isinstance(number, float) else f"({number})"

    result, codes = value(f"{spelt(left)} {operator} {spelt(right)}")
    assert codes == []
    assert result == pytest.approx(eval(f"{left!r} {operator} {right!r}"))


@pytest.mark.law("whole numbers are bounded by 64 bits")
@given(st.integers(0, 2 * LARGEST_INTEGER))
def test_whole_numbers_are_bounded(number):
    result, _ = value(str(number))
    assert (result == number) if number <= LARGEST_INTEGER else (result is None)
