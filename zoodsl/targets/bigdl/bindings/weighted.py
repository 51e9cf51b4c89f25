"""What BigDL's layers with weights have in common: initial values, penalties, biases, and what follows them."""

from __future__ import annotations

from zoodsl.catalog.layers.declaration import Form, form
from zoodsl.catalog.operator import Arguments, Operator
from zoodsl.model.nodes import Operation
from zoodsl.targets.bigdl.bindings import activations
from zoodsl.targets.bigdl.bindings.construct import Binding, Construction, made
from zoodsl.targets.pyast import Call, Expression, Symbol, call
from zoodsl.targets.target import Unsupported
from zoodsl.types import Shape

NATIVE_INITIALIZERS = {
    "glorot_uniform": "glorot_uniform",
    "zeros": "zero",
    "ones": "one",
    "random_uniform": "uniform",
    "random_normal": "normal",
}
"""Keras 3's initializers that BigDL has under a name of its own, with the same distribution."""

OPTIMIZER = "bigdl.dllib.optim.optimizer"


def regularizer(operation: Operation[Operator] | None) -> Expression:
    """A penalty in BigDL's scale, None for none."""
    if operation is None:
        return None
    rates = operation.arguments
    match operation.operator.name:
        # L1's gradient is rate * sign(w) in both; L2's is 2 * rate * w in Keras and rate * w in BigDL.
        case "L1":
            return call(Symbol(OPTIMIZER, "L1Regularizer"), rates["l1"])
        case "L2":
            return call(Symbol(OPTIMIZER, "L2Regularizer"), 2 * rates["l2"])
        case "L1L2":
            return call(Symbol(OPTIMIZER, "L1L2Regularizer"), rates["l1"], 2 * rates["l2"])
        case other:
            raise KeyError(other)


def init(initializer: str) -> str | None:
    """``init=`` where it is not BigDL's default. What BigDL cannot draw is drawn after the model is built."""
    native = NATIVE_INITIALIZERS.get(initializer, "glorot_uniform")
    return None if native == "glorot_uniform" else native


def penalties(a: Arguments, weight: str = "kernel") -> dict[str, Expression]:
    """The penalties on ``weight`` and the bias, as keywords of a Keras-style layer."""
    return {
        "W_regularizer": regularizer(a[f"{weight}_regularizer"]),
        "b_regularizer": regularizer(a["bias_regularizer"]),
    }


def bias(a: Arguments) -> dict[str, Expression]:
    """``bias=`` where there is none."""
    return {} if a["use_bias"] else {"bias": False}


def activated(a: Arguments, layer: Call) -> Construction:
    """A layer, and what follows it for an activation that it cannot be given."""
    return made(layer, *activations.layers(a["activation"]))


def log_softmax_of_vectors(binding: Binding) -> Binding:
    """A layer whose activation may be ``log_softmax``, which BigDL has for vectors alone."""

    def checked(a: Arguments, inputs: tuple[Shape, ...]) -> Construction | Unsupported:
        if a["activation"] == "log_softmax" and form(inputs[0]) is not Form.VECTOR:
            return Unsupported(
                "BigDL's `log_softmax` is for vectors alone", "use `softmax`, or `Flatten()` first"
            )
        return binding(a, inputs)

    return checked
