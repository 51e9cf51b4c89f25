"""The plot of an index: some rows with those nearest to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zoodsl.screen.drawing import Plot, figure_png
from zoodsl.screen.picture_rows import RIGHT, WRONG, Cell, Row, draw_rows, rows_size


def plots(details: Mapping[str, Any], folder: Path) -> Iterator[Plot]:
    """``neighbours``: a line for each row that is shown, where the rows are images; ``folder`` is the run's."""
    shown = [query for query in details["queries"] if query["picture"]]
    if not shown:
        return
    rows = [
        Row("", (_query(query, folder), *(_neighbour(each, query, folder) for each in query["nearest"])))
        for query in shown
    ]
    labelled = "; a dashed frame and a cross mark another class" if "label" in shown[0] else ""
    yield Plot(
        "neighbours",
        "Rows, in thick frames, with those nearest to them and the cosine of the angle between them"
        + labelled
        + ".",
        figure_png(draw_rows, rows, size=rows_size(rows)),
    )


def _query(query: Mapping[str, Any], folder: Path) -> Cell:
    words = query.get("label") or Path(query["row"]).stem
    predicted = query.get("predicted")
    return Cell(
        folder / query["picture"], (words, f"taken for {predicted}" if predicted else "asked for"), "asked"
    )


def _neighbour(each: Mapping[str, Any], query: Mapping[str, Any], folder: Path) -> Cell:
    known = bool(each.get("label") and query.get("label"))
    right = not known or each["label"] == query["label"]
    words = each.get("label") or Path(each["row"]).stem
    mark = f" {RIGHT if right else WRONG}" if known else ""
    return Cell(
        folder / each["picture"],
        (f"{words}{mark}", f"{each['similarity']:.3f}"),
        "plain" if right else "wrong",
    )
