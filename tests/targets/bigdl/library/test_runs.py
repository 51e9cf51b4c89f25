from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest
from pyspark.ml import Pipeline
from pyspark.sql import SparkSession

from tests.targets.bigdl.library.programs import Told, flower_estimator, flowers
from zoodsl.runtime.history import Epoch
from zoodsl.targets.bigdl.library import runs
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.labels import ClassIndex
from zoodsl.targets.bigdl.library.metrics import accuracy
from zoodsl.targets.bigdl.library.runs import Replacing, Run, finite, write_table
from zoodsl.targets.bigdl.library.series import WINDOW_ROWS

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@pytest.mark.spark
@pytest.mark.parametrize("hooked", [True, False])
def test_a_whole_run(
    spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str], hooked: bool
) -> None:
    told, rows = Told(), flowers(spark)
    run = Run(told if hooked else None, str(tmp_path))
    parts = run.count({"train": rows, "test": rows})
    trained = Pipeline(stages=[flower_estimator(spark, epochs=2, hooks=run, out=str(tmp_path))]).fit(
        parts["train"]
    )
    run.evaluate(
        "test", trained.transform(rows), ClassIndex("kind", classes=3), metrics={"Accuracy": accuracy}
    )
    run.save(trained)
    run.finish()
    metrics: dict[str, Any] = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["version"] == 1
    # The same fields as those of the launcher, which writes the file where a run does not get to its end.
    assert [set(row) for row in metrics["epochs"]] == [{item.name for item in fields(Epoch)}] * 2
    assert [row["epoch"] for row in metrics["epochs"]] == [1, 2]
    assert set(metrics["evaluation"]["test"]) == {"Accuracy"}
    assert (tmp_path / "model" / "model.bigdl").exists()
    assert (tmp_path / "prediction" / "metadata").exists()
    printed = capsys.readouterr().out
    if hooked:
        assert not printed
        assert told.of("started")[0]["rows"] == {"train": 60, "test": 60}
        assert [event["what"] for event in told.of("saved")] == ["metrics", "model", "prediction"]
        assert told.events[-1][0] == "finished"
    else:
        lines = printed.splitlines()
        assert lines[0] == "rows: 60 train, 60 test; 4 iterations an epoch"
        assert lines[1].startswith("epoch   1  loss ")
        assert lines[3].startswith("test: Accuracy ")


@pytest.mark.spark
def test_a_part_without_rows(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there are no rows in the test part"):
        Run(Told(), str(tmp_path)).count({"test": flowers(spark).limit(0)})


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    place = tmp_path / "model"
    with Replacing(place) as folder:
        (folder / "a").write_text("1")
    with pytest.raises(IsADirectoryError), Replacing(place) as folder:
        folder.write_text("2")
    assert (place / "a").read_text() == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_json_has_no_nan() -> None:
    assert finite({"a": [1.0, float("nan")], "b": float("inf")}) == {"a": [1.0, None], "b": None}


@pytest.mark.parametrize(
    ("rows", "text"),
    [([], "user,rank\n"), ([{"user": "a", "rank": 1}, {"user": "b", "rank": None}], "user,rank\na,1\nb,\n")],
)
def test_a_table_without_rows_has_its_header(tmp_path: Path, rows: list[dict[str, Any]], text: str) -> None:
    write_table(tmp_path / "table.csv", rows, columns=["user", "rank"])
    assert (tmp_path / "table.csv").read_text() == text


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ([WINDOW_ROWS], "all 3 of the test rows have too few rows before them"),
        ([], "all 3 of the test images cannot be read"),
    ],
)
def test_a_part_of_which_nothing_can_be_predicted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: list[str], why: str
) -> None:
    monkeypatch.setattr(runs, "F", MagicMock())
    monkeypatch.setattr(runs, "keyed_outcomes", lambda *_: ([], np.array([]), np.array([])))
    run = Run(Told(), str(tmp_path))
    run.count({"test": MagicMock(**{"count.return_value": 3})})
    with pytest.raises(DataError, match=f"there is nothing to predict: {why}"):
        run.evaluate("test", MagicMock(columns=columns), MagicMock(), metrics={"Accuracy": accuracy})
