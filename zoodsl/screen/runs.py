"""The list of runs as a table of text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from zoodsl.runtime.results import RunSummary
from zoodsl.screen.progress import clock

HEADER = ("folder", "status", "started", "took", "epochs", "metrics")


def table(runs: Sequence[RunSummary]) -> str:
    """A header, then a line a run."""
    lines = [HEADER, *(_cells(run) for run in runs)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cells(run: RunSummary) -> tuple[str, ...]:
    started = datetime.fromtimestamp(run.started, UTC).astimezone()
    told = run.failure or ", ".join(f"{name} {value:.4g}" for name, value in run.metrics.items())
    if run.evaluations:
        told += f", judged again {'once' if run.evaluations == 1 else f'{run.evaluations} times'}"
    return (
        str(run.folder),
        run.status.value,
        f"{started:%Y-%m-%d %H:%M}",
        "" if run.seconds is None else clock(run.seconds),
        f"{run.epochs}" if run.planned_epochs is None else f"{run.epochs} of {run.planned_epochs}",
        told,
    )
