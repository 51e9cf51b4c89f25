"""The closed forms of learning-rate schedules."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog.schedules import OPERATORS, iterations, iterations_per_epoch
from zoodsl.types import Quantity, Unit

RATES = {schedule.name: schedule.rate for schedule in OPERATORS if schedule.rate is not None}
EPOCHS = {"size": Quantity(2, Unit.EPOCH), "gamma": 0.5}

lengths = st.integers(1, 500)
starts = st.floats(1e-6, 1.0)
per_epochs = st.integers(1, 50)

DECLINING: dict[str, dict[str, Any]] = {
    "Constant": {},
    "Poly": {"power": 2.0},
    "PolyEpochDecay": {"power": 0.5},
    "Exponential": {
        "decay_steps": Quantity(7, Unit.ITERATION),
        "decay_rate": 0.9,
        "staircase": False,
    },
    "Step": EPOCHS,
    "MultiStep": {"sizes": (Quantity(3, Unit.ITERATION), Quantity(1, Unit.EPOCH)), "gamma": 0.1},
}


def test_an_epoch_ends_with_the_iteration_that_has_seen_the_last_row():
    assert iterations_per_epoch(128, 64) == 2
    assert iterations_per_epoch(129, 64) == 3
    assert iterations_per_epoch(None, 64) is None


def test_durations_count_in_iterations():
    assert iterations(Quantity(3, Unit.EPOCH), 20) == 60
    assert iterations(Quantity(3, Unit.ITERATION), 20) == 3
    assert iterations(Quantity(0.5, Unit.EPOCH), 25) == 12
    assert iterations(Quantity(0.001, Unit.EPOCH), 25) == 1


@pytest.mark.law("a warmup starts at the rate before it and reaches its aim in equal steps")
@given(start=starts, to=starts, length=lengths, per_epoch=per_epochs)
def test_warmup_starts_at_the_rate_before_and_reaches_its_aim_in_equal_steps(start, to, length, per_epoch):
    rate = RATES["Warmup"]
    curve = [rate({"to": to}, start, step, length, per_epoch) for step in range(length + 1)]
    assert curve[0] == start
    assert curve[-1] == to
    assert all(
        later - sooner == pytest.approx((to - start) / length, abs=1e-9)
        for sooner, later in itertools.pairwise(curve)
    )


@pytest.mark.law("a decaying schedule begins at its start, never rises and never falls below zero")
@pytest.mark.parametrize("name", DECLINING)
@given(start=starts, length=lengths, per_epoch=per_epochs)
def test_declining_schedules_begin_at_the_start_and_never_rise_or_go_below_zero(
    name, start, length, per_epoch
):
    curve = [RATES[name](DECLINING[name], start, step, length, per_epoch) for step in range(length + 1)]
    assert curve[0] == pytest.approx(start)
    assert all(later <= sooner * (1 + 1e-12) for sooner, later in itertools.pairwise(curve))
    assert curve[-1] >= 0


@pytest.mark.law("polynomial decay is zero at its end and stays there")
@given(start=starts, length=lengths, per_epoch=per_epochs)
def test_poly_is_zero_at_its_end_and_stays_there(start, length, per_epoch):
    assert RATES["Poly"]({"power": 0.5}, start, length, length, per_epoch) == 0
    assert RATES["Poly"]({"power": 0.5}, start, length + 3, length, per_epoch) == 0


def test_poly_epoch_decay_changes_between_epochs_only():
    curve = [RATES["PolyEpochDecay"]({"power": 1.0}, 1.0, step, 12, 4) for step in range(12)]
    assert curve == pytest.approx([1.0] * 4 + [2 / 3] * 4 + [1 / 3] * 4)


def test_exponential_multiplies_once_a_period_smoothly_or_in_stairs():
    arguments = {"decay_steps": Quantity(2, Unit.EPOCH), "decay_rate": 0.25}
    rate = RATES["Exponential"]
    smooth = [rate(arguments | {"staircase": False}, 1.0, step, 99, 5) for step in (0, 5, 10)]
    stairs = [rate(arguments | {"staircase": True}, 1.0, step, 99, 5) for step in (0, 5, 9, 10)]
    assert smooth == pytest.approx([1.0, 0.5, 0.25])
    assert stairs == pytest.approx([1.0, 1.0, 1.0, 0.25])


def test_step_cuts_after_every_size():
    curve = [RATES["Step"](EPOCHS, 1.0, step, 99, 3) for step in range(13)]
    assert curve == [1.0] * 6 + [0.5] * 6 + [0.25]


def test_multi_step_cuts_at_its_times():
    sizes = (Quantity(2, Unit.ITERATION), Quantity(1, Unit.EPOCH))
    curve = [RATES["MultiStep"]({"sizes": sizes, "gamma": 0.5}, 1.0, step, 99, 3) for step in range(5)]
    assert curve == [1.0, 1.0, 0.5, 0.25, 0.25]


def test_the_rate_of_a_plateau_cannot_be_foreseen():
    assert [schedule.name for schedule in OPERATORS if schedule.rate is None] == ["Plateau"]


def test_a_plateau_has_no_mode_to_get_wrong():
    # BigDL's Plateau on a score decays by default, since its mode is "min" whatever it monitors.
    plateau = next(schedule for schedule in OPERATORS if schedule.name == "Plateau")
    assert plateau.parameter("mode") is None
