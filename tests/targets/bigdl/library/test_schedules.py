from __future__ import annotations

from typing import Any

import pytest

from zoodsl.catalog import schedules as catalog
from zoodsl.targets.bigdl.library.schedules import (
    Constant,
    Epochs,
    Exponential,
    Iterations,
    LearningRate,
    MultiStep,
    Plateau,
    Poly,
    PolyEpochDecay,
    Schedule,
    Segment,
    Step,
    Warmup,
)
from zoodsl.types import Quantity, Unit

RULES = {operator.name: operator.rate for operator in catalog.OPERATORS}
TWO_EPOCHS = Quantity(2, Unit.EPOCH)


@pytest.mark.parametrize(
    ("segment", "arguments"),
    [
        (Constant(), {}),
        (Warmup(to=0.4), {"to": 0.4}),
        (Poly(power=0.5), {"power": 0.5}),
        (PolyEpochDecay(power=2.0), {"power": 2.0}),
        (
            Exponential(decay_steps=Epochs(2), decay_rate=0.5),
            {"decay_steps": TWO_EPOCHS, "decay_rate": 0.5, "staircase": False},
        ),
        (
            Exponential(decay_steps=Epochs(2), decay_rate=0.5, staircase=True),
            {"decay_steps": TWO_EPOCHS, "decay_rate": 0.5, "staircase": True},
        ),
        (Step(size=Iterations(3), gamma=0.5), {"size": Quantity(3, Unit.ITERATION), "gamma": 0.5}),
        (
            MultiStep(sizes=(Epochs(2), Epochs(3)), gamma=0.5),
            {"sizes": (TWO_EPOCHS, Quantity(3, Unit.EPOCH)), "gamma": 0.5},
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Segment) else "",
)
def test_segments_are_the_catalogs_closed_forms(segment: Segment, arguments: dict[str, Any]) -> None:
    rule = RULES[type(segment).__name__]
    assert rule is not None
    for step in range(23):
        assert segment.rate(0.1, step, 22, 4) == pytest.approx(rule(arguments, 0.1, step, 22, 4), rel=1e-12)


def rates(rate: LearningRate, count: int) -> list[float]:
    return [rate.rate(iteration) for iteration in range(count)]


def test_segments_start_at_the_rate_reached() -> None:
    schedule = Schedule(0.1, [Warmup(to=0.5, length=Epochs(1)), Poly(length=Iterations(4)), Constant()])
    assert rates(LearningRate(schedule, per_epoch=4, total=10), 10) == pytest.approx(
        [0.1, 0.2, 0.3, 0.4, 0.5, 0.375, 0.25, 0.125, 0.0, 0.0]
    )


def test_the_last_segment_without_length_lasts_to_the_end() -> None:
    schedule = Schedule(1.0, [Constant(length=Iterations(2)), Poly()])
    assert rates(LearningRate(schedule, per_epoch=2, total=6), 7) == pytest.approx(
        [1, 1, 1, 0.75, 0.5, 0.25, 0]
    )


def test_plateau_cuts_as_bigdl_does() -> None:
    """From BigDL's SGD.Plateau by hand: patience 1, and a cut's own epoch counts as waited."""
    rate = LearningRate(Schedule(1.0, [Plateau(factor=0.5, patience=1, epsilon=0.0)]), per_epoch=1, total=9)
    seen = []
    for epoch, loss in enumerate([5.0, 4.0, 4.0, 4.0, 4.0, 3.0, 3.0, 3.0], 1):
        seen.append(rate.rate(epoch - 1))
        rate.epoch_ended({"loss": loss}, epoch)
    assert seen == [1.0, 1.0, 1.0, 1.0, 0.5, 0.25, 0.25, 0.25]
    assert rate.rate(8) == 0.125


def test_plateau_may_watch_a_metric_that_should_rise_and_spares_the_least_rate() -> None:
    plateau = Plateau(monitor="Accuracy", better="max", factor=0.1, patience=1, epsilon=0.01, min_lr=0.05)
    rate = LearningRate(Schedule(1.0, [plateau]), per_epoch=1, total=9)
    for epoch, accuracy in enumerate([0.5, 0.505, 0.509, 0.5], 1):
        rate.epoch_ended({"loss": 0.0, "Accuracy": accuracy}, epoch)
    assert rate.rate(4) == pytest.approx(0.05)


def test_a_cooling_plateau_does_not_count() -> None:
    rate = LearningRate(Schedule(1.0, [Plateau(factor=0.5, patience=1, cooldown=3)]), per_epoch=1, total=9)
    seen = []
    for epoch in range(1, 8):
        rate.epoch_ended({"loss": 1.0}, epoch)
        seen.append(rate.rate(epoch))
    assert seen == [1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.25]


def test_an_epoch_that_ends_with_a_plateaus_segment_is_the_plateaus() -> None:
    schedule = Schedule(1.0, [Plateau(factor=0.5, patience=1, length=Epochs(3)), Constant()])
    rate = LearningRate(schedule, per_epoch=2, total=10)
    for epoch in range(1, 4):
        rate.epoch_ended({"loss": 1.0}, 2 * epoch)
    assert rate.rate(6) == 0.5
