"""The results of an experiment as a table of text."""

from __future__ import annotations

from zoodsl.runtime.experiments import Comparison, Trial
from zoodsl.runtime.history import whole
from zoodsl.runtime.outcome import Status
from zoodsl.screen.progress import BEST, clock, count, measure

MOST_METRICS = 4
"""Columns of metrics on the terminal; the CSV file has all."""


def grid_in_words(comparison: Comparison) -> str:
    """Which params are compared, and how many combinations that makes."""
    listed = ", ".join(
        f"{name} in [{', '.join(dict.fromkeys(trial.values[name] for trial in comparison.trials))}]"
        for name in comparison.compared
    )
    return f"{listed}: {count(len(comparison.trials), 'combination')}"


def table(comparison: Comparison) -> str:
    """A header, then a line a combination; the best is marked."""
    rows = cells(comparison)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def cells(comparison: Comparison) -> tuple[tuple[str, ...], ...]:
    """The table's cells, the header first."""
    metrics = shown_metrics(comparison)
    timed = any(trial.epoch_seconds is not None for trial in comparison.trials)
    header = (*comparison.compared, "run", "took", *(["an epoch"] if timed else []), *metrics, "")
    best = comparison.best
    rows = [_row(trial, metrics, timed=timed, best=trial is best) for trial in comparison.trials]
    return header, *rows


def shown_metrics(comparison: Comparison) -> list[str]:
    """The metrics of whole parts, that by which the experiment compares first."""
    told = dict.fromkeys(name for trial in comparison.trials for name in whole(trial.metrics))
    columns = {name: [trial.metrics.get(name) for trial in comparison.trials] for name in told}
    # `RocAuc(average = macro)` beside `RocAuc(per = label)` is the same number twice.
    found = [
        name for name in told if columns.get(name.partition("(")[0], []) != columns[name] or "(" not in name
    ]
    first = [name for name in found if name.partition("(")[0] == comparison.metric]
    return [*first, *(name for name in found if name not in first)][:MOST_METRICS]


def _row(trial: Trial, metrics: list[str], *, timed: bool, best: bool) -> tuple[str, ...]:
    status = "not begun" if trial.status is None else trial.status.value
    seconds = [] if not timed else ["" if trial.epoch_seconds is None else clock(trial.epoch_seconds)]
    return (
        *(value[1:-1] if value.startswith('"') else value for value in trial.values.values()),
        status,
        "" if trial.seconds is None else clock(trial.seconds),
        *seconds,
        *(measure(trial.metrics[name]) if name in trial.metrics else "" for name in metrics),
        BEST if best else trial.failure if trial.status is Status.FAILED else "",
    )
