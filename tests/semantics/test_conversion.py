import pytest

from zoodsl.catalog.coherence import admits
from zoodsl.catalog.values import (
    Boolean,
    Choice,
    Duration,
    Integer,
    Interval,
    ListOf,
    Monitor,
    OneOf,
    Portion,
    Real,
    ShapeOf,
    Share,
    Sizes,
    String,
)
from zoodsl.diagnostics import Diagnostics
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.scope import Scope
from zoodsl.source import SourceFile
from zoodsl.syntax.parser import parse_expression
from zoodsl.types import Quantity, Unit

EPOCHS = Duration((Unit.EPOCH,))
RATE = Real(0.0, 1.0, maximum_open=True)


def converted(text, type_):
    diagnostics = Diagnostics()
    scope = Scope(diagnostics)
    expression = parse_expression(SourceFile("expression", text), diagnostics)
    assert expression is not None
    value = evaluate(expression, scope)
    assert value is not None
    result = convert(value, type_, Slot("`p`", expression.span, scope))
    return result, diagnostics.sorted()


@pytest.mark.parametrize(
    ("text", "type_", "expected"),
    [
        ("3", Integer(1, 3), 3),
        ("3", Real(), 3.0),
        ("false", Boolean(), False),
        ('"a"', String(), "a"),
        ("relu", Choice(("relu", "tanh")), "relu"),
        ("3", Sizes(2), (3, 3)),
        ("3x5", Sizes(2), (3, 5)),
        ("4", ShapeOf(), (4,)),
        ("1x2x3", ShapeOf(), (1, 2, 3)),
        ("[1, 2.5]", ListOf(Real()), (1.0, 2.5)),
        ("1", ListOf(Real(), lone=True), (1.0,)),
        ("-1..2", Interval(), (-1.0, 2.0)),
        ("70%", Share(), 0.7),
        ("10%..60%", Portion(), (Quantity(10, Unit.PERCENT), Quantity(60, Unit.PERCENT))),
        ("0%..5%", OneOf((Portion(), Interval())), (Quantity(0, Unit.PERCENT), Quantity(5, Unit.PERCENT))),
        ("0..5", OneOf((Portion(), Interval())), (0.0, 5.0)),
        ("2 epochs", EPOCHS, Quantity(2, Unit.EPOCH)),
        ("3", OneOf((Integer(2), ListOf(String()))), 3),
        ('["a"]', OneOf((Integer(2), ListOf(String()))), ("a",)),
        ("loss", Monitor(), "loss"),
    ],
)
def test_what_fits(text, type_, expected):
    result, reports = converted(text, type_)
    assert (result, reports) == (expected, ())
    assert admits(type_, result)


@pytest.mark.parametrize(
    ("text", "type_", "message"),
    [
        ("3x3", Integer(), "`p` takes a whole number, not a size"),
        ("0", Integer(1), "`p` takes a whole number of at least 1, `0` is below 1"),
        ("true", Integer(), "`p` takes a whole number, not `true` or `false`"),
        ("2.0", Integer(), "`p` takes a whole number, and `2.0` is written with a fraction"),
        ("1.5", Real(0.0, 1.0), "`p` takes a number from 0 to 1, `1.5` is above 1"),
        ("1", RATE, "`p` takes a number from 0 to 1 (itself left out), `1` is not below 1"),
        ("0", Real(0.0, minimum_open=True), "`p` takes a number above 0, `0` is not above 0"),
        ("5 epochs", Integer(), "`5 epochs` has a unit where `p` takes a plain number"),
        ("1", Boolean(), "`p` takes `true` or `false`, not a whole number"),
        ("a", String(), "there is no `a`"),
        ('"relu"', Choice(("relu", "tanh")), "`p` takes a bare name, not a text"),
        ("rel", Choice(("relu", "tanh")), "`p` has no `rel`"),
        ("3", Choice(("relu", "tanh")), "`p` takes `relu` or `tanh`, not a whole number"),
        ("1x2x3", Sizes(2), "`p` takes a size such as `3x3`: 2 numbers, and `1x2x3` has 3"),
        ("0x3", Sizes(2), "`p` takes sizes of at least 1, and `0x3` has a smaller one"),
        ('"3x3"', Sizes(2), "`p` takes a size such as `3x3`, not a text"),
        ("[1, true]", ListOf(Integer()), "`p` takes a whole number, not `true` or `false`"),
        ("1", ListOf(Integer()), "`p` takes a list, each a whole number, not a whole number"),
        ("-200..3", Interval(minimum=-180), "`p`: the range `-200..3` begins below -180"),
        ("3..200", Interval(maximum=180), "`p`: the range `3..200` ends above 180"),
        ("0.7", Share(), "`p` takes a share such as `50%`, and `0.7` has no percent sign"),
        ("170%", Share(), "`p` takes a share from 0% to 100%, `170%` is above 100%"),
        ("0..0.5", Portion(), "`p` takes a range of shares such as `0%..50%`, not a range"),
        ("0%..50%", Interval(), "`p` takes a range such as `0..1`, not a range of shares"),
        ("50%..120%", Portion(), "`p`: the range `50%..120%` ends above 100%"),
        ("5", EPOCHS, "`p` needs a unit: `5` of what?"),
        ("5 min", EPOCHS, "`p` is counted in epochs, and `5 min` is time"),
        ("0 epochs", EPOCHS, "`p` takes a whole number of epochs, one at least, not `0 epochs`"),
        (
            "1",
            OneOf((Integer(2), ListOf(String()))),
            "`p` takes a whole number of at least 2, `1` is below 2",
        ),
        (
            '"a"',
            OneOf((Integer(2), ListOf(String()))),
            "`p` takes a whole number of at least 2 or a list, each a text in quotes, not a text",
        ),
        ("3", Monitor(), "`p` takes `loss` or a metric's name, not a whole number"),
        ("Adam()", Real(), "`p` takes a number, not a call"),
    ],
)
def test_both_sides_are_named(text, type_, message):
    result, reports = converted(text, type_)
    assert (result, [item.message for item in reports]) == (None, [message])


@pytest.mark.parametrize(
    ("text", "type_", "fixed"),
    [
        ("2.0", Integer(), "2"),
        ("5 epochs", Integer(), "5"),
        ("0.7", Share(), "70%"),
        ("70", Share(), "70%"),
        ("1", EPOCHS, "1 epoch"),
        ('"relu"', Choice(("relu",)), "relu"),
        ("rel", Choice(("relu",)), "relu"),
    ],
)
def test_fixes_mend(text, type_, fixed):
    _, (report,) = converted(text, type_)
    assert report.fix.text == fixed
    assert converted(fixed, type_)[1] == ()


def test_a_choice_by_a_familiar_name():
    """`mish` is spelled nearer to it, and means something else."""
    result, (problem,) = converted("swish", Choice(("mish", "silu"), (("swish", "silu"),)))
    assert result is None
    assert problem.help == "it is called `silu` here"
    assert problem.fix is not None
    assert problem.fix.text == "silu"
