"""The watch over iterations: Java asks it before each one whether to go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import isfinite
from typing import Any

from bigdl.dllib.utils.common import JavaValue

from zoodsl.targets.bigdl.library.errors import LossNotFinite

Iterated = Callable[[int, float, float, float], None]
"""Is told ``(iteration, loss, learning rate, records per second)`` after each iteration, counted from 1."""


class IterationWatch(JavaValue):  # type: ignore[misc]  # BigDL is published without types
    """A BigDL trigger that sets the learning rate before each iteration and tells of it afterwards.

    BigDL's schedules cover some optimizers, and count from the start of training; a rate that is set from here is the
    language's own at every iteration of every optimizer.
    """

    class Java:
        """What Py4J makes of it in Java."""

        implements = ("com.intel.analytics.bigdl.dllib.optim.Trigger",)

    def __init__(
        self, rate: Callable[[int], float], set_rate: Callable[[float], None], iterated: Iterated
    ) -> None:
        self.value = self
        self._problem: BaseException | None = None
        self._rate = rate
        self._set_rate = set_rate
        self._iterated = iterated
        self._epoch = 0
        self._seen: int | None = None
        self._applied: float | None = None
        self._losses: list[float] = []

    def begin(self, epoch: int) -> None:
        """From now on the iterations of ``epoch`` may begin, and none of another one."""
        self._epoch = epoch
        self._seen = None
        self._losses = []

    def stop(self) -> None:
        """Lets Java end before the next iteration, whoever still waits for it."""
        self._epoch = 0

    def raise_problem(self) -> None:
        """Raises what went wrong in an answer to Java, which must not see it."""
        if self._problem is not None:
            raise self._problem

    @property
    def loss(self) -> float:
        """The mean of the losses of the epoch's iterations."""
        return sum(self._losses) / len(self._losses)

    def apply(self, state: Any) -> bool:
        """Java's question whether to stop, with the state of training."""
        try:
            return self._stops(state)
        except BaseException as problem:  # noqa: BLE001 - Java would try again; the trainer raises it
            self._problem = problem
            return True

    def _stops(self, state: Any) -> bool:
        if not self._epoch:
            return True
        upcoming = int(state.get("neval").get())
        if self._seen is not None:
            self._tell(upcoming - 1, state)
        self._seen = upcoming
        if int(state.get("epoch").get()) != self._epoch:
            return True
        rate = self._rate(upcoming - 1)
        if rate != self._applied:
            self._set_rate(rate)
            self._applied = rate
        return False

    def _tell(self, iteration: int, state: Any) -> None:
        loss = float(state.get("Loss").get())
        if not isfinite(loss):
            raise LossNotFinite(
                f"the loss is {loss} in iteration {iteration} of training, epoch {self._epoch}; a lower learning rate, "
                "a warm-up, clipping or scaled features can help"
            )
        self._losses.append(loss)
        self._iterated(iteration, loss, self._rate(iteration - 1), float(state.get("Throughput").get()))


class Throttle:
    """Lets events through at most so many times a second, so that quick iterations do not drown who listens."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._last = float("-inf")

    def passes(self) -> bool:
        """Whether it is time for another."""
        now = time.monotonic()
        if now - self._last < self._gap:
            return False
        self._last = now
        return True
