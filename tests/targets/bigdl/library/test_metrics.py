from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from zoodsl.targets.bigdl.library.details import confusion, roc
from zoodsl.targets.bigdl.library.evaluation import AtThresholds, OfLogits, measure, probabilities
from zoodsl.targets.bigdl.library.label_table import COLUMNS, label_table
from zoodsl.targets.bigdl.library.metrics import (
    accuracy,
    area,
    average_precision,
    balanced_accuracy,
    binary_accuracy,
    cohen_kappa,
    f1_score,
    f_beta_score,
    matthews_correlation,
    precision,
    r2_score,
    recall,
    roc_auc,
    root_mean_squared_error,
    top_k_accuracy,
)
from zoodsl.targets.bigdl.library.thresholds import best_thresholds
from zoodsl.targets.numpy.metrics import best_thresholds as reference_thresholds

RANDOM = np.random.default_rng(3)
CLASSES = RANDOM.integers(0, 4, 200).astype(float)
PROBABILITIES = RANDOM.dirichlet(np.ones(4), 200)
SEVERAL = (RANDOM.random((200, 3)) < 0.3).astype(float)
SIGMOIDS = np.round(RANDOM.random((200, 3)), 1)
ONE = (RANDOM.random(200) < 0.4).astype(float)
ONE_SIGMOID = np.round(RANDOM.random((200, 1)), 1)


def test_accuracies() -> None:
    assert accuracy(CLASSES, PROBABILITIES) == sklearn.accuracy_score(CLASSES, PROBABILITIES.argmax(1))
    assert accuracy(ONE, ONE_SIGMOID) == sklearn.accuracy_score(ONE, ONE_SIGMOID[:, 0] > 0.5)
    assert binary_accuracy(SEVERAL, SIGMOIDS, threshold=0.3) == np.mean((SIGMOIDS > 0.3) == SEVERAL)
    assert top_k_accuracy(CLASSES, PROBABILITIES, k=2) == sklearn.top_k_accuracy_score(
        CLASSES, PROBABILITIES, k=2
    )


def test_agreements() -> None:
    for labels, outputs, told in (
        (CLASSES, PROBABILITIES, PROBABILITIES.argmax(1)),
        (ONE, ONE_SIGMOID, ONE_SIGMOID[:, 0] > 0.5),
    ):
        assert balanced_accuracy(labels, outputs) == pytest.approx(
            sklearn.balanced_accuracy_score(labels, told)
        )
        for weights in (None, "linear", "quadratic"):
            expected = sklearn.cohen_kappa_score(labels, told, weights=weights)
            assert cohen_kappa(labels, outputs, weights=weights) == pytest.approx(expected)
        assert matthews_correlation(labels, outputs) == pytest.approx(sklearn.matthews_corrcoef(labels, told))
    alone = np.zeros(3), PROBABILITIES[:3] * 0 + [1, 0, 0, 0]
    assert (balanced_accuracy(*alone), cohen_kappa(*alone), matthews_correlation(*alone)) == (1, 1, 0)


@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
@pytest.mark.parametrize("beta", [0.5, 2.0])
def test_recall_counts_beta_times(average: str, beta: float) -> None:
    expected = sklearn.fbeta_score(SEVERAL, SIGMOIDS > 0.5, beta=beta, average=average)
    assert f_beta_score(SEVERAL, SIGMOIDS, beta, average=average) == pytest.approx(expected)


@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (precision, sklearn.precision_score),
        (recall, sklearn.recall_score),
        (f1_score, sklearn.f1_score),
    ],
)
def test_decisions(
    ours: Callable[..., float], theirs: Callable[..., float], several: bool, average: str
) -> None:
    labels, outputs = (SEVERAL, SIGMOIDS) if several else (CLASSES, PROBABILITIES)
    told: Any = SIGMOIDS > 0.5 if several else PROBABILITIES.argmax(1)
    assert ours(labels, outputs, average=average) == pytest.approx(theirs(labels, told, average=average))


