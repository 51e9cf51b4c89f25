"""The law of losses: BigDL's criterion and the program's own function give the reference's value."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.targets.bigdl.engine import evaluate
from zoodsl.catalog.losses import OPERATORS, SIGNED
from zoodsl.catalog.operator import Loss
from zoodsl.catalog.values import Kind
from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.bindings import metrics
from zoodsl.targets.bigdl.bindings.losses import LOSSES
from zoodsl.targets.numpy.losses import loss as reference

pytestmark = pytest.mark.spark

ROWS, OUTPUTS, CORES = 6, 4, 2


class Training(NamedTuple):
    """The settings of a program that a criterion may ask for; each core has ROWS of the batch."""

    batch: int


def rows_for(loss: Loss, from_logits: bool) -> tuple[Array, Array]:
    """Labels and outputs of the kind that the loss is for."""
    draw = np.random.default_rng(7)
    scores = draw.normal(size=(ROWS, OUTPUTS)).astype(np.float32)
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    match loss.name:
        case "SparseCategoricalCrossentropy":
            return draw.integers(0, OUTPUTS, ROWS), scores if from_logits else shares
        case "CategoricalCrossentropy":
            # One class a row: BigDL takes the largest entry for the class, and so has no soft labels.
            return np.eye(OUTPUTS)[draw.integers(0, OUTPUTS, ROWS)], scores if from_logits else shares
        case "KLDivergence":
            parts = draw.random((ROWS, OUTPUTS))
            return parts / parts.sum(axis=1, keepdims=True), shares
        case "BinaryCrossentropy" | "BinaryFocalCrossentropy":
            wanted = draw.integers(0, 2, (ROWS, OUTPUTS))
            return wanted, scores if from_logits else 1 / (1 + np.exp(-scores))
        case "Hinge" | "SquaredHinge":
            return draw.integers(0, 2, (ROWS, OUTPUTS)), scores
        case "Poisson" | "MeanSquaredLogarithmicError" | "MeanAbsolutePercentageError":
            return draw.random((ROWS, OUTPUTS)) + 0.5, np.abs(scores) + 0.1
        case _:
            return draw.normal(size=(ROWS, OUTPUTS)), scores


CASES: list[tuple[Loss, dict[str, Any]]] = [
    (operator, arguments)
    for operator in OPERATORS
    for arguments in (
        {},
        {"from_logits": True},
        {"weights": (1.0, 2.0, 0.5, 3.0)},
        {"alpha": 0.3, "gamma": 1.5},
        {"delta": 0.5},
    )
    if all(operator.parameter(name) for name in arguments)
]


@pytest.mark.parametrize(
    ("operator", "arguments"),
    CASES,
    ids=[f"{operator.name}{arguments or ''}" for operator, arguments in CASES],
)
def test_the_engine_and_the_program_agree_with_the_reference(
    spark: Any, bound: Any, operator: Loss, arguments: dict[str, Any]
) -> None:
    from bigdl.dllib.keras.autograd import CustomLoss

    operation = bound(Kind.LOSS, operator.name, **arguments)
    labels, outputs = rows_for(operator, bool(arguments.get("from_logits")))
    expected = reference(operation, labels, outputs)
    criterion = evaluate(LOSSES[operator.name](operation.arguments, OUTPUTS), TRAINING=Training(ROWS * CORES))
    wanted = 2 * labels - 1 if operator.name in SIGNED else labels
    given = outputs.astype(np.float32), wanted.astype(np.float32)
    if isinstance(criterion, CustomLoss):  # whose labels come first in BigDL's Python
        given = given[1], given[0]
    # Twice, since BigDL's MultiCriterion adds each loss to the one before.
    assert [criterion.forward(*given) for _ in range(2)] == pytest.approx([expected] * 2, rel=1e-4)
    program = evaluate(metrics.loss(operation))
    assert program(labels, outputs) == pytest.approx(expected, rel=1e-4)


def test_class_weights_of_one_row_a_core(spark: Any, bound: Any) -> None:
    """BigDL divides a weighted loss by the weights of a core's rows: with one row a core they change nothing."""
    from bigdl.dllib.keras.objectives import SparseCategoricalCrossEntropy

    row = np.array([[0.5, 0.5]], np.float32), np.array([[1.0]], np.float32)
    bare = SparseCategoricalCrossEntropy(zero_based_label=True, weights=np.array([1.0, 5.0]))
    assert bare.forward(*row) == pytest.approx(np.log(2))
    operation = bound(Kind.LOSS, "SparseCategoricalCrossentropy", weights=(1.0, 5.0))
    made = evaluate(LOSSES[operation.operator.name](operation.arguments, 2), TRAINING=Training(CORES))
    assert made.forward(*row) == pytest.approx(5 * np.log(2))
    assert made.backward(*row) == pytest.approx(np.array([[0, -10]]))


def test_multi_criterion_adds_the_loss_of_the_iteration_before(spark: Any, bound: Any) -> None:
    """Its gradient is right, and what it tells grows without end: no loss is made of it."""
    from bigdl.dllib.keras.objectives import CosineProximity
    from bigdl.dllib.nn.criterion import MultiCriterion

    rows = np.array([[1.0, 2.0, 3.0, 4.0]], np.float32)
    bare = MultiCriterion().add(CosineProximity(), 4.0)
    assert [bare.forward(rows, rows) for _ in range(3)] == pytest.approx([-1, -2, -3])
    operation = bound(Kind.LOSS, "CosineSimilarity")
    made = evaluate(LOSSES[operation.operator.name](operation.arguments, 4))
    assert [made.forward(rows, rows) for _ in range(3)] == pytest.approx([-1] * 3)
