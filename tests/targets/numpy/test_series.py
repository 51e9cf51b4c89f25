"""Windows and scales in NumPy: their definitions, and that they never see what comes later."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog.series import rows_before
from zoodsl.targets.numpy.series import scales, standardize, windows

LENGTHS = st.integers(1, 6)
HORIZONS = st.integers(1, 4)


def test_a_window_ends_the_horizon_before_the_row_that_it_predicts():
    rows = np.arange(6.0).reshape(-1, 1)
    found, predicted = windows({"length": 2, "horizon": 3}, rows)
    assert found[..., 0].tolist() == [[0, 1], [1, 2]]
    assert predicted.tolist() == [4, 5]


def test_the_workshops_windows_are_those_of_horizon_two():
    """Labels that begin at another row: it looks one step ahead by its words, and two by its code."""
    # Its window i is of the rows i..i+49, and its label that of row i+51.
    rows = np.arange(120.0).reshape(-1, 1)
    unrolled = np.stack([rows[place : place + 50] for place in range(len(rows) - 51)])
    found, predicted = windows({"length": 50, "horizon": 2}, rows)
    assert np.array_equal(found, unrolled)
    assert predicted.tolist() == list(range(51, 120))


def test_series_have_windows_of_their_own():
    rows = np.arange(6.0).reshape(-1, 1)
    found, predicted = windows({"length": 1, "horizon": 1}, rows, series=["a", "b", "a", "b", "b", "a"])
    assert found[..., 0].tolist() == [[0], [1], [3], [2]]
    assert predicted.tolist() == [2, 3, 4, 5]


def test_scales_are_scikit_learns():
    from sklearn.preprocessing import StandardScaler

    rows = np.random.default_rng(1).normal(5, 3, (40, 3))
    scaler = StandardScaler().fit(rows)
    mean, std = scales(rows)
    assert np.allclose(mean, scaler.mean_)
    assert np.allclose(std, scaler.scale_)
    assert np.allclose(standardize(rows, rows), scaler.transform(rows), atol=1e-6)


@pytest.mark.law("every row with enough rows before it has one window")
@given(st.integers(0, 30), LENGTHS, HORIZONS)
def test_every_row_with_enough_rows_before_it_has_one_window(count: int, length: int, horizon: int):
    arguments = {"length": length, "horizon": horizon}
    rows = np.arange(count * 2.0).reshape(count, 2)
    found, predicted = windows(arguments, rows)
    reach = rows_before(arguments)
    assert predicted.tolist() == list(range(reach, count))
    assert found.shape == (max(0, count - reach), length, 2)
    assert all(
        np.array_equal(each[-1], rows[row - horizon]) for each, row in zip(found, predicted, strict=True)
    )


@pytest.mark.law("windows and scales never see the future")
@given(st.integers(1, 30), LENGTHS, HORIZONS, st.integers(0, 2**32 - 1))
def test_what_comes_later_changes_no_window_and_no_scale(cut: int, length: int, horizon: int, seed: int):
    arguments = {"length": length, "horizon": horizon}
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(cut + 10, 2))
    other = rows.copy()
    other[cut:] = draw.normal(size=(10, 2))
    (before, predicted), (after, others) = windows(arguments, rows), windows(arguments, other)
    training = predicted < cut
    assert np.array_equal(predicted, others)
    assert np.array_equal(before[training], after[training])
    assert all(
        np.array_equal(one, two) for one, two in zip(scales(rows[:cut]), scales(other[:cut]), strict=True)
    )
