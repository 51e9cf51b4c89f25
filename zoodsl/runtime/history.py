"""The history of a run: its events as tables of epochs and iterations, for reports, plots and comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zoodsl.runtime.events import Event, from_line
from zoodsl.runtime.folder import EVENTS


@dataclass(frozen=True, slots=True)
class Iteration:
    """One step. ``number`` counts from 1 over the whole run; numbers that are not finite are None."""

    number: int
    epoch: int
    loss: float | None
    learning_rate: float | None
    records_per_second: float | None


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training rows: mean loss, the learning rate at its end, and its validation by name."""

    epoch: int
    loss: float | None
    learning_rate: float | None
    seconds: float
    validation: Mapping[str, float | None]
    best: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The trained network over one part: metrics by name, what plots need, and a row for each label."""

    part: str
    metrics: Mapping[str, float | None]
    details: Mapping[str, Any]
    labels: Sequence[Mapping[str, Any]] = ()
    baselines: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a task: lines for people, metrics by name, a small table, what plots need, pictures in the run folder."""

    task: str
    title: str
    lines: Sequence[str]
    metrics: Mapping[str, float | None]
    table: Sequence[Mapping[str, Any]]
    details: Mapping[str, Any]
    pictures: Sequence[str]


@dataclass(slots=True)
class History:
    """What the events of a run tell. A resumed run's repeated epochs replace those that they repeat."""

    started: Mapping[str, Any] = field(default_factory=dict)
    iterations: list[Iteration] = field(default_factory=list)
    epochs: list[Epoch] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    weights: Sequence[Mapping[str, Any]] = ()
    scales: dict[str, Mapping[str, float]] = field(default_factory=dict)
    predictions: Mapping[str, Any] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    stopped: str = ""
    seconds: float = 0.0

    def add(self, event: Event) -> None:
        """Takes one event in; those that are no part of a history change nothing."""
        match event.name:
            case "started":
                self._start(event.fields)
            case "iteration":
                self.iterations.append(
                    Iteration(
                        event["iteration"],
                        event["epoch"],
                        event["loss"],
                        event["learning_rate"],
                        event["records_per_second"],
                    )
                )
            case "epoch":
                self.epochs.append(
                    Epoch(
                        event["epoch"],
                        event["loss"],
                        event["learning_rate"],
                        event["seconds"],
                        event["validation"],
                        event["best"],
                    )
                )
            case "evaluated":
                self.evaluations.append(
                    Evaluation(
                        event["part"],
                        event["metrics"],
                        event["details"],
                        event.fields.get("labels", ()),
                        event.fields.get("baselines", {}),
                    )
                )
            case "result":
                self.results.append(Result(**event.fields))
            case "scaled":
                self.scales |= {row["column"]: row for row in event["columns"]}
            case "balanced":
                self.weights = event["weights"]
            case "predicted":
                self.predictions = event.fields
            case "stopped":
                self.stopped = event["reason"]
            case "finished":
                self.seconds += event["seconds"]
            case _:
                pass

    def _start(self, fields: Mapping[str, Any]) -> None:
        first = fields["first_epoch"]
        self.started = fields
        self.iterations = [iteration for iteration in self.iterations if iteration.epoch < first]
        self.epochs = [row for row in self.epochs if row.epoch < first]
        self.evaluations = []
        self.predictions = {}
        self.results = []
        self.stopped = ""

    @property
    def best(self) -> Epoch | None:
        """The epoch whose weights are kept as the best: the last that was better than all before it."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.best), None)

    @property
    def metrics(self) -> dict[str, float]:
        """The last evaluation's metrics, else those of the best or last validation; without what is not finite."""
        if self.evaluations:
            found = self.evaluations[-1].metrics
        elif epoch := self.best or (self.epochs[-1] if self.epochs else None):
            found = epoch.validation
        else:
            found = {}
        return {name: value for name, value in found.items() if value is not None}


def whole(metrics: Mapping[str, float | None]) -> dict[str, float | None]:
    """The metrics without the numbers of single labels, which stand behind a metric's own: ``RocAuc/Mass``."""
    return {
        name: value
        for name, value in metrics.items()
        if name.partition("/")[0] not in metrics or "/" not in name
    }


def history(events: Iterable[Event]) -> History:
    """The history that ``events`` tell."""
    told = History()
    for event in events:
        told.add(event)
    return told


def read_history(folder: Path) -> History:
    """The history of a run folder; empty without events. A line that a killed writer broke off is left out."""
    try:
        lines = (folder / EVENTS).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    return history(event for event in map(from_line, lines) if event)
