"""Results: the runs that there are, how each stands, and which may go."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoodsl.runtime.folder import EVALUATIONS, EXPERIMENT
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
        seconds: how long it took from start to end, without pauses before it was resumed; None while it runs.
        epochs: complete epochs.
        planned_epochs: those that it was to take; None if it never began to train.
        metrics: the last evaluation's metrics, else those of the best validation.
        parameters: the spec's params by name.
        failure: what went wrong, empty unless FAILED.
        evaluations: how often its network was judged again.
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
    evaluations: int = 0


def list_runs(root: Path) -> tuple[RunSummary, ...]:
    """The runs below ``root`` (``runs``, or the folder of one spec in it), newest first."""
    depths = (
        "run.json",
        "*/run.json",
        "*/*/run.json",
        "*/*/*/run.json",
    )  # an experiment's are below its folder
    found = [
        (record, path.parent)
        for depth in depths
        for path in root.glob(depth)
        if path.parent.parent.name != EVALUATIONS and (record := read_record(path.parent))
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
        seconds=record.seconds,
        epochs=told.epochs[-1].epoch if told.epochs else 0,
        planned_epochs=told.started.get("epochs"),
        metrics=told.metrics,
        parameters=record.parameters,
        failure=record.failure["message"] if record.failure else "",
        evaluations=len([*(folder / EVALUATIONS).glob("*/run.json")]),
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

    The runs of an experiment count as one, and go with its folder. Only folders that hold a run's record, or an
    experiment's, are touched. An OSError where the system refuses.
    """
    runs = [(run, _whole(run.folder)) for run in list_runs(root)]
    running = {folder for run, folder in runs if run.status is Status.RUNNING}
    kept: dict[str, list[Path]] = {}
    removed = []
    for run, folder in runs:
        known = kept.setdefault(run.name, [])
        if folder in known:
            continue
        known.append(folder)
        if len(known) > keep and folder not in running:
            shutil.rmtree(folder)
            removed.append(folder)
    return tuple(removed)


def _whole(folder: Path) -> Path:
    """The folder of the experiment that a run belongs to, else its own."""
    return folder.parent if (folder.parent / EXPERIMENT).is_file() else folder
