"""Activations that BigDL lacks, built of its Torch-style layers."""

from __future__ import annotations

from bigdl.dllib.nn.layer import (
    AddConstant,
    CMulTable,
    ConcatTable,
    Identity,
    Layer,
    MulConstant,
    ReLU6,
    Sequential,
    Sigmoid,
)


def silu() -> Layer:
    """The layer of x * sigmoid(x), also known as swish."""
    return _times(Sigmoid())


def hard_silu() -> Layer:
    """The layer of x * relu6(x + 3) / 6, also known as hard swish."""
    return _times(Sequential().add(AddConstant(3.0)).add(ReLU6()).add(MulConstant(1 / 6)))


def _times(gate: Layer) -> Layer:
    """What comes in times the gate that is computed from it."""
    return Sequential().add(ConcatTable().add(Identity()).add(gate)).add(CMulTable())
