"""Drawing with matplotlib: pictures of one size and style, which also read in black and white."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE = (7.2, 4.2)
"""Width and height in inches."""

DPI = 120

MARKERS = ("o", "s", "^", "D", "v", "P")
"""Lines differ in style and marker as well as in colour."""

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that pictures are the same everywhere
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.titlesize": 11,
    "grid.color": "#e3e3e3",
    "axes.axisbelow": True,
    "legend.frameon": False,
    "savefig.facecolor": "white",
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture: its name (``loss``, whose file is ``loss.png``), what it shows in a sentence, and its PNG."""

    name: str
    caption: str
    png: bytes


def picture(draw: Callable[..., None], *arguments: Any, size: tuple[float, float] = SIZE) -> bytes:
    """What ``draw(figure, axes, *arguments)`` draws, as PNG."""

    def on_axes(figure: Figure, *given: Any) -> None:
        draw(figure, figure.add_subplot(), *given)

    return figure_png(on_axes, *arguments, size=size)


def figure_png(draw: Callable[..., None], *arguments: Any, size: tuple[float, float]) -> bytes:
    """What ``draw(figure, *arguments)`` draws, as PNG. Equal arguments give equal bytes."""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with mpl.rc_context(STYLE):
        layout = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1)
        figure = Figure(figsize=size, dpi=DPI, layout=layout)
        draw(figure, *arguments)
        file = io.BytesIO()
        figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
