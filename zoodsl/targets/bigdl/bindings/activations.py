"""Activations: by name where BigDL means the same by it as Keras 3, else built from layers."""

from __future__ import annotations

from zoodsl.targets.bigdl.bindings.construct import TORCH_LAYERS, construct
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Call, Symbol, call

NATIVE = {"relu", "relu6", "tanh", "sigmoid", "softmax", "log_softmax", "softplus", "softsign"}
"""Names that BigDL takes as ``activation=`` and means as Keras does. Its ``hard_sigmoid`` has another slope."""

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
"""Klambauer et al. 2017, Self-Normalizing Neural Networks, section 3."""


def keyword(activation: str) -> str | None:
    """What to pass as ``activation=``; None where layers must follow, or nothing."""
    return activation if activation in NATIVE else None


def layers(activation: str) -> tuple[Call, ...]:
    """The layers that follow one whose activation BigDL cannot take by name."""
    match activation:
        case "linear":
            return ()
        case "leaky_relu":
            return (construct("LeakyReLU", alpha=0.2),)
        case "elu" | "celu":
            return (construct("ELU", alpha=1.0),)
        case "selu":
            return construct("ELU", alpha=SELU_ALPHA), construct("MulConstant", SELU_SCALE)
        case "exponential":
            return (construct("Exp"),)
        case "hard_sigmoid":
            # Keras 3: relu6(x + 3) / 6, that is x / 6 + 1 / 2 cut to 0..1; BigDL's own is 0.2 x + 0.5.
            return (
                construct("MulConstant", 1 / 6),
                construct("AddConstant", 0.5),
                construct("HardTanh", min_value=0.0, max_value=1.0),
            )
        case "sparse_sigmoid":
            return (
                construct("MulConstant", 0.5),
                construct("AddConstant", 0.5),
                construct("HardTanh", min_value=0.0, max_value=1.0),
            )
        case "hard_tanh":
            return (construct("HardTanh", min_value=-1.0, max_value=1.0),)
        case "soft_shrink":
            return (construct("SoftShrink", value=0.5),)
        case "hard_shrink":
            return (construct("HardShrink", value=0.5),)
        case "tanh_shrink":
            return (construct("KerasLayerWrapper", call(Symbol(TORCH_LAYERS, "TanhShrink"))),)
        case "log_sigmoid":
            # BigDL's own is infinite below -88.
            return construct("Negative"), construct("Activation", "softplus"), construct("Negative")
        case "silu" | "hard_silu" | "mish" | "gelu" | "squareplus" | "sparse_plus":
            return (construct("KerasLayerWrapper", call(helper(activation))),)
        case _ if activation in NATIVE:
            return ()
        case _:
            raise KeyError(activation)


def alone(activation: str) -> tuple[Call, ...]:
    """The layers of an activation that stands by itself."""
    if activation == "linear":
        return (construct("Identity"),)
    if activation in NATIVE:
        return (construct("Activation", activation),)
    return layers(activation)
