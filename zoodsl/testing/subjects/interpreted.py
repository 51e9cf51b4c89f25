"""A spec on the NumPy reference: its preprocessing, and its network with the weights that training begins with."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from zoodsl.model.nodes import Network, PreprocessStep
from zoodsl.model.series import standardize_of
from zoodsl.model.spec import Spec
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.interpreter import forward, initial_weights
from zoodsl.targets.numpy.prediction import missing_layer, numbers_fed
from zoodsl.targets.numpy.series import scales
from zoodsl.targets.numpy.transforms import TRANSFORMS, to_tensor, transform
from zoodsl.testing.subjects.readings import Readings
from zoodsl.testing.subjects.subject import Unavailable
from zoodsl.types import ImageType

OF_ALL_ROWS = ("Standardize", "Window")
"""Steps that are no steps of a single record."""


@dataclass(frozen=True)
class Interpreted:
    """A spec that computes in NumPy, without Java. What its data say, such as a scale, is read when it is first needed."""

    spec: Spec

    @cached_property
    def readings(self) -> Readings:
        """The rows of the spec's data, as far as they are read without Spark."""
        return Readings(self.spec)

    @cached_property
    def weights(self) -> Mapping[str, tuple[Array, ...]]:
        """The weights that training begins with: those of bases, and for other layers what their initializers draw."""
        network = network_of(self.spec)
        seed = 0 if self.spec.train is None else self.spec.train.seed
        stored = {name: tensors for base in network.bases for name, tensors in base.weights.items()}
        return {**initial_weights(network, seed), **stored}

    def preprocess(self, value: Any, seed: int = 0) -> Array:
        """What the steps of inference make of a feature: float32, an image as channels x height x width."""
        steps = tuple(step for step in self.spec.preprocess.steps if not step.training_only)
        return self._carried_out(steps, value, seed)

    def training(self, value: Any, seed: int) -> Array:
        """What all steps make of it, drawn from ``seed``."""
        return self._carried_out(self.spec.preprocess.steps, value, seed)

    def predict(self, inputs: Sequence[Array]) -> Array:
        """What the network gives for an array (records, *shape) an input, with the weights that training begins with."""
        network = network_of(self.spec)
        missing = missing_layer(network)
        if missing is not None:
            raise Unavailable(f"`{missing}` has no counterpart in NumPy: try `--on bigdl`")
        with quiet_numbers():
            return forward(network, self.weights, inputs)

    def _carried_out(self, steps: Sequence[PreprocessStep], value: Any, seed: int) -> Array:
        draw = np.random.default_rng(seed)
        with quiet_numbers():
            if isinstance(self.spec.preprocess.input, ImageType):
                return to_tensor(self._stepped(steps, value, draw))
            coded = self.readings.coded(value) if self.spec.data.feature.codecs else np.asarray(value, float)
            return np.asarray(self._stepped(steps, coded, draw), np.float32)

    def _stepped(self, steps: Sequence[PreprocessStep], value: Array, draw: np.random.Generator) -> Array:
        for step in steps:
            if step.probability < 1 and draw.random() >= step.probability:
                continue
            name = step.operation.operator.name
            if name == "Standardize":
                mean, std = self._scales
                value = (value - mean) / std
            elif name not in OF_ALL_ROWS:
                if name not in TRANSFORMS:
                    raise Unavailable(f"`{name}` has no counterpart in NumPy: try `--on bigdl`")
                value = transform(step.operation, value, draw)
        return value

    @cached_property
    def _scales(self) -> tuple[Array, Array]:
        """The mean and the standard deviation of each column, of the rows that a ``Standardize`` looks at."""
        standardize = standardize_of(self.spec.preprocess)
        everything = standardize is not None and standardize.arguments["fit"] == "all"
        return scales(self.readings.numbers(training_only=not everything))


def network_of(spec: Spec) -> Network:
    """The network of a spec; raises Unavailable where it has none."""
    if spec.network is None:
        raise Unavailable("the spec has no network")
    return spec.network


def fed(network: Network, made: Sequence[Array]) -> list[Array]:
    """What ``preprocess`` has made of several records, as an array (records, *shape) for each input of the network."""
    together = np.stack(made)
    if len(network.inputs) == 1:
        return [together.reshape(len(made), *network.inputs[0].shape)]
    return numbers_fed(together, [0.0], [1.0], network.inputs)


@contextmanager
def quiet_numbers() -> Iterator[None]:
    """NumPy says nothing of what overflows or is no number: laws do."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
