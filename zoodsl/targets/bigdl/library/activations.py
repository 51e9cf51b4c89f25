"""Activations that BigDL lacks, built of its Torch-style layers."""

from __future__ import annotations

from math import sqrt

from bigdl.dllib.nn.layer import (
    AddConstant,
    CAddTable,
    CMulTable,
    ConcatTable,
    HardTanh,
    Identity,
    Layer,
    MulConstant,
    ReLU,
    ReLU6,
    Sequential,
    Sigmoid,
    SoftPlus,
    Sqrt,
    Square,
    Tanh,
)

from zoodsl.targets.bigdl.library.engine import java


def silu() -> Layer:
    """The layer of x * sigmoid(x), also known as swish."""
    return _times(Sigmoid())


def hard_silu() -> Layer:
    """The layer of x * relu6(x + 3) / 6, also known as hard swish."""
    return _times(_row(AddConstant(3.0), ReLU6(), MulConstant(1 / 6)))


def mish() -> Layer:
    """The layer of x * tanh(softplus(x))."""
    return _times(_row(SoftPlus(), Tanh()))


def gelu() -> Layer:
    """The layer of x * (erf(x / sqrt(2)) + 1) / 2."""
    return _times(_row(MulConstant(sqrt(0.5)), _erf(), AddConstant(1.0), MulConstant(0.5)))


def squareplus() -> Layer:
    """The layer of (x + sqrt(x ** 2 + 4)) / 2."""
    return _row(_both(Identity(), _row(Square(), AddConstant(4.0), Sqrt()), CAddTable()), MulConstant(0.5))


def sparse_plus() -> Layer:
    """The layer that is 0 up to -1, x from 1 on, and (x + 1) ** 2 / 4 between."""
    curve = _row(AddConstant(1.0), HardTanh(0.0, 2.0), Square(), MulConstant(0.25))
    return _both(curve, _row(AddConstant(-1.0), ReLU()), CAddTable())


def _erf() -> Layer:
    """BigDL's layer of the error function, for which its Python has no class."""
    package = java().com.intel.analytics.bigdl.dllib
    numbers = getattr(package.tensor, "TensorNumericMath$TensorNumeric$NumericFloat$")
    of_floats = java().scala.reflect.ClassTag.Float()
    layer = package.keras.layers.internal.InternalERF(of_floats, getattr(numbers, "MODULE$"))
    return Layer(layer, "float")


def _times(gate: Layer) -> Layer:
    """What comes in times the gate that is computed from it."""
    return _both(Identity(), gate, CMulTable())


def _both(one: Layer, other: Layer, join: Layer) -> Layer:
    """What two layers make of one input, joined."""
    return _row(ConcatTable().add(one).add(other), join)


def _row(*layers: Layer) -> Layer:
    """Layers one after the other."""
    row = Sequential()
    for layer in layers:
        row.add(layer)
    return row
