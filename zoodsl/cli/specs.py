"""From a command's arguments to a compilation."""

from __future__ import annotations

import sys

from zoodsl.cli.exits import Status, leave
from zoodsl.cli.reporting import report
from zoodsl.compiler import Compilation

STANDARD_INPUT = "-"
"""The file name that stands for standard input."""


def compilation(
    path: str, assignments: tuple[tuple[str, str], ...] = (), values: str | None = None
) -> Compilation:
    """The compilation of the spec at ``path``, or on standard input for ``-``."""
    text = sys.stdin.buffer.read() if path == STANDARD_INPUT else None
    return Compilation(shown(path), text=text, overrides=dict(assignments), values=values)


def shown(path: str) -> str:
    """How messages name ``path``."""
    return "<stdin>" if path == STANDARD_INPUT else path


def stop_at_errors(compiled: Compilation, *, as_json: bool = False) -> None:
    """Ends the command where the spec has errors; where it has only warnings, shows them and goes on."""
    found = compiled.diagnostics
    if as_json and compiled.has_errors:
        report(found, [compiled.path], form="json")
    elif found:
        report(found, [compiled.path], stderr=True)
    if compiled.has_errors:
        leave(Status.SPEC_HAS_ERRORS)
