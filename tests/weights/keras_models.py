"""Keras, started once, and the proof that what is read of its files gives what it gives."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from zoodsl.source import SourceFile, Span
from zoodsl.targets.numpy import forward
from zoodsl.types import Shape
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.pretrained import Pretrained, Problem

Array = npt.NDArray[Any]

SPAN = Span(SourceFile("test.zoo", ""), 0, 0)
TOLERANCE = 1e-4
RECORDS = 2
SUFFIXES = (".keras", ".h5")


@cache
def keras() -> Any:
    """The package, on TensorFlow: importing it takes seconds, and warns."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import keras
    return keras


def save(model: Any, path: Path) -> Path:
    """Saves a whole model."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save(path)
    return path


def read(path: Path, shape: Shape | None = None) -> Pretrained:
    """What is read of a file."""
    found = read_pretrained(str(path), SPAN, shape)
    assert isinstance(found, Pretrained), found
    return found


def problems(path: Path) -> tuple[Problem, ...]:
    """Why a file is not read."""
    found = read_pretrained(str(path), SPAN)
    assert isinstance(found, tuple), found
    return found


def drawn(model: Any, seed: int = 3) -> Any:
    """A model whose biases, scales and statistics are not what they begin with.

    Those of Normalization are left: a model that is open does not take them from its own variables.
    """
    generator = np.random.default_rng(seed)
    for variable in model.variables:
        if len(variable.shape) == 1 and variable.path.rsplit("/", 1)[-1] not in ("mean", "variance", "count"):
            variable.assign(variable + generator.uniform(0.1, 0.5, variable.shape).astype(np.float32))
    return model


def channels_first(array: Array, shape: Shape) -> Array:
    """An array as an input of this shape takes it."""
    return array if array.shape[1:] == shape else array.transpose(0, 3, 1, 2)


def applied(model: Any) -> Callable[[Any], Any]:
    """The model in inference. TensorFlow's kernels for processors are channels last: others are compiled."""
    import tensorflow as tf

    def infer(given: Any) -> Any:
        return model(given, training=False)

    first = any(getattr(layer, "data_format", None) == "channels_first" for layer in model.layers)
    return tf.function(infer, jit_compile=True) if first else infer


def agree(model: Any, found: Pretrained, inputs: Sequence[Array]) -> None:
    """The model and what was read of it give the same; images that lie channels last are turned round."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = np.asarray(applied(model)(list(inputs) if len(inputs) > 1 else inputs[0]))
    ours = [channels_first(each, node.shape) for each, node in zip(inputs, found.network.inputs, strict=True)]
    given = forward(found.network, found.weights, ours)
    assert given.shape[1:] == found.network.shape
    turned = any(each.shape != our.shape for each, our in zip(inputs, ours, strict=True))
    wanted = wanted.transpose(0, 3, 1, 2) if turned and wanted.ndim == 4 else wanted
    scale = max(float(np.abs(wanted).max()), 1e-3)
    np.testing.assert_allclose(given, wanted, rtol=0, atol=TOLERANCE * scale)


def prove(model: Any, folder: Path, *inputs: Array, suffixes: Sequence[str] = SUFFIXES) -> Pretrained:
    """Saves a model in each kind of file, reads it, and compares outputs; gives what was read last."""
    drawn(model)
    if not inputs:
        generator = np.random.default_rng(1)
        inputs = tuple(
            generator.normal(size=(RECORDS, *each.shape[1:])).astype(np.float32) for each in model.inputs
        )
    found = [read(save(model, folder / f"model{suffix}")) for suffix in suffixes]
    for each in found:
        agree(model, each, inputs)
    return found[-1]
