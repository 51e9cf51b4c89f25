"""Operations and values in the language's own spelling."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from zoodsl.catalog import registry
from zoodsl.catalog.operator import Operator
from zoodsl.catalog.values import (
    Choice,
    Interval,
    Kind,
    ListOf,
    OneOf,
    Portion,
    Real,
    ShapeOf,
    Share,
    Sizes,
    String,
)
from zoodsl.model.nodes import UNKNOWN_ROWS, Applied, Column, Combined, Frame, Kept, Operation
from zoodsl.model.printer import show_column, show_frame, show_number, show_operation, show_value
from zoodsl.source import SourceFile, Span
from zoodsl.types import Quantity, Unit

SPAN = Span(SourceFile("x.zoo", ""), 0, 0)


def operation(kind: Kind, name: str, /, **given: Any) -> Operation[Operator]:
    operator = registry.find(kind, name)
    assert operator is not None
    arguments = {parameter.name: parameter.default for parameter in operator.parameters} | given
    return Operation(span=SPAN, operator=operator, arguments=arguments, places=dict.fromkeys(given, SPAN))


@pytest.mark.parametrize(
    ("kind", "name", "given", "text"),
    [
        (
            Kind.LAYER,
            "Conv2D",
            {"filters": 6, "kernel_size": (5, 5), "activation": "tanh"},
            "Conv2D(6, 5x5, activation = tanh)",
        ),
        (Kind.LAYER, "Flatten", {}, "Flatten()"),
        (Kind.OPTIMIZER, "Adam", {"learning_rate": 1e-7}, "Adam(learning_rate = 1e-7)"),
        (Kind.SCHEDULE, "Warmup", {"to": 0.004}, "Warmup(to = 0.004)"),
        (Kind.READER, "CSV", {"path": "a b.csv", "header": False}, 'CSV("a b.csv", header = false)'),
        (Kind.TRANSFORM, "Resize", {"size": (28, 28)}, "Resize(28x28)"),
        (
            Kind.SCHEDULE,
            "Step",
            {"size": Quantity(10, Unit.EPOCH)},
            "Step(size = 10 epochs)",
        ),
        (
            Kind.LAYER,
            "Dense",
            {"units": 14, "kernel_regularizer": operation(Kind.REGULARIZER, "L2", l2=0.1)},
            "Dense(14, kernel_regularizer = L2(0.1))",
        ),
    ],
)
def test_operations_read_as_they_are_written(kind, name, given, text):
    assert show_operation(operation(kind, name, **given)) == text


def test_defaults_are_shown_where_they_were_written():
    assert show_operation(operation(Kind.OPTIMIZER, "Adam")) == "Adam()"
    assert (
        show_operation(operation(Kind.OPTIMIZER, "Adam", learning_rate=0.001))
        == "Adam(learning_rate = 0.001)"
    )


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (0.7, Share(), "70%"),
        (0.125, Share(), "12.5%"),
        ((3, 224, 224), ShapeOf(), "3x224x224"),
        ((5, 5), Sizes(2), "5x5"),
        ((0.5, 2.0), Interval(), "0.5..2"),
        ((Quantity(10, Unit.PERCENT), Quantity(62.5, Unit.PERCENT)), Portion(), "10%..62.5%"),
        ((Quantity(0, Unit.PERCENT), Quantity(5, Unit.PERCENT)), OneOf((Portion(), Interval())), "0%..5%"),
        ((0.0, 5.0), OneOf((Portion(), Interval())), "0..5"),
        ((77.9, 12.0), ListOf(Real()), "[77.9, 12]"),
        ("same", Choice(("same", "valid")), "same"),
        ('say "x"', String(), '"say \\"x\\""'),
        (None, Real(), "none"),
        (True, None, "true"),
        ((1, "a"), None, '[1, "a"]'),
    ],
)
def test_values_read_as_they_are_written(value, type_, text):
    assert show_value(value, type_) == text


def test_columns():
    assert show_column(Column(span=SPAN, frame="rows", name="image", type=None)) == "rows.image"
    assert show_column(Column(span=SPAN, frame="rows", name="Patient ID", type=None)) == 'rows["Patient ID"]'


@pytest.mark.parametrize(
    ("number", "text"),
    [(32, "32"), (32.0, "32"), (0.001, "0.001"), (1e-7, "1e-7"), (1.5e-10, "1.5e-10"), (1e22, "1e22")],
)
def test_numbers_keep_their_precision(number, text):
    assert show_number(number) == text


def combined(left, operator, right):
    return Combined(span=SPAN, operator=operator, left=left, right=right, type=None)


def test_what_is_computed_reads_as_it_is_written(bound):
    column = Column(span=SPAN, frame="rows", name="Patient ID", type=None)
    stem = Applied(span=SPAN, operation=bound(Kind.FUNCTION, "stem", path=column))
    node = combined(combined(stem, "+", "x"), "==", combined(1, "-", column))
    assert show_value(node) == '(stem(rows["Patient ID"]) + "x") == (1 - rows["Patient ID"])'
    named = Column(span=SPAN, frame="rows", name="stem_patient_id", type=None, expression=stem)
    assert show_column(named) == 'stem(rows["Patient ID"])'


def test_a_frame_is_its_reader_or_the_chain_that_makes_it(bound):
    column = Column(span=SPAN, frame="a", name="x", type=None)
    condition = combined(column, ">", 2)
    where = bound(Kind.FRAME_STEP, "Where", condition=condition)
    reader = bound(Kind.READER, "CSV", path="a.csv")
    frame = Frame(span=SPAN, name="a", reader=reader, columns=(), rows=UNKNOWN_ROWS)
    assert show_frame(frame) == 'CSV("a.csv")'
    step = Kept(span=SPAN, operation=where, condition=condition)
    assert (
        show_frame(replace(frame, name="b", source="a", steps=(step, step)))
        == "a -> Where(a.x > 2) -> Where(a.x > 2)"
    )


def test_pairs_are_a_list_and_no_size(bound):
    cropping = bound(Kind.LAYER, "Cropping2D", cropping=((2, 0), (0, 1)))
    assert show_operation(cropping) == "Cropping2D([2x0, 0x1])"
