"""Layouts: from Keras' weights, channels last, to BigDL's arrays and its running statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from zoodsl.targets.arrays import Array

Weights = Sequence[Array]
Layout = Callable[[Weights], tuple[Weights, Weights]]
"""From Keras' weights to BigDL's, and the running statistics, which BigDL keeps apart."""


def dense_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernel (in, out) to (out, in)."""
    kernel, *bias = weights
    return [kernel.T, *bias], ()


def conv1d_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernel (steps, in, out) to (1, steps, 1, in, out)."""
    kernel, *bias = weights
    return [kernel[None, :, None], *bias], ()


def dilated_conv1d_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernel (steps, in, out) to (out, in, steps, 1)."""
    kernel, *bias = weights
    return [kernel.transpose(2, 1, 0)[..., None], *bias], ()


def conv2d_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernel (height, width, in, out) to (1, out, in, height, width)."""
    kernel, *bias = weights
    return [kernel.transpose(3, 2, 0, 1)[None], *bias], ()


def dilated_conv2d_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernel (height, width, in, out) to (out, in, height, width)."""
    kernel, *bias = weights
    return [kernel.transpose(3, 2, 0, 1), *bias], ()


def grouped_conv2d_layout(groups: int) -> Layout:
    """The layout of a grouped convolution: kernel (height, width, in, out) to (groups, out, in, height, width)."""

    def layout(weights: Weights) -> tuple[Weights, Weights]:
        kernel, *bias = weights
        height, width, channels, _ = kernel.shape
        return [kernel.transpose(3, 2, 0, 1).reshape(groups, -1, channels, height, width), *bias], ()

    return layout


def conv3d_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernel (depth, height, width, in, out) to (out, in, depth, height, width)."""
    kernel, *bias = weights
    return [kernel.transpose(4, 3, 0, 1, 2), *bias], ()


def conv1d_transpose_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernel (steps, out, in) to that of images one pixel wide."""
    kernel, *bias = weights
    return conv2d_transpose_layout([kernel[:, None], *bias])


def conv2d_transpose_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernel (height, width, out, in) to (1, in, out, height, width)."""
    kernel, *bias = weights
    return [kernel.transpose(3, 2, 0, 1)[None], *bias], ()


def depthwise1d_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernel (steps, features, multiplier) to that of images one pixel wide."""
    kernel, *bias = weights
    return depthwise_layout([kernel[:, None], *bias])


def depthwise_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernel (height, width, channels, multiplier) to a group a channel."""
    kernel, *bias = weights
    height, width, channels, multiplier = kernel.shape
    return [kernel.transpose(2, 3, 0, 1).reshape(channels, multiplier, 1, height, width), *bias], ()


def separable_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Depthwise and pointwise kernels (height, width, in, out) to (out, in, height, width).

    BigDL keeps a bias also where there is none.
    """
    depthwise, pointwise, *bias = weights
    zeros = np.zeros(pointwise.shape[-1], dtype=np.float32)
    return [depthwise.transpose(3, 2, 0, 1), pointwise.transpose(3, 2, 0, 1), *(bias or [zeros])], ()


def separable1d_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernels (steps, in, out) to those of images one pixel wide."""
    depthwise, pointwise, *bias = weights
    return separable_layout([depthwise[:, None], pointwise[:, None], *bias])


def layer_normalization_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Gamma and beta as those of an image's channels, gamma the same for each record."""
    gamma, beta = weights
    return [gamma.reshape(1, -1, 1, 1), beta.reshape(-1, 1, 1)], ()


def prelu_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Slopes, the same for each record."""
    return [weight[None] for weight in weights], ()


def batch_normalization_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Gamma and beta; the moving mean and variance apart."""
    gamma, beta, mean, variance = weights
    return [gamma, beta], (mean, variance)


def embedding_layout(weights: Weights) -> tuple[Weights, Weights]:
    """The table as it is."""
    return weights, ()


def simple_rnn_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Kernel, recurrent kernel and bias to both transposed, and the bias."""
    kernel, recurrent, bias = weights
    return [kernel.T, recurrent.T, bias], ()


def lstm_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Gates i, f, c, o to i, c, f, o; kernel, bias, recurrent kernel."""
    kernel, recurrent, bias = (reorder(weight, (0, 2, 1, 3)) for weight in weights)
    return [kernel.T, bias, recurrent.T], ()


def gru_layout(weights: Weights) -> tuple[Weights, Weights]:
    """Gates z, r, h to r, z, h; the recurrent kernel of h apart."""
    kernel, recurrent, bias = (reorder(weight, (1, 0, 2)) for weight in weights)
    gates = 2 * recurrent.shape[0]
    return [kernel.T, bias, recurrent[:, :gates].T, recurrent[:, gates:].T], ()


def both_ways_layout(one_way: Layout) -> Layout:
    """The layout of a recurrent layer that reads both ways: forward, then backward."""

    def layout(weights: Weights) -> tuple[Weights, Weights]:
        half = len(weights) // 2
        return [*one_way(weights[:half])[0], *one_way(weights[half:])[0]], ()

    return layout


def reorder(weight: Array, order: tuple[int, ...]) -> Array:
    """The blocks of the last axis, one a gate, in another order."""
    blocks = np.split(weight, len(order), axis=-1)
    return np.concatenate([blocks[place] for place in order], axis=-1)
