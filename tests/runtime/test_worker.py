"""A whole run as a user starts it, of a program whose functions go to Spark's Python workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SPEC = """zoo 1
data {
  pictures = Images("pictures/*/*.png")
  feature  pictures.image
  label    pictures.folder -> ClassIndex(["dark", "light"])
}

preprocess {
  Resize(8x8)
}

network {
  input 3x8x8
  Flatten()
  Dense(2, activation = softmax)
}

optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam()
}

train {
  batch  4
  epochs 1
}

evaluate {
  on     train
  metric Accuracy()
}
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """A spec beside its pictures, eight dark ones and eight light ones."""
    image = pytest.importorskip("PIL.Image", reason="pillow, which draws the pictures, is not installed")
    for name, grey in (("dark", 0), ("light", 200)):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(8):
            colour = (grey + number, grey, grey)
            image.new("RGB", (12, 12), colour).save(tmp_path / "pictures" / name / f"{number}.png")
    (tmp_path / "pictures.zoo").write_text(SPEC, encoding="utf-8")
    return Path(tmp_path)


@pytest.mark.law(
    "executing a generated program by itself = zoodsl run: the same losses, metrics and rates",
    engines=["BigDL"],
)
@pytest.mark.spark
def test_a_spec_with_images_trains_and_its_program_by_itself_alike(folder):
    command = [sys.executable, "-m", "zoodsl", "run", "pictures.zoo", "--quiet", "--out", "run"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [
        epoch["epoch"] for epoch in json.loads((folder / "run" / "metrics.json").read_text())["epochs"]
    ] == [1]
    assert not (folder / "run" / "__pycache__").exists()
    cores = json.loads((folder / "run" / "run.json").read_text())["master"]
    [program] = (folder / "run").glob("*.py")
    alone = [sys.executable, str(program), "--root", ".", "--out", "alone", "--master", cores]
    # A session of this process leaves its arguments in the environment, which are none of the program's.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYSPARK", "SPARK"))}
    done = subprocess.run(alone, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert figures(folder / "alone") == figures(folder / "run")


def figures(run: Path) -> object:
    """All that a run tells in numbers but how long it took."""

    def without_times(told: object) -> object:
        if isinstance(told, dict):
            return {name: without_times(each) for name, each in told.items() if "second" not in name}
        return [without_times(each) for each in told] if isinstance(told, list) else told

    return without_times(json.loads((run / "metrics.json").read_text()))
