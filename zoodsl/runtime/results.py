"""Results: the runs that there are, how each stands, and which may go."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoodsl.runtime.history import read_history
from zoodsl.runtime.outcome import Status
from zoodsl.runtime.record import Record, read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run at a glance.

    Args:
        folder: where it is.
        name: the spec's name.
        status: how it stands.
        started: seconds since 1970.
        seconds: how long it took from start to end, pauses before a resumption included; None while it runs.
        epochs: complete epochs.
        planned_epochs: those that it was to take; None if it never began to train.
        metrics: the last evaluation's metrics, else those of the best validation.
        parameters: the spec's params by name.
        failure: what went wrong, empty unless FAILED.
    """

    folder: Path
    name: str
    status: Status
    started: float
    seconds: float | None
    epochs: int
    planned_epochs: int | None
    metrics: Mapping[str, float]
    parameters: Mapping[str, Any]
    failure: str


def list_runs(root: Path) -> tuple[RunSummary, ...]:
    """The runs below ``root`` (``runs``, or the folder of one spec in it), newest first."""
    found = [
        (record, path.parent)
        for path in (*root.glob("run.json"), *root.glob("*/run.json"), *root.glob("*/*/run.json"))
        if (record := read_record(path.parent))
    ]
    return tuple(
        _summary(folder, record)
        for record, folder in sorted(found, key=lambda run: (run[0].started, str(run[1])), reverse=True)
    )


def _summary(folder: Path, record: Record) -> RunSummary:
    told = read_history(folder)
    return RunSummary(
        folder=folder,
        name=record.name,
        status=record.status,
        started=record.started,
        seconds=None if record.ended is None else record.ended - record.started,
        epochs=told.epochs[-1].epoch if told.epochs else 0,
        planned_epochs=told.started.get("epochs"),
        metrics=told.metrics,
        parameters=record.parameters,
        failure=record.failure["message"] if record.failure else "",
    )


def resumable(runs: Path) -> Path | None:
    """The newest run directly below ``runs`` that was interrupted or failed; None without one."""
    states = ((read_record(path.parent), path.parent) for path in runs.glob("*/run.json"))
    open_ends = [
        (record.started, folder)
        for record, folder in states
        if record and record.status in (Status.INTERRUPTED, Status.FAILED)
    ]
    return max(open_ends)[1] if open_ends else None


def prune(root: Path, keep: int) -> tuple[Path, ...]:
    """Removes runs below ``root`` but the newest ``keep`` of each spec, and those that are running; what it removed.

    Only folders that hold a run's record are touched. An OSError where the system refuses.
    """
    kept: dict[str, int] = {}
    removed = []
    for run in list_runs(root):
        kept[run.name] = kept.get(run.name, 0) + 1
        if kept[run.name] > keep and run.status is not Status.RUNNING:
            shutil.rmtree(run.folder)
            removed.append(run.folder)
    return tuple(removed)
