"""Optimizers. Schedules and clipping are the training loop's: BigDL has schedules for two optimizers only."""

from __future__ import annotations

from collections.abc import Callable

from zoodsl.catalog.operator import Arguments
from zoodsl.targets.pyast import Call, Expression, Symbol, call

OPTIMIZER = "bigdl.dllib.optim.optimizer"


def _optimizer(name: str, **keywords: Expression) -> Call:
    return call(
        Symbol(OPTIMIZER, name), **{key: value for key, value in keywords.items() if value is not None}
    )


def _sgd(a: Arguments) -> Call:
    momentum = a["momentum"] or None
    return _optimizer(
        "SGD",
        learningrate=a["learning_rate"],
        weightdecay=a["weight_decay"],
        momentum=momentum,
        # BigDL damps by the momentum itself unless told otherwise; Keras does not damp.
        dampening=0.0 if momentum else None,
        nesterov=a["nesterov"] or None,
    )


def _moments(name: str) -> Callable[[Arguments], Call]:
    return lambda a: _optimizer(
        name,
        learningrate=a["learning_rate"],
        beta1=a["beta_1"],
        beta2=a["beta_2"],
        epsilon=a["epsilon"],
    )


OPTIMIZERS: dict[str, Callable[[Arguments], Call]] = {
    "SGD": _sgd,
    "Adam": _moments("Adam"),
    "Adamax": _moments("Adamax"),
    "RMSprop": lambda a: _optimizer(
        "RMSprop", learningrate=a["learning_rate"], decayrate=a["rho"], epsilon=a["epsilon"]
    ),
    "Adagrad": lambda a: _optimizer("Adagrad", learningrate=a["learning_rate"]),
    # BigDL's Adadelta has no learning rate: it is that of rate 1.
    "Adadelta": lambda a: _optimizer("Adadelta", decayrate=a["rho"], epsilon=a["epsilon"]),
    "Ftrl": lambda a: _optimizer(
        "Ftrl",
        learningrate=a["learning_rate"],
        learningrate_power=a["learning_rate_power"],
        initial_accumulator_value=a["initial_accumulator_value"],
        l1_regularization_strength=a["l1_regularization_strength"],
        l2_regularization_strength=a["l2_regularization_strength"],
        l2_shrinkage_regularization_strength=a["l2_shrinkage_regularization_strength"],
    ),
}
"""By the catalog's name."""
