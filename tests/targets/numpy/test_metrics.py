"""Metrics agree with scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from zoodsl.catalog import metrics as catalog
from zoodsl.catalog.values import Kind
from zoodsl.targets.numpy.metrics import METRICS, measure, roc_area

AVERAGES = ("macro", "micro", "weighted")
seeds = st.integers(0, 10**6)


@pytest.fixture(scope="module")
def value(bound):
    """``value(name, wanted, given, **arguments)``: the metric's value."""

    def compute(name, wanted, outputs, **arguments):
        return measure(bound(Kind.METRIC, name, **arguments), np.asarray(wanted), np.asarray(outputs)).value

    return compute


def classes(seed, count=4, rows=40):
    """Class indices and softmax outputs, with ties among the outputs."""
    draw = np.random.default_rng(seed)
    outputs = draw.integers(1, 12, (rows, count)).astype(float)
    # Every class is there: scikit-learn's AUC is of that case alone.
    wanted = np.concatenate([np.arange(count), draw.integers(0, count, rows - count)])
    return wanted, outputs / outputs.sum(axis=1, keepdims=True)


def labels(seed, count=3, rows=40):
    """Multi-hot labels, each of both kinds, and sigmoid outputs with ties, none at a threshold."""
    draw = np.random.default_rng(seed)
    wanted = draw.integers(0, 2, (rows, count))
    wanted[0], wanted[1] = 0, 1
    return wanted, draw.integers(0, 10, (rows, count)) / 10 + 0.03


def test_every_metric_has_a_meaning():
    assert set(METRICS) == {operator.name for operator in catalog.OPERATORS}


@pytest.mark.law("Accuracy = scikit-learn's")
@given(seeds)
def test_accuracy(value, seed):
    wanted, outputs = classes(seed)
    assert value("Accuracy", wanted, outputs) == pytest.approx(
        reference.accuracy_score(wanted, outputs.argmax(axis=1))
    )


def test_accuracy_of_one_output_is_yes_above_a_half(value):
    assert value("Accuracy", [1, 0, 1, 0], [[0.6], [0.4], [0.5], [0.51]]) == 0.5


AGREEMENTS = [
    ("BalancedAccuracy", {}, reference.balanced_accuracy_score, {}),
    ("CohenKappa", {}, reference.cohen_kappa_score, {}),
    ("CohenKappa", {"weights": "linear"}, reference.cohen_kappa_score, {"weights": "linear"}),
    ("CohenKappa", {"weights": "quadratic"}, reference.cohen_kappa_score, {"weights": "quadratic"}),
    ("MatthewsCorrelation", {}, reference.matthews_corrcoef, {}),
]


@pytest.mark.law("balanced accuracy, kappa and the correlation of classes = scikit-learn's")
@pytest.mark.parametrize(("name", "arguments", "function", "passed"), AGREEMENTS)
@given(seed=seeds)
def test_agreements(value, name, arguments, function, passed, seed):
    wanted, outputs = classes(seed)
    expected = function(wanted, outputs.argmax(axis=1), **passed)
    assert value(name, wanted, outputs, **arguments) == pytest.approx(expected)
    wanted, outputs = labels(seed, 1)
    expected = function(wanted[:, 0], outputs[:, 0] > 0.5, **passed)
    assert value(name, wanted[:, 0], outputs, **arguments) == pytest.approx(expected)


def test_agreement_of_one_class_alone(value):
    all_of_one = [0, 0], [[0.9, 0.1], [0.8, 0.2]]
    assert value("BalancedAccuracy", *all_of_one) == 1
    assert value("CohenKappa", *all_of_one) == 1
    assert value("MatthewsCorrelation", *all_of_one) == 0


@pytest.mark.law("BinaryAccuracy counts decisions at the threshold")
@given(seeds)
def test_binary_accuracy_counts_decisions(value, seed):
    wanted, outputs = labels(seed)
    assert value("BinaryAccuracy", wanted, outputs, threshold=0.3) == pytest.approx(
        reference.accuracy_score(wanted.ravel(), outputs.ravel() > 0.3)
    )


