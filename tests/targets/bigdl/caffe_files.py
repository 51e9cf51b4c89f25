"""Files as Caffe writes them, without Caffe: its messages, field by field.

Source: caffe.proto of BVLC/caffe, NetParameter, LayerParameter and BlobProto.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

DEFINITION = """
name: "tiny"
input: "data"
input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8
layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
  convolution_param { num_output: 4 kernel_size: 3 pad: 1 stride: 1 } }
layer { name: "bn1" type: "BatchNorm" bottom: "conv1" top: "conv1" batch_norm_param { use_global_stats: true } }
layer { name: "scale1" type: "Scale" bottom: "conv1" top: "conv1" scale_param { bias_term: true } }
layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
layer { name: "pool5" type: "Pooling" bottom: "conv1" top: "pool5"
  pooling_param { pool: MAX kernel_size: 3 stride: 2 } }
layer { name: "conv2" type: "Convolution" bottom: "pool5" top: "conv2"
  convolution_param { num_output: 4 kernel_size: 1 } }
layer { name: "sum" type: "Eltwise" bottom: "pool5" bottom: "conv2" top: "sum" eltwise_param { operation: SUM } }
layer { name: "fc" type: "InnerProduct" bottom: "sum" top: "fc" inner_product_param { num_output: 5 } }
layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
"""

Blobs = Mapping[str, Sequence[np.ndarray]]


def blobs() -> Blobs:
    """Weights for ``DEFINITION``. Caffe's statistics are sums, with their count behind them."""
    draw = np.random.default_rng(0)
    return {
        "conv1": [draw.normal(0, 0.3, (4, 3, 3, 3)), draw.normal(0, 0.1, 4)],
        "bn1": [draw.normal(0, 0.2, 4), draw.uniform(1, 2, 4), np.array([2.0])],
        "scale1": [draw.normal(1, 0.1, 4), draw.normal(0, 0.1, 4)],
        "conv2": [draw.normal(0, 0.3, (4, 4, 1, 1)), draw.normal(0, 0.1, 4)],
        "fc": [draw.normal(0, 0.3, (5, 64)), draw.normal(0, 0.1, 5)],
    }


def write_weights(path: Path, layers: Blobs) -> None:
    """A ``.caffemodel`` with the blobs of each layer."""
    path.write_bytes(
        b"".join(
            _field(100, _field(1, name.encode()) + b"".join(_field(7, _blob(array)) for array in arrays))
            for name, arrays in layers.items()
        )
    )


def _blob(array: np.ndarray) -> bytes:
    shape = _field(1, b"".join(map(_varint, array.shape)))
    return _field(7, shape) + _field(5, array.astype("<f4").tobytes())


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])


def _windows(x: np.ndarray) -> np.ndarray:
    """All windows of 3x3: images, channels, places, and the window."""
    return np.stack(
        [
            np.stack([x[:, :, i : i + x.shape[2] - 2, j : j + x.shape[3] - 2] for j in range(3)], -1)
            for i in range(3)
        ],
        -2,
    )


def outputs(layers: Blobs, images: np.ndarray) -> np.ndarray:
    """What Caffe computes of ``images``, by its documentation."""
    x = np.pad(images.astype(np.float64), ((0, 0), (0, 0), (1, 1), (1, 1)))
    kernel, bias = layers["conv1"]
    x = np.einsum("nchwij,ocij->nohw", _windows(x), kernel) + bias[:, None, None]
    mean, variance, count = layers["bn1"]
    x = (x - (mean / count)[:, None, None]) / np.sqrt(variance / count + 1e-5)[:, None, None]
    scale, shift = layers["scale1"]
    x = np.maximum(x * scale[:, None, None] + shift[:, None, None], 0)
    # Poolings count up: the last window goes over the edge.
    x = np.pad(x, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=-np.inf)
    x = _windows(x)[:, :, ::2, ::2].max(axis=(4, 5))
    kernel, bias = layers["conv2"]
    x = x + np.einsum("nchw,oc->nohw", x, kernel[:, :, 0, 0]) + bias[:, None, None]
    kernel, bias = layers["fc"]
    x = x.reshape(len(x), -1) @ kernel.T + bias
    exponentials = np.exp(x - x.max(axis=1, keepdims=True))
    shares: np.ndarray = exponentials / exponentials.sum(axis=1, keepdims=True)
    return shares
