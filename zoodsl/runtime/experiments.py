"""Experiments: the runs of a grid, one after the other, each in its own folder; what came of them, kept as they end."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.run_folders import NOTHING_TO_RESUME
from zoodsl.model.experiments import Combination
from zoodsl.plan.scaling import Workload
from zoodsl.runtime import launcher
from zoodsl.runtime.events import Event
from zoodsl.runtime.folder import EXPERIMENT, make_folder, to_json, write
from zoodsl.runtime.history import History, read_history, whole
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.runtime.record import read_record
from zoodsl.runtime.request import RunRequest

TABLE = "experiment.csv"
VERSION = 1

LONGEST_NAME = 80
"""Characters of a run's folder that come from its values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One combination, and what came of its run.

    Args:
        folder: of its run, below the experiment's.
        values: the compared params as they are written, by name.
        status: how its run stands; None: it has not begun.
        seconds: from its start to its end, without pauses before it was resumed.
        epochs: complete ones.
        epoch_seconds: the median of its epochs without the first, which warms up; None without a second.
        metrics: those of its evaluation, else of its best validation, and those of its tasks.
        value: of the metric by which the experiment compares; None where there is none.
        failure: what went wrong, empty unless FAILED.
        work: what an epoch consists of, where it trains on a cluster.
    """

    folder: str
    values: Mapping[str, str]
    status: Status | None = None
    seconds: float | None = None
    epochs: int = 0
    epoch_seconds: float | None = None
    metrics: Mapping[str, float]
    value: float | None = None
    failure: str = ""
    work: Workload | None = None

    def __str__(self) -> str:
        return ", ".join(f"{name} = {value}" for name, value in self.values.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What ``experiment.json`` holds: the grid's trials, in order, and the metric by which they are compared.

    ``better`` is "max" or "min". ``cores`` are those of the machine, which bound what a cluster on it can do at once; None
    where the cluster is elsewhere.
    """

    name: str
    spec: str
    metric: str | None
    better: str | None
    cores: int | None
    trials: tuple[Trial, ...]

    @property
    def best(self) -> Trial | None:
        """The finished trial with the best value; the first of equals. None where nothing is measured."""
        # One that diverged has measured something too, before it did.
        ended = [
            trial for trial in self.trials if trial.status is Status.FINISHED and trial.value is not None
        ]
        sign = -1 if self.better == "min" else 1
        return max(ended, key=lambda trial: sign * (trial.value or 0.0)) if ended else None

    @property
    def compared(self) -> tuple[str, ...]:
        """The compared params."""
        return tuple(self.trials[0].values)


def planned(combinations: Sequence[Combination], works: Sequence[Workload | None]) -> tuple[Trial, ...]:
    """Trials of which none has begun, each with a folder named after its values."""
    names: dict[str, int] = {}
    trials = []
    for combination, work in zip(combinations, works, strict=True):
        words = (f"{name}-{_plain(value)}" for name, value in combination.values)
        name = "_".join(words)[:LONGEST_NAME].strip("_-.") or "run"
        names[name] = names.get(name, 0) + 1
        folder = name if names[name] == 1 else f"{name}_{names[name]}"
        trials.append(Trial(folder=folder, values=dict(combination.values), metrics={}, work=work))
    return tuple(trials)


def _plain(value: str) -> str:
    """A value in the letters that every file system and every shell takes as they are."""
    return re.sub(r"[^\w.]+", "-", value, flags=re.ASCII).strip("-")


def begin(out: Path | None, runs: Path, comparison: Comparison, diagnostics: Diagnostics) -> Path | None:
    """A new folder for the experiment, ``out`` or one below ``runs`` named after the time; None with a diagnostic."""
    return make_folder(out, runs / comparison.name, {EXPERIMENT: show(comparison)}, diagnostics)


def resume(
    out: Path | None, runs: Path, comparison: Comparison, diagnostics: Diagnostics
) -> tuple[Path, Comparison] | None:
    """The experiment to go on with, in ``out`` or the newest below ``runs``, and ``comparison`` as it stands there.

    Values are of ``comparison``'s metric, whatever it was when runs ended. None with a diagnostic where there is none, it is
    finished, or it compared something else.
    """
    found = [out] if out else sorted(path.parent for path in (runs / comparison.name).glob(f"*/{EXPERIMENT}"))
    folder = found[-1] if found else None
    before = read(folder) if folder else None
    if folder is None or before is None:
        message = f"there is no experiment in `{out or runs / comparison.name}`"
    elif [trial.values for trial in before.trials] != [trial.values for trial in comparison.trials]:
        message = f"the experiment in `{folder}` compared other values"
    elif all(trial.status is Status.FINISHED for trial in before.trials):
        message = f"the experiment in `{folder}` is finished"
    else:
        known = {trial.folder: trial for trial in before.trials}
        trials = (
            _as_it_stands(known[trial.folder], trial, comparison, folder) for trial in comparison.trials
        )
        return folder, replace(comparison, trials=tuple(trials))
    diagnostics.report(NOTHING_TO_RESUME, None, message, help="start anew without `--resume`")
    return None


