from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pyspark.ml import Pipeline
from pyspark.sql import SparkSession

from tests.targets.bigdl.library.programs import flower_estimator, flowers, outputs

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

FRESH = """
import sys
import numpy as np
from zoodsl.targets.bigdl.library.predictor import load_pipeline
from zoodsl.targets.bigdl.library.session import start_session

spark = start_session("fresh", batch=2, master="local[1]")
draw = np.load(sys.argv[2])
frame = spark.createDataFrame([tuple(map(float, row)) for row in draw], "x double, y double")
predicted = load_pipeline(sys.argv[1]).transform(frame)
assert predicted.columns == ["x", "y", "prediction"]
np.save(sys.argv[2], [row["prediction"] for row in predicted.collect()])
spark.stop()
"""


def test_a_pipeline_predicts_the_same_in_a_fresh_process(spark: SparkSession, tmp_path: Path) -> None:
    rows = flowers(spark)
    trained = Pipeline(stages=[flower_estimator(spark, epochs=2)]).fit(rows)
    wanted = outputs(trained, rows)
    trained.write().overwrite().save(str(tmp_path / "saved"))
    np.save(tmp_path / "rows.npy", [tuple(row)[:2] for row in rows.collect()])
    script = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        FRESH,
        str(tmp_path / "saved"),
        str(tmp_path / "rows.npy"),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYSPARK_")}
    ended = subprocess.run(script, capture_output=True, text=True, check=False, env=environment)
    assert ended.returncode == 0, ended.stderr
    assert np.load(tmp_path / "rows.npy") == pytest.approx(wanted, abs=1e-6)
    assert not ended.stdout
