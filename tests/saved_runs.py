"""Run folders as runs leave them, written by hand: what is saved of a network, without Java."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tests.weights.bigdl_messages import module, save, with_weights
from zoodsl.compiler import Compilation
from zoodsl.model.stored import encode
from zoodsl.runtime.outcome import Status
from zoodsl.runtime.record import Record, write_record
from zoodsl.version import VERSION

TABLE = "\n".join(["x1,x2,kind", *(f"{n % 5},{n % 7},{'abc'[n % 3]}" for n in range(60))]) + "\n"
SPEC = """zoo 1
param table: path = "rows.csv"
param batch_size: int = 8
data {
  rows    = CSV(table)
  feature rows.x1, rows.x2
  label   rows.kind -> ClassIndex(["a", "b", "c"])
  split   Random(train = 60%, validation = 20%, test = 20%)
}
preprocess {
  Normalize(mean = [1, 2], std = [2, 4])
}
network {
  input 2
  Dense(3, activation = softmax)
}
optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam()
}
train {
  batch  batch_size
  epochs 2
}
evaluate {
  metric Accuracy()
}
"""
KERNEL = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], np.float32)
"""Outputs x inputs, as BigDL keeps them."""

FEATURES: Mapping[str, Any] = {
    "kind": "NumberColumns",
    "columns": ["x1", "x2"],
    "mean": [1.0, 2.0],
    "std": [2.0, 4.0],
}


def probabilities(rows: Any) -> np.ndarray:
    """What the network gives for rows of ``x1`` and ``x2``."""
    scores = ((np.asarray(rows, float) - [1, 2]) / [2, 4]) @ KERNEL.T
    powers = np.exp(scores)
    shares: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return shares


def saved_run(
    root: Path,
    spec: str = SPEC,
    *,
    name: str = "kinds",
    stamp: str = "2026-01-01_12-00-00",
    network: Any = None,
    features: Mapping[str, Any] = FEATURES,
    status: Status = Status.FINISHED,
    version: str = VERSION,
    overrides: Mapping[str, str] | None = None,
) -> Path:
    """A run folder below ``root/runs`` of a spec in ``root``, whose rows are there too."""
    (root / "rows.csv").write_text(TABLE, encoding="utf-8")
    path = root / f"{name}.zoo"
    path.write_text(spec, encoding="utf-8")
    compiled = Compilation(str(path), overrides=dict(overrides or {}))
    assert compiled.spec is not None, [each.message for each in compiled.diagnostics]
    folder = root / "runs" / name / stamp
    stage = folder / "prediction" / "stages" / "0_Predictor_1"
    (stage / "metadata").mkdir(parents=True)
    (stage / "metadata" / "part-00000").write_text(
        json.dumps({"features": features, "batch": 8, "scale": None}), encoding="utf-8"
    )
    linear = module("Linear", "dense", inputSize=2, outputSize=3, withBias=False)
    plain = module("Sequential", "net", with_weights(linear, KERNEL), module("SoftMax", "softmax"))
    save(stage / "model.bigdl", network or plain)
    (folder / "spec.zoo").write_text(spec, encoding="utf-8")
    (folder / "spec.json").write_text(json.dumps(encode(compiled.spec)), encoding="utf-8")
    (folder / "events.jsonl").write_text("", encoding="utf-8")
    record = Record(
        name=name,
        spec=path.name,
        status=status,
        parameters={},
        versions={"zoodsl": version},
        master="local[1]",
        heap=10**9,
        batch=8,
        seed=42,
        root=str(root),
        started=float(stamp.replace("-", "").replace("_", "")),
    )
    write_record(folder, record)
    return folder
