"""The Python face: a spec in somebody's own program."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import Any

import pytest

import zoodsl
from zoodsl.api import SpecError

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


def test_what_there_is_not_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        _ = zoodsl.lode


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
def test_a_pipeline_begins_with_pretrained_weights(spark: Any, repository):
    """The program that this process has made reads them from a folder of its own; workers decode images for it."""
    import numpy as np

    spec = zoodsl.load(repository / "specs/surgery/head.zoo")
    [content] = spec.program().attachments.values()
    stage: Any = spec.pipeline(spark).fit(spec.read(spark)["train"]).stages[0]
    weights = {layer.name(): layer.get_weights() for layer in stage.model.layers}
    held = np.load(io.BytesIO(content))
    for entry in ("conv1/0", "conv1/1"):
        name, place = entry.split("/")
        np.testing.assert_array_equal(weights[name][int(place)], held[entry])
