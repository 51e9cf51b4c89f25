"""A run: what the program tells, evaluates and saves."""

from __future__ import annotations

import csv
import io
import json
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.checkpoints import write_whole
from zoodsl.targets.bigdl.library.details import Detail
from zoodsl.targets.bigdl.library.engine import quiet
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.evaluation import (
    AtThresholds,
    keyed_outcomes,
    measure,
    outcomes,
    probabilities,
)
from zoodsl.targets.bigdl.library.features import Teller
from zoodsl.targets.bigdl.library.image_rows import KEY
from zoodsl.targets.bigdl.library.labels import Label, class_names
from zoodsl.targets.bigdl.library.metrics import Metric
from zoodsl.targets.bigdl.library.printing import print_event
from zoodsl.targets.bigdl.library.series import WINDOW_GAPS, WINDOW_ROWS, check_windows

LabelRow = dict[str, Any]
LabelTable = Callable[[Array, Array, Sequence[str], Mapping[str, float]], list[LabelRow]]
"""Makes a row for each label, of the labels, the network's outputs, the labels' names and their thresholds."""

Showing = Callable[["Run", str, Sequence[Any], Array, Array], Mapping[str, Any]]
"""Gives what plots are drawn from, by plot, of a run, a part, its rows' keys and labels, and the network's outputs."""


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
        self._baselines: dict[str, Any] = {}
        self._outcomes: dict[str, tuple[Array, Array]] = {}
        self._keys: dict[str, list[Any]] = {}
        self._tables: dict[str, list[LabelRow]] = {}
        self._weights: list[dict[str, Any]] = []
        self._scales: dict[str, list[dict[str, Any]]] = {}
        self._results: dict[str, Mapping[str, float]] = {}
        self._epochs: list[dict[str, Any]] = []

    def __call__(self, event: str, **fields: Any) -> None:
        """Tells an event; of the start, the rows of parts that training does not see too."""
        if event == "started":
            fields["rows"] = self._rows | fields["rows"]
        elif event == "balanced":
            self._weights = fields["weights"]
        elif event == "predicted" and fields.get("metrics"):
            self._results["predict"] = fields["metrics"]
        elif event == "scaled":
            self._scales.setdefault("label" if fields["label"] else "features", fields["columns"])
        self._hooks(event, **fields)

    def count(self, parts: dict[str, DataFrame], *, tell: bool = False) -> dict[str, DataFrame]:
        """``parts``, which thereby are read; a DataError where one has no rows, or gaps in windows. ``tell``: nothing else tells how many."""
        self("phase", text="reading the data")
        for part, frame in parts.items():
            self._rows[part] = frame.count()
            if not self._rows[part]:
                raise DataError(f"there are no rows in the {part} part")
            if WINDOW_GAPS in frame.columns:
                check_windows(frame, part)
        if tell:
            self("counted", rows=self._rows)
        return parts

    def outcomes(self, part: str, predicted: DataFrame, label: Label) -> tuple[Array, Array]:
        """The labels of a part's rows and what the network tells of them, predicted once."""
        if part in self._outcomes:
            return self._outcomes[part]
        self("phase", text=f"predicting the {part} rows")
        key = F.col(KEY) if KEY in predicted.columns else F.lit(None)  # a frame from elsewhere
        self._keys[part], labels, outputs = keyed_outcomes(predicted, label.expression(), key)
        why = (
            "rows have too few rows before them"
            if WINDOW_ROWS in predicted.columns
            else "images cannot be read"
        )
        if not len(labels):
            raise DataError(f"there is nothing to predict: all {self._rows[part]:,} of the {part} {why}")
        if np.isnan(labels).any():
            label.check(predicted, part)
        if len(labels) < self._rows[part]:
            left_out = self._rows[part] - len(labels)
            self("phase", text=f"{left_out:,} of the {part} {why} and are left out")
        told = probabilities(outputs, exclusive=labels.ndim == 1) if self.logits else outputs
        self._outcomes[part] = labels, told
        return self._outcomes[part]

    def evaluate(  # noqa: PLR0913 - what a part is judged by
        self,
        part: str,
        predicted: DataFrame,
        label: Label,
        metrics: Mapping[str, Metric | AtThresholds],
        *,
        details: Mapping[str, Detail] | None = None,
        table: LabelTable | None = None,
        baselines: Mapping[str, DataFrame] | None = None,
        scale: tuple[float, float] | None = None,
        pictures: Showing | None = None,
    ) -> None:
        """Measures the predictions of a part's rows.

        Args:
            part: its name.
            predicted: its rows, with the column ``prediction``.
            label: what the predictions are compared with.
            metrics: what is measured, by name.
            details: what plots are drawn from.
            table: makes the table of the labels.
            baselines: by name, the same rows with what simple answers give as their ``prediction``.
            scale: the mean and the standard deviation by which the label is learned standardised.
            pictures: chooses rows whose images plots show.
        """
        labels, outputs = self.outcomes(part, predicted, label)
        names = class_names(label)[-outputs.shape[1] :]
        measures = {
            name: metric.deciding([self.thresholds[each] for each in names])
            if isinstance(metric, AtThresholds)
            else metric
            for name, metric in metrics.items()
        }
        measured = measure(measures, labels, outputs, scale)
        drawn = {name: detail(labels, outputs) for name, detail in (details or {}).items()}
        if pictures:
            drawn |= pictures(self, part, self._keys[part], labels, outputs)
        rows = table(labels, outputs, class_names(label), self.thresholds) if table else []
        beside = {
            name: measure(measures, *outcomes(answers, label.expression()), scale)
            for name, answers in (baselines or {}).items()
        }
        self._evaluation[part] = measured
        if beside:
            self._baselines[part] = beside
        if rows:
            self._tables[part] = rows
        told = {"baselines": beside} if beside else {}
        self("evaluated", part=part, metrics=measured, details=drawn, labels=rows, **told)

    def result(  # noqa: PLR0913 - what there is to tell of a task
        self,
        task: str,
        *,
        title: str,
        lines: Sequence[str] = (),
        metrics: Mapping[str, float] | None = None,
        table: Sequence[Mapping[str, Any]] = (),
        details: Mapping[str, Any] | None = None,
        pictures: Sequence[str] = (),
    ) -> None:
        """Tells what came of a task, and keeps its metrics for ``metrics.json``.

        Args:
            task: the task's keyword.
            title: what it is, in a few words.
            lines: what a reader at a terminal wants to know.
            metrics: what was measured, by name.
            table: a few rows with the same columns, for a report.
            details: what plots are drawn from.
            pictures: image files below ``out`` that a report shows.
        """
        self._results[task] = dict(metrics or {})
        self(
            "result",
            task=task,
            title=title,
            lines=list(lines),
            metrics=self._results[task],
            table=[dict(row) for row in table],
            details=dict(details or {}),
            pictures=list(pictures),
        )

    def save(self, trained: PipelineModel) -> None:
        """Writes what was measured, the network alone (``model/``) and the whole pipeline (``prediction/``)."""
        self("phase", text="saving")
        predictor: Any = trained.stages[0]
        self._epochs = predictor.history
        self.save_measures()
        with quiet(), Replacing(self.out / "model") as folder:
            predictor.model.saveModel(str(folder / "model.bigdl"), over_write=True)
        self("saved", path=str(self.out / "model"), what="model")
        with Replacing(self.out / "prediction") as folder:
            trained.write().overwrite().save(str(folder))
        self("saved", path=str(self.out / "prediction"), what="prediction")

    def save_measures(self) -> None:
        """Writes ``metrics.json`` and, where labels have a table, ``labels.csv``."""
        self._write_metrics()
        self("saved", path=str(self.out / "metrics.json"), what="metrics")
        if self._tables:
            write_table(
                self.out / "labels.csv",
                [{"part": part, **row} for part, rows in self._tables.items() for row in rows],
            )
            self("saved", path=str(self.out / "labels.csv"), what="labels")

    def _write_metrics(self) -> None:
        summary: dict[str, Any] = {"version": 1, "epochs": self._epochs, "evaluation": self._evaluation}
        further = {
            "weights": self._weights,
            "scales": self._scales,
            "baselines": self._baselines,
            "results": self._results,
        }
        summary |= {name: held for name, held in further.items() if held}
        write_whole(self.out / "metrics.json", json.dumps(finite(summary), indent=2, allow_nan=False) + "\n")

    def finish(self) -> None:
        """Tells that all is done, after the results of tasks have gone to ``metrics.json`` too."""
        if self._results:
            self._write_metrics()
        self("finished", seconds=round(time.monotonic() - self._began, 3))


def write_table(path: Path, rows: Sequence[Mapping[str, Any]], columns: Iterable[str] = ()) -> None:
    """Writes rows that have the same columns as CSV; what is not a number is an empty cell.

    ``columns`` are their names, for a table that may have no rows.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(rows[0] if rows else columns)
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
