"""Recurrent layers read a series step by step and give their last state, or that after each step."""

from __future__ import annotations

from zoodsl.catalog.layers import parameters as p
from zoodsl.catalog.layers.declaration import Form, layer
from zoodsl.catalog.operator import Arguments, Layer, Parameter, Weight
from zoodsl.types import Shape

_STATE_OPERATIONS = {"SimpleRNN": 0, "GRU": 4, "LSTM": 4}
"""Multiplications and additions that a new state's numbers cost besides the gates."""


def _recurrent(name: str, gates: int, doc: str, *extra: Parameter, old_names: tuple[str, ...] = ()) -> Layer:
    def weights(arguments: Arguments, given: Shape) -> tuple[Weight, ...]:
        units = arguments["units"]
        forget = arguments.get("unit_forget_bias", False)
        return (
            Weight("kernel", (given[1], gates * units), arguments["kernel_initializer"]),
            Weight("recurrent_kernel", (units, gates * units), arguments["recurrent_initializer"]),
            Weight("bias", (gates * units,), "unit_forget_bias" if forget else "zeros"),
        )

    def flops(arguments: Arguments, given: Shape, _output: Shape) -> int:
        steps, features = given
        units: int = arguments["units"]
        gate = 2 * (features + units) + 2  # the weighted sums, a bias and an activation
        return steps * units * (gates * gate + _STATE_OPERATIONS[name])

    return layer(
        name,
        doc=doc,
        takes=(Form.SERIES,),
        parameters=(
            p.units("the length of the state"),
            *p.recurrent_activations(gates=gates > 1),
            p.initializer("kernel", "glorot_uniform", "init"),
            p.initializer("recurrent", "orthogonal", "inner_init"),
            *extra,
            p.regularizer("kernel", "W_regularizer", "w_regularizer"),
            p.regularizer("recurrent", "U_regularizer", "u_regularizer"),
            p.regularizer("bias", "b_regularizer"),
            p.flag(
                "return_sequences",
                "whether to give the state after each step, not only the last: a layer that reads a "
                "series can then follow",
            ),
            p.flag("go_backwards", "whether to read the series from its end"),
        ),
        shape=lambda arguments, given: (*given[: arguments["return_sequences"]], arguments["units"]),
        weights=weights,
        flops=flops,
        old_names=old_names,
    )


SIMPLE_RNN = _recurrent(
    "SimpleRNN",
    1,
    "A recurrent layer without gates: the state is a function of the step and the state before.",
)

GRU = _recurrent(
    "GRU",
    3,
    "A gated recurrent unit in its first published form, which every engine has: the reset gate acts "
    "before the matrix product, Keras' `reset_after = False`.",
)

LSTM = _recurrent(
    "LSTM",
    4,
    "Long short-term memory: gates decide what its cell takes in, forgets and gives out.",
    p.flag(
        "unit_forget_bias",
        "whether the bias of the forget gate begins at 1, so that it remembers",
        default=True,
    ),
)

OPERATORS = (SIMPLE_RNN, GRU, LSTM)
