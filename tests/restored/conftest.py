"""Runs on a table and on pictures, and programs that are not carried out."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.saved_runs import SPEC, saved_run
from tests.weights.bigdl_messages import module, with_weights
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.runtime.request import RunRequest

PICTURES = SPEC.replace(
    'feature rows.x1, rows.x2\n  label   rows.kind -> ClassIndex(["a", "b", "c"])',
    'feature photos.image\n  label   photos.folder -> ClassIndex(["dark", "light"])',
).replace("rows    = CSV(table)", 'photos  = Images("photos/*/*.png")')
PICTURES = PICTURES.replace(
    "Normalize(mean = [1, 2], std = [2, 4])", "ChannelNormalize(mean = [127], std = [128])"
)
PICTURES = PICTURES.replace("input 2\n  Dense(3,", "input 3x4x4\n  Flatten()\n  Dense(2,").replace(
    'param table: path = "rows.csv"\n', ""
)
BY_CHANNEL = np.repeat(np.array([[-1.0, -1.0, 0.0], [1.0, 1.0, 0.0]]), 16, axis=1).astype(np.float32) / 16
"""Red and green speak for light, and blue for nothing."""


def picture_network() -> Any:
    """The network of ``PICTURES`` in BigDL's form."""
    linear = with_weights(module("Linear", "dense", inputSize=48, outputSize=2, withBias=False), BY_CHANNEL)
    parts = (module("View", "flatten", sizes=(48,)), linear, module("SoftMax", "softmax"))
    return module("Sequential", "net", *parts)


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a run on a table, in which we are."""
    monkeypatch.chdir(tmp_path)
    return saved_run(tmp_path)


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a run on pictures of 4x4, in which we are."""
    monkeypatch.chdir(tmp_path)
    for number in range(20):
        for name, value in (("dark", 10), ("light", 240)):
            path = tmp_path / "photos" / name / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (4, 4), (value, value, 128)).save(path)
    return saved_run(
        tmp_path,
        PICTURES,
        name="photos",
        network=picture_network(),
        features={"kind": "ImageColumn", "column": "image"},
    )


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[RunRequest]]:
    """``launched(rows)``: runs are not carried out; they leave these predictions, and how they end is said."""

    def prepare(
        rows: list[dict[str, object]] | None = None,
        status: Status = Status.FINISHED,
        *,
        refused: bool = False,
    ) -> list[RunRequest]:
        requests: list[RunRequest] = []

        def run(request: RunRequest, _listener: object) -> Outcome:
            requests.append(request)
            place = request.options.out
            assert place is not None
            place.mkdir(parents=True)
            if rows:
                with (place / "predictions.csv").open("w", newline="") as file:
                    table = csv.DictWriter(file, rows[0].keys())
                    table.writeheader()
                    table.writerows(rows)
            return Outcome(
                status=status, folder=None if refused else place, failure=None, metrics={"Accuracy": 0.5}
            )

        monkeypatch.setattr("zoodsl.runtime.launcher.run", run)
        return requests

    return prepare
