"""The law of optimizers: what NumPy's definition says a step is, Keras does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.targets.drawn import NUMBERS, optimizers
from zoodsl.catalog.operator import Optimizer
from zoodsl.catalog.optimizers import OPERATORS
from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import Operation
from zoodsl.targets.keras.engine import loaded
from zoodsl.targets.keras.optimizers import OPTIMIZERS, clipped, optimizer
from zoodsl.targets.numpy import optimizers as reference

TOLERANCE = 2e-6
"""Of a step, relative to the weights' and the step's size: float32 against float64."""


def steps_of_keras(operation: Operation[Optimizer], weights: Any, gradients: Any) -> Any:
    """The weights after each step, as the oracle makes them."""
    keras = loaded()

    variable, made = keras.Variable(weights.astype(np.float32)), optimizer(operation)
    after = []
    for gradient in gradients.astype(np.float32):
        made.apply_gradients(
            [
                (held, variable)
                for held in clipped(operation.arguments, [keras.ops.convert_to_tensor(gradient)])
            ]
        )
        after.append(variable.numpy())
    return np.array(after)


def test_every_optimizer_has_a_row():
    names = {operator.name for operator in OPERATORS}
    assert OPTIMIZERS.keys() == reference.OPTIMIZERS.keys() == names


@pytest.mark.law("a step of each optimizer is the same in NumPy and Keras")
@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
@given(data=st.data())
@settings(max_examples=8, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_a_step_means_the_same(operator: Optimizer, data: st.DataObject) -> None:
    operation = data.draw(optimizers(operator))
    steps = data.draw(st.integers(1, 4))
    weights = np.array(data.draw(st.lists(NUMBERS, min_size=4, max_size=4)))
    gradients = np.array(data.draw(st.lists(NUMBERS, min_size=4 * steps, max_size=4 * steps)))
    gradients = gradients.reshape(steps, 4)
    expected = reference.trajectory(operation, weights, gradients)
    actual = steps_of_keras(operation, weights, gradients)
    moved = np.abs(np.diff(expected, axis=0, prepend=weights[None])).max()
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=TOLERANCE * max(1.0, moved))


# --- where Keras' own words mean otherwise

SMALL = np.array([1e-4, -2e-4, 3e-3, 0.5])
"""Gradients of which some are near the root of Keras' epsilon, 3e-4."""


def trained(made: Any, gradients: Any) -> Any:
    """The weights after Keras' own optimizer ``made`` has stepped from 0."""
    variable = loaded().Variable(np.zeros(gradients.shape[1], np.float32))
    for gradient in gradients.astype(np.float32):
        made.apply_gradients([(gradient, variable)])
    return variable.numpy()


def defined(bound: Any, name: str, gradients: Any, **arguments: Any) -> Any:
    """The weights after steps from 0, as the language means them."""
    operation = bound(Kind.OPTIMIZER, name, **arguments)
    return reference.trajectory(operation, np.zeros(gradients.shape[1]), gradients)[-1]


def test_epsilon_beside_the_root(bound):
    """RMSprop: Keras has it under the root, so that it counts as its own root, and gradients below that barely step."""
    rms, gradients = loaded().optimizers.RMSprop, np.tile(SMALL, (10, 1))
    ours = defined(bound, "RMSprop", gradients, learning_rate=0.01)
    gaps = np.abs(trained(rms(0.01), gradients) - ours)
    assert gaps[0] > 0.06
    assert gaps[3] < 1e-6
    # With none to speak of, both are the same.
    tiny = defined(bound, "RMSprop", gradients, learning_rate=0.01, epsilon=1e-20)
    assert trained(rms(0.01, epsilon=1e-30), gradients) == pytest.approx(tiny, rel=1e-5)


def test_sums_of_squares_begin_at_zero(bound):
    """Adagrad: Keras begins at 0.1, so that gradients well below its root barely step."""
    adagrad, gradients = loaded().optimizers.Adagrad, np.tile(SMALL, (10, 1))
    ours = defined(bound, "Adagrad", gradients, learning_rate=0.01)
    assert np.abs(trained(adagrad(0.01), gradients) - ours).max() > 0.04
    begun = adagrad(0.01, initial_accumulator_value=0.0, epsilon=1e-20)
    assert trained(begun, gradients) == pytest.approx(ours, rel=1e-5)


def test_shrinkage_is_among_the_squares(bound):
    """Ftrl: Keras sums the squares of gradients without the shrinkage's part."""
    ftrl, gradients = loaded().optimizers.Ftrl, np.array([[1.0, -2.0], [0.1, 0.1], [0.1, 0.1]])
    penalty = {"learning_rate": 0.5, "l2_shrinkage_regularization_strength": 0.5}
    ours = defined(bound, "Ftrl", gradients, **penalty)
    assert np.abs(trained(ftrl(**penalty), gradients) - ours).max() > 1e-3


def test_decay_is_added_to_the_gradient(bound):
    """SGD: Keras takes decay from the weights, past the momentum."""
    sgd, gradients = loaded().optimizers.SGD, np.ones((3, 1))
    decay = {"learning_rate": 0.5, "weight_decay": 0.1}
    assert trained(sgd(**decay), gradients) == pytest.approx(defined(bound, "SGD", gradients, **decay))
    ours = defined(bound, "SGD", gradients, momentum=0.9, **decay)
    assert np.abs(trained(sgd(momentum=0.9, **decay), gradients) - ours).max() > 0.02
