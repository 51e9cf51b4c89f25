"""Thresholds: above what a probability means yes, chosen on rows that neither train nor judge."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from pyspark.sql import DataFrame

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.checkpoints import write_whole
from zoodsl.targets.bigdl.library.labels import Label, class_names
from zoodsl.targets.bigdl.library.metrics import indicators, ladder
from zoodsl.targets.bigdl.library.runs import Run


def choose_thresholds(run: Run, part: str, predicted: DataFrame, label: Label, default: float = 0.5) -> None:
    """Chooses each label's threshold by the predictions of a part's rows, for what ``run`` decides later.

    Writes ``thresholds.json``. A label that no row of the part has gets the ``default``, which is told.
    """
    labels, outputs = run.outcomes(part, predicted, label)
    names = class_names(label)[-outputs.shape[1] :]
    chosen = best_thresholds(labels, outputs, names)
    missing = [name for name in names if name not in chosen]
    if missing:
        run("phase", text=f"no {part} row is {', '.join(missing)}: the threshold is {default:g}")
    run.thresholds = {name: chosen.get(name, default) for name in names}
    summary = {"version": 1, "part": part, "rows": len(labels), "thresholds": run.thresholds}
    write_whole(run.out / "thresholds.json", json.dumps(summary, indent=2, ensure_ascii=False) + "\n")


def best_thresholds(labels: Array, outputs: Array, names: Sequence[str]) -> dict[str, float]:
    """For each label, the threshold with the best F1 score over these rows; labels that no row has have none.

    Yes is above the threshold, which lies halfway between two scores that occur. Of equally good ones, the highest:
    it raises the fewest alarms.
    """
    wanted = indicators(labels, outputs)
    found: dict[str, float] = {}
    for place, name in enumerate(names[-wanted.shape[1] :]):
        scores, told, right = ladder(wanted[:, place], outputs[:, place])
        if right[-1]:
            best = int(np.argmax(2 * right / (told + right[-1])))
            below = np.append(scores[1:], scores[-1] / 2 if scores[-1] > 0 else scores[-1] - 1)
            found[name] = float((scores[best] + below[best]) / 2)
    return found
