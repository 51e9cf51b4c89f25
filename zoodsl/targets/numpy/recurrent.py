"""Recurrent layers.

A series is (batch, steps, features). The weights are kernel (in, gates), recurrent kernel (units, gates) and
bias.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.activation import ACTIVATIONS, activate
from zoodsl.targets.numpy.call import Call

Step = Callable[[Array, Array], Array]
"""The next state, from a step's features times the kernel plus the bias, and the state before."""


def simple_rnn(call: Call) -> Array:
    """SimpleRNN."""
    recurrent = call.weights[1]
    return _unrolled(call, lambda given, state: activate(call, given + state @ recurrent))


def gru(call: Call) -> Array:
    """GRU with gates update, reset and new state in this order; the reset gate acts before the product."""
    units, gate = call.arguments["units"], ACTIVATIONS[call.arguments["recurrent_activation"]]
    of_gates, of_state = np.split(call.weights[1], [2 * units], axis=1)

    def step(given: Array, state: Array) -> Array:
        update, reset = np.split(gate(given[:, : 2 * units] + state @ of_gates), 2, axis=1)
        new = activate(call, given[:, 2 * units :] + (reset * state) @ of_state)
        return update * state + (1 - update) * new

    return _unrolled(call, step)


def lstm(call: Call) -> Array:
    """LSTM with gates input, forget, cell and output in this order."""
    units, gate = call.arguments["units"], ACTIVATIONS[call.arguments["recurrent_activation"]]
    recurrent = call.weights[1]
    cell = np.zeros((len(call.input), units), call.input.dtype)

    def step(given: Array, state: Array) -> Array:
        nonlocal cell
        entry, forget, new, exit_ = np.split(given + state @ recurrent, 4, axis=1)
        cell = gate(forget) * cell + gate(entry) * activate(call, new)
        return gate(exit_) * activate(call, cell)

    return _unrolled(call, step)


def _unrolled(call: Call, step: Step) -> Array:
    kernel, _, bias = call.weights
    series = call.input[:, ::-1] if call.arguments["go_backwards"] else call.input
    given = series @ kernel + bias
    states: list[Array] = [np.zeros((len(series), call.arguments["units"]), series.dtype)]
    for at in range(series.shape[1]):
        states.append(step(given[:, at], states[-1]))
    return np.stack(states[1:], axis=1) if call.arguments["return_sequences"] else states[-1]
