"""Optimizers have Keras 3's defaults, and clip as the language says."""

from __future__ import annotations

import pytest

from zoodsl.catalog.operator import REQUIRED
from zoodsl.catalog.optimizers import OPERATORS
from zoodsl.catalog.values import Real

BY_NAME = {optimizer.name: optimizer for optimizer in OPERATORS}


def defaults(name):
    return {parameter.name: parameter.default for parameter in BY_NAME[name].parameters}


@pytest.mark.parametrize("optimizer", OPERATORS, ids=lambda optimizer: optimizer.name)
def test_every_optimizer_has_a_learning_rate_first_and_clips_by_name_only(optimizer):
    assert optimizer.parameters[0].name == "learning_rate"
    for name in ("clip_norm", "clip_value"):
        parameter = optimizer.parameter(name)
        assert parameter is not None
        assert parameter.keyword_only
        assert parameter.default is None
        assert parameter.type == Real(minimum=0.0, minimum_open=True)
    assert all(parameter.default is not REQUIRED for parameter in optimizer.parameters)


def test_defaults_are_those_of_keras():
    assert defaults("SGD") | {"learning_rate": 0.01, "momentum": 0.0, "nesterov": False} == defaults("SGD")
    adam = {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
    assert defaults("Adam") | adam == defaults("Adam")
    assert defaults("RMSprop") | {"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7} == defaults("RMSprop")


def test_adadelta_has_no_step_size_to_choose():
    # BigDL's Adadelta takes no learning rate: its own update is applied as it is.
    rate = BY_NAME["Adadelta"].parameter("learning_rate")
    assert rate is not None
    assert rate.type == Real(minimum=1.0, maximum=1.0)


def test_a_clip_of_each_tensor_is_not_taken_for_one_of_all():
    # Keras's `clipnorm` is of each weight by itself, so that a fix to `clip_norm` would change what it means.
    assert all("clipnorm" not in each.old_names for each in BY_NAME["Adam"].parameters)
