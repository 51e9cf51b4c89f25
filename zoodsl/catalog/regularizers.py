"""Penalties on weight tensors, added to the loss."""

from __future__ import annotations

from zoodsl.catalog.operator import Parameter, Regularizer
from zoodsl.catalog.values import Real


def _factor(name: str, norm: str, *old_names: str) -> Parameter:
    return Parameter(name, Real(0.0), 0.01, doc=f"the weight of the sum of {norm}", old_names=old_names)


L1 = Regularizer(
    name="L1",
    doc="Adds l1 * sum(|w|) to the loss, which drives weights to exactly 0.",
    source="Keras 3: keras.regularizers.L1",
    parameters=(_factor("l1", "absolute values", "l"),),
    old_names=("L1Regularizer",),
)

L2 = Regularizer(
    name="L2",
    doc="Adds l2 * sum(w ** 2) to the loss, which keeps weights small. There is no factor of one half.",
    source="Keras 3: keras.regularizers.L2",
    parameters=(_factor("l2", "squares", "l"),),
    old_names=("L2Regularizer",),
)

L1L2 = Regularizer(
    name="L1L2",
    doc="Adds l1 * sum(|w|) + l2 * sum(w ** 2) to the loss.",
    source="Keras 3: keras.regularizers.L1L2",
    parameters=(
        Parameter("l1", Real(0.0), 0.0, doc="the weight of the sum of absolute values"),
        Parameter("l2", Real(0.0), 0.0, doc="the weight of the sum of squares"),
    ),
    old_names=("L1L2Regularizer",),
)

OPERATORS = (L1, L2, L1L2)
