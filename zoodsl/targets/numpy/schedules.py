"""Learning-rate schedules in NumPy, a whole segment at once and apart from the catalog's closed forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from zoodsl.catalog.operator import Arguments
from zoodsl.catalog.schedules import iterations
from zoodsl.plan.steps import PlannedSegment
from zoodsl.targets.arrays import Array


def rates(segments: Sequence[PlannedSegment], start: float, *, per_epoch: int, total: int) -> Array:
    """The rate at each of ``total`` iterations, NaN from a Plateau on, whose rate depends on results.

    ``start`` is the optimizer's rate; each segment starts from what the one before it reached, and the last
    one's is kept to the end.
    """
    pieces = []
    done = 0
    for segment in segments:
        if segment.epochs is not None:
            length = segment.epochs * per_epoch
        else:
            length = segment.iterations if segment.iterations is not None else total - done
        curve = SCHEDULES[segment.schedule.operator.name]
        piece = curve(segment.schedule.arguments, start, np.arange(length + 1), max(1, length), per_epoch)
        pieces.append(piece[:-1])
        start = float(piece[-1])
        done += length
    pieces.append(np.full(max(0, total - done), start))
    return np.concatenate(pieces)[:total]


def _plateau(_arguments: Arguments, _start: float, steps: Array, _length: int, _per_epoch: int) -> Array:
    return np.full(len(steps), np.nan)


def _constant(_arguments: Arguments, start: float, steps: Array, _length: int, _per_epoch: int) -> Array:
    return np.full(len(steps), start)


def _warmup(arguments: Arguments, start: float, steps: Array, _length: int, _per_epoch: int) -> Array:
    return np.linspace(start, arguments["to"], len(steps))


def _poly(arguments: Arguments, start: float, steps: Array, length: int, _per_epoch: int) -> Array:
    return start * ((length - steps) / length) ** arguments["power"]


def _poly_epoch_decay(arguments: Arguments, start: float, steps: Array, length: int, per_epoch: int) -> Array:
    epochs = np.ceil(length / per_epoch)
    return start * ((epochs - steps // per_epoch) / epochs) ** arguments["power"]


def _exponential(arguments: Arguments, start: float, steps: Array, _length: int, per_epoch: int) -> Array:
    period = iterations(arguments["decay_steps"], per_epoch)
    return start * arguments["decay_rate"] ** (steps // period if arguments["staircase"] else steps / period)


def _cuts(gamma: float, start: float, steps: Array, at: Array) -> Array:
    """``start``, multiplied by ``gamma`` at each of the iterations ``at``."""
    return start * gamma ** np.searchsorted(np.sort(at), steps, side="right")


def _step(arguments: Arguments, start: float, steps: Array, _length: int, per_epoch: int) -> Array:
    size = iterations(arguments["size"], per_epoch)
    return _cuts(arguments["gamma"], start, steps, np.arange(size, len(steps) + 1, size))


def _multi_step(arguments: Arguments, start: float, steps: Array, _length: int, per_epoch: int) -> Array:
    sizes = [iterations(size, per_epoch) for size in arguments["sizes"]]
    return _cuts(arguments["gamma"], start, steps, np.array(sizes))


SCHEDULES: Mapping[str, Callable[[Arguments, float, Array, int, int], Array]] = {
    "Constant": _constant,
    "Warmup": _warmup,
    "Poly": _poly,
    "PolyEpochDecay": _poly_epoch_decay,
    "Exponential": _exponential,
    "Step": _step,
    "MultiStep": _multi_step,
    "Plateau": _plateau,
}
"""Each schedule of the catalog by name: (arguments, start, steps, length, iterations an epoch) to rates."""
