"""The law of metrics: NumPy's over all rows at once is Keras' over batches one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog.values import Kind
from zoodsl.targets.arrays import Array
from zoodsl.targets.keras.engine import loaded
from zoodsl.targets.numpy.metrics import measure

Rows = tuple[Array, Array]


def classes(draw: np.random.Generator, rows: int) -> Rows:
    """Class indices, and probabilities of which no two are equal."""
    return draw.integers(0, 4, rows), draw.dirichlet(np.ones(4), rows).astype(np.float32)


def one_hot(draw: np.random.Generator, rows: int) -> Rows:
    """Class indices, told to Keras as vectors; see ``classes``."""
    return classes(draw, rows)


def answers(draw: np.random.Generator, rows: int) -> Rows:
    """Several labels, and a probability of each."""
    return draw.integers(0, 2, (rows, 3)), draw.random((rows, 3)).astype(np.float32)


def measures(draw: np.random.Generator, rows: int) -> Rows:
    """Numbers away from 0."""
    wanted = draw.normal(size=(rows, 2))
    return np.sign(wanted) * (0.1 + np.abs(wanted)), draw.normal(size=(rows, 2)).astype(np.float32)


class Case(NamedTuple):
    """A metric of the language, the rows that it is tried on, and Keras' metric with its arguments."""

    name: str
    arguments: dict[str, Any]
    drawn: Callable[[np.random.Generator, int], Rows]
    theirs: str
    passed: dict[str, Any]


CASES = [
    Case("Accuracy", {}, classes, "SparseCategoricalAccuracy", {}),
    Case("BinaryAccuracy", {"threshold": 0.3}, answers, "BinaryAccuracy", {"threshold": 0.3}),
    Case("TopKAccuracy", {"k": 2}, classes, "SparseTopKCategoricalAccuracy", {"k": 2}),
    Case("Precision", {"average": "micro"}, answers, "Precision", {}),
    Case("Recall", {"average": "micro", "threshold": 0.7}, answers, "Recall", {"thresholds": 0.7}),
    Case("F1Score", {}, answers, "F1Score", {"average": "macro", "threshold": 0.5}),
    Case("F1Score", {"average": "weighted"}, one_hot, "F1Score", {"average": "weighted"}),
    Case(
        "FBetaScore",
        {"beta": 2.0},
        answers,
        "FBetaScore",
        {"beta": 2.0, "average": "macro", "threshold": 0.5},
    ),
    Case("MeanAbsoluteError", {}, measures, "MeanAbsoluteError", {}),
    Case("MeanSquaredError", {}, measures, "MeanSquaredError", {}),
    Case("RootMeanSquaredError", {}, measures, "RootMeanSquaredError", {}),
    Case("MeanAbsolutePercentageError", {}, measures, "MeanAbsolutePercentageError", {}),
    Case("MeanSquaredLogarithmicError", {}, measures, "MeanSquaredLogarithmicError", {}),
    Case("R2Score", {}, measures, "R2Score", {}),
]


@pytest.mark.law("a metric over all rows in NumPy is Keras' over batches of them")
@pytest.mark.parametrize("case", CASES, ids=[f"{case.name}{case.arguments or ''}" for case in CASES])
@given(rows=st.integers(8, 30), seed=st.integers(0, 10**6), cut=st.integers(1, 29))
def test_a_metric_is_keras(case: Case, rows: int, seed: int, cut: int, bound: Any) -> None:
    wanted, outputs = case.drawn(np.random.default_rng(seed), rows)
    ours = measure(bound(Kind.METRIC, case.name, **case.arguments), wanted, outputs).value
    metric = getattr(loaded().metrics, case.theirs)(**case.passed)
    told = (np.eye(4)[wanted] if case.drawn is one_hot else wanted).astype(np.float32)
    for part in (slice(None, cut), slice(cut, None)):
        if len(told[part]):
            metric.update_state(told[part], outputs[part])
    assert float(metric.result()) == pytest.approx(ours, rel=1e-4, abs=1e-5)
