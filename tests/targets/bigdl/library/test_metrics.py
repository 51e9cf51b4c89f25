from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from zoodsl.targets.bigdl.library.details import confusion, roc
from zoodsl.targets.bigdl.library.evaluation import measure
from zoodsl.targets.bigdl.library.metrics import (
    accuracy,
    area,
    binary_accuracy,
    f1_score,
    precision,
    r2_score,
    recall,
    roc_auc,
    root_mean_squared_error,
    top_k_accuracy,
)

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
