from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.targets.bigdl.library import neighbours
from zoodsl.targets.bigdl.library.neighbours import nearest_rows, precision_at, ranked, unit


@pytest.mark.law("nearest neighbours of an index = those of a search through all")
@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(1, 8), st.booleans(), st.booleans())
def test_neighbours_are_those_of_a_search_through_all(
    seed: int, rows: int, top: int, excluded: bool, by_class: bool
) -> None:
    draw = np.random.default_rng(seed)
    # Few directions, so that many rows are equal: of these, the first comes first.
    vectors = unit(draw.integers(-1, 2, (rows, 2)))
    identities = draw.integers(0, rows, rows)
    classes = draw.integers(0, 3, rows)
    found = nearest_rows(
        vectors,
        np.arange(rows),
        top,
        identities=identities if excluded else None,
        classes=classes if by_class else None,
    )
    for query, (places, similarities) in enumerate(found):
        expected = sorted(
            (
                bool(by_class and classes[row] != classes[query]),
                -round(float(vectors[row] @ vectors[query]), 6),
                row,
            )
            for row in range(rows)
            if not (excluded and identities[row] == identities[query])
        )[:top]
        assert places.tolist() == [row for *_, row in expected]
        assert similarities == pytest.approx([-similarity for _, similarity, _ in expected], abs=1e-6)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = unit(np.random.default_rng(1).standard_normal((40, 5)))
    whole = nearest_rows(vectors, np.arange(40), 3)
    monkeypatch.setattr(neighbours, "BLOCK", 8 * 40 * 7)
    divided = nearest_rows(vectors, np.arange(40), 3)
    assert [places.tolist() for places, _ in divided] == [places.tolist() for places, _ in whole]


def test_lengths_do_not_count_and_zeros_are_near_to_nothing() -> None:
    vectors = unit(np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]]))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 0], atol=1e-6)
    [(places, similarities)] = nearest_rows(vectors, np.array([0]), 3)
    assert (places.tolist(), similarities.tolist()) == ([0, 1, 2], [1.0, 1.0, 0.0])


def test_there_are_no_more_neighbours_than_rows() -> None:
    assert ranked(np.array([-np.inf, 0.5, -np.inf]), 3).tolist() == [1]
    assert ranked(np.array([-np.inf]), 3).tolist() == []


def test_precision_is_the_share_of_neighbours_with_the_label_of_the_query() -> None:
    labels = np.array([0, 0, 0, 1, 1])
    found = [
        (np.array([1, 3, 2]), np.zeros(3)),
        (np.array([4]), np.zeros(1)),
        (np.array([], int), np.zeros(0)),
    ]
    shares = precision_at(found, np.array([0, 3, 1]), labels, 2)
    np.testing.assert_array_equal(shares, [0.5, 1.0, np.nan])
