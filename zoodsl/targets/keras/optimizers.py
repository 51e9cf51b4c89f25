"""Optimizers as Keras' own, told to do what the language means where Keras' words mean otherwise.

Clipping is done here, since the language has both kinds at once, and Keras one. Schedules are none of this module's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from zoodsl.catalog.operator import Arguments, Optimizer
from zoodsl.model.nodes import Operation
from zoodsl.targets.keras.engine import loaded


def optimizer(operation: Operation[Optimizer]) -> Any:
    """A new Keras optimizer, with no moments yet; it does not clip, see ``clipped``."""
    return OPTIMIZERS[operation.operator.name](operation.arguments)


def clipped(arguments: Arguments, gradients: Sequence[Any]) -> Sequence[Any]:
    """The gradients, all together no longer than ``clip_norm``, and then each entry cut to ``clip_value``."""
    import tensorflow as tf

    norm, value = arguments["clip_norm"], arguments["clip_value"]
    if norm is not None:
        gradients, _ = tf.clip_by_global_norm(list(gradients), norm)
    if value is not None:
        gradients = [tf.clip_by_value(gradient, -value, value) for gradient in gradients]
    return gradients


def _of(name: str, *passed: str) -> Callable[[Arguments], Any]:
    """Keras' class of this name, which takes the arguments ``passed`` under the same names."""

    def make(arguments: Arguments) -> Any:
        keras = loaded()

        return getattr(keras.optimizers, name)(**{argument: arguments[argument] for argument in passed})

    return make


def _sgd(arguments: Arguments) -> Any:
    """Keras takes decay from the weights; the language, as BigDL and PyTorch, adds it to the gradient."""
    keras = loaded()

    made = _penalised(keras.optimizers.SGD, arguments["weight_decay"] or 0.0)
    return made(
        learning_rate=arguments["learning_rate"],
        momentum=arguments["momentum"],
        nesterov=arguments["nesterov"],
    )


def _rmsprop(arguments: Arguments) -> Any:
    """RMSprop that adds epsilon beside the root. Keras adds it under the root, where it is as sqrt(epsilon) here.

    Adam without a mean of gradients is that, but for its correction of the mean of squares for starting at zero, which
    the rate undoes.
    """
    keras = loaded()

    rate, rho = arguments["learning_rate"], arguments["rho"]

    schedule: Any = keras.optimizers.schedules.LearningRateSchedule

    class Uncorrected(schedule):  # type: ignore[misc]  # Keras has no types
        def __call__(self, step: Any) -> Any:
            count = keras.ops.cast(step, "float32") + 1
            return rate / keras.ops.sqrt(1 - keras.ops.power(rho, count))

    return keras.optimizers.Adam(Uncorrected(), beta_1=0.0, beta_2=rho, epsilon=arguments["epsilon"])


def _adagrad(arguments: Arguments) -> Any:
    """Adagrad whose sums begin at 0, not 0.1; Keras' epsilon stands under the root, where 1e-10 is its own square."""
    keras = loaded()

    return keras.optimizers.Adagrad(
        arguments["learning_rate"], initial_accumulator_value=0.0, epsilon=1e-10**2
    )


def _ftrl(arguments: Arguments) -> Any:
    """Keras' shrinkage leaves the sum of squares alone; the language's is a penalty like any other."""
    keras = loaded()

    made = _penalised(keras.optimizers.Ftrl, 2 * arguments["l2_shrinkage_regularization_strength"])
    return made(
        learning_rate=arguments["learning_rate"],
        learning_rate_power=arguments["learning_rate_power"],
        initial_accumulator_value=arguments["initial_accumulator_value"],
        l1_regularization_strength=arguments["l1_regularization_strength"],
        l2_regularization_strength=arguments["l2_regularization_strength"],
    )


def _penalised(kind: Any, factor: float) -> Any:
    """The optimizer class ``kind``, whose gradients have so much of each weight added."""
    if not factor:
        return kind

    class Penalised(kind):  # type: ignore[misc]  # Keras has no types
        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            super().update_step(gradient + factor * variable, variable, learning_rate)

    return Penalised


OPTIMIZERS: Mapping[str, Callable[[Arguments], Any]] = {
    "SGD": _sgd,
    "Adam": _of("Adam", "learning_rate", "beta_1", "beta_2", "epsilon"),
    "Adamax": _of("Adamax", "learning_rate", "beta_1", "beta_2", "epsilon"),
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
    "Adadelta": _of("Adadelta", "learning_rate", "rho", "epsilon"),
    "Ftrl": _ftrl,
}
"""By the catalog's name."""
