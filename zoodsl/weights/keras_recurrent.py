"""Recurrent layers of Keras, and layers that wrap another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.keras_calls import Call
from zoodsl.weights.keras_file import RECURRENT, Layer
from zoodsl.weights.views import Array, View

_PLAIN = {"return_state": False, "stateful": False, "time_major": False, "dropout": 0, "recurrent_dropout": 0}
"""What a recurrent layer of Keras may have that the language's has not, and what it must be."""


def recurrent(call: Call) -> View:
    """SimpleRNN, GRU and LSTM over a series."""
    made = call.assembly.layer(
        call.name, call.layer.kind, [call.series()], _with_bias(call.weights), **_arguments(call)
    )
    return call.assembly.whole(made)


def _arguments(call: Call) -> dict[str, Any]:
    for key, plain in _PLAIN.items():
        call.refuse(key, but=(plain,))
    arguments = {
        "units": int(call.get("units")),
        "activation": call.activation(),
        "return_sequences": bool(call.get("return_sequences", default=False)),
        "go_backwards": bool(call.get("go_backwards", default=False)),
    }
    if call.layer.kind == "SimpleRNN":
        return arguments
    if call.layer.kind == "GRU":
        call.refuse(
            "reset_after", but=(False,), why=": only the form whose reset gate acts first is in the language"
        )
    return arguments | {"recurrent_activation": call.activation("recurrent_activation")}


def _with_bias(weights: Sequence[Array]) -> list[Array]:
    """Weights with the bias that a layer without one has as zeros."""
    kernel, recurrent_kernel, *bias = weights
    return [kernel, recurrent_kernel, *(bias or [np.zeros(kernel.shape[1], kernel.dtype)])]


def bidirectional(call: Call) -> View:
    """Bidirectional: two copies of a recurrent layer."""
    inner = _inner(call, call.get("layer"))
    if inner.layer.kind not in RECURRENT:
        raise UnsupportedError(f"wraps `{inner.layer.kind}`, which is not recurrent here")
    if not isinstance(call.layer.config.get("merge_mode"), str):
        raise UnsupportedError("gives both its outputs side by side")
    back = _inner(call, call.get("backward_layer", call.get("layer")))
    if (back.layer.kind, _arguments(back) | {"go_backwards": False}) != (inner.layer.kind, _arguments(inner)):
        raise UnsupportedError("reads backwards by another layer than forwards")
    half = len(call.weights) // 2
    made = call.assembly.layer(
        call.name,
        "Bidirectional",
        [call.series()],
        [*_with_bias(call.weights[:half]), *_with_bias(call.weights[half:])],
        layer=call.assembly.operation(inner.layer.kind, **_arguments(inner)),
        merge_mode=call.get("merge_mode"),
    )
    return call.assembly.whole(made)


def time_distributed(call: Call) -> View:
    """TimeDistributed of a dense layer over a series."""
    inner = _inner(call, call.get("layer"))
    if inner.layer.kind != "Dense" or len(call.input.shape) != 2:
        raise UnsupportedError(f"wraps `{inner.layer.kind}`", "only a `Dense` over a series is read")
    kernel, *bias = call.weights
    operation = call.assembly.operation(
        "Dense", units=kernel.shape[1], use_bias=bool(bias), activation=inner.activation()
    )
    node = call.assembly.node(call.input)
    return call.assembly.whole(
        call.assembly.layer(call.name, "TimeDistributed", [node], call.weights, layer=operation)
    )


def _inner(call: Call, layer: Mapping[str, Any]) -> Call:
    wrapped = Layer(layer["class_name"], call.layer.path, call.layer.group, layer["config"])
    return Call(call.assembly, wrapped, call.inputs, call.weights, call.modern)
