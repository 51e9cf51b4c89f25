"""Losses by numbers that can be checked by hand, and by scikit-learn where it has them."""

from __future__ import annotations

import numpy as np
import pytest

from zoodsl.catalog import losses as catalog
from zoodsl.catalog.values import Kind
from zoodsl.targets.numpy.losses import LOSSES, balanced_weights, loss


@pytest.fixture
def value(bound):
    """``value(name, wanted, given, **arguments)``: the loss of a batch."""

    def compute(name, wanted, given, **arguments):
        return loss(bound(Kind.LOSS, name, **arguments), np.array(wanted), np.array(given, float))

    return compute


def test_every_loss_has_a_meaning():
    assert set(LOSSES) == {operator.name for operator in catalog.OPERATORS}


SHARES = [[0.7, 0.2, 0.1], [0.25, 0.25, 0.5], [0.1, 0.8, 0.1]]


def test_sparse_cross_entropy_is_scikit_learns_log_loss(value):
    from sklearn.metrics import log_loss

    assert value("SparseCategoricalCrossentropy", [0, 2, 2], SHARES) == pytest.approx(
        log_loss([0, 2, 2], SHARES, labels=[0, 1, 2])
    )
    assert value(
        "SparseCategoricalCrossentropy", [0, 2, 2], SHARES, weights=(1.0, 5.0, 3.0)
    ) == pytest.approx(log_loss([0, 2, 2], SHARES, labels=[0, 1, 2], sample_weight=[1, 3, 3]) * 7 / 3)


def test_sparse_and_one_hot_cross_entropy_agree(value):
    assert value("CategoricalCrossentropy", np.eye(3)[[0, 2, 2]], SHARES) == pytest.approx(
        value("SparseCategoricalCrossentropy", [0, 2, 2], SHARES)
    )


def test_scores_mean_the_same_as_their_softmax(value):
    scores = np.log(np.array(SHARES)) + np.array([[7.0], [-30.0], [0.5]])
    for name, wanted in (
        ("SparseCategoricalCrossentropy", [0, 2, 2]),
        ("CategoricalCrossentropy", np.eye(3)[[0, 2, 2]]),
    ):
        assert value(name, wanted, scores, from_logits=True) == pytest.approx(value(name, wanted, SHARES))


def test_an_impossible_class_costs_much_but_not_everything(value):
    assert value("SparseCategoricalCrossentropy", [1], [[1.0, 0.0]]) == pytest.approx(-np.log(1e-7))


def test_binary_cross_entropy_is_the_mean_over_rows_and_labels(value):
    wanted, given = [[1, 0], [0, 1]], [[0.8, 0.4], [0.5, 0.9]]
    parts = -np.log([[0.8, 0.6], [0.5, 0.9]])
    assert value("BinaryCrossentropy", wanted, given) == pytest.approx(parts.mean())
    weighted = (parts * [3.0, 0.5]).mean()
    assert value("BinaryCrossentropy", wanted, given, weights=(3.0, 0.5)) == pytest.approx(weighted)
    scores = np.log(np.array(given) / (1 - np.array(given)))
    assert value("BinaryCrossentropy", wanted, scores, from_logits=True) == pytest.approx(parts.mean())


def test_binary_cross_entropy_of_huge_scores_is_finite(value):
    assert value("BinaryCrossentropy", [[1], [0]], [[-800.0], [-800.0]], from_logits=True) == 400.0


def test_class_indices_and_one_output_are_yes_and_no(value):
    assert value("BinaryCrossentropy", [1, 0], [[0.8], [0.4]]) == value(
        "BinaryCrossentropy", [[1], [0]], [[0.8], [0.4]]
    )


def test_hinge_is_scikit_learns_on_signs(value):
    from sklearn.metrics import hinge_loss

    scores = [[0.3], [-2.0], [1.7]]
    assert value("Hinge", [1, 0, 0], scores) == pytest.approx(
        hinge_loss([1, -1, -1], np.ravel(scores), labels=[-1, 1])
    )
    assert value("SquaredHinge", [1, 0, 0], scores) == pytest.approx((0.7**2 + 0 + 2.7**2) / 3)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MeanSquaredError", (0.25 + 9 + 0) / 3),
        ("MeanAbsoluteError", (0.5 + 3 + 0) / 3),
        ("MeanAbsolutePercentageError", 100 * (0.5 / 2 + 3 / 4 + 0) / 3),
        ("MeanSquaredLogarithmicError", (np.log(3 / 2.5) ** 2 + np.log(5 / 2) ** 2) / 3),
        ("Huber", (0.125 + 2.5 + 0) / 3),
        ("LogCosh", (np.log(np.cosh(0.5)) + np.log(np.cosh(3))) / 3),
        ("Poisson", (1.5 - 2 * np.log(1.5) + 1 - 4 * np.log(1) + 7 - 7 * np.log(7)) / 3),
    ],
)
def test_losses_of_measures(value, name, expected):
    assert value(name, [[2.0], [4.0], [7.0]], [[1.5], [1.0], [7.0]]) == pytest.approx(expected, rel=1e-6)


