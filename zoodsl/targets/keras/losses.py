"""Losses as Keras computes them, by its own functions.

``given`` is what the network gives, (rows, outputs). ``wanted`` is of the same shape, or the class indices,
(rows,). Weights that are ``balanced`` are balanced by these very rows. A loss is a tensor, so that its gradient follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from zoodsl.catalog.losses import balanced_weights
from zoodsl.catalog.operator import Arguments, Loss
from zoodsl.model.nodes import Operation
from zoodsl.targets.arrays import Array
from zoodsl.targets.keras.engine import loaded

LossFunction = Callable[[Arguments, Array, Any], Any]
"""From arguments, what is wanted and the tensor of what is given to the tensor of the loss."""


def loss(operation: Operation[Loss], wanted: Array, given: Any) -> Any:
    """The loss of a batch, the mean over its rows, as a tensor of one number."""
    if wanted.ndim == 1 and operation.operator.outputs == "labels":
        wanted = wanted[:, None]
    return LOSSES[operation.operator.name](operation.arguments, wanted, given)


def _of(name: str, *passed: str) -> LossFunction:
    """Keras' class of this name, which takes the arguments ``passed`` under the same names."""

    def compute(arguments: Arguments, wanted: Array, given: Any) -> Any:
        keras = loaded()

        made = getattr(keras.losses, name)(**{argument: arguments[argument] for argument in passed})
        return made(wanted.astype(np.float32), given)

    return compute


def _sparse_categorical(arguments: Arguments, wanted: Array, given: Any) -> Any:
    keras = loaded()

    match arguments["weights"]:
        case None:
            weights = None
        case "balanced":
            counts = np.bincount(wanted.astype(int), minlength=given.shape[1])
            weights = np.array(balanced_weights(counts.tolist()))[wanted.astype(int)]
        case listed:
            weights = np.array(listed)[wanted.astype(int)]
    made = keras.losses.SparseCategoricalCrossentropy(from_logits=arguments["from_logits"])
    return made(wanted, given, sample_weight=weights)


def _binary(arguments: Arguments, wanted: Array, given: Any) -> Any:
    """Keras weighs rows alone; outputs are weighed here, between its entries and their mean."""
    ops = loaded().ops

    entries = ops.binary_crossentropy(wanted.astype(np.float32), given, from_logits=arguments["from_logits"])
    match arguments["weights"]:
        case None:
            return ops.mean(entries)
        case "balanced":
            yes = wanted.sum(axis=0)
            kinds = np.stack([len(wanted) - yes, yes], axis=-1)
            answers = np.array([balanced_weights(counts) for counts in kinds.tolist()])
            weights = np.where(wanted > 0, answers[:, 1], answers[:, 0])
        case listed:
            weights = np.array(listed)
    return ops.mean(entries * weights.astype(np.float32))


def _focal(arguments: Arguments, wanted: Array, given: Any) -> Any:
    balancing = (
        {} if arguments["alpha"] is None else {"apply_class_balancing": True, "alpha": arguments["alpha"]}
    )
    made = loaded().losses.BinaryFocalCrossentropy(gamma=arguments["gamma"], **balancing)
    return made(wanted.astype(np.float32), given)


LOSSES: Mapping[str, LossFunction] = {
    "SparseCategoricalCrossentropy": _sparse_categorical,
    "CategoricalCrossentropy": _of("CategoricalCrossentropy", "from_logits"),
    "BinaryCrossentropy": _binary,
    "BinaryFocalCrossentropy": _focal,
    "MeanSquaredError": _of("MeanSquaredError"),
    "MeanAbsoluteError": _of("MeanAbsoluteError"),
    "MeanAbsolutePercentageError": _of("MeanAbsolutePercentageError"),
    "MeanSquaredLogarithmicError": _of("MeanSquaredLogarithmicError"),
    "Huber": _of("Huber", "delta"),
    "LogCosh": _of("LogCosh"),
    "Hinge": _of("Hinge"),
    "SquaredHinge": _of("SquaredHinge"),
    "KLDivergence": _of("KLDivergence"),
    "Poisson": _of("Poisson"),
    "CosineSimilarity": _of("CosineSimilarity"),
}
"""By the catalog's name."""
