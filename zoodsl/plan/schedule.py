"""The learning rate over the iterations of a training, from the closed forms of the catalog's schedules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from zoodsl.catalog.operator import Schedule
from zoodsl.model.nodes import Operation, Segment
from zoodsl.plan.steps import PlannedSegment
from zoodsl.types import Unit


def planned_segments(segments: tuple[Segment, ...]) -> tuple[PlannedSegment, ...]:
    """The segments with their lengths told apart into epochs and iterations."""
    return tuple(
        PlannedSegment(
            span=segment.span,
            schedule=segment.schedule,
            epochs=_length(segment, Unit.EPOCH),
            iterations=_length(segment, Unit.ITERATION),
        )
        for segment in segments
    )


def _length(segment: Segment, unit: Unit) -> int | None:
    return int(segment.length.value) if segment.length and segment.length.unit is unit else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A segment laid on the axis of iterations: ``[begin, begin + length)``.

    ``start`` is the rate when it begins, None where that depends on results.
    """

    begin: int
    length: int
    per_epoch: int
    start: float | None
    schedule: Operation[Schedule]

    def rate(self, step: int) -> float | None:
        """The rate ``step`` iterations into the stretch; ``step == length`` is the rate it hands on."""
        rule = self.schedule.operator.rate
        if rule is None or self.start is None:
            return None
        return rule(self.schedule.arguments, self.start, step, self.length, self.per_epoch)


@dataclass(frozen=True, slots=True)
class Rates(Sequence[float | None]):
    """The learning rate at each of ``iterations``, computed when asked: long trainings have millions.

    ``initial`` holds until the first stretch, and what the last one hands on holds after it.
    """

    initial: float
    iterations: int
    stretches: tuple[Stretch, ...]

    def __len__(self) -> int:
        return self.iterations

    @overload
    def __getitem__(self, index: int) -> float | None: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[float | None, ...]: ...

    def __getitem__(self, index: int | slice) -> float | tuple[float | None, ...] | None:
        if isinstance(index, slice):
            return tuple(self._at(iteration) for iteration in range(self.iterations)[index])
        return self._at(range(self.iterations)[index])

    def _at(self, iteration: int) -> float | None:
        for stretch in reversed(self.stretches):
            if iteration >= stretch.begin:
                return stretch.rate(min(iteration - stretch.begin, stretch.length))
        return self.initial


def rates(initial: float, segments: tuple[PlannedSegment, ...], *, per_epoch: int, iterations: int) -> Rates:
    """Lays the segments end to end over ``iterations``; each starts at the rate the one before it hands on.

    ``initial`` is the optimizer's learning rate; a segment without a length runs to the end. A schedule
    whose rate depends on results (Plateau) leaves unknown all that follows it.
    """
    stretches: list[Stretch] = []
    begin = 0
    start: float | None = initial
    for segment in segments:
        if segment.epochs is not None:
            length = segment.epochs * per_epoch
        elif segment.iterations is not None:
            length = segment.iterations
        else:
            length = iterations - begin
        # A segment that begins after the end of training is never seen, but closed forms divide by its length.
        stretch = Stretch(begin, max(1, length), per_epoch, start, segment.schedule)
        stretches.append(stretch)
        start = stretch.rate(stretch.length)
        begin += stretch.length
    return Rates(initial, iterations, tuple(stretches))
