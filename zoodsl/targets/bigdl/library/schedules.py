"""Learning-rate schedules: the rate at every iteration, in closed form.

A segment counts iterations from its own start and begins at the rate that the one before it reached.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Epochs:
    """A time in passes over the training rows."""

    count: float

    def iterations(self, per_epoch: int) -> int:
        """The time in whole iterations, at least one."""
        return max(1, round(self.count * per_epoch))


@dataclass(frozen=True)
class Iterations:
    """A time in batches."""

    count: float

    def iterations(self, per_epoch: int) -> int:  # noqa: ARG002 - as of epochs
        """The time in whole iterations, at least one."""
        return max(1, round(self.count))


Duration = Epochs | Iterations


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A schedule for a time, ``length``; None: to the end of training."""

    length: Duration | None = None

    def rate(self, start: float, step: int, length: int, per_epoch: int) -> float:
        """The rate ``step`` iterations after the start; at ``step == length``, what is handed on."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Constant(Segment):
    """Keeps the rate that was reached."""

    def rate(self, start: float, step: int, length: int, per_epoch: int) -> float:  # noqa: ARG002, D102 - of Segment
        return start


@dataclass(frozen=True, kw_only=True)
class Warmup(Segment):
    """Rises in a straight line to ``to``."""

    to: float

    def rate(self, start: float, step: int, length: int, per_epoch: int) -> float:  # noqa: ARG002, D102 - of Segment
        return self.to if step >= length else start + (self.to - start) * step / length


@dataclass(frozen=True, kw_only=True)
class Poly(Segment):
    """Falls to 0 as (1 - step / length) to the power."""

    power: float = 1.0

    def rate(self, start: float, step: int, length: int, per_epoch: int) -> float:  # noqa: ARG002, D102 - of Segment
        return start * math.pow(max(0.0, 1.0 - step / length), self.power)


@dataclass(frozen=True, kw_only=True)
class PolyEpochDecay(Segment):
    """As Poly, but the rate changes from epoch to epoch only."""

    power: float = 1.0

    def rate(self, start: float, step: int, length: int, per_epoch: int) -> float:  # noqa: D102 - of Segment
        epochs = -(-length // per_epoch)
        return start * math.pow(max(0.0, 1.0 - (step // per_epoch) / epochs), self.power)


@dataclass(frozen=True, kw_only=True)
class Exponential(Segment):
    """Multiplies by ``decay_rate`` over every ``decay_steps``, smoothly or in stairs."""

    decay_steps: Duration
    decay_rate: float
    staircase: bool = False

    def rate(self, start: float, step: int, length: int, per_epoch: int) -> float:  # noqa: ARG002, D102 - of Segment
        periods = step / self.decay_steps.iterations(per_epoch)
        return start * float(self.decay_rate ** (math.floor(periods) if self.staircase else periods))


@dataclass(frozen=True, kw_only=True)
class Step(Segment):
    """Multiplies by ``gamma`` after every ``size``."""

    size: Duration
    gamma: float = 0.1

    def rate(self, start: float, step: int, length: int, per_epoch: int) -> float:  # noqa: ARG002, D102 - of Segment
        return start * float(self.gamma ** (step // self.size.iterations(per_epoch)))


@dataclass(frozen=True, kw_only=True)
class MultiStep(Segment):
    """Multiplies by ``gamma`` at each of ``sizes``."""

    sizes: tuple[Duration, ...]
    gamma: float = 0.1

    def rate(self, start: float, step: int, length: int, per_epoch: int) -> float:  # noqa: ARG002, D102 - of Segment
        return start * float(self.gamma ** sum(step >= size.iterations(per_epoch) for size in self.sizes))


@dataclass(frozen=True, kw_only=True)
class Plateau(Segment):
    """Multiplies by ``factor`` when ``monitor`` has not got better by ``epsilon`` for ``patience`` epochs.

    ``better`` is "min" or "max". As BigDL's own, an epoch counts as waited even when it brought a cut, so that after
    the first cut one bad epoch less brings the next; the rate is never cut below ``min_lr``.
    """

    monitor: str = "loss"
    better: str = "min"
    factor: float = 0.1
    patience: int = 10
    epsilon: float = 1e-4
    cooldown: int = 0
    min_lr: float = 0.0


@dataclass
class PlateauState:
    """What a Plateau remembers from epoch to epoch."""

    plateau: Plateau
    rate: float
    best: float = math.inf
    waited: int = 0
    cooling: int = 0

    def epoch_ended(self, value: float) -> None:
        """Takes note of what is monitored, and cuts the rate where it is time to."""
        cost = value if self.plateau.better == "min" else -value
        if self.cooling > 0:
            self.cooling -= 1
            self.waited = 0
        if cost < self.best - self.plateau.epsilon:
            self.best = cost
            self.waited = 0
        elif self.cooling <= 0:
            if self.waited >= self.plateau.patience and self.rate > self.plateau.min_lr * (1 + 1e-4):
                self.rate = max(self.rate * self.plateau.factor, self.plateau.min_lr)
                self.cooling = self.plateau.cooldown
                self.waited = 0
            self.waited += 1


@dataclass(frozen=True)
class Schedule:
    """The optimizer's own rate, and the segments that follow one another from it."""

    start: float
    segments: Sequence[Segment] = ()


@dataclass
class LearningRate:
    """A schedule laid over ``total`` iterations: ``rate(iteration)`` from 0, asked in order.

    ``epoch_ended`` must be told each epoch's values: Plateau goes by them.
    """

    schedule: Schedule
    per_epoch: int
    total: int
    _place: int = field(default=0, init=False)
    _begin: int = field(default=0, init=False)
    _start: float = field(init=False)
    _plateau: PlateauState | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._start = self.schedule.start
        self._enter()

    def rate(self, iteration: int) -> float:
        """The rate of the iteration, counted from 0."""
        while (segment := self._segment()) is not None and iteration >= self._begin + self._length(segment):
            self._start = self._at(segment, self._length(segment))
            self._begin += self._length(segment)
            self._place += 1
            self._enter()
        return self._start if segment is None else self._at(segment, iteration - self._begin)

    def epoch_ended(self, values: Mapping[str, float], iterations: int) -> None:
        """After ``iterations`` in all, an epoch ended with these values: ``loss`` and metrics by name."""
        self.rate(iterations - 1)
        if self._plateau is not None and self._plateau.plateau.monitor in values:
            self._plateau.epoch_ended(values[self._plateau.plateau.monitor])

    def _segment(self) -> Segment | None:
        return self.schedule.segments[self._place] if self._place < len(self.schedule.segments) else None

    def _length(self, segment: Segment) -> int:
        if segment.length is None:
            return max(1, self.total - self._begin)
        return segment.length.iterations(self.per_epoch)

    def _enter(self) -> None:
        segment = self._segment()
        self._plateau = PlateauState(segment, self._start) if isinstance(segment, Plateau) else None

    def _at(self, segment: Segment, step: int) -> float:
        if self._plateau is not None:
            return self._plateau.rate
        return segment.rate(self._start, step, self._length(segment), self.per_epoch)
