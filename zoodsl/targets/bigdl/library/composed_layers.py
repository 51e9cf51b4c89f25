"""Layers with weights that BigDL lacks, or has wrongly, built of its Torch-style layers."""

from __future__ import annotations

from typing import Any

from bigdl.dllib.nn.layer import (
    AddConstant,
    CAdd,
    CMul,
    CMulTable,
    ConcatTable,
    CSubTable,
    Identity,
    Layer,
    Mean,
    Negative,
    Power,
    ReLU,
    Sequential,
    Square,
    TableOperation,
)


def layer_normalization(features: int, epsilon: float) -> Layer:
    """The layer normalization of images over their channels, ``features`` of them; its weights are scale and shift."""
    deviation = (
        Sequential().add(Square()).add(Mean(2, squeeze=False)).add(AddConstant(epsilon)).add(Power(-0.5))
    )
    return (
        Sequential()
        .add(ConcatTable().add(Identity()).add(Mean(2, squeeze=False)))
        .add(TableOperation(CSubTable()))
        .add(ConcatTable().add(Identity()).add(deviation))
        .add(TableOperation(CMulTable()))
        .add(CMul([1, features, 1, 1]))
        # With four dimensions, BigDL adds the gradient of the shift to the first weights of the whole network.
        .add(CAdd([features, 1, 1]))
    )


def prelu(shape: tuple[int, ...], penalty: Any = None) -> Layer:
    """The layer of max(x, 0) - slopes * max(-x, 0); ``shape`` is the slopes', with ``penalty`` on them."""
    below = Sequential().add(Negative()).add(ReLU()).add(CMul([1, *shape], penalty))
    return Sequential().add(ConcatTable().add(ReLU()).add(below)).add(CSubTable())
