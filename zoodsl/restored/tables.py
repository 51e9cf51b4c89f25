"""Predictions as columns of a table: read back from a program's, and of neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zoodsl.catalog.operator import Target
from zoodsl.model.tasks import Predict
from zoodsl.runtime.nearest import Neighbour
from zoodsl.runtime.predicting import Predicted
from zoodsl.runtime.saved import SavedRun
from zoodsl.types import DType


def read_back(run: SavedRun, task: Predict, cells: Iterable[Mapping[str, str]]) -> Predicted:
    """The rows of a table of predictions, with numbers where they stand for some."""
    from zoodsl.runtime.predicting import decoding
    from zoodsl.targets.numpy.answers import sentence

    how = decoding(run, task)
    types = {column.name: column.type for column in task.frame.columns} | {
        column.name: column.type.type for column in run.spec.data.feature.columns if column.type
    }
    rows = []
    for row in cells:
        read: dict[str, Any] = {}
        for name, text in row.items():
            named = how.target in (Target.CLASS, Target.MULTI_HOT) and name.startswith("predicted")
            kind = types.get(name, DType.STRING if named else DType.FLOAT64)
            read[name] = _value(text, kind)
        rows.append(read)
    return Predicted(rows=rows, sentences=[sentence(row, how) for row in rows], engine="bigdl")


def _value(text: str, kind: object) -> Any:
    if not text and kind is not DType.STRING:
        return None
    if kind is DType.FLOAT64:
        return float(text)
    return int(text) if kind in (DType.INT32, DType.INT64) else text


def neighbour_cells(found: Sequence[Neighbour]) -> dict[str, Any]:
    """The columns that tell of neighbours, the nearest first."""
    cells: dict[str, Any] = {}
    for place, each in enumerate(found, 1):
        end = f"_{place}" if place > 1 else ""
        label = {f"label{end}": each.label} if each.label else {}
        cells |= {f"nearest{end}": each.key, f"similarity{end}": round(each.similarity, 6), **label}
    return cells
