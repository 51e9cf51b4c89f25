"""From a command's arguments to a compilation."""

from __future__ import annotations

import sys

from zoodsl.cli.exits import Status, leave
from zoodsl.cli.reporting import report
from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Diagnostics, Severity
from zoodsl.diagnostics.rules.environment import NOTHING_TO_TRAIN

STANDARD_INPUT = "-"
"""The file name that stands for standard input."""


def compilation(
    path: str, assignments: tuple[tuple[str, str], ...] = (), values: str | None = None
) -> Compilation:
    """The compilation of the spec at ``path``, or on standard input for ``-``."""
    return Compilation(shown(path), text=standard_input(path), overrides=dict(assignments), values=values)


def standard_input(path: str) -> bytes | None:
    """What standard input holds, for ``-``."""
    return sys.stdin.buffer.read() if path == STANDARD_INPUT else None


def shown(path: str) -> str:
    """How messages name ``path``."""
    return "<stdin>" if path == STANDARD_INPUT else path


def stop_without_plan(compiled: Compilation, *, as_json: bool = False) -> None:
    """Ends the command where there is nothing to plan: errors, or no sections. Shows warnings and goes on."""
    found = compiled.diagnostics
    if not compiled.has_errors and compiled.plan is None:
        sink = Diagnostics()
        sink.report(
            NOTHING_TO_TRAIN,
            None,
            f"`{compiled.path}` is a library: it has no sections to plan or run",
            help="`use` it in a spec that has `data`, `network`, `optimize` and `train`",
        )
        found = (*found, *sink.sorted())
    wrong = any(item.severity is Severity.ERROR for item in found)
    if as_json and wrong:
        report(found, [compiled.path], form="json")
    elif found:
        report(found, [compiled.path], stderr=True)
    if wrong:
        leave(Status.SPEC_HAS_ERRORS)
