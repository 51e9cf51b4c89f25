"""A whole run as a user starts it, of a program whose functions go to Spark's Python workers."""

from __future__ import annotations

import json
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


@pytest.mark.spark
def test_a_spec_with_images_trains(folder):
    command = [sys.executable, "-m", "zoodsl", "run", "pictures.zoo", "--quiet", "--out", "run"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [
        epoch["epoch"] for epoch in json.loads((folder / "run" / "metrics.json").read_text())["epochs"]
    ] == [1]
    assert not (folder / "run" / "__pycache__").exists()
