"""A whole program that recommends, on the real engine: ids that are texts, ratings, a baseline, tables, and what is loaded again."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.targets.bigdl.test_runs import program, write_table

pytestmark = pytest.mark.spark

SPEC = """zoo 1
use zoo.ncf as ncf
data {
  rows    = CSV("rows.csv")
  feature rows.who -> Index(), rows.what -> Index()
  label   rows.stars -> Rating(0.5..1.5, step = 0.5)
  split   Random(train = 70%, validation = 15%, test = 15%, seed = 4)
}
network {
  user = Input(1)
  item = Input(1)
  output ncf.neural_cf(user, item, distinct(rows.who) + 1, distinct(rows.what) + 1, 3, embed = 4, mf = 4)
}
optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = 0.02)
}
train {
  batch    32
  epochs   2
  validate every 1 epoch with MeanAbsoluteError()
  keep     best by MeanAbsoluteError
}
evaluate {
  metric   MeanAbsoluteError(), Accuracy()
  baseline ALS(rank = 3)
}
recommend {
  offer  rows.what to rows.who
  top    2 among unseen
  metric HitRatio(k = 2, negatives = 5)
}
"""


def test_recommendations_from_table_to_saved_model(spark: Any, tmp_path: Path) -> None:
    draw = random.Random(1)
    pairs = sorted({(draw.randrange(12), draw.randrange(15)) for _ in range(150)})
    rows = [(f"w{user}", 1000 * item, (1 + (user + item) % 3) / 2) for user, item in pairs]
    write_table(tmp_path / "rows.csv", "who,what,stars", rows)
    told: dict[str, dict[str, Any]] = {}
    out = tmp_path / "run"
    module = program(tmp_path, SPEC)
    trained = module.main(
        spark, hooks=lambda event, **fields: told.update({event: fields}), root=str(tmp_path), out=str(out)
    )

    assert told["evaluated"]["metrics"].keys() == {"MeanAbsoluteError", "Accuracy"}
    assert told["evaluated"]["baselines"]["ALS"].keys() == {"MeanAbsoluteError", "Accuracy"}
    written = json.loads((out / "metrics.json").read_text())
    assert written["results"]["recommend"] == told["result"]["metrics"]
    assert 0 <= written["results"]["recommend"]["HitRatio(k = 2, negatives = 5)"] <= 1

    with (out / "what_to_who.csv").open() as file:
        best = list(csv.DictReader(file))
    assert {row["who"] for row in best} == {row[0] for row in rows}
    assert {row["predicted"] for row in best} <= {"0.5", "1", "1.5"}
    with (out / "pairs.csv").open() as file:
        assert len(list(csv.DictReader(file))) == told["started"]["rows"]["test"]

    new = spark.createDataFrame([("w3", 2000), ("nobody", 2000), ("no one", 2000)], "who string, what long")
    known, *others = [row["prediction"] for row in trained.transform(new).collect()]
    assert others[0] == pytest.approx(others[1])
    assert others[0] != pytest.approx(known)
    again = [
        row["prediction"] for row in module.load(spark, str(out / "prediction")).transform(new).collect()
    ]
    for before, after in zip([known, *others], again, strict=True):
        assert after == pytest.approx(before)