def test_huber_bends_where_it_is_told(value):
    assert value("Huber", [[2.0], [4.0], [7.0]], [[1.5], [1.0], [7.0]], delta=2.0) == pytest.approx(
        (0.125 + 2 * (3 - 1) + 0) / 3
    )


def test_what_is_easy_counts_little(value):
    wanted, given = [[1, 0]], [[0.8, 0.4]]
    parts = np.array([-(0.2**2) * np.log(0.8), -(0.4**2) * np.log(0.6)])
    assert value("BinaryFocalCrossentropy", wanted, given) == pytest.approx(parts.mean())
    weighted = (parts * [0.25, 0.75]).mean()
    assert value("BinaryFocalCrossentropy", wanted, given, alpha=0.25) == pytest.approx(weighted)
    assert value("BinaryFocalCrossentropy", wanted, given, gamma=0.0) == pytest.approx(
        value("BinaryCrossentropy", wanted, given)
    )


def test_a_percentage_of_zero_is_of_a_small_number(value):
    assert value("MeanAbsolutePercentageError", [[0.0]], [[1e-7]]) == pytest.approx(100)


def test_divergence_sums_over_entries(value):
    wanted, given = [[0.5, 0.5], [0.0, 1.0]], [[0.25, 0.75], [0.5, 0.5]]
    expected = (0.5 * np.log(2) + 0.5 * np.log(0.5 / 0.75) + np.log(2)) / 2
    assert value("KLDivergence", wanted, given) == pytest.approx(expected, abs=1e-5)


def test_cosine_similarity_is_minus_one_where_vectors_point_alike(value):
    assert value("CosineSimilarity", [[1.0, 2.0]], [[10.0, 20.0]]) == pytest.approx(-1)
    assert value("CosineSimilarity", [[1.0, 0.0]], [[0.0, 5.0]]) == pytest.approx(0)
    assert value("CosineSimilarity", [[1.0, 0.0]], [[0.0, 0.0]]) == 0


def test_balanced_classes_weigh_as_scikit_learn_has_it(value):
    from sklearn.metrics import log_loss
    from sklearn.utils.class_weight import compute_sample_weight

    wanted = [0, 2, 2, 2, 1]
    shares = [*SHARES, [0.2, 0.2, 0.6], [0.3, 0.6, 0.1]]
    weights = compute_sample_weight("balanced", wanted)
    assert value("SparseCategoricalCrossentropy", wanted, shares, weights="balanced") == pytest.approx(
        log_loss(wanted, shares, labels=[0, 1, 2], sample_weight=weights)
    )


def test_balanced_answers_by_hand(value):
    # One yes in four: a yes weighs 4 / (2 * 1) = 2, a no 4 / (2 * 3) = 2/3. The second label no row has: 1 each.
    wanted = [[1, 0], [0, 0], [0, 0], [0, 0]]
    given = [[0.5, 0.1], [0.2, 0.1], [0.2, 0.1], [0.2, 0.1]]
    first = -(2 * np.log(0.5) + 3 * 2 / 3 * np.log(0.8))
    second = -4 * np.log(0.9)
    assert value("BinaryCrossentropy", wanted, given, weights="balanced") == pytest.approx(
        (first + second) / 8
    )


def test_a_balanced_yes_weighs_as_many_nos_as_there_are_to_it():
    counts = np.array([[90, 10], [50, 50], [0, 100], [100, 0]])
    weights = balanced_weights(counts)
    assert weights[0, 1] / weights[0, 0] == pytest.approx(90 / 10)
    assert weights[1] == pytest.approx([1, 1])
    assert weights[2:] == pytest.approx(np.ones((2, 2)))
    assert (weights * counts).sum(axis=1) == pytest.approx([100] * 4)


def test_the_catalog_defines_the_same_weights():
    for counts in ([90, 10], [3, 0, 7], [0, 5]):
        assert catalog.balanced_weights(counts) == pytest.approx(balanced_weights(np.array(counts)))
