from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from zoodsl.catalog.values import Kind
from zoodsl.targets.bigdl.library.losses import mean_absolute_error
from zoodsl.targets.bigdl.library.metrics import accuracy, root_mean_squared_error
from zoodsl.targets.bigdl.library.ratings import OfNearest, OfRatings, estimated
from zoodsl.targets.numpy.metrics import measure
from zoodsl.targets.numpy.ratings import estimates

SCALE = (0.5, 1.0, 1.5, 2.0)
RANDOM = np.random.default_rng(5)
LABELS = RANDOM.integers(0, 4, 60)
OUTPUTS = RANDOM.dirichlet(np.ones(4), 60)


def test_estimates_of_a_rating() -> None:
    outputs = np.array([[0.1, 0.3, 0.2, 0.4], [0.5, 0.0, 0.0, 0.5]])
    assert estimated(outputs, SCALE, "mode").tolist() == [2.0, 0.5]
    assert estimated(outputs, SCALE, "median").tolist() == [1.5, 0.5]
    assert estimated(outputs, SCALE, "mean") == pytest.approx([1.45, 1.25])


@pytest.mark.law("estimates of ratings in programs = the reference's")
@given(st.lists(st.lists(st.integers(0, 100), min_size=4, max_size=4).filter(any), min_size=1, max_size=9))
def test_estimates_are_the_references(rows: list[list[int]]) -> None:
    outputs = np.array(rows, float)
    for estimate in ("mode", "mean", "median"):
        assert estimated(outputs, SCALE, estimate) == pytest.approx(estimates(outputs, SCALE, estimate))


@pytest.mark.law("no estimate of a rating has a lower absolute error than the median")
@given(st.lists(st.integers(1, 50), min_size=4, max_size=4))
def test_the_median_has_the_least_absolute_error(counts: list[int]) -> None:
    shares = np.array([counts], float) / sum(counts)
    [median] = estimated(shares, SCALE, "median")
    errors = {value: shares[0] @ np.abs(np.array(SCALE) - value) for value in SCALE}
    assert errors[median] == pytest.approx(min(errors.values()))


@pytest.mark.parametrize(
    ("name", "estimate"), [("MeanAbsoluteError", "median"), ("RootMeanSquaredError", "mean")]
)
def test_metrics_of_ratings_are_the_references(bound, name: str, estimate: str) -> None:
    function = {"MeanAbsoluteError": mean_absolute_error, "RootMeanSquaredError": root_mean_squared_error}[
        name
    ]
    found = OfRatings(function, SCALE, estimate)(LABELS.astype(float), OUTPUTS)
    assert found == pytest.approx(measure(bound(Kind.METRIC, name), LABELS, OUTPUTS, SCALE).value)


def test_baselines_tell_ratings_and_no_probabilities() -> None:
    told = RANDOM.uniform(0.5, 2, (60, 1))
    error = OfRatings(mean_absolute_error, SCALE, "median")(LABELS.astype(float), told)
    assert error == pytest.approx(sklearn.mean_absolute_error(np.array(SCALE)[LABELS], told[:, 0]))
    right = OfNearest(accuracy, SCALE)(LABELS.astype(float), told)
    assert right == pytest.approx(np.mean(np.round(2 * told[:, 0]) / 2 == np.array(SCALE)[LABELS]))
    assert OfNearest(accuracy, SCALE)(LABELS, OUTPUTS) == accuracy(LABELS, OUTPUTS)
