"""Causes: the chain of what went wrong, from what Python saw down to what Java meant.

Runs in the worker, where the exceptions are; the launcher makes a diagnostic of it (``zoodsl.runtime.errors``).
"""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST = 4000
"""Characters of a message that are kept: engines put stack traces and whole rows into them."""

DEEPEST = 20
"""Causes of a chain that are followed: Java's may be circular."""

JAVA_ENDED = "JavaEnded"
"""The type of the cause that stands for the end of the Java process; its message is the exit code."""


@dataclass(frozen=True, slots=True)
class Cause:
    """An exception's type, of Java with its package, and its message."""

    type: str
    message: str


def causes(problem: BaseException) -> tuple[Cause, ...]:
    """The chain of causes, outermost first; Python's exceptions, and under a Py4J error Java's."""
    found: list[Cause] = []
    at: BaseException | None = problem
    while at is not None and len(found) < DEEPEST:
        java = getattr(at, "java_exception", None)
        if java is None:
            found.append(Cause(type(at).__name__, str(at)[:LONGEST]))
        else:
            found += _java(java)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    ended = java_exit()
    if ended is not None:
        found.append(Cause(JAVA_ENDED, str(ended)))
    return tuple(found)


def _java(exception: Any) -> Iterator[Cause]:
    """A Java throwable and its causes; as far as they can be asked, for Java may be gone."""
    from py4j.protocol import Py4JError

    try:
        for _ in range(DEEPEST):
            if exception is None:
                return
            yield Cause(exception.getClass().getName(), (exception.getMessage() or "")[:LONGEST])
            exception = exception.getCause()
    except (Py4JError, OSError):
        return


def java_exit(patience: float = 2.0) -> int | None:
    """The exit code of the Java process, negative for a signal; None while it lives, or if it was never started.

    A process that has just broken off its connection is given ``patience`` seconds to be gone.
    """
    if "pyspark" not in sys.modules:
        return None
    from pyspark import SparkContext

    gateway = SparkContext._gateway  # noqa: SLF001 - the only way to the process
    if gateway is None:
        return None
    try:
        gateway.jvm.System.currentTimeMillis()
    except Exception:  # noqa: BLE001 - whatever Py4J says of a connection that is no more
        try:
            return int(gateway.proc.wait(patience))
        except subprocess.TimeoutExpired:
            return None
    return None


def lines_in(problem: BaseException, program: Path) -> tuple[int, ...]:
    """The lines of ``program`` that were being carried out, innermost first."""
    frames = traceback.extract_tb(problem.__traceback__)
    return tuple(
        frame.lineno for frame in reversed(frames) if frame.filename == str(program) and frame.lineno
    )
