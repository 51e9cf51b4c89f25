"""Phases: stretches of training, each with what it leaves as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bigdl.dllib.keras.models import KerasNet

from zoodsl.targets.bigdl.library.engine import cores

FROZEN_ROWS = 4
"""How many rows a core runs at once through a network of which only a part is trained, whatever the batch of training.

BigDL keeps the windows that a convolution reads beside its outputs: of EfficientNet-Lite0 at 224 x 224, 8 rows a core
do not fit into 4 GB, and 4 do.
"""


@dataclass(frozen=True)
class Boundary:
    """A place in the network up to which it is frozen.

    Args:
        before: makes the network up to there, which gives vectors; it runs in inference alone.
        after: makes the network from there on, which is trained.
        shape: of the output at the boundary, without the batch.
        stored: that output is computed once for all epochs, not anew in each with its own random steps.
        key: a text that is another one wherever that output of a row is; None where it depends on the training before.
    """

    before: Callable[[], KerasNet]
    after: Callable[[], KerasNet]
    shape: tuple[int, ...]
    stored: bool = False
    key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A stretch of training, with an optimizer of its own; the learning rate and the count of iterations go on.

    Args:
        epochs: its length; None: to the end of training.
        boundary: up to where the network is frozen; None: it is trained as one.
        held: names of layers behind the boundary that are frozen too.
    """

    epochs: int | None = None
    boundary: Boundary | None = None
    held: Sequence[str] = ()


def timed(phases: Sequence[Phase], epochs: int) -> Iterator[tuple[Phase, range]]:
    """Each phase with its epochs, counted from 1; ``epochs`` is how many there are in all."""
    first = 1
    for phase in phases:
        length = epochs if phase.epochs is None else phase.epochs
        end = min(first + length, epochs + 1)
        yield phase, range(first, end)
        first = end


def inference_batch(phases: Sequence[Phase], batch: int) -> int:
    """How many rows all cores together predict at once, where training has this ``batch``."""
    if all(phase.boundary is None for phase in phases):
        return batch
    return min(batch, FROZEN_ROWS * cores())
