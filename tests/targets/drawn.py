"""Losses with what is given and wanted, and optimizers, drawn from the catalog's declarations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from zoodsl.catalog.operator import Loss, Optimizer, Target
from zoodsl.model.nodes import Operation
from zoodsl.targets.arrays import Array
from zoodsl.testing import NOWHERE

NUMBERS = st.integers(-400, 400).map(lambda number: number / 100)
"""Numbers of the size of weights and gradients, 0 among them; none is so small that float32 loses it."""

_SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    "learning_rate": st.sampled_from((0.001, 0.01, 0.5)),
    "epsilon": st.sampled_from((1e-7, 1e-3, 0.1)),
    "learning_rate_power": st.sampled_from((-0.5, -0.3, -1.0)),
    "initial_accumulator_value": st.sampled_from((0.1, 1.0)),
    "clip_norm": st.sampled_from((None, 0.5, 3.0)),
    "clip_value": st.sampled_from((None, 0.1, 1.0)),
    "nesterov": st.booleans(),
    "weight_decay": st.sampled_from((None, 0.01)),
}
_SHARES = st.sampled_from((0.0, 0.5, 0.9, 0.99))
_STRENGTHS = st.sampled_from((0.0, 0.01, 0.3))


@st.composite
def optimizers(draw: Any, operator: Optimizer) -> Operation[Optimizer]:
    """A call of ``operator`` with arguments that make sense together."""
    arguments = {
        each.name: each.default
        if each.name == "learning_rate" and operator.name == "Adadelta"
        else draw(_SETTINGS.get(each.name, _STRENGTHS if "strength" in each.name else _SHARES))
        for each in operator.parameters
    }
    if arguments.get("nesterov"):
        arguments["momentum"] = max(arguments["momentum"], 0.5)
    return Operation(span=NOWHERE, operator=operator, arguments=arguments)


@st.composite
def losses(draw: Any, operator: Loss, outputs: int) -> Operation[Loss]:
    """A call of ``operator`` for a network of so many outputs."""
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "from_logits": st.booleans(),
        "gamma": st.sampled_from((0.0, 0.5, 2.0, 3.0)),
        "alpha": st.sampled_from((None, 0.25, 0.9)),
        "delta": st.sampled_from((0.3, 1.0, 2.5)),
        "weights": st.sampled_from((None, "balanced"))
        | st.lists(
            st.integers(0, 30).map(lambda tenths: tenths / 10), min_size=outputs, max_size=outputs
        ).map(tuple),
    }
    arguments = {each.name: draw(drawn[each.name]) for each in operator.parameters}
    return Operation(span=NOWHERE, operator=operator, arguments=arguments)


ACTIVATED: dict[str, Callable[[Array], Array]] = {
    "linear": lambda scores: scores,
    "softmax": lambda scores: np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True),
    "sigmoid": lambda scores: 1 / (1 + np.exp(-scores)),
    "tanh": np.tanh,
    "softplus": lambda scores: np.log1p(np.exp(scores)),
}
"""The last activations that drawn outputs come of."""


def activation(operation: Operation[Loss]) -> str:
    """A last activation that the loss is right for, as it is called."""
    able = operation.operator.activations
    if operation.arguments.get("from_logits") or not able:
        return "linear"
    return next(name for name in able if name in ACTIVATED)


def targets(operation: Operation[Loss], rows: int, outputs: int, seed: int) -> Array:
    """Labels of a kind that the loss is for: (rows,) class indices, or (rows, outputs)."""
    generator = np.random.default_rng(seed)
    operator = operation.operator
    if operator.outputs == "classes":
        return generator.integers(0, outputs, rows)
    if Target.CLASS in operator.targets:
        return generator.integers(0, 2, (rows, outputs))
    if operator.name == "CategoricalCrossentropy":
        return np.eye(outputs)[generator.integers(0, outputs, rows)]
    if "softmax" in operator.activations:
        return generator.dirichlet(np.ones(outputs), rows)
    numbers = generator.normal(size=(rows, outputs))
    return np.abs(numbers) + 0.3 if operator.name in _POSITIVE else numbers


_POSITIVE = {"Poisson", "MeanSquaredLogarithmicError", "MeanAbsolutePercentageError"}
