"""A run: what the program tells, evaluates and saves."""

from __future__ import annotations

import csv
import io
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.checkpoints import write_whole
from zoodsl.targets.bigdl.library.details import Detail
from zoodsl.targets.bigdl.library.engine import quiet
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.evaluation import AtThresholds, measure, outcomes, probabilities
from zoodsl.targets.bigdl.library.features import Teller
from zoodsl.targets.bigdl.library.labels import Label, class_names
from zoodsl.targets.bigdl.library.metrics import Metric

LabelRow = dict[str, Any]
LabelTable = Callable[[Array, Array, Sequence[str], Mapping[str, float]], list[LabelRow]]
"""Makes a row for each label, of the labels, the network's outputs, the labels' names and their thresholds."""


class Run:
    """Tells ``hooks(event, **fields)`` what happens, prints it without one, and writes to the folder ``out``.

    ``logits``: the network gives scores before its last activation, which are judged as probabilities.
    """

    def __init__(self, hooks: Teller | None, out: str, *, logits: bool = False) -> None:
        self.out = Path(out).absolute()
        self._hooks = hooks or print_event
        self._began = time.monotonic()
        self.logits = logits
        self.thresholds: dict[str, float] = {}
        self._rows: dict[str, int] = {}
        self._evaluation: dict[str, Any] = {}
        self._outcomes: dict[str, tuple[Array, Array]] = {}
        self._tables: dict[str, list[LabelRow]] = {}
        self._weights: list[dict[str, Any]] = []

    def __call__(self, event: str, **fields: Any) -> None:
        """Tells an event; of the start, the rows of parts that training does not see too."""
        if event == "started":
            fields["rows"] = self._rows | fields["rows"]
        elif event == "balanced":
            self._weights = fields["weights"]
        self._hooks(event, **fields)

    def count(self, parts: dict[str, DataFrame]) -> dict[str, DataFrame]:
        """``parts``, which thereby are read; a DataError where one has no rows."""
        self("phase", text="reading the data")
        for part, frame in parts.items():
            self._rows[part] = frame.count()
            if not self._rows[part]:
                raise DataError(f"there are no rows in the {part} part")
        return parts

    def outcomes(self, part: str, predicted: DataFrame, label: Label) -> tuple[Array, Array]:
        """The labels of a part's rows and what the network tells of them, predicted once."""
        if part in self._outcomes:
            return self._outcomes[part]
        self("phase", text=f"predicting the {part} rows")
        labels, outputs = outcomes(predicted, label.expression())
        if np.isnan(labels).any():
            label.check(predicted, part)
        if len(labels) < self._rows[part]:
            left_out = self._rows[part] - len(labels)
            self("phase", text=f"{left_out:,} of the {part} images cannot be read and are left out")
        told = probabilities(outputs, exclusive=labels.ndim == 1) if self.logits else outputs
        self._outcomes[part] = labels, told
        return self._outcomes[part]

    def evaluate(
        self,
        part: str,
        predicted: DataFrame,
        label: Label,
        metrics: Mapping[str, Metric | AtThresholds],
        *,
        details: Mapping[str, Detail] | None = None,
        table: LabelTable | None = None,
    ) -> None:
        """Measures the predictions of a part's rows.

        Args:
            part: its name.
            predicted: its rows, with the column ``prediction``.
            label: what the predictions are compared with.
            metrics: what is measured, by name.
            details: what plots are drawn from.
            table: makes the table of the labels.
        """
        labels, outputs = self.outcomes(part, predicted, label)
        names = class_names(label)[-outputs.shape[1] :]
        measures = {
            name: metric.deciding([self.thresholds[each] for each in names])
            if isinstance(metric, AtThresholds)
            else metric
            for name, metric in metrics.items()
        }
        measured = measure(measures, labels, outputs)
        drawn = {name: detail(labels, outputs) for name, detail in (details or {}).items()}
        rows = table(labels, outputs, class_names(label), self.thresholds) if table else []
        self._evaluation[part] = measured
        if rows:
            self._tables[part] = rows
        self("evaluated", part=part, metrics=measured, details=drawn, labels=rows)

    def save(self, trained: PipelineModel) -> None:
        """Writes ``metrics.json``, the network alone (``model/``) and the whole pipeline (``prediction/``).

        And where labels have a table, ``labels.csv``.
        """
        self("phase", text="saving")
        predictor: Any = trained.stages[0]
        summary = {"version": 1, "epochs": predictor.history, "evaluation": self._evaluation}
        if self._weights:
            summary["weights"] = self._weights
        write_whole(self.out / "metrics.json", json.dumps(finite(summary), indent=2, allow_nan=False) + "\n")
        self("saved", path=str(self.out / "metrics.json"), what="metrics")
        if self._tables:
            write_table(
                self.out / "labels.csv",
                [{"part": part, **row} for part, rows in self._tables.items() for row in rows],
            )
            self("saved", path=str(self.out / "labels.csv"), what="labels")
        with quiet(), Replacing(self.out / "model") as folder:
            predictor.model.saveModel(str(folder / "model.bigdl"), over_write=True)
        self("saved", path=str(self.out / "model"), what="model")
        with Replacing(self.out / "prediction") as folder:
            trained.write().overwrite().save(str(folder))
        self("saved", path=str(self.out / "prediction"), what="prediction")

    def finish(self) -> None:
        """Tells that all is done."""
        self("finished", seconds=round(time.monotonic() - self._began, 3))


