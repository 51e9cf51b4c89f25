"""Attendance: whether the executors that began to train are still there."""

from __future__ import annotations

from typing import Any

from pyspark import SparkContext

from zoodsl.targets.bigdl.library.engine import is_local
from zoodsl.targets.bigdl.library.errors import ExecutorLost


class Attendance:
    """The executors of a cluster at the time when training began; none in a local session.

    BigDL keeps weights in executors. When one is lost, training fails, or goes on from the first weights in silence.
    """

    def __init__(self) -> None:
        self._first = executors()

    def check(self) -> None:
        """Raises an ExecutorLost if any of them is gone."""
        gone = self._first - executors() if self._first else frozenset()
        if gone:
            raise ExecutorLost(
                f"{len(gone)} of {len(self._first)} executors ended in the midst of training, and the weights with it"
            )


def executors() -> frozenset[str]:
    """The names of the executors there are."""
    if is_local():
        return frozenset()
    context: Any = SparkContext._active_spark_context  # noqa: SLF001 - pyspark asks itself so
    named = context._jsc.sc().getExecutorIds()  # noqa: SLF001 - pyspark has no public way to Java
    return frozenset(named.apply(place) for place in range(named.size()))
