"""Initial values of weights: Keras 3's initializers with their default arguments.

A helper of targets too: it goes into programs, and so imports nothing of zoodsl.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod, sqrt

import numpy as np

from zoodsl.targets.arrays import Array

Initializer = Callable[[tuple[int, ...], np.random.Generator], Array]

_TRUNCATED_DEVIATION = 0.87962566103423978
"""The standard deviation of a standard normal that is cut off at two."""


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many numbers go into, and come out of, each unit of a kernel of this shape.

    Source: Keras 3, ``keras.src.initializers.random_initializers.compute_fans``.
    """
    if len(shape) == 1:
        return shape[0], shape[0]
    window = prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


def _fan_in(shape: tuple[int, ...]) -> float:
    return fans(shape)[0]


def _fan_average(shape: tuple[int, ...]) -> float:
    return sum(fans(shape)) / 2


def _uniform(scale: float, fan: Callable[[tuple[int, ...]], float]) -> Initializer:
    def initializer(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        limit = sqrt(3 * scale / fan(shape))
        return generator.uniform(-limit, limit, shape)

    return initializer


def _truncated_normal(scale: float, fan: Callable[[tuple[int, ...]], float]) -> Initializer:
    def initializer(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        drawn = generator.standard_normal(shape)
        while (outside := np.abs(drawn) > 2).any():
            drawn[outside] = generator.standard_normal(np.count_nonzero(outside))
        return drawn * (sqrt(scale / fan(shape)) / _TRUNCATED_DEVIATION)

    return initializer


def _orthogonal(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    rows, columns = prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(generator.standard_normal((max(rows, columns), min(rows, columns))))
    # The signs make the draw uniform over all orthogonal matrices: QR alone prefers some.
    q *= np.sign(np.diag(r))
    return (q.T if rows < columns else q).reshape(shape)


def _unit_forget_bias(shape: tuple[int, ...], _generator: np.random.Generator) -> Array:
    units = shape[0] // 4
    return np.concatenate([np.zeros(units), np.ones(units), np.zeros(2 * units)])


INITIALIZERS: dict[str, Initializer] = {
    "glorot_uniform": _uniform(1.0, _fan_average),
    "glorot_normal": _truncated_normal(1.0, _fan_average),
    "he_uniform": _uniform(2.0, _fan_in),
    "he_normal": _truncated_normal(2.0, _fan_in),
    "lecun_uniform": _uniform(1.0, _fan_in),
    "lecun_normal": _truncated_normal(1.0, _fan_in),
    "random_uniform": lambda shape, generator: generator.uniform(-0.05, 0.05, shape),
    "random_normal": lambda shape, generator: generator.normal(0.0, 0.05, shape),
    "orthogonal": _orthogonal,
    "zeros": lambda shape, _generator: np.zeros(shape),
    "ones": lambda shape, _generator: np.ones(shape),
    "unit_forget_bias": _unit_forget_bias,
}
"""By the name that a ``Weight`` has; ``unit_forget_bias`` is an LSTM's bias whose forget gate begins at 1."""
