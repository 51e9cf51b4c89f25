"""What is tested: a spec's preprocessing and its network as it begins, on one engine or another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from zoodsl.diagnostics import Diagnostic
from zoodsl.model.spec import Spec
from zoodsl.targets.arrays import Array


class Unavailable(Exception):  # noqa: N818 - it says what the matter is
    """What a law needs cannot be computed here: the message says why, as a clause. The law is skipped."""


class EngineLacksError(Exception):
    """An engine cannot carry out a spec here; ``diagnostics`` say why."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(each.message for each in diagnostics))
        self.diagnostics = diagnostics


class StoppedError(Exception):
    """An engine has stopped at an example: the message says at what, as a clause."""


class Subject(Protocol):
    """A spec that computes. Images are (height, width, channels) of uint8 in RGB, as a reader of the spec gives them.

    A row of numbers is (columns,), a window of them (rows, columns), as they are read; a text is a ``str``. Methods raise
    ``Unavailable`` where they cannot be carried out.
    """

    @property
    def spec(self) -> Spec:
        """What is tested."""

    def preprocess(self, value: Any, seed: int = 0) -> Array:
        """What the steps of inference make of a feature: an image as channels x height x width, float32.

        Steps that draw outside training draw from ``seed``, but on an engine that draws by itself.
        """

    def training(self, value: Any, seed: int) -> Array:
        """What the steps of training make of it; they draw from ``seed``, but on an engine that draws by itself."""

    def predict(self, inputs: Sequence[Array]) -> Array:
        """What the network, with the weights that training begins with, gives for an array (records, *shape) an input."""
