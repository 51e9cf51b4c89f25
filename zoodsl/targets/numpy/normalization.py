"""Normalisation of activations."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from zoodsl.catalog.layers.normalization import feature_axis
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.call import Call


def batch_normalization(call: Call) -> Array:
    """BatchNormalization: the batch's mean and (biased) variance in training, the moving ones otherwise."""
    x = call.input
    axis = 1 + feature_axis(x.shape[1:])
    along = [1] * x.ndim
    along[axis] = x.shape[axis]
    gamma, beta, mean, variance = (weight.reshape(along) for weight in call.weights)
    if call.training:
        others = tuple(each for each in range(x.ndim) if each != axis)
        mean, variance = x.mean(axis=others, keepdims=True), x.var(axis=others, keepdims=True)
    return (x - mean) / np.sqrt(variance + call.arguments["epsilon"]) * gamma + beta


def layer_normalization(call: Call) -> Array:
    """LayerNormalization by each record's own mean and (biased) variance of its features."""
    x = call.input
    axis = 1 + feature_axis(x.shape[1:])
    along = [1] * x.ndim
    along[axis] = x.shape[axis]
    gamma, beta = (weight.reshape(along) for weight in call.weights)
    mean, variance = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True)
    return (x - mean) / np.sqrt(variance + call.arguments["epsilon"]) * gamma + beta


LEAST_LENGTH = 1e-12
"""What is shorter is not brought to the length 1."""


def unit_normalization(call: Call) -> Array:
    """UnitNormalization."""
    x = call.input
    lengths = np.sqrt(np.square(x).sum(axis=1 + feature_axis(x.shape[1:]), keepdims=True))
    return x / np.maximum(lengths, LEAST_LENGTH)


def lrn(call: Call) -> Array:
    """LRN."""
    size, alpha, beta, bias = (call.arguments[name] for name in ("size", "alpha", "beta", "bias"))
    around = size // 2
    squares = np.pad(np.square(call.input), [(0, 0), (around, around), (0, 0), (0, 0)])
    sums = sliding_window_view(squares, size, axis=1).sum(axis=-1)
    return call.input / (bias + alpha / size * sums) ** beta
