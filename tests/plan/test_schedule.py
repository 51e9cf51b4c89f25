"""The learning rate at each iteration."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import Segment
from zoodsl.plan.schedule import Rates, planned_segments, rates
from zoodsl.source import SourceFile, Span
from zoodsl.types import Quantity, Unit

SPAN = Span(SourceFile("x.zoo", ""), 0, 0)


def epochs(count: int) -> Quantity:
    return Quantity(count, Unit.EPOCH)


@pytest.fixture
def curve(operation):
    """``curve((name, arguments, length), ...)`` over 10 epochs of 20 iterations, from 0.001."""

    def build(*segments: tuple[str, dict, Quantity | None]) -> Rates:
        planned = planned_segments(
            tuple(
                Segment(span=SPAN, schedule=operation(Kind.SCHEDULE, name, **given), length=length)
                for name, given, length in segments
            )
        )
        return rates(0.001, planned, per_epoch=20, iterations=200)

    return build


def test_no_schedule_keeps_the_optimizers_rate(curve):
    assert list(curve()) == [0.001] * 200


def test_warmup_rises_to_where_poly_starts_and_poly_ends_at_zero(curve):
    rate = curve(("Warmup", {"to": 0.004}, epochs(2)), ("Poly", {"power": 1.0}, epochs(8)))
    assert rate[0] == 0.001
    assert rate[20] == pytest.approx(0.0025)
    assert rate[40] == pytest.approx(0.004)
    assert rate[120] == pytest.approx(0.002)
    assert rate[199] == pytest.approx(0.004 / 160)


def test_lengths_in_iterations_are_taken_as_they_are(curve):
    rate = curve(
        ("Warmup", {"to": 0.004}, Quantity(30, Unit.ITERATION)), ("Constant", {}, Quantity(5, Unit.ITERATION))
    )
    assert rate[15] == pytest.approx(0.0025)
    assert rate[30] == 0.004


def test_a_last_segment_without_a_length_runs_to_the_end(curve):
    rate = curve(("Warmup", {"to": 0.004}, epochs(2)), ("Poly", {"power": 1.0}, None))
    assert rate[120] == pytest.approx(0.002)


def test_what_the_last_segment_hands_on_holds_after_it(curve):
    rate = curve(("Warmup", {"to": 0.004}, epochs(2)))
    assert set(rate[40:]) == {0.004}


def test_nothing_is_foreseen_from_a_plateau_on(curve):
    rate = curve(
        ("Warmup", {"to": 0.004}, epochs(2)),
        ("Plateau", {}, epochs(3)),
        ("Constant", {}, None),
    )
    assert rate[39] == pytest.approx(0.003925)
    assert set(rate[40:]) == {None}


def test_a_segment_after_the_end_of_training_changes_nothing(curve):
    rate = curve(("Warmup", {"to": 0.004}, epochs(10)), ("Poly", {"power": 1.0}, None))
    assert rate[199] == pytest.approx(0.001 + 0.003 * 199 / 200)


def test_rates_are_a_sequence(curve):
    rate = curve(("Warmup", {"to": 0.004}, epochs(2)))
    assert isinstance(rate, Sequence)
    assert len(rate) == 200
    assert rate[-1] == rate[199]
    assert rate[:2] == (rate[0], rate[1])
    with pytest.raises(IndexError):
        rate[200]


def test_a_long_training_costs_no_memory(operation):
    segment = Segment(span=SPAN, schedule=operation(Kind.SCHEDULE, "Poly", power=1.0), length=None)
    rate = rates(1.0, planned_segments((segment,)), per_epoch=10**9, iterations=10**12)
    assert rate[10**12 // 2] == pytest.approx(0.5)


def test_lengths_are_kept_as_written(operation):
    schedule = operation(Kind.SCHEDULE, "Constant")
    planned = planned_segments(
        (
            Segment(span=SPAN, schedule=schedule, length=epochs(2)),
            Segment(span=SPAN, schedule=schedule, length=Quantity(7, Unit.ITERATION)),
            Segment(span=SPAN, schedule=schedule, length=None),
        )
    )
    assert [(segment.epochs, segment.iterations) for segment in planned] == [
        (2, None),
        (None, 7),
        (None, None),
    ]
