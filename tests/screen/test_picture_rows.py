"""Plots of rows with their pictures: neighbours, strips, galleries, predictions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from zoodsl.runtime.events import Event
from zoodsl.runtime.history import History, history
from zoodsl.screen.picture_rows import RIGHT, WRONG, Cell, Row, draw_rows, rows_size
from zoodsl.screen.plots import plots


@dataclass(frozen=True)
class Drawn:
    """What stands under the pictures of a figure, and their frames."""

    words: list[str]
    dashed: list[bool]


def drawn(rows: list[Row]) -> Drawn:
    figure = Figure(figsize=rows_size(rows))
    draw_rows(figure, rows)
    panels = [panel for part in figure.subfigs for panel in part.axes if panel.axison]
    return Drawn(
        [panel.get_xlabel() for panel in panels],
        [
            panel.spines["left"].get_linestyle() != "solid" and panel.spines["left"].get_linestyle() != "-"
            for panel in panels
        ],
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run folder with two pictures: a square one, and one twice as wide as high."""
    from PIL import Image

    Image.new("L", (8, 8), 90).save(tmp_path / "a.png")
    Image.new("RGB", (8, 4), (200, 90, 30)).save(tmp_path / "b.png")
    return tmp_path


def test_what_is_wrong_has_a_dashed_frame(folder: Path) -> None:
    row = Row("", (Cell(folder / "a.png", ("cat",)), Cell(folder / "b.png", ("dog", "is cat"), "wrong")))
    found = drawn([row])
    assert found == Drawn(["cat", "dog\nis cat"], [False, True])


def test_rows_are_as_high_as_their_pictures(folder: Path) -> None:
    square, wide = (Row("", (Cell(folder / name, ("cat",)),)) for name in ("a.png", "b.png"))
    assert rows_size([wide])[1] < rows_size([square])[1] < rows_size([square, square])[1]


def test_a_picture_that_is_gone_leaves_its_words(folder: Path) -> None:
    assert drawn([Row("classes", (Cell(folder / "gone.png", ("cat",)),))]).words == ["cat"]


def told(*events: Event) -> History:
    return history(events)


def row(label: str, predicted: str, picture: str = "a.png") -> dict[str, Any]:
    return {"row": picture, "label": label, "predicted": predicted, "score": 0.75, "picture": picture}


def evaluated(details: dict[str, Any]) -> Event:
    return Event("evaluated", {"part": "test", "metrics": {}, "details": details, "labels": []})


GALLERY = {
    "gallery": {
        "classes": [
            {"predicted": "cat", "rows": 2, "right": 1, "shown": [row("dog", "cat"), row("cat", "cat")]}
        ]
    }
}
STRIP = {"strip": {"rows": [row("7", "7"), row("2", "7", "b.png")]}}
NEIGHBOURS: dict[str, Any] = {
    "queries": [
        {
            "row": "a.png",
            "label": "cat",
            "picture": "a.png",
            "nearest": [{"row": "b.png", "label": "dog", "picture": "b.png", "similarity": 0.9}],
        }
    ]
}


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (evaluated(GALLERY), "gallery"),
        (evaluated(STRIP), "strip"),
        (
            Event(
                "result",
                {
                    "task": "index",
                    "title": "",
                    "lines": [],
                    "metrics": {},
                    "table": [],
                    "details": NEIGHBOURS,
                    "pictures": [],
                },
            ),
            "neighbours",
        ),
        (
            Event(
                "predicted",
                {
                    "rows": 1,
                    "metrics": {},
                    "shown": [
                        {
                            "row": "1",
                            "picture": "a.png",
                            "text": "",
                            "label": "",
                            "answers": [{"label": "cat", "score": 1}],
                        }
                    ],
                },
            ),
            "predicted",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_pictures_are_drawn_where_the_run_folder_is_known(folder: Path, event: Event, name: str) -> None:
    found = list(plots(told(event), folder))
    assert [plot.name for plot in found] == [name]
    assert found[0].png.startswith(b"\x89PNG")
    assert [plot.png for plot in plots(told(event), folder)] == [found[0].png]
    assert list(plots(told(event))) == []


def test_several_labels_and_numbers_have_no_strip(folder: Path) -> None:
    answers = [[{"value": 3.5}], [{"label": "Mass", "score": 0.4, "threshold": 0.5, "yes": False}]]
    for each in answers:
        shown = [{"row": "1", "picture": "a.png", "text": "", "label": "", "answers": each}]
        event = Event("predicted", {"rows": 1, "metrics": {}, "shown": shown})
        assert list(plots(told(event), folder)) == []


def test_marks_are_no_colours() -> None:
    from zoodsl.screen.judged_plots import _cell
    from zoodsl.screen.similarity_plots import _neighbour

    assert _cell(row("7", "7"), Path()).lines == (f"7 {RIGHT}",)
    assert _cell(row("2", "7"), Path()).lines == (f"7 {WRONG}", "is 2")
    query = NEIGHBOURS["queries"][0]
    assert _neighbour(query["nearest"][0], query, Path()).lines == (f"dog {WRONG}", "0.900")