@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
def test_roc_auc(average: str) -> None:
    assert roc_auc(SEVERAL, SIGMOIDS, average=average) == pytest.approx(
        sklearn.roc_auc_score(SEVERAL, SIGMOIDS, average=average)
    )
    assert roc_auc(CLASSES, PROBABILITIES, average=average) == pytest.approx(
        sklearn.roc_auc_score(CLASSES, PROBABILITIES, average=average, multi_class="ovr")
    )
    assert roc_auc(ONE, ONE_SIGMOID, average=average) == pytest.approx(
        sklearn.roc_auc_score(ONE, ONE_SIGMOID)
    )


@pytest.mark.law("an area under the ROC curve is the share of pairs in the right order")
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=60))
def test_area_counts_pairs(rows: list[tuple[bool, int]]) -> None:
    yes = [score for told, score in rows if told]
    no = [score for told, score in rows if not told]
    pairs = [(a > b) + (a == b) / 2 for a in yes for b in no]
    found = area(np.array([told for told, _ in rows], int), np.array([score for _, score in rows], float))
    assert found == pytest.approx(np.mean(pairs)) if pairs else np.isnan(found)


def test_labels_of_one_kind_have_no_area_and_no_weight() -> None:
    labels = SEVERAL.copy()
    labels[:, 1] = 0
    values = roc_auc(labels, SIGMOIDS, names=["a", "b", "c"])
    assert isinstance(values, dict)
    assert np.isnan(values["b"])
    assert values[""] == pytest.approx((values["a"] + values["c"]) / 2)


def test_each_label_has_a_name_beside_the_average() -> None:
    from functools import partial

    values = measure({"Recall": partial(recall, names=["a", "b", "c"])}, SEVERAL, SIGMOIDS)
    each = sklearn.recall_score(SEVERAL, SIGMOIDS > 0.5, average=None)
    assert list(values) == ["Recall", "Recall/a", "Recall/b", "Recall/c"]
    assert list(values.values()) == pytest.approx([each.mean(), *each])


def test_measures() -> None:
    wanted, given_ = RANDOM.random(50), RANDOM.random((50, 1))
    assert root_mean_squared_error(wanted, given_) == pytest.approx(
        sklearn.mean_squared_error(wanted, given_) ** 0.5
    )
    assert r2_score(wanted, given_) == pytest.approx(sklearn.r2_score(wanted, given_))


def test_details() -> None:
    found = confusion(CLASSES, PROBABILITIES, names=["a", "b", "c", "d"])
    assert found["matrix"] == sklearn.confusion_matrix(CLASSES, PROBABILITIES.argmax(1)).tolist()
    curve = roc(ONE, ONE_SIGMOID, names=["no", "yes"])["yes"]
    false, true, _ = sklearn.roc_curve(ONE, ONE_SIGMOID[:, 0], drop_intermediate=False)
    assert curve["false"] == pytest.approx(false)
    assert curve["true"] == pytest.approx(true)


@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
def test_average_precision(average: str) -> None:
    assert average_precision(SEVERAL, SIGMOIDS, average=average) == pytest.approx(
        sklearn.average_precision_score(SEVERAL, SIGMOIDS, average=average)
    )
    assert average_precision(CLASSES, PROBABILITIES, average=average) == pytest.approx(
        sklearn.average_precision_score(np.eye(4)[CLASSES.astype(int)], PROBABILITIES, average=average)
    )
    assert average_precision(ONE, ONE_SIGMOID) == pytest.approx(
        sklearn.average_precision_score(ONE, ONE_SIGMOID)
    )


def test_a_label_that_no_row_has_is_left_out_of_averages() -> None:
    labels = SEVERAL.copy()
    labels[:, 1] = 0
    values = average_precision(labels, SIGMOIDS, names=["a", "b", "c"])
    assert isinstance(values, dict)
    assert np.isnan(values["b"])
    assert values[""] == pytest.approx((values["a"] + values["c"]) / 2)


