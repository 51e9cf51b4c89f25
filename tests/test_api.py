"""The Python face: a spec in somebody's own program."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import Any

import pytest

import zoodsl
from tests.saved_runs import saved_run
from zoodsl.api import RunError, SpecError
from zoodsl.runtime.outcome import Outcome, Status

EXAMPLE = "examples/mnist/mnist.zoo"


@pytest.fixture
def digits(repository):
    """The example, trained for three epochs."""
    return zoodsl.load(repository / EXAMPLE, batch_size=128, max_epochs=3)


def test_params_are_python_values(digits):
    # Three epochs of a spec that is patient for eight: a warning alone.
    assert [item.code.name for item in digits.diagnostics] == ["ZOO519"]
    assert digits.plan().fit.train.batch == 128
    assert digits.plan().fit.train.epochs == 3
    assert repr(digits).startswith("<zoodsl spec ")
    assert "no errors" in repr(digits)


def test_params_of_other_types(tmp_path):
    (tmp_path / "x.zoo").write_text(
        'zoo 1\nparam flag: bool = false\nparam name: string = "a"\nparam sizes: list = [1]\nlet used = [flag, name, sizes]\n'
    )
    spec = zoodsl.load(tmp_path / "x.zoo", flag=True, name='a "b" \\ c', sizes=[1, 2.5])
    assert [item for item in spec.diagnostics if item.code.name != "ZOO214"] == []


def test_mistakes_are_told_and_nothing_is_raised_until_a_plan_is_wanted(tmp_path):
    (tmp_path / "x.zoo").write_text("zoo 1\nlet a = 1 / 0\n")
    spec = zoodsl.load(tmp_path / "x.zoo", epocs=1)
    assert {item.code.name for item in spec.diagnostics} >= {"ZOO218", "ZOO216"}
    for verb in (spec.plan, spec.program):
        with pytest.raises(SpecError, match="error") as raised:
            verb()
        assert raised.value.diagnostics == spec.diagnostics
    assert zoodsl.load(tmp_path / "none.zoo").diagnostics[0].code.name == "ZOO001"


def test_a_notebook_shows_the_plan_or_what_is_wrong(digits, tmp_path):
    shown = digits._repr_html_()
    assert "conv1" in shown
    assert shown.startswith("<pre")
    (tmp_path / "x.zoo").write_text("zoo 1\nlet a = 1 / 0\n")
    assert "ZOO218" in zoodsl.load(tmp_path / "x.zoo")._repr_html_()


def test_features_that_could_not_be_kept(digits):
    with pytest.raises(ValueError, match=r"mnist.zoo has no features to keep: no pretrained beginning"):
        digits.pipeline(None, features="kept")


def test_the_laws_of_a_spec_are_tried(repository, tmp_path):
    spec = zoodsl.load(repository / "specs" / "data" / "gallery.zoo")
    (verdict,) = spec.test(examples=7)
    assert (verdict.name, verdict.examples) == ("preprocessing gives 1x8x8 numbers from 0 to 255", 7)
    assert verdict.finding.value == "holds"
    (tmp_path / "wrong.zoo").write_text("zoo 1\ndata {\n}\n")
    with pytest.raises(SpecError):
        zoodsl.load(tmp_path / "wrong.zoo").test()


def test_what_there_is_not_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        _ = zoodsl.lode


def test_a_run_that_is_over_predicts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = saved_run(tmp_path)
    (tmp_path / "new.csv").write_text("x1,x2\n1,2\n4,0.5\n")
    for run in (zoodsl.Run("kinds"), zoodsl.Run(folder), zoodsl.Run("kinds", runs=tmp_path / "runs")):
        first, second = run.predict("new.csv", top=1)
        assert second == {
            "x1": 4,
            "x2": 0.5,
            "predicted": "a",
            "probability": pytest.approx(0.8158, abs=1e-4),
        }
        assert first["x1"] == 1
    assert repr(run) == f"<zoodsl run {folder}>"


def test_what_a_run_cannot_do_is_an_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match="there is no run `kinds`") as raised:
        zoodsl.Run("kinds")
    assert raised.value.diagnostics[0].code.name == "ZOO740"
    run = zoodsl.Run(saved_run(tmp_path))
    with pytest.raises(RunError, match=r"there is no file `none.csv`"):
        run.predict("none.csv")
    with pytest.raises(RunError, match="changes how it was trained"):
        run.evaluate(batch_size=4)


def test_a_run_is_judged_again(tmp_path, monkeypatch):
    outcome = Outcome(status=Status.FINISHED, folder=tmp_path, failure=None, metrics={"Accuracy": 0.5})
    monkeypatch.setattr("zoodsl.runtime.launcher.run", lambda _request, _listener: outcome)
    assert zoodsl.Run(saved_run(tmp_path)).evaluate(table="rows.csv", all_rows=True) == {"Accuracy": 0.5}


FRESH = """
import sys
import numpy as np
import zoodsl
from zoodsl.targets.bigdl.library.session import start_session

spark = start_session("fresh", 128, "local[2]")
spec = zoodsl.load(sys.argv[1], batch_size=128, max_epochs=3)
model = spec.load_model(spark, sys.argv[2])
rows = model.transform(spec.read(spark)["test"]).orderBy("_key").select("prediction").collect()
np.save(sys.argv[3], np.array([row[0] for row in rows]))
spark.stop()
"""


@pytest.mark.spark
def test_a_pipeline_trains_predicts_and_loads_in_a_fresh_process(
    spark: Any, digits: Any, tmp_path, repository
):
    import numpy as np
    from pyspark.ml import Pipeline, PipelineModel

    parts = digits.read(spark)
    pipeline = digits.pipeline(spark, validation=parts["validation"])
    assert isinstance(pipeline, Pipeline)
    model = pipeline.fit(parts["train"])
    assert isinstance(model, PipelineModel)
    rows = model.transform(parts["test"]).orderBy("_key").select("label", "prediction").collect()
    here = np.array([row["prediction"] for row in rows])
    assert np.mean(here.argmax(axis=1) == [row["label"] for row in rows]) > 0.8
    folder, outputs = tmp_path / "model", tmp_path / "outputs.npy"
    model.save(str(folder))
    arguments = (str(repository / EXAMPLE), str(folder), str(outputs))
    # What this process told its own Java is not for another.
    fresh = {name: value for name, value in os.environ.items() if "SPARK" not in name}
    command = [sys.executable, "-W", "ignore", "-c", FRESH, *arguments]
    subprocess.run(command, check=True, cwd=repository, env=fresh)
    np.testing.assert_allclose(np.load(outputs), here, rtol=0, atol=1e-6)


@pytest.mark.spark
def test_a_pipeline_begins_with_pretrained_weights(spark: Any, repository, tmp_path):
    """The program that this process has made reads them from a folder of its own; workers decode images for it."""
    import numpy as np

    spec = zoodsl.load(repository / "specs/surgery/head.zoo")
    [content] = spec.program().attachments.values()
    kept = tmp_path / "kept"
    stage: Any = spec.pipeline(spark, features=str(kept)).fit(spec.read(spark)["train"]).stages[0]
    assert list(kept.rglob("*.parquet"))  # what the frozen beginning gives for rows
    weights = {layer.name(): layer.get_weights() for layer in stage.model.layers}
    held = np.load(io.BytesIO(content))
    for entry in ("conv1/0", "conv1/1"):
        name, place = entry.split("/")
        np.testing.assert_array_equal(weights[name][int(place)], held[entry])