def _as_it_stands(before: Trial, planned: Trial, comparison: Comparison, folder: Path) -> Trial:
    """A trial as it was kept, by the metric of now; one that will run takes the work that is planned for it now."""
    value = (
        None
        if comparison.metric is None
        else measured(read_history(folder / before.folder), comparison.metric)
    )
    work = before.work if before.status is Status.FINISHED else planned.work
    return replace(before, value=value, work=work)


def carry_out(
    comparison: Comparison,
    folder: Path,
    request_for: Callable[[int], RunRequest],
    listening: Callable[[int], AbstractContextManager[Callable[[Event], None]]],
) -> Iterator[tuple[Comparison, Outcome]]:
    """Runs the trials that are not finished, one after the other, and gives the comparison after each, as it is kept.

    ``request_for`` makes the request of the trial of a number, counted from 0, and ``listening`` a listener for its
    events. One that fails is passed over; one that is interrupted is the last. One that ended just before this process was
    killed is finished by its record, and is taken as it is.
    """
    for number, trial in enumerate(comparison.trials):
        if trial.status is Status.FINISHED:
            continue
        place = folder / trial.folder
        record = read_record(place)
        if record is not None and record.status is Status.FINISHED:
            outcome = Outcome(
                status=record.status, folder=place, failure=None, metrics=read_history(place).metrics
            )
        else:
            request = request_for(number)
            options = replace(request.options, out=place, resume=record is not None)
            with listening(number) as listener:
                outcome = launcher.run(replace(request, options=options), listener)
        trials = list(comparison.trials)
        trials[number] = ended(trial, outcome, place, comparison.metric)
        comparison = replace(comparison, trials=tuple(trials))
        keep(folder, comparison)
        yield comparison, outcome
        if outcome.status is Status.INTERRUPTED:
            return


def ended(trial: Trial, outcome: Outcome, folder: Path, metric: str | None) -> Trial:
    """The trial after its run in ``folder``."""
    told, record = read_history(folder), read_record(folder)
    each = [epoch.seconds for epoch in told.epochs[1:]]
    return replace(
        trial,
        status=outcome.status,
        seconds=None if record is None else record.seconds,
        epochs=len(told.epochs),
        epoch_seconds=median(each) if each else None,
        metrics=told.metrics | _of_tasks(told),
        value=None if metric is None else measured(told, metric),
        failure=outcome.failure.message if outcome.failure else "",
    )


def _of_tasks(told: History) -> dict[str, float]:
    """What tasks have measured."""
    each = (pair for result in told.results for pair in result.metrics.items())
    return {name: value for name, value in each if value is not None}


def measured(told: History, metric: str) -> float | None:
    """A metric by its bare name: as evaluation found it, else at the best validation; the training loss at the last epoch."""
    best = told.best or (told.epochs[-1] if told.epochs else None)
    evaluated = told.evaluations[-1].metrics if told.evaluations else {}
    for metrics in (evaluated, {} if best is None else best.validation):
        for name, value in whole(metrics).items():
            if name == metric or name.startswith(f"{metric}("):
                return value
    return best.loss if best is not None and metric == "loss" else None


def keep(folder: Path, comparison: Comparison) -> None:
    """Writes how the experiment stands: ``experiment.json``, and the same as a table."""
    write(folder / EXPERIMENT, show(comparison))
    write(folder / TABLE, table(comparison))


def table(comparison: Comparison) -> str:
    """The trials as CSV: a column for each compared param, how the run went, and each metric."""
    metrics = list(dict.fromkeys(name for trial in comparison.trials for name in trial.metrics))
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    facts = ("status", "seconds", "epochs", "epoch_seconds", "folder")
    rows.writerow([*comparison.compared, *facts, *metrics])
    for trial in comparison.trials:
        status = "" if trial.status is None else trial.status.value
        row = [status, _number(trial.seconds), trial.epochs, _number(trial.epoch_seconds), trial.folder]
        numbers = [_number(trial.metrics.get(name)) for name in metrics]
        values = (value[1:-1] if value.startswith('"') else value for value in trial.values.values())
        rows.writerow([*values, *row, *numbers])
    return text.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def show(comparison: Comparison) -> str:
    """The text of ``experiment.json``."""
    return to_json({"version": VERSION} | described(comparison))


def described(comparison: Comparison) -> dict[str, Any]:
    """The comparison in JSON's own types."""
    fields = asdict(comparison)
    for shown, trial in zip(fields["trials"], comparison.trials, strict=True):
        shown["status"] = None if trial.status is None else trial.status.value
    return fields


def read(folder: Path) -> Comparison | None:
    """The experiment in a folder, as it was kept last; None where there is none that can be read."""
    try:
        fields: dict[str, Any] = json.loads((folder / EXPERIMENT).read_text(encoding="utf-8"))
        if fields.pop("version") != VERSION:
            return None
        trials = tuple(map(_trial, fields.pop("trials")))
        return Comparison(**fields, trials=trials) if trials else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _trial(fields: Mapping[str, Any]) -> Trial:
    status = None if fields["status"] is None else Status(fields["status"])
    work = None if fields["work"] is None else Workload(**fields["work"])
    return Trial(**{**fields, "status": status, "work": work})