def test_the_table_of_labels_is_scikit_learns() -> None:
    names = ["a", "b", "c"]
    limits = {"a": 0.25, "b": 0.65}
    rows = label_table(SEVERAL, SIGMOIDS, names, limits)
    assert [list(row) for row in rows] == [["label", *COLUMNS]] * 3
    for place, row in enumerate(rows):
        wanted, scores = SEVERAL[:, place], SIGMOIDS[:, place]
        limit = limits.get(names[place], 0.5)
        told = scores > limit
        assert row == {
            "label": names[place],
            "rows": 200,
            "positives": int(wanted.sum()),
            "auc": pytest.approx(sklearn.roc_auc_score(wanted, scores)),
            "average_precision": pytest.approx(sklearn.average_precision_score(wanted, scores)),
            "threshold": limit,
            "precision": pytest.approx(sklearn.precision_score(wanted, told)),
            "recall": pytest.approx(sklearn.recall_score(wanted, told)),
            "f1": pytest.approx(sklearn.f1_score(wanted, told)),
        }


def test_classes_have_a_table_without_thresholds() -> None:
    rows = label_table(CLASSES, PROBABILITIES, ["a", "b", "c", "d"], {})
    each = sklearn.f1_score(CLASSES, PROBABILITIES.argmax(1), average=None)
    assert [row["f1"] for row in rows] == pytest.approx(each)
    assert all(np.isnan(row["threshold"]) for row in rows)
    [yes] = label_table(ONE, ONE_SIGMOID, ["no", "yes"], {"yes": 0.3})
    assert (yes["label"], yes["threshold"], yes["positives"]) == ("yes", 0.3, ONE.sum())


def test_the_best_thresholds_are_the_references() -> None:
    found = best_thresholds(SEVERAL, SIGMOIDS, ["a", "b", "c"])
    assert list(found.values()) == pytest.approx(reference_thresholds(SEVERAL > 0, SIGMOIDS))
    assert best_thresholds(ONE, ONE.reshape(-1, 1), ["no", "yes"]) == {"yes": 0.5}
    empty = SEVERAL.copy()
    empty[:, 2] = 0
    assert list(best_thresholds(empty, SIGMOIDS, ["a", "b", "c"])) == ["a", "b"]


def test_a_metric_at_thresholds_decides_each_label_by_its_own() -> None:
    limits = [0.2, 0.5, 0.8]
    metric = AtThresholds(f1_score).deciding(limits)
    told = np.array(limits) < SIGMOIDS
    assert metric(SEVERAL, SIGMOIDS) == pytest.approx(sklearn.f1_score(SEVERAL, told, average="macro"))


def test_curves_of_very_many_labels_have_fewer_points() -> None:
    outputs = RANDOM.random((400, 100))
    wanted = (RANDOM.random((400, 100)) < 0.5).astype(float)
    curves = roc(wanted, outputs, names=[str(place) for place in range(100)])
    assert {len(curve["true"]) for curve in curves.values()} == {100}
    assert all(curve["true"][-1] == curve["false"][-1] == 1 for curve in curves.values())


def test_scores_before_the_last_activation_are_judged_as_probabilities() -> None:
    logits = np.log(PROBABILITIES) + 3
    assert probabilities(logits, exclusive=True) == pytest.approx(PROBABILITIES)
    one = np.array([[-2.0], [0.0], [2.0]])
    for exclusive in (True, False):
        assert probabilities(one, exclusive=exclusive)[:, 0] == pytest.approx([0.1192, 0.5, 0.8808], abs=1e-4)
    assert OfLogits(accuracy)(np.array([0.0, 0.0, 1.0]), one) == 1
    assert OfLogits(roc_auc)(CLASSES, logits) == pytest.approx(roc_auc(CLASSES, PROBABILITIES))
    several = np.log(SIGMOIDS + 0.05) - np.log(1.05 - SIGMOIDS)
    told = 1 / (1 + np.exp(-several)) > 0.5
    assert OfLogits(f1_score)(SEVERAL, several) == pytest.approx(
        sklearn.f1_score(SEVERAL, told, average="macro")
    )
