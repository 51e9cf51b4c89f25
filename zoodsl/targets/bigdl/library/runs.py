"""A run: what the program tells, evaluates and saves."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame

from zoodsl.targets.bigdl.library.checkpoints import write_whole
from zoodsl.targets.bigdl.library.details import Detail
from zoodsl.targets.bigdl.library.engine import quiet
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.evaluation import measure, outcomes
from zoodsl.targets.bigdl.library.features import Teller
from zoodsl.targets.bigdl.library.labels import Label
from zoodsl.targets.bigdl.library.metrics import Metric


class Run:
    """Tells ``hooks(event, **fields)`` what happens, prints it without one, and writes to the folder ``out``."""

    def __init__(self, hooks: Teller | None, out: str) -> None:
        self.out = Path(out).absolute()
        self._hooks = hooks or print_event
        self._began = time.monotonic()
        self._rows: dict[str, int] = {}
        self._evaluation: dict[str, Any] = {}

    def __call__(self, event: str, **fields: Any) -> None:
        """Tells an event; of the start, the rows of parts that training does not see too."""
        if event == "started":
            fields["rows"] = self._rows | fields["rows"]
        self._hooks(event, **fields)

    def count(self, parts: dict[str, DataFrame]) -> dict[str, DataFrame]:
        """``parts``, which thereby are read; a DataError where one has no rows."""
        self("phase", text="reading the data")
        for part, frame in parts.items():
            self._rows[part] = frame.count()
            if not self._rows[part]:
                raise DataError(f"there are no rows in the {part} part")
        return parts

    def evaluate(
        self,
        part: str,
        predicted: DataFrame,
        label: Label,
        metrics: Mapping[str, Metric],
        details: Mapping[str, Detail] | None = None,
    ) -> None:
        """Measures the predictions of a part's rows by each metric; ``details`` is what plots are drawn from."""
        self("phase", text=f"evaluating the {part} rows")
        labels, outputs = outcomes(predicted, label.expression())
        if np.isnan(labels).any():
            label.check(predicted, part)
        if len(labels) < self._rows[part]:
            left_out = self._rows[part] - len(labels)
            self("phase", text=f"{left_out:,} of the {part} images cannot be read and are left out")
        measured = measure(metrics, labels, outputs)
        drawn = {name: detail(labels, outputs) for name, detail in (details or {}).items()}
        self._evaluation[part] = measured
        self("evaluated", part=part, metrics=measured, details=drawn)

    def save(self, trained: PipelineModel) -> None:
        """Writes ``metrics.json``, the network alone (``model/``) and the whole pipeline (``prediction/``)."""
        self("phase", text="saving")
        predictor: Any = trained.stages[0]
        summary = {"version": 1, "epochs": predictor.history, "evaluation": self._evaluation}
        write_whole(self.out / "metrics.json", json.dumps(finite(summary), indent=2, allow_nan=False) + "\n")
        self("saved", path=str(self.out / "metrics.json"), what="metrics")
        with quiet(), Replacing(self.out / "model") as folder:
            predictor.model.saveModel(str(folder / "model.bigdl"), over_write=True)
        self("saved", path=str(self.out / "model"), what="model")
        with Replacing(self.out / "prediction") as folder:
            trained.write().overwrite().save(str(folder))
        self("saved", path=str(self.out / "prediction"), what="prediction")
        self("finished", seconds=round(time.monotonic() - self._began, 3))


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
        case "saved":
            print(f"{fields['what']} saved to {fields['path']}", flush=True)  # noqa: T201
