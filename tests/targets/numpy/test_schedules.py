"""The reference's curves are those of the catalog's closed forms, laid end to end."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog import schedules as catalog
from zoodsl.catalog.values import Kind
from zoodsl.plan import schedule as plan
from zoodsl.plan.steps import PlannedSegment
from zoodsl.source import SourceFile, Span
from zoodsl.targets.numpy.schedules import SCHEDULES, rates
from zoodsl.types import Quantity, Unit

durations = st.builds(Quantity, st.integers(1, 40), st.just(Unit.ITERATION)) | st.builds(
    Quantity, st.integers(1, 4), st.just(Unit.EPOCH)
)
factors = st.floats(0.1, 1.0)
calls = st.one_of(
    st.tuples(st.just("Constant"), st.just({})),
    st.tuples(st.just("Warmup"), st.fixed_dictionaries({"to": st.floats(1e-5, 1.0)})),
    st.tuples(st.sampled_from(["Poly", "PolyEpochDecay"]), st.fixed_dictionaries({"power": factors})),
    st.tuples(
        st.just("Exponential"),
        st.fixed_dictionaries({"decay_steps": durations, "decay_rate": factors, "staircase": st.booleans()}),
    ),
    st.tuples(st.just("Step"), st.fixed_dictionaries({"size": durations, "gamma": factors})),
    st.tuples(
        st.just("MultiStep"),
        st.fixed_dictionaries({"sizes": st.tuples(durations, durations), "gamma": factors}),
    ),
)
lengths = st.tuples(st.integers(1, 5), st.none()) | st.tuples(st.none(), st.integers(1, 60))


@pytest.fixture(scope="module")
def segment(bound):
    """``segment(name, arguments, epochs=None, iterations=None)``."""
    span = Span(SourceFile("x.zoo", ""), 0, 0)

    def build(name, arguments, epochs=None, iterations=None):
        schedule = bound(Kind.SCHEDULE, name, **arguments)
        return PlannedSegment(span=span, schedule=schedule, epochs=epochs, iterations=iterations)

    return build


def test_every_schedule_has_a_meaning():
    assert set(SCHEDULES) == {operator.name for operator in catalog.OPERATORS}


@pytest.mark.law("the plan's learning rates are the reference's at every iteration, chained by then")
@given(
    pieces=st.lists(st.tuples(calls, lengths), max_size=3),
    last=st.none() | calls,
    start=st.floats(1e-4, 0.5),
    per_epoch=st.integers(1, 20),
    total=st.integers(0, 150),
)
def test_the_plans_curve_is_the_references(segment, pieces, last, start, per_epoch, total):
    segments = [segment(*call, *length) for call, length in pieces]
    planned = sum(each.iterations or each.epochs * per_epoch for each in segments)
    if last is not None and planned < total:
        segments.append(segment(*last))
    curve = rates(segments, start, per_epoch=per_epoch, total=total)
    expected = plan.rates(start, tuple(segments), per_epoch=per_epoch, iterations=total)
    np.testing.assert_allclose(curve, np.array(expected, float), rtol=1e-9, atol=1e-15)


def test_what_follows_a_plateau_is_unknown(segment):
    segments = [
        segment("Warmup", {"to": 0.2}, None, 2),
        segment("Plateau", {"monitor": "loss"}, None, 3),
        segment("Poly", {}, None, 4),
    ]
    curve = rates(segments, 0.1, per_epoch=5, total=12)
    assert curve[:2] == pytest.approx([0.1, 0.15])
    assert np.isnan(curve[2:]).all()


def test_poly_after_a_warmup_starts_from_its_aim_and_counts_from_its_own_start(segment):
    # BigDL's Poly counts from the start of training: after Warmup it falls at once and is zero too early.
    segments = [segment("Warmup", {"to": 1.0}, 1), segment("Poly", {"power": 1.0}, 3)]
    curve = rates(segments, 0.5, per_epoch=4, total=16)
    assert curve[4] == 1.0
    assert curve[4:] == pytest.approx(np.linspace(1, 0, 13)[:-1])
    assert max(abs(later - sooner) for sooner, later in pairwise(curve)) == pytest.approx(0.125)