@pytest.mark.law("TopKAccuracy = scikit-learn's")
@given(seeds, st.integers(1, 4))
def test_top_k_accuracy(value, seed, k):
    wanted, outputs = classes(seed)
    outputs += np.random.default_rng(seed).uniform(
        0, 1e-6, outputs.shape
    )  # scikit-learn breaks ties otherwise
    expected = (np.argsort(-outputs, axis=1)[:, :k] == wanted[:, None]).any(axis=1).mean()
    assert value("TopKAccuracy", wanted, outputs, k=k) == pytest.approx(expected)
    if k < 4:
        assert expected == pytest.approx(reference.top_k_accuracy_score(wanted, outputs, k=k))


@pytest.mark.law("AUC of two classes = scikit-learn's")
@given(seeds)
def test_auc_of_two_classes_by_one_output(value, seed):
    wanted, outputs = labels(seed, 1)
    expected = reference.roc_auc_score(wanted[:, 0], outputs[:, 0])
    assert value("AUC", wanted[:, 0], outputs) == pytest.approx(expected)
    assert value("AUC", wanted[:, 0], np.hstack([1 - outputs, outputs])) == pytest.approx(expected)


@pytest.mark.law("AUC of classes is the mean of each against the rest")
@given(seeds)
def test_auc_of_classes_is_each_against_the_rest(value, seed):
    wanted, outputs = classes(seed)
    for average in AVERAGES:
        assert value("RocAuc", wanted, outputs, average=average) == pytest.approx(
            reference.roc_auc_score(wanted, outputs, multi_class="ovr", average=average)
        )
    assert value("AUC", wanted, outputs) == value("RocAuc", wanted, outputs, average="macro")


@pytest.mark.law("AUC of several labels = scikit-learn's")
@given(seeds)
def test_auc_of_labels(bound, seed):
    wanted, outputs = labels(seed)
    for average in AVERAGES:
        measured = measure(bound(Kind.METRIC, "RocAuc", average=average), wanted, outputs)
        assert measured.value == pytest.approx(reference.roc_auc_score(wanted, outputs, average=average))
        assert measured.each == pytest.approx(reference.roc_auc_score(wanted, outputs, average=None))


def test_a_label_of_one_kind_has_no_area_and_is_left_out(bound):
    wanted = np.array([[1, 0], [0, 0], [1, 0]])
    outputs = np.array([[0.9, 0.2], [0.1, 0.3], [0.05, 0.4]])
    measured = measure(bound(Kind.METRIC, "AUC"), wanted, outputs)
    assert measured.value == 0.5
    assert measured.each == pytest.approx((0.5, np.nan), nan_ok=True)
    assert np.isnan(measure(bound(Kind.METRIC, "AUC"), wanted[:, 1:], outputs[:, 1:]).value)


@pytest.mark.law("an area under the ROC curve depends on the order alone, and turns with the labels")
@given(seeds)
def test_an_area_depends_on_order_alone_and_turns_with_the_labels(seed):
    wanted, outputs = labels(seed, 1)
    yes, scores = wanted[:, 0].astype(bool), outputs[:, 0]
    area = roc_area(yes, scores)
    assert roc_area(yes, np.exp(3 * scores)) == pytest.approx(area)
    assert roc_area(~yes, scores) == pytest.approx(1 - area)


@pytest.mark.law("Precision, Recall and F1 = scikit-learn's")
@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("Precision", reference.precision_score),
        ("Recall", reference.recall_score),
        ("F1Score", reference.f1_score),
    ],
)
@given(seed=seeds)
def test_precision_recall_and_f1(bound, name, function, seed):
    wanted, outputs = classes(seed, count=6, rows=12)
    told = outputs.argmax(axis=1)
    marks, chances = labels(seed)
    for average in AVERAGES:
        measured = measure(bound(Kind.METRIC, name, average=average), wanted, outputs)
        options = {"labels": range(6), "zero_division": 0}
        assert measured.value == pytest.approx(function(wanted, told, average=average, **options))
        assert measured.each == pytest.approx(function(wanted, told, average=None, **options))
        measured = measure(bound(Kind.METRIC, name, average=average, threshold=0.4), marks, chances)
        assert measured.value == pytest.approx(
            function(marks, chances > 0.4, average=average, zero_division=0)
        )


