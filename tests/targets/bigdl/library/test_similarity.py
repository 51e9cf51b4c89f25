"""The index of a network's outputs: what class its rows are taken for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from zoodsl.targets.bigdl.library import similarity
from zoodsl.targets.bigdl.library.labels import ClassIndex


@pytest.mark.parametrize(
    ("logits", "thresholds", "outputs", "taken"),
    [
        # A probability of 0.57 is above one half, and the score of 0.3 that it comes from is not.
        (True, {}, [[0.3], [-0.3]], ["right", "left"]),
        (True, {"right": 0.25}, [[-1.0], [-1.2]], ["right", "left"]),
        (False, {}, [[0.6], [0.3]], ["right", "left"]),
        (True, {}, [[0.1, 0.2], [3.0, -1.0]], ["right", "left"]),
    ],
)
def test_rows_are_taken_for_the_class_that_predictions_tell(
    monkeypatch: pytest.MonkeyPatch,
    logits: bool,
    thresholds: dict[str, float],
    outputs: list[list[float]],
    taken: list[str],
) -> None:
    collected = [
        (key, -1.0, np.array(row, np.float32).tobytes()) for key, row in zip("ab", outputs, strict=True)
    ]
    monkeypatch.setattr(similarity, "_collected", lambda *_: collected)
    run: Any = SimpleNamespace(logits=logits, thresholds=thresholds)
    trained: Any = SimpleNamespace(stages=[None])
    parts: Any = {"test": None}
    label = ClassIndex("side", classes=("left", "right"))
    found = similarity._index_of(run, trained, parts, ["test"], label, node=None, by_prediction=True)
    assert found.predictions is not None
    assert [found.names[place] for place in found.predictions] == taken