def write_table(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows that have the same columns as CSV; what is not a number is an empty cell."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(rows[0])
    table.writerows([finite(value) for value in row.values()] for row in rows)
    write_whole(path, text.getvalue())


class Replacing:
    """A folder to write to beside ``path``, which takes its place when all is written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")

    def __enter__(self) -> Path:
        shutil.rmtree(self._part, ignore_errors=True)
        self._part.mkdir(parents=True)
        return self._part

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            shutil.rmtree(self._path, ignore_errors=True)
            self._part.rename(self._path)
        else:
            shutil.rmtree(self._part, ignore_errors=True)


def finite(value: Any) -> Any:
    """``value`` with None for numbers that JSON has not: NaN and infinities."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    return [finite(item) for item in value] if isinstance(value, list) else value


def print_event(event: str, **fields: Any) -> None:
    """Prints what a reader at a terminal wants to know of an event: one line for each epoch."""
    match event:
        case "started":
            rows = ", ".join(f"{count:,} {part}" for part, count in fields["rows"].items())
            print(f"rows: {rows}; {fields['iterations_per_epoch']} iterations an epoch", flush=True)  # noqa: T201
        case "epoch":
            values = {
                "loss": fields["loss"],
                **{f"validation {k}": v for k, v in fields["validation"].items()},
            }
            shown = "  ".join(f"{name} {value:.4f}" for name, value in values.items())
            best = "  best" if fields["best"] else ""
            print(f"epoch {fields['epoch']:3}  {shown}  {fields['seconds']:.1f} s{best}", flush=True)  # noqa: T201
        case "stopped":
            print(f"stopped after epoch {fields['epoch']}: {fields['reason']}", flush=True)  # noqa: T201
        case "evaluated":
            shown = "  ".join(f"{name} {value:.4f}" for name, value in fields["metrics"].items())
            print(f"{fields['part']}: {shown}", flush=True)  # noqa: T201
        case "balanced" if fields["missing"]:
            print(f"no training row is {', '.join(fields['missing'])}: it cannot be learned", flush=True)  # noqa: T201
        case "predicted":
            for row in fields["shown"]:
                print(f"{row['row']}: {row['text']}", flush=True)  # noqa: T201
        case "saved":
            print(f"{fields['what']} saved to {fields['path']}", flush=True)  # noqa: T201
