"""Metrics of recommendations: the reference, and the helpers of programs beside it."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog.values import Kind
from zoodsl.targets.numpy.rankings import measure, ranks


def test_hit_ratio_counts_and_ndcg_discounts(bound):
    found = [1, 3, 10, 11, 40]
    assert measure(bound(Kind.RANKING, "HitRatio", k=10), found) == pytest.approx(3 / 5)
    wanted = (1 / log2(2) + 1 / log2(4) + 1 / log2(11)) / 5
    assert measure(bound(Kind.RANKING, "NDCG", k=10), found) == pytest.approx(wanted)


def test_a_tie_wins_no_rank(bound):
    arguments = bound(Kind.RANKING, "HitRatio", negatives=5).arguments
    found = ranks(arguments, [(1, 7, 5.0, 0)], range(20), {1: {7}}, lambda _user, _item: 3.0, seed=1)
    assert found == [6]


def test_held_out_rows_are_one_of_each_user_that_liked_something(bound):
    rows = [(1, 3, 2.0, 0), (1, 4, 5.0, 1), (2, 5, 1.0, 2)]
    rated = {1: {3, 4}, 2: {5}}
    arguments = bound(Kind.RANKING, "HitRatio", negatives=3, least=4.0).arguments
    assert ranks(arguments, rows, range(9), rated, lambda _, item: float(item == 4), seed=1) == [1]


@pytest.mark.law("negatives drawn for a ranking differ, and were not seen")
@given(st.integers(0, 2**32), st.integers(3, 40), st.integers(1, 30), st.data())
def test_drawn_items_are_free_and_differ(seed, count, wanted, data):
    from zoodsl.targets.bigdl.library.rankings import drawn_negatives

    rated = data.draw(st.sets(st.integers(0, count - 1)))
    drawn = drawn_negatives(5, rated, range(count), wanted, seed)
    assert len(set(drawn)) == len(drawn) == min(wanted, count - len(rated))
    assert not rated & set(drawn)


@pytest.mark.law("ranking metrics of programs = the reference's")
@given(st.integers(0, 2**32), st.data())
def test_programs_rank_as_the_reference_does(bound, seed, data):
    from zoodsl.targets.bigdl.library.rankings import (
        NDCG,
        HitRatio,
        Rated,
        drawn_negatives,
        held_out_items,
        mean_gains,
        rank_among,
    )

    users, items = range(1, 5), range(30)
    rated = {user: data.draw(st.sets(st.sampled_from(items), min_size=1, max_size=12)) for user in users}
    pairs = [(user, item) for user in users for item in sorted(rated[user])]
    rows = [(*pair, float(1 + key % 5), key) for key, pair in enumerate(pairs)]
    settings = {"k": data.draw(st.integers(1, 8)), "negatives": data.draw(st.integers(1, 40))}
    settings["least"] = data.draw(st.sampled_from([None, 3.0]))
    scores = data.draw(st.lists(st.floats(0, 5), min_size=7, max_size=7))

    def score(user, item):
        return scores[(7 * user + item) % 7]

    hit, gain = (bound(Kind.RANKING, name, **settings) for name in ("HitRatio", "NDCG"))
    wanted = ranks(hit.arguments, rows, items, rated, score, seed)
    found = [
        rank_among(
            [
                score(user, each)
                for each in (item, *drawn_negatives(user, rated[user], items, settings["negatives"], seed))
            ]
        )
        for user, item in held_out_items([Rated(*row) for row in rows], settings["least"], seed).items()
    ]
    assert found == wanted
    if wanted:
        assert mean_gains(HitRatio(**settings), found) == pytest.approx(measure(hit, wanted))
        assert mean_gains(NDCG(**settings), found) == pytest.approx(measure(gain, wanted))
