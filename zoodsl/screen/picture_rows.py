"""Rows of small pictures with words under them: what was right is told from what was wrong by more than colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoodsl.screen.label_plots import short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CELL, LINE, CAPTION = 1.2, 0.15, 0.3
"""The width of a picture with its margin, the height of a line under it, and that of a row's caption, in inches."""

MANY, NARROW = 8, 0.72
"""More pictures than so many in a row are so wide instead."""

RIGHT, WRONG = "\N{CHECK MARK}", "\N{BALLOT X}"
"""What marks words as right or wrong."""

FRAMES: Mapping[str, Mapping[str, Any]] = {
    "plain": {"linewidth": 0.6, "edgecolor": "#8c8c8c"},
    "asked": {"linewidth": 2.4, "edgecolor": "black"},
    "wrong": {"linewidth": 1.8, "edgecolor": "#b3261e", "linestyle": (0, (3, 2))},
}
"""The frame of a picture: thin, thick for what is asked for, dashed for what is wrong."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A picture: its file, the lines under it, and the frame around it (``plain``, ``asked`` or ``wrong``)."""

    file: Path
    lines: tuple[str, ...]
    frame: str = "plain"


@dataclass(frozen=True, slots=True)
class Row:
    """Pictures side by side under a caption, which may be empty."""

    caption: str
    cells: tuple[Cell, ...]


def rows_size(rows: Sequence[Row]) -> tuple[float, float]:
    """Width and height in inches of the plot of these rows."""
    columns = max(len(row.cells) for row in rows)
    return max(_width(columns) * columns + 0.3, 3.2), sum(_height(row, columns) for row in rows) + 0.2


def draw_rows(figure: Figure, rows: Sequence[Row]) -> None:
    """The rows from the top down. Pictures keep their proportions; a file that is gone leaves a place empty."""
    columns = max(len(row.cells) for row in rows)
    parts = figure.subfigures(
        len(rows), 1, squeeze=False, height_ratios=[_height(row, columns) for row in rows]
    )
    for part, row in zip(parts[:, 0], rows, strict=True):
        if row.caption:
            part.suptitle(row.caption, fontsize=10, x=0.02, ha="left")
        panels = part.subplots(1, columns, squeeze=False)[0]
        for panel in panels[len(row.cells) :]:
            panel.set_axis_off()
        for panel, cell in zip(panels, row.cells, strict=False):
            _draw(panel, cell)


def _width(columns: int) -> float:
    return CELL if columns <= MANY else NARROW


def _height(row: Row, columns: int) -> float:
    lines = max(len(cell.lines) for cell in row.cells)
    tallest = max(_proportion(cell.file) for cell in row.cells)
    return 0.15 + (_width(columns) - 0.1) * tallest + LINE * lines + (CAPTION if row.caption else 0)


def _proportion(file: Path) -> float:
    """The height of a picture in widths; of one that is gone, 1."""
    from PIL import Image

    if not file.is_file():
        return 1.0
    with Image.open(file) as picture:
        return picture.height / picture.width


def _draw(panel: Axes, cell: Cell) -> None:
    from PIL import Image

    panel.grid(visible=False)
    panel.set_xticks([])
    panel.set_yticks([])
    for spine in panel.spines.values():
        spine.set_visible(True)
        spine.set(**FRAMES[cell.frame])
    panel.set_xlabel("\n".join(short(line) for line in cell.lines), fontsize=8, labelpad=4)
    if cell.file.is_file():
        with Image.open(cell.file) as picture:
            panel.imshow(picture.convert("RGB"))
