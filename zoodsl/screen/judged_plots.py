"""The plots of judged rows with their pictures: a strip of the first ones, and a gallery by predicted class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zoodsl.runtime.history import Evaluation
from zoodsl.screen.drawing import Plot, figure_png
from zoodsl.screen.picture_rows import RIGHT, WRONG, Cell, Row, draw_rows, rows_size


def judged_plots(evaluation: Evaluation, folder: Path) -> Iterator[Plot]:
    """``strip`` and ``gallery``, where the evaluation has rows for them; ``folder`` is the run's."""
    if strip := evaluation.details.get("strip"):
        rows = [Row("", tuple(_cell(row, folder) for row in strip["rows"]))]
        yield Plot(
            "strip",
            f"The first {len(strip['rows'])} of the {evaluation.part} rows, and what was predicted of each; a dashed "
            "frame and a cross mark mistakes.",
            figure_png(draw_rows, rows, size=rows_size(rows)),
        )
    if gallery := evaluation.details.get("gallery"):
        rows = [
            Row(
                f"predicted {each['predicted']}: {each['right']:,} of {each['rows']:,} right",
                tuple(_cell(row, folder, score=True) for row in each["shown"]),
            )
            for each in gallery["classes"]
        ]
        yield Plot(
            "gallery",
            f"Some of the {evaluation.part} rows by predicted class, mistakes first, which a dashed frame and a cross "
            "mark; the number is the probability of the prediction.",
            figure_png(draw_rows, rows, size=rows_size(rows)),
        )


def predicted_plots(predictions: Mapping[str, Any], folder: Path) -> Iterator[Plot]:
    """``predicted``: the first of the predicted rows, where they are images and each is of one class."""
    shown = [row for row in predictions.get("shown", ()) if row["picture"] and _is_of_a_class(row)]
    if not shown:
        return
    known = any(row.get("label") for row in shown)
    rows = [Row("", tuple(_told(row, folder) for row in shown))]
    yield Plot(
        "predicted",
        f"The first of the {predictions['rows']:,} predicted rows, each with its most probable class"
        + ("; a dashed frame and a cross mark mistakes." if known else "."),
        figure_png(draw_rows, rows, size=rows_size(rows)),
    )


def _is_of_a_class(row: Mapping[str, Any]) -> bool:
    first = row["answers"][0]
    return "label" in first and "yes" not in first


def _told(row: Mapping[str, Any], folder: Path) -> Cell:
    first = row["answers"][0]
    if not row.get("label"):
        return Cell(folder / row["picture"], (first["label"], f"{first['score']:.2f}"))
    known = {"predicted": first["label"], "label": row["label"], "picture": row["picture"]}
    return _cell(known | {"score": first["score"]}, folder)


def _cell(row: Mapping[str, Any], folder: Path, *, score: bool = False) -> Cell:
    right = row["predicted"] == row["label"]
    told = f"{row['predicted']} {row['score']:.2f}" if score else row["predicted"]
    truth = () if right else (f"is {row['label']}",)
    return Cell(
        folder / row["picture"],
        (f"{told} {RIGHT if right else WRONG}", *truth),
        "plain" if right else "wrong",
    )