@pytest.mark.law("FBetaScore = scikit-learn's")
@given(seeds, st.sampled_from((0.5, 1.0, 2.0)), st.sampled_from(AVERAGES))
def test_f_beta(value, seed, beta, average):
    marks, chances = labels(seed)
    expected = reference.fbeta_score(marks, chances > 0.5, beta=beta, average=average, zero_division=0)
    assert value("FBetaScore", marks, chances, beta=beta, average=average) == pytest.approx(expected)


@pytest.mark.law("precision of one output is of the second class")
@given(seeds)
def test_precision_of_one_output_is_of_the_second_class(value, seed):
    wanted, outputs = labels(seed, 1)
    assert value("Precision", wanted[:, 0], outputs) == pytest.approx(
        reference.precision_score(wanted[:, 0], outputs[:, 0] > 0.5, zero_division=0)
    )


@pytest.mark.law("errors of numbers = scikit-learn's")
@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("MeanAbsoluteError", reference.mean_absolute_error),
        ("MeanSquaredError", reference.mean_squared_error),
        ("RootMeanSquaredError", lambda *pair: np.sqrt(reference.mean_squared_error(*pair))),
        (
            "MeanAbsolutePercentageError",
            lambda *pair: 100 * reference.mean_absolute_percentage_error(*pair),
        ),
        (
            "MeanSquaredLogarithmicError",
            lambda *pair: reference.mean_squared_log_error(*(np.maximum(each, 1e-7) for each in pair)),
        ),
        ("R2Score", reference.r2_score),
    ],
)
@given(seed=seeds, width=st.integers(1, 3))
def test_errors_of_measures(value, name, function, seed, width):
    draw = np.random.default_rng(seed)
    wanted, outputs = draw.normal(size=(2, 9, width))
    assert value(name, wanted, outputs) == pytest.approx(function(wanted, outputs))
    if width == 1:
        assert value(name, wanted[:, 0], outputs) == pytest.approx(function(wanted, outputs))


def test_r2_of_a_constant(value):
    assert value("R2Score", [[2.0], [2.0]], [[2.0], [2.0]]) == 1
    assert value("R2Score", [[2.0], [2.0]], [[2.0], [3.0]]) == 0


@pytest.mark.law("average precision = scikit-learn's")
@given(seeds, st.sampled_from(AVERAGES))
def test_average_precision(value, seed, average):
    wanted, outputs = labels(seed)
    assert value("AveragePrecision", wanted, outputs, average=average) == pytest.approx(
        reference.average_precision_score(wanted, outputs, average=average)
    )
    wanted, outputs = classes(seed)
    assert value("AveragePrecision", wanted, outputs, average=average) == pytest.approx(
        reference.average_precision_score(np.eye(4)[wanted], outputs, average=average)
    )


def test_a_label_that_no_row_has_has_no_average_precision(value):
    wanted, outputs = labels(3)
    wanted[:, 1] = 0
    others = reference.average_precision_score(wanted[:, [0, 2]], outputs[:, [0, 2]])
    assert value("AveragePrecision", wanted, outputs) == pytest.approx(others)


@pytest.mark.law("no threshold has a better F1 score than the best")
@given(seeds)
def test_no_threshold_has_a_better_f1_score_than_the_best(value, seed):
    wanted, outputs = labels(seed)
    best = value("F1Score", wanted, outputs, threshold="best")
    each = []
    for label in range(wanted.shape[1]):
        precision, recall, _ = reference.precision_recall_curve(wanted[:, label], outputs[:, label])
        each.append(max(2 * precision * recall / np.maximum(precision + recall, 1e-12)))
    assert best == pytest.approx(np.mean(each))
