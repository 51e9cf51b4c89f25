"""Modules in a row that zoodsl's own programs write for one layer, and that are read as that layer again.

BigDL means something else than Keras 3 by some layers, so that a program builds them of several.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

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
    slope = _is(factor["constant"], 1 / 6) and _is(shift["constant"], 0.5)
    return {"activation": "hard_sigmoid"} if slope and (cut["minValue"], cut["maxValue"]) == (0, 1) else None


def _spatial_dropout(row: Sequence[Module]) -> dict[str, Any] | None:
    """BigDL shrinks all at inference, Keras enlarges what it keeps in training: a factor makes them one."""
    dropout, factor = row
    return {"rate": dropout["p"]} if _is(factor["constant"], 1 / (1 - dropout["p"])) else None


def _cosine(row: Sequence[Module]) -> dict[str, Any] | None:
    merge, shape = row
    return {"normalize": True} if merge["mode"] == "cos" and tuple(shape["targetShape"]) == (1,) else None


def gate(module: Module) -> str | None:
    """The activation that a row of classic modules computes as a product: x times what a gate makes of it."""
    match module.type, module.modules:
        case "Sequential", (table, product) if (table.type, product.type) == ("ConcatTable", "CMulTable"):
            pass
        case _:
            return None
    match table.modules:
        case (kept, factor) if (kept.type, factor.type) == ("Identity", "Sigmoid"):
            return "silu"
        case (kept, factor) if (kept.type, factor.type) == ("Identity", "Sequential"):
            row = factor.modules
            if tuple(each.type for each in row) != ("AddConstant", "ReLU6", "MulConstant"):
                return None
            right = _is(row[0]["constant_scalar"], 3.0) and _is(row[2]["constant"], 1 / 6)
            return "hard_silu" if right else None
        case _:
            return None


PATTERNS = (
    Pattern(("ELU", "MulConstant"), "Activation", _selu),
    Pattern(("MulConstant", "AddConstant", "HardTanh"), "Activation", _hard_sigmoid),
    Pattern(("SpatialDropout1D", "MulConstant"), "SpatialDropout1D", _spatial_dropout),
    Pattern(("SpatialDropout2D", "MulConstant"), "SpatialDropout2D", _spatial_dropout),
    Pattern(("Merge", "Reshape"), "Dot", _cosine),
)
