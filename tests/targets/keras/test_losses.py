"""The law of losses: NumPy's definition, the function of programs and Keras give the same number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.targets import drawn
from tests.targets.bigdl.engine import evaluate
from zoodsl.catalog.losses import OPERATORS
from zoodsl.catalog.operator import Loss
from zoodsl.targets.bigdl.bindings import metrics
from zoodsl.targets.keras.losses import LOSSES, loss
from zoodsl.targets.numpy.losses import loss as reference


def test_every_loss_has_a_row():
    assert LOSSES.keys() == {operator.name for operator in OPERATORS}


@pytest.mark.law("a loss is the same number in NumPy, Keras and generated programs")
@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
@given(data=st.data())
@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_a_loss_means_the_same(operator: Loss, data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 5))
    outputs = data.draw(st.integers(2 if "softmax" in operator.activations else 1, 4))
    operation = data.draw(drawn.losses(operator, outputs))
    wanted = drawn.targets(operation, rows, outputs, data.draw(st.integers(0, 10**6)))
    scores = np.random.default_rng(data.draw(st.integers(0, 10**6))).normal(size=(rows, outputs)) * 3
    outputs_given = drawn.ACTIVATED[drawn.activation(operation)](scores).astype(np.float32)
    expected = reference(operation, wanted, outputs_given)
    assert float(loss(operation, wanted, outputs_given)) == pytest.approx(expected, rel=1e-4, abs=1e-5)
    if operation.arguments.get("weights") != "balanced":
        program = evaluate(metrics.loss(operation))
        assert program(wanted, outputs_given) == pytest.approx(expected, rel=1e-4, abs=1e-5)
