"""A few steps of training in Keras, the independent oracle of those on other engines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from zoodsl.catalog.operator import Loss, Optimizer
from zoodsl.model.nodes import Network, Operation
from zoodsl.targets.arrays import Array
from zoodsl.targets.keras.losses import loss as loss_of
from zoodsl.targets.keras.network import Weights, build, layer_names, quiet, set_weights, weights_of
from zoodsl.targets.keras.optimizers import clipped
from zoodsl.targets.keras.optimizers import optimizer as new_optimizer


def step(  # noqa: PLR0913 - each says something else
    network: Network,
    weights: Weights,
    inputs: Sequence[Array],
    targets: Array,
    loss: Operation[Loss],
    optimizer: Operation[Optimizer],
    *,
    steps: int = 1,
    frozen: Collection[str] = (),
    until: float = float("-inf"),
) -> tuple[tuple[float, ...], dict[str, tuple[Array, ...]]]:
    """So many steps on one batch, from ``weights`` by layer: the loss before each of them, and the weights after all.

    Weights are in Keras 3's layout; BatchNormalization's moving statistics are among them. Losses leave out the
    penalties of regularizers, which gradients have. Deterministic but for layers that draw, such as Dropout. The layers
    ``frozen`` stay as they are, weights and statistics. Once the loss is not above ``until``, no further step is made.
    """
    model = build(network)
    set_weights(model, network, weights)
    names = layer_names(network)
    for name in frozen:
        model.get_layer(names[name]).trainable = False
    made = new_optimizer(optimizer)
    losses = []
    for _ in range(steps):
        value, gradients = _gradients(model, inputs, targets, loss)
        losses.append(value)
        if value <= until:
            break
        made.apply_gradients(
            zip(clipped(optimizer.arguments, gradients), model.trainable_variables, strict=True)
        )
    return tuple(losses), weights_of(model, network)


def _gradients(
    model: Any, inputs: Sequence[Array], targets: Array, loss: Operation[Loss]
) -> tuple[float, list[Any]]:
    """The loss of the batch, and the gradient of each trainable variable, penalties included."""
    import tensorflow as tf

    given = [np.asarray(each, np.float32) for each in inputs]
    with quiet(), tf.GradientTape() as tape:
        value = loss_of(loss, targets, model(given if len(given) > 1 else given[0], training=True))
        whole = tf.add_n([value, *model.losses])
    found = tape.gradient(
        whole,
        [variable.value for variable in model.trainable_variables],
        unconnected_gradients=tf.UnconnectedGradients.ZERO,
    )
    # An Embedding's come as rows alone.
    return float(value), [tf.convert_to_tensor(gradient) for gradient in found]
