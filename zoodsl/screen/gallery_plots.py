"""The plots of a gallery: an image, and what each line of steps makes of it, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from zoodsl.screen.drawing import Plot, figure_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 4
CELL = 2.5
"""The width of a picture with its margin, in inches."""

LETTERS, LINES = 36, 3
"""How wide and how long the words over a picture may become."""

LINE = 0.15
"""The height of a line of words, in inches."""


def plots(details: Mapping[str, Any], folder: Path) -> Iterator[Plot]:
    """``steps`` for the first image, ``steps_2`` for the second and so on; ``folder`` is the run's."""
    for number, image in enumerate(details["images"], 1):
        pictures = [each for each in details["shown"] if each["row"] == number]
        yield Plot(
            "steps" if number == 1 else f"steps_{number}",
            f"What steps make of {image}: each as it is written, and its result's height x width.",
            figure_png(_grid, pictures, folder, size=_size(pictures)),
        )


def _size(pictures: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Width and height in inches of the plot of these pictures, of which the first is the image as it is read."""
    columns = min(COLUMNS, len(pictures))
    words = max(len(_words(each)) for each in pictures) * LINE
    picture = (CELL - 0.2) * min(1.5, pictures[0]["height"] / pictures[0]["width"])
    return CELL * columns + 0.2, ceil(len(pictures) / columns) * (picture + words + 0.25) + 0.1


def _grid(figure: Figure, pictures: Sequence[Mapping[str, Any]], folder: Path) -> None:
    columns = min(COLUMNS, len(pictures))
    panels = figure.subplots(ceil(len(pictures) / columns), columns, squeeze=False).ravel()
    for panel in panels[len(pictures) :]:
        panel.set_axis_off()
    for panel, each in zip(panels, pictures, strict=False):
        _draw(panel, each, folder / each["picture"])


def _draw(panel: Axes, each: Mapping[str, Any], file: Path) -> None:
    from PIL import Image

    panel.grid(visible=False)
    panel.set_xticks([])
    panel.set_yticks([])
    for spine in panel.spines.values():
        spine.set_visible(True)
        spine.set(linewidth=0.6, edgecolor="#8c8c8c")
    panel.set_title("\n".join(_words(each)), fontsize=8, loc="left")
    if file.is_file():
        with Image.open(file) as picture:
            panel.imshow(picture.convert("RGB"))


def _words(each: Mapping[str, Any]) -> list[str]:
    """The step as it is written, what its pixels were where they are stretched, and the size."""
    step = wrap(each["text"], LETTERS, break_long_words=True, max_lines=LINES, placeholder=" ...")
    size = f"{each['height']}x{each['width']}"
    return [*step, f"{size}, {each['note']}" if each["note"] else size]
