"""What is tested: a spec's preprocessing and its network as it begins, on one engine or another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from zoodsl.model.spec import Spec
from zoodsl.targets.arrays import Array


class Subject(Protocol):
    """A spec that computes. Images are (height, width, channels) of uint8 in RGB, as a reader of the spec gives them."""

    @property
    def spec(self) -> Spec:
        """What is tested."""

    def preprocess(self, value: Any) -> Array:
        """What the steps of inference make of a feature: an image as channels x height x width, float32."""

    def training(self, value: Any, seed: int) -> Array:
        """What the steps of training make of it; they draw from ``seed``, but on an engine that draws by itself."""

    def predict(self, inputs: Sequence[Array]) -> Array:
        """What the network, with the weights that training begins with, gives for an array (records, *shape) an input."""
