"""Modules in a row that zoodsl's own programs write for one layer, and that are read as that layer again.

BigDL means something else than Keras 3 by some layers, so that a program builds them of several.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.bigdl_classic import activation
from zoodsl.weights.bigdl_construction import Arrays, Construction, Layer
from zoodsl.weights.bigdl_format import Module

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
"""Klambauer et al. 2017, Self-Normalizing Neural Networks, section 3."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Modules of these classes in a row, if ``means`` gives the arguments of the layer ``operator``; None if not."""

    types: tuple[str, ...]
    operator: str
    means: Callable[[Sequence[Module]], dict[str, Any] | None]


def _is(given: float, wanted: float) -> bool:
    return isclose(given, wanted, rel_tol=1e-6)


def _selu(row: Sequence[Module]) -> dict[str, Any] | None:
    elu, factor = row
    good = _is(elu["alpha"], SELU_ALPHA) and _is(factor["constant"], SELU_SCALE)
    return {"activation": "selu"} if good else None


def _hard_sigmoid(row: Sequence[Module]) -> dict[str, Any] | None:
    factor, shift, cut = row
    if not _is(shift["constant"], 0.5) or (cut["minValue"], cut["maxValue"]) != (0, 1):
        return None
    slopes = {"hard_sigmoid": 1 / 6, "sparse_sigmoid": 1 / 2}
    called = next((name for name, slope in slopes.items() if _is(factor["constant"], slope)), None)
    return {"activation": called} if called else None


def _log_sigmoid(row: Sequence[Module]) -> dict[str, Any] | None:
    return {"activation": "log_sigmoid"} if row[1]["activation"] == "softplus" else None


def _spatial_dropout(row: Sequence[Module]) -> dict[str, Any] | None:
    """BigDL shrinks all at inference, Keras enlarges what it keeps in training: a factor makes them one."""
    dropout, factor = row
    return {"rate": dropout["p"]} if _is(factor["constant"], 1 / (1 - dropout["p"])) else None


def _cosine(row: Sequence[Module]) -> dict[str, Any] | None:
    merge, shape = row
    return {"normalize": True} if merge["mode"] == "cos" and tuple(shape["targetShape"]) == (1,) else None


FORMULAS = {
    "x * Sigmoid(x)": "silu",
    "x * (ReLU6(x + 3) * 0.166667)": "hard_silu",
    "x * Tanh(SoftPlus(x))": "mish",
    "x * ((InternalERF(x * 0.707107) + 1) * 0.5)": "gelu",
    "(x + Sqrt(Square(x) + 4)) * 0.5": "squareplus",
    "(Square(HardTanh(x + 1, 0, 2)) * 0.25) + ReLU(x + -1)": "sparse_plus",
}
"""The catalog's activations that programs build of classic modules, by what those compute."""

_FUNCTIONS = {"InternalERF", "ReLU", "ReLU6", "Sigmoid", "SoftPlus", "Sqrt", "Square", "Tanh"}
_TABLES = {"CAddTable": "+", "CMulTable": "*"}


def formula(module: Module, given: str = "x") -> str | None:
    """What a classic module computes of ``given``, number by number; None where that has no formula here."""
    match module.type:
        case "Identity":
            return given
        case "MulConstant":
            return f"{_operand(given)} * {module['constant']:.6g}"
        case "AddConstant":
            return f"{_operand(given)} + {module['constant_scalar']:.6g}"
        case "HardTanh":
            return f"HardTanh({given}, {module['minValue']:g}, {module['maxValue']:g})"
        case kind if kind in _FUNCTIONS:
            return f"{kind}({given})"
        case "Sequential":
            return _row_formula(module.modules, given)
    return None


def _row_formula(row: Sequence[Module], given: str) -> str | None:
    result: str | None = given
    steps = list(row)
    while steps and result is not None:
        step = steps.pop(0)
        if step.type != "ConcatTable":
            result = formula(step, result)
            continue
        parts = [formula(each, result) for each in step.modules]
        sign = _TABLES.get(steps.pop(0).type) if steps else None
        if sign is None or None in parts:
            return None
        result = f" {sign} ".join(_operand(each) for each in parts if each is not None)
    return result


def _operand(text: str) -> str:
    """A formula as a part of another: in brackets, unless it is one name or one call."""
    depth = 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == " " and depth == 0:
            return f"({text})"
    return text


def _structure(module: Module) -> str:
    """A module's class, and those of what it is made of."""
    if not module.modules:
        return f"{module.type}"
    return f"{module.type}({', '.join(map(_structure, module.modules))})"


def _layer_normalization(c: Construction, m: Module, name: str, given: str) -> str:
    mean, _, deviation, _, scale, shift = m.modules
    _, _, added, power = deviation.modules[1].modules
    channels = c.shape(given)[0]
    right = power["power"] == -0.5 and mean.modules[1]["dimension"] == 2
    # Whether or not they have the axis of records.
    sizes = ((1, channels, 1, 1), (channels, 1, 1))
    if not right or not all(tuple(each["size"]) in sizes for each in (scale, shift)):
        raise UnsupportedError("computes of means over channels what is no layer normalization")

    def weights() -> Arrays:
        return scale.weights[0].reshape(-1), shift.weights[0].reshape(-1)

    return c.layer(name, "LayerNormalization", [given], weights, epsilon=added["constant_scalar"])


def _prelu(c: Construction, m: Module, name: str, given: str) -> str:
    slopes = m.modules[0].modules[1].modules[2]
    shared = tuple(axis for axis, size in enumerate(slopes["size"][1:], start=1) if size == 1)
    return c.layer(name, "PReLU", [given], lambda: (slopes.weights[0][0],), shared_axes=shared or None)


_STRUCTURES = {
    "Sequential(ConcatTable(Identity, Mean), TableOperation, ConcatTable(Identity, Sequential(Square, Mean, "
    "AddConstant, Power)), TableOperation, CMul, CAdd)": _layer_normalization,
    "Sequential(ConcatTable(ReLU, Sequential(Negative, ReLU, CMul)), CSubTable)": _prelu,
}


def composed(module: Module) -> Layer | None:
    """The layer that programs build of a row of classic modules; None where the row is no such layer."""
    if module.type != "Sequential" or module.is_keras:
        return None
    called = FORMULAS.get(formula(module) or "")
    return activation(called) if called else _STRUCTURES.get(_structure(module))


PATTERNS = (
    Pattern(("ELU", "MulConstant"), "Activation", _selu),
    Pattern(("MulConstant", "AddConstant", "HardTanh"), "Activation", _hard_sigmoid),
    Pattern(("Negative", "Activation", "Negative"), "Activation", _log_sigmoid),
    Pattern(("SpatialDropout1D", "MulConstant"), "SpatialDropout1D", _spatial_dropout),
    Pattern(("SpatialDropout2D", "MulConstant"), "SpatialDropout2D", _spatial_dropout),
    Pattern(("SpatialDropout3D", "MulConstant"), "SpatialDropout3D", _spatial_dropout),
    Pattern(("Merge", "Reshape"), "Dot", _cosine),
)
