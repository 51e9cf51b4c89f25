"""Activations, numerically stable, and the layers that are nothing else."""

from __future__ import annotations

from collections.abc import Callable
from math import erf, sqrt

import numpy as np

from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.call import Call

SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805

_erf = np.frompyfunc(erf, 1, 1)


def relu(x: Array) -> Array:
    """max(x, 0)."""
    return np.maximum(x, 0)


def elu(x: Array, alpha: float = 1.0) -> Array:
    """x, or alpha * (exp(x) - 1) where x is negative."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), with only negative exponents."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def hard_sigmoid(x: Array) -> Array:
    """Gives x / 6 + 0.5, cut to 0..1."""
    return np.clip(x / 6 + 0.5, 0, 1)


def softmax(x: Array) -> Array:
    """exp(x) / sum(exp(x)) over the last axis."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def log_softmax(x: Array) -> Array:
    """Gives x - log(sum(exp(x))) over the last axis."""
    below = x - x.max(axis=-1, keepdims=True)
    return below - np.log(np.exp(below).sum(axis=-1, keepdims=True))


def softplus(x: Array) -> Array:
    """log(1 + exp(x))."""
    return np.logaddexp(x, 0)


def gelu(x: Array) -> Array:
    """Gives x times the share of a standard normal distribution that lies below x."""
    return x * (1 + np.asarray(_erf(x * sqrt(0.5)), x.dtype)) / 2


def leaky_relu(x: Array, slope: float = 0.2) -> Array:
    """x, or slope * x where x is negative."""
    return np.where(x >= 0, x, slope * x)


def soft_shrink(x: Array) -> Array:
    """Brings x nearer to 0 by one half, where it stays."""
    return x - np.clip(x, -0.5, 0.5)


def sparse_plus(x: Array) -> Array:
    """0 up to -1, x from 1 on, and (x + 1) ** 2 / 4 between."""
    return np.where(x >= 1, x, np.square(np.clip(x, -1, 1) + 1) / 4)


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "linear": lambda x: x,
    "relu": relu,
    "relu6": lambda x: np.clip(x, 0, 6),
    "leaky_relu": leaky_relu,
    "elu": elu,
    "celu": elu,
    "selu": lambda x: SELU_SCALE * elu(x, SELU_ALPHA),
    "gelu": gelu,
    "tanh": np.tanh,
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "tanh_shrink": lambda x: x - np.tanh(x),
    "sigmoid": sigmoid,
    "hard_sigmoid": hard_sigmoid,
    "sparse_sigmoid": lambda x: np.clip(x / 2 + 0.5, 0, 1),
    "log_sigmoid": lambda x: -softplus(-x),
    "silu": lambda x: x * sigmoid(x),
    "hard_silu": lambda x: x * hard_sigmoid(x),
    "mish": lambda x: x * np.tanh(softplus(x)),
    "softplus": softplus,
    "squareplus": lambda x: (x + np.sqrt(np.square(x) + 4)) / 2,
    "sparse_plus": sparse_plus,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "soft_shrink": soft_shrink,
    "hard_shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "exponential": np.exp,
    "softmax": softmax,
    "log_softmax": log_softmax,
}
"""Source: Keras 3, ``keras.activations``."""


def activate(call: Call, x: Array) -> Array:
    """``x`` through the layer's own ``activation``."""
    return ACTIVATIONS[call.arguments["activation"]](x)


def activation_layer(call: Call) -> Array:
    """Activation."""
    return activate(call, call.input)


def relu_layer(call: Call) -> Array:
    """ReLU, cut off at ``max_value`` if there is one."""
    return np.clip(call.input, 0, call.arguments["max_value"])


def leaky_relu_layer(call: Call) -> Array:
    """LeakyReLU."""
    return leaky_relu(call.input, call.arguments["negative_slope"])


def prelu_layer(call: Call) -> Array:
    """PReLU: slopes (*input), 1 long along shared axes."""
    (slopes,) = call.weights
    return np.where(call.input >= 0, call.input, slopes * call.input)


def elu_layer(call: Call) -> Array:
    """ELU."""
    return elu(call.input, call.arguments["alpha"])


def softmax_layer(call: Call) -> Array:
    """Softmax."""
    return softmax(call.input)
