"""Predictions of rows without labels: a table of all of them, and the first ones to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.types import AtomicType, BinaryType

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.engine import quiet
from zoodsl.targets.bigdl.library.evaluation import probabilities
from zoodsl.targets.bigdl.library.image_rows import KEY
from zoodsl.targets.bigdl.library.labels import ClassIndex, Label, MultiHot, class_names
from zoodsl.targets.bigdl.library.pictures import small_pictures
from zoodsl.targets.bigdl.library.runs import Run, write_table

SHOWN = 12
"""How many rows are told with all their probabilities, images as small pictures."""


@dataclass(frozen=True)
class Decoding:
    """How outputs become answers.

    ``top`` is how many classes are told. Labels are decided by ``thresholds``, and those that have none there by
    ``default``.
    """

    label: Label
    top: int
    thresholds: Mapping[str, float]

    @property
    def default(self) -> float:
        """The threshold in the middle of the outputs' range."""
        return 0.0 if self.label.signs else 0.5


def predict_rows(  # noqa: PLR0913 - what is predicted, by what, and what is told of it
    run: Run,
    trained: PipelineModel,
    frame: DataFrame,
    label: Label,
    *,
    top: int = 1,
    first: int | None = None,
    labelled: bool = False,
) -> None:
    """Predicts the rows of ``frame``, writes ``predictions.csv``, and tells the first rows.

    The table has the rows' own columns that are texts or numbers, and what is predicted. Thresholds are those that
    ``run`` has chosen. Of ``labelled`` rows with one class each, the share of right ones is told. ``first``: no more rows
    than so many, in the order of their keys.
    """
    run("phase", text="predicting")
    predictor: Any = trained.stages[0]
    asked = frame if first is None else first_rows(frame, first)
    whole = predictor.features.checked(asked, "predicted", run)
    plain = [
        field.name
        for field in whole.schema
        if field.name != KEY
        and isinstance(field.dataType, AtomicType)
        and not isinstance(field.dataType, BinaryType)
    ]
    with quiet():
        known = labelled and isinstance(label, ClassIndex)
        predicted = trained.transform(whole).select(
            KEY,
            *(F.col(f"`{name}`") for name in plain),
            (label.expression() if known else F.lit(None)).alias("_class"),
            "prediction",
        )
        rows = predicted.orderBy(KEY).collect()
    decoding = Decoding(label, top, run.thresholds)
    outputs = np.array([row["prediction"] for row in rows], float)
    if run.logits and rows:
        outputs = probabilities(outputs, exclusive=isinstance(label, ClassIndex))
    answers = [answer(each, decoding) for each in outputs]
    classes = [_class_name(row["_class"], label) for row in rows]
    right = [told[0]["label"] == name for told, name in zip(answers, classes, strict=True) if name]
    write_table(
        run.out / "predictions.csv",
        [
            {name: row[name] for name in plain} | cells(told, decoding)
            for row, told in zip(rows, answers, strict=True)
        ],
        columns=[*plain, *answer_columns(decoding)],
    )
    shown = list(islice(zip(rows, answers, classes, strict=True), SHOWN))
    pictures = small_pictures(run, whole, predictor.features, [row[KEY] for row, *_ in shown], "predictions")
    run(
        "predicted",
        rows=len(rows),
        metrics={"Accuracy": sum(right) / len(right)} if right else {},
        shown=[
            {
                "row": row["origin"] if "origin" in plain else str(number),
                "picture": pictures.get(row[KEY]),
                "answers": told,
                "text": sentence(told, decoding) + _correction(told, name),
                "label": name,
            }
            for number, (row, told, name) in enumerate(shown, 1)
        ],
    )
    run("saved", path=str(run.out / "predictions.csv"), what="predictions")


def first_rows(frame: DataFrame, count: int) -> DataFrame:
    """The ``count`` rows with the least keys."""
    keys = [row[0] for row in frame.select(KEY).orderBy(KEY).limit(count).collect()]
    return frame.where(F.col(KEY) <= keys[-1]) if len(keys) == count else frame


def _class_name(place: float | None, label: Label) -> str:
    """The name of a class; nothing where there is none."""
    return "" if place is None else class_names(label)[int(place)]


def _correction(told: list[dict[str, Any]], name: str) -> str:
    """What is said of a row that is of another class than it was taken for."""
    return f"; it is {name}" if name and told[0]["label"] != name else ""


def answer(outputs: Array, decoding: Decoding) -> list[dict[str, Any]]:
    """What the outputs of one row say: labels or classes with their probability, the most probable first, or a value.

    Of several labels, each has its ``threshold`` and whether it is a ``yes``.
    """
    label = decoding.label
    names = class_names(label)
    if not names:
        return [{"value": float(value)} for value in outputs]
    if isinstance(label, MultiHot):
        told = [
            {"label": name, "score": float(score), "threshold": limit, "yes": bool(score > limit)}
            for name, score in zip(names, outputs, strict=True)
            for limit in [decoding.thresholds.get(name, decoding.default)]
        ]
        return sorted(told, key=lambda each: -float(each["score"]))
    if len(outputs) == 1:
        limit = decoding.thresholds.get(names[1], decoding.default)
        yes, other = float(outputs[0]), (-1 if label.signs else 1) * float(outputs[0])
        both = [
            {"label": names[1], "score": yes},
            {"label": names[0], "score": other if label.signs else 1 - yes},
        ]
        return both[:: 1 if yes > limit else -1][: decoding.top]
    order = np.argsort(-outputs, kind="stable")[: decoding.top]
    return [{"label": names[place], "score": float(outputs[place])} for place in order]


def cells(told: list[dict[str, Any]], decoding: Decoding) -> dict[str, Any]:
    """The columns of a row in the table."""
    label = decoding.label
    match label:
        case MultiHot():
            scores = {each["label"]: each["score"] for each in told}
            yes = [name for name in label.names if any(each["yes"] for each in told if each["label"] == name)]
            return {"predicted": label.separator.join(yes), **{name: scores[name] for name in label.names}}
        case ClassIndex():
            score = "score" if label.signs else "probability"
            cells: dict[str, Any] = {}
            for place, each in enumerate(told, 1):
                end = f"_{place}" if place > 1 else ""
                cells |= {f"predicted{end}": each["label"], f"{score}{end}": each["score"]}
            return cells
        case _:
            return {"predicted": told[0]["value"]}


def answer_columns(decoding: Decoding) -> list[str]:
    """The names of ``cells``, which are the same for all rows."""
    nothing = np.zeros(max(1, len(class_names(decoding.label))))
    return list(cells(answer(nothing, decoding), decoding))


def sentence(told: list[dict[str, Any]], decoding: Decoding) -> str:
    """A row's answers in a line."""
    match decoding.label:
        case MultiHot():
            yes = [f"{each['label']} {each['score']:.2f}" for each in told if each["yes"]]
            return ", ".join(yes) or f"none; the nearest is {told[0]['label']} {told[0]['score']:.2f}"
        case ClassIndex():
            return ", ".join(f"{each['label']} {each['score']:.2f}" for each in told)
        case _:
            return f"{told[0]['value']:.4g}"
