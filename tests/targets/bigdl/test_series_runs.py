"""A program of a series on the real engine: what it measures, flags, saves and predicts of rows as they are read."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.targets.bigdl.test_runs import program, write_table

pytestmark = pytest.mark.spark

SPEC = """zoo 1
data {{
  taxi    = CSV("taxi.csv")
  late    = hour(taxi.time) >= 12
  feature taxi.value, hour(taxi.time), late
  label   taxi.value -> Number()
  split   Tail(train = 60%, validation = 20%, test = 20%)
}}
preprocess {{
  Standardize({fit})
  Window(4, horizon = 2)
}}
network {{
  x    = Input(4x3)
  last = x -> Reshape(1x4x3) -> Cropping2D([3x0, 0x2]) -> Flatten()
  output Add(last, x -> SimpleRNN(3) -> Dense(1))
}}
optimize {{
  loss      MeanSquaredError()
  optimizer Adam(learning_rate = 0.01)
}}
train {{
  batch    16
  epochs   2
  validate every 1 epoch with MeanSquaredError(), MeanAbsoluteError(scaled = true)
}}
evaluate {{
  metric   MeanSquaredError(), MeanSquaredError(scaled = true)
  baseline Persistence()
}}
anomalies {{
  flag  10%
  time  taxi.time
  known "windows.json" at "taxi"
  plot  series, histogram by late, forecast, errors, anomalies
}}
"""
ROWS = 120
BEGIN = datetime.fromisoformat("2024-05-01 00:00:00")
TIMES = [str(BEGIN + timedelta(hours=hour)) for hour in range(ROWS)]
VALUES = [
    round(float(100 + 30 * np.sin(hour * np.pi / 12) + 9 * np.cos(hour * 1.7)), 3) + 200 * (hour == 110)
    for hour in range(ROWS)
]


@dataclass
class Ran:
    module: ModuleType
    trained: Any
    folder: Path
    told: list[tuple[str, dict[str, Any]]]

    def of(self, event: str) -> dict[str, Any]:
        """The last event of this name."""
        return [fields for name, fields in self.told if name == event][-1]


def ran(spark: Any, folder: Path, fit: str = "") -> Ran:
    write_table(folder / "taxi.csv", "time,value", list(zip(TIMES, VALUES, strict=True)))
    (folder / "windows.json").write_text(
        json.dumps({"taxi": [[TIMES[108], TIMES[111]], [TIMES[3], TIMES[9]]]})
    )
    told: list[tuple[str, dict[str, Any]]] = []
    module = program(folder, SPEC.format(fit=fit))
    trained = module.main(
        spark,
        hooks=lambda event, **fields: told.append((event, fields)),
        root=str(folder),
        out=str(folder / "run"),
    )
    return Ran(module, trained, folder, told)


@pytest.fixture(scope="module")
def run(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return ran(spark, tmp_path_factory.mktemp("series"))


def test_the_rows_of_each_part_that_have_a_window_are_counted(run: Ran) -> None:
    assert run.of("started")["rows"] == {"train": 67, "validation": 24, "test": 24}


def test_the_scale_is_that_of_the_rows_that_train_and_is_kept(run: Ran) -> None:
    training = np.array(VALUES[:72])
    written = json.loads((run.folder / "run" / "metrics.json").read_text())["scales"]
    assert [each["column"] for each in written["features"]] == ["value", "hour_time", "late"]
    assert written["label"] == [written["features"][0]]
    assert written["label"][0]["mean"] == pytest.approx(training.mean())
    assert written["label"][0]["std"] == pytest.approx(training.std())


def test_errors_are_in_the_columns_units_and_on_request_of_the_standardised_label(run: Ran) -> None:
    measured = run.of("evaluated")
    mean, std = run.trained.stages[0].scale
    for metrics in (measured["metrics"], *measured["baselines"].values()):
        assert metrics["MeanSquaredError"] == pytest.approx(
            metrics["MeanSquaredError(scaled = true)"] * std**2, rel=1e-6
        )
    assert mean == pytest.approx(np.mean(VALUES[:72]))
    validation = run.of("epoch")["validation"]
    assert validation["MeanSquaredError"] == pytest.approx(validation["loss"] * std**2, rel=1e-5)
    assert validation["MeanAbsoluteError"] < 10  # of a label whose deviation is 1


def test_persistence_is_judged_on_the_same_rows(run: Ran) -> None:
    wanted = np.mean((np.array(VALUES[96:]) - np.array(VALUES[94:-2])) ** 2)
    assert run.of("evaluated")["baselines"]["Persistence"]["MeanSquaredError"] == pytest.approx(wanted)


def test_what_is_saved_predicts_rows_as_they_are_read(run: Ran, spark: Any) -> None:
    """With a row to come, whose value is not known."""
    loaded = run.module.load(spark, str(run.folder / "run" / "prediction"))
    hours = [int(time[11:13]) for time in TIMES]
    rows = [(value, hour, int(hour >= 12)) for value, hour in zip(VALUES, hours, strict=True)]
    frame = spark.createDataFrame([*rows, (None, 0, 0)], "value double, hour_time long, late long").coalesce(
        1
    )
    predicted = loaded.transform(frame)
    assert predicted.columns == [*frame.columns, "prediction"]
    found = [row["prediction"][0] for row in predicted.collect()]
    assert len(found) == ROWS + 1 - 5
    part = run.trained.transform(run.module.rows(spark, str(run.folder))["test"])
    wanted = [row["prediction"][0] for row in part.orderBy("_key").collect()]
    assert found[-25:-1] == pytest.approx(wanted, rel=1e-5)
    assert 0 < found[-1] < 500


def test_the_rows_that_are_predicted_worst_are_flagged(run: Ran) -> None:
    with (run.folder / "run" / "anomalies.csv").open() as file:
        table = list(csv.DictReader(file))
    assert [row["time"] for row in table] == TIMES[96:]
    errors = np.array([float(row["error"]) for row in table])
    apart = [abs(float(row["value"]) - float(row["predicted"])) for row in table]
    assert errors == pytest.approx(np.array(apart))
    flagged = [int(row["flag"]) for row in table]
    assert flagged == (errors >= np.sort(errors)[-2]).astype(int).tolist()
    assert flagged[110 - 96] == 1
    assert [row["window"] for row in table].count("1") == 4
    result = run.of("result")
    assert result["metrics"]["flags"] == 2
    assert (result["metrics"]["windows"], result["metrics"]["windows_hit"]) == (1, 1)
    assert len(result["table"]) == 2
    assert len(result["details"]["whole"]["time"]) == ROWS
    assert set(result["details"]["histogram"]["shares"]) == {"0", "1"}


def test_all_rows_may_say_the_scale(spark: Any, tmp_path: Path) -> None:
    """As a scaler does that is fitted before the rows are divided."""
    found = ran(spark, tmp_path, fit="fit = all")
    mean, std = found.trained.stages[0].scale
    assert (mean, std) == (pytest.approx(np.mean(VALUES)), pytest.approx(np.std(VALUES)))
