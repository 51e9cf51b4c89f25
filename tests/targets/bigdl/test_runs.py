"""Whole generated programs on the real engine: what they tell, write, and load again."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from zoodsl.compiler import Compilation

pytestmark = pytest.mark.spark

RATINGS = """zoo 1
data {
  ratings = CSV("ratings.csv")
  feature ratings.user, ratings.item
  label   ratings.rating -> ClassIndex(3)
  split   Random(train = 80%, validation = 10%, test = 10%)
}
network {
  user = Input(1)
  item = Input(1)
  u    = user -> Embedding(9, 4) -> Flatten()
  i    = item -> Embedding(9, 4) -> Flatten()
  output Concatenate(u, i) -> Dense(8, activation = hard_sigmoid) -> Dense(3, activation = softmax)
}
optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer RMSprop(learning_rate = 0.01, clip_norm = 1.0)
  schedule  Warmup(to = 0.02) for 1 epoch then Step(size = 3 iterations, gamma = 0.9)
}
train {
  batch    32
  epochs   3
  validate every 1 epoch with Accuracy()
  keep     best by Accuracy
}
evaluate {
  metric Accuracy(), RocAuc(per = label)
  plot   confusion, roc
}
"""

SERIES = """zoo 1
data {
  rows = CSV("series.csv")
  feature rows.a, rows.b, rows.c, rows.d
  label   rows.next -> Number()
  split   Tail(train = 70%, test = 30%)
}
preprocess {
  Normalize(mean = [0.5], std = [0.25])
}
network {
  input 4
  Reshape(4x1)
  LSTM(6, return_sequences = true)
  Dropout(0.1)
  LSTM(4)
  Dense(1)
}
optimize {
  loss      MeanSquaredError()
  optimizer SGD(learning_rate = 0.05, momentum = 0.9)
}
train {
  batch  16
  epochs 2
}
evaluate {
  metric RootMeanSquaredError(), R2Score()
}
"""


def program(folder: Path, spec: str) -> ModuleType:
    """The program of a spec as a module, which Spark's workers and saved models can name."""
    path = folder / "spec.zoo"
    path.write_text(spec, encoding="utf-8")
    compiled = Compilation(str(path))
    made = compiled.program("bigdl")
    assert made is not None, compiled.diagnostics
    module = ModuleType(f"program_{folder.name}")
    sys.modules[module.__name__] = module
    exec(made.text, vars(module))
    return module


def write_table(path: Path, header: str, rows: list[tuple[Any, ...]]) -> None:
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_network_of_two_inputs_runs_from_table_to_saved_model(spark: Any, tmp_path: Path) -> None:
    draw = random.Random(1)
    pairs = [(draw.randrange(9), draw.randrange(9)) for _ in range(400)]
    write_table(tmp_path / "ratings.csv", "user,item,rating", [(u, i, (u + i) % 3) for u, i in pairs])
    told: list[tuple[str, dict[str, Any]]] = []
    module = program(tmp_path, RATINGS)
    out = tmp_path / "run"
    trained = module.main(
        spark, hooks=lambda event, **fields: told.append((event, fields)), root=str(tmp_path), out=str(out)
    )

    events = [event for event, _ in told]
    assert [event for event in events if event not in ("phase", "iteration", "checkpoint", "stopped")] == [
        "started",
        *["epoch"] * 3,
        "evaluated",
        *["saved"] * 4,
        "finished",
    ]
    started = next(fields for event, fields in told if event == "started")
    assert sum(started["rows"].values()) == 400
    assert started["iterations_per_epoch"] == -(-started["rows"]["train"] // 32)
    measured = next(fields for event, fields in told if event == "evaluated")
    assert set(measured["metrics"]) == {"Accuracy", "RocAuc", "RocAuc/0", "RocAuc/1", "RocAuc/2"}
    assert np.sum(measured["details"]["confusion"]["matrix"]) == started["rows"]["test"]
    written = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert len(written["epochs"]) == 3
    assert written["evaluation"]["test"] == measured["metrics"]
    saved = [Path(fields["path"]).name for event, fields in told if event == "saved"]
    assert saved == ["metrics.json", "labels.csv", "model", "prediction"]

    test = module.rows(spark, str(tmp_path))["test"]
    loaded = module.load(spark, str(out / "prediction"))
    outputs = [
        np.array([row[0] for row in model.transform(test).orderBy("_key").select("prediction").collect()])
        for model in (trained, loaded)
    ]
    np.testing.assert_allclose(outputs[0], outputs[1], atol=1e-6)
    assert outputs[0].shape == (started["rows"]["test"], 3)


def test_stacked_recurrent_layers_learn_a_number(spark: Any, tmp_path: Path) -> None:
    values = np.abs(np.sin(np.arange(204) / 5))
    rows = [tuple(values[start : start + 5].round(6)) for start in range(200)]
    write_table(tmp_path / "series.csv", "a,b,c,d,next", rows)
    told: list[tuple[str, dict[str, Any]]] = []
    module = program(tmp_path, SERIES)
    module.main(
        spark,
        hooks=lambda event, **fields: told.append((event, fields)),
        root=str(tmp_path),
        out=str(tmp_path / "run"),
    )
    losses = [fields["loss"] for event, fields in told if event == "epoch"]
    assert losses[-1] < losses[0]
    measured = next(fields["metrics"] for event, fields in told if event == "evaluated")
    assert set(measured) == {"RootMeanSquaredError", "R2Score"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(1, 1, 0)] * 50 + [("", 1, 0)], "feature values are missing"),
        ([(1, 1, 0)] * 50 + [("NaN", 1, 0)], "feature values are missing"),
        ([(1, 1, 0)] * 50 + [(1, 1, 3)], "label `rating` is not a whole number from 0 to 2 in 1"),
        ([(1, 1, 0)] * 50 + [(1, 1, "")], "label `rating` is not a whole number"),
    ],
    ids=["empty", "NaN", "no such class", "no class"],
)
def test_data_that_changed_after_the_check_are_refused_in_a_sentence(
    spark: Any, tmp_path: Path, rows: list[tuple[Any, ...]], words: str
) -> None:
    table = tmp_path / "ratings.csv"
    write_table(table, "user,item,rating", [(1, 1, 0)] * 60)
    module = program(
        tmp_path,
        RATINGS.replace("Random(train = 80%, validation = 10%, test = 10%)", "Random(train = 100%)")
        .replace("  validate every 1 epoch with Accuracy()\n  keep     best by Accuracy\n", "")
        .split("evaluate {")[0],
    )
    write_table(table, "user,item,rating", rows)
    with pytest.raises(ValueError, match=words):
        module.main(
            spark, hooks=lambda _event, **_fields: None, root=str(tmp_path), out=str(tmp_path / "run")
        )
    assert not (tmp_path / "run" / "metrics.json").exists()
