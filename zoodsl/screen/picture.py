"""A picture of a network: boxes for layers in columns, from the top down, and arrows for what they read."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

from zoodsl.model.nodes import LayerNode, Network, Operation
from zoodsl.plan.cost import layer_costs
from zoodsl.plan.outline import FOLLOWING, Piece, outline
from zoodsl.types import show

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DPI = 120
FONT = "DejaVu Sans"
"""Comes with matplotlib, so that pictures are the same everywhere."""

SIZE, SMALL, TITLE = 8.0, 6.5, 11.0
"""Of letters, in points, as are all lengths here."""

LINE = 1.35
"""From one line of text to the next, in sizes of its letters."""

HINTING = 1.06
"""How much wider letters may come out where they are fitted to pixels."""

MARGIN, GAP, DROP, COLUMN = 6.0, 16.0, 20.0, 40.0
"""Around the text in a box, between neighbours, from one row to the next, and between columns."""

PROPORTION = 1.4
"""The width of a picture that is wrapped into columns, in heights."""

SHORT = 500.0
"""Columns are not wrapped to less than this."""

LEEWAY = 0.3
"""How far from its best length, as a share of it, a column may end where fewer arrows cross."""

COLOURS = {
    "input": "#f2f2f2",
    "weights": "#dbe9f9",
    "merge": "#fdebd3",
    "pooling": "#e4f3e1",
    "turns": "#efe6f7",
    "other": "#ffffff",
    "from": "#ffffff",
}
EDGE = "#6b7280"


@dataclass(eq=False, slots=True)
class Box:
    """A piece on the picture, or the place where arrows from another column come in; ``x``, ``y`` is its middle."""

    key: str
    lines: tuple[str, ...]
    kind: str
    inputs: tuple[str, ...] = ()
    x: float = 0.0
    y: float = 0.0

    @property
    def width(self) -> float:
        """With its margin."""
        sizes = [SIZE, *[SMALL] * (len(self.lines) - 1)]
        return 2 * MARGIN + max(
            _text_width(line, size, bold=not place)
            for place, (line, size) in enumerate(zip(self.lines, sizes, strict=True))
        )

    @property
    def height(self) -> float:
        """With its margin."""
        return 2 * MARGIN + LINE * (SIZE + SMALL * (len(self.lines) - 1))


@dataclass(slots=True)
class Column:
    """Boxes that stand under each other, and the bent lines between them."""

    boxes: list[Box]
    lines: list[list[tuple[float, float]]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


def draw(title: str, network: Network, form: str) -> bytes:
    """The picture of ``network`` as ``png`` or ``svg``."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    boxes = _boxes(network)
    columns = [_laid_out(column) for column in _columns(boxes)]
    width = sum(column.width for column in columns) + COLUMN * (len(columns) + 1)
    width = max(width, _text_width(title, TITLE, bold=True) + 2 * COLUMN)
    height = max(column.height for column in columns) + 3 * COLUMN
    style: Any = {"font.family": FONT, "svg.fonttype": "path", "svg.hashsalt": "zoodsl"}
    with rc_context(style):
        figure = Figure(figsize=(width / 72, height / 72))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        axes.axis("off")
        axes.text(COLUMN, COLUMN, title, size=TITLE, weight="bold", va="center", parse_math=False)
        left = COLUMN
        for column in columns:
            _draw_column(axes, column, left, 2 * COLUMN)
            left += column.width + COLUMN
        stream = io.BytesIO()
        metadata = {"Date": None} if form == "svg" else {}
        figure.savefig(stream, format=form, dpi=DPI, facecolor="white", metadata=metadata)
    return stream.getvalue()


# --- what stands in the boxes


def _boxes(network: Network) -> list[Box]:
    parameters = {cost.name: cost.parameters + cost.statistics for cost in layer_costs(network)}
    return [
        Box(piece.last, _lines(piece, parameters), _kind(piece), tuple(dict.fromkeys(piece.inputs)))
        for piece in outline(network)
    ]


def _lines(piece: Piece, parameters: Mapping[str, int]) -> tuple[str, ...]:
    count = sum(parameters[node.name] for node in piece.nodes)
    shape = show(piece.shape) + (f"   {count:,} parameters" if count else "")
    if piece.turns:
        more = f"{piece.turns} more like what is above"
        return piece.name, more, shape
    if not piece.nodes:
        return piece.name, f"input {show(piece.shape)}"
    return piece.name, " · ".join(map(_brief, piece.nodes)), shape


def _brief(node: LayerNode) -> str:
    """A layer in a few words: ``Conv2D 64, 3x3, /2``."""
    operation: Operation[Any] = node.operation
    given = operation.arguments
    facts = [str(given[name]) for name in ("filters", "units") if name in given]
    facts += [show(_pair(given[name])) for name in ("kernel_size", "pool_size") if name in given]
    strides = given.get("strides")
    if strides not in (None, 1, (1, 1)):
        facts.append(f"/{show(tuple(dict.fromkeys(_pair(strides))))}")
    if given.get("activation", "linear") != "linear":
        facts.append(given["activation"])
    return f"{operation.operator.name} {', '.join(facts)}".rstrip()


def _pair(size: int | tuple[int, ...]) -> tuple[int, ...]:
    return (size,) if isinstance(size, int) else size


def _kind(piece: Piece) -> str:
    if not piece.nodes:
        return "input"
    if piece.turns:
        return "turns"
    main = next(
        (node for node in piece.nodes if node.operation.operator.name not in FOLLOWING), piece.nodes[0]
    )
    if len(main.inputs) > 1:
        return "merge"
    if "Pooling" in main.operation.operator.name:
        return "pooling"
    return "weights" if main.weights else "other"


@cache
def _text_width(text: str, size: float, *, bold: bool) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=FONT, weight="bold" if bold else "normal", size=size)
    width, _height, _descent = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return HINTING * float(width)


# --- columns


def _columns(boxes: Sequence[Box]) -> list[list[Box]]:
    """The boxes in columns. What a box reads from another column stands above it by name."""
    ranks = _ranks(boxes)
    rows: list[list[Box]] = [[] for _ in range(max(ranks.values()) + 1)]
    for box in boxes:
        rows[ranks[box.key]].append(box)
    heights = [max(box.height for box in row) + DROP for row in rows]
    widest = max(sum(box.width + GAP for box in row) for row in rows) + COLUMN
    count = min(round(sqrt(PROPORTION * sum(heights) / widest)), int(sum(heights) // SHORT))
    ends = _ends(rows, ranks, heights, max(count, 1))
    titles = {box.key: box.lines[0] for box in boxes}
    columns = []
    for start, end in zip([0, *ends], [*ends, len(rows)], strict=True):
        inside = [box for row in rows[start:end] for box in row]
        keys = {box.key for box in inside}
        outside = dict.fromkeys(key for box in inside for key in box.inputs if key not in keys)
        columns.append([*(Box(key, (f"from {titles[key]}",), "from") for key in outside), *inside])
    return columns


def _ranks(boxes: Sequence[Box]) -> dict[str, int]:
    """The row of each box: below all that it reads."""
    ranks: dict[str, int] = {}
    for box in boxes:
        ranks[box.key] = max((ranks[key] + 1 for key in box.inputs), default=0)
    return ranks


def _ends(
    rows: Sequence[Sequence[Box]], ranks: Mapping[str, int], heights: Sequence[float], count: int
) -> list[int]:
    """The rows at which columns end, each where few arrows cross."""
    crossing: list[set[str]] = [set() for _ in range(len(rows) + 1)]
    for row in rows:
        for box in row:
            for key in box.inputs:
                for place in range(ranks[key] + 1, ranks[box.key] + 1):
                    crossing[place].add(key)
    tops = [sum(heights[:place]) for place in range(len(rows) + 1)]
    length = tops[-1] / count
    ends: list[int] = []
    for column in range(1, count):
        wanted = column * length
        near = [
            place
            for place in range((ends[-1] if ends else 0) + 1, len(rows))
            if abs(tops[place] - wanted) <= ceil(LEEWAY * length)
        ]
        if near:
            ends.append(min(near, key=lambda place: (len(crossing[place]), abs(tops[place] - wanted))))
    return ends


def _laid_out(boxes: list[Box]) -> Column:
    """A column by Sugiyama's layered layout; parts that are not connected stand side by side."""
    from grandalf.graphs import Edge, Graph, Vertex
    from grandalf.layouts import SugiyamaLayout, VertexViewer
    from grandalf.routing import EdgeViewer

    vertices = {box.key: Vertex(box) for box in boxes}
    for vertex in vertices.values():
        vertex.view = VertexViewer(w=vertex.data.width, h=vertex.data.height)
    edges = [Edge(vertices[key], vertices[box.key]) for box in boxes for key in box.inputs]
    for edge in edges:
        edge.view = EdgeViewer()
    column = Column(boxes)
    for part in Graph(list(vertices.values()), edges).C:
        layout = SugiyamaLayout(part)
        layout.xspace, layout.yspace = GAP, DROP
        layout.init_all()
        layout.draw()
        inside = [vertex.data for vertex in part.V()]
        for vertex in part.V():
            vertex.data.x, vertex.data.y = vertex.view.xy
        rows = {row[0].view.xy[1]: max(each.view.h for each in row) / 2 for row in layout.layers}
        # Edges come in another order each time, and equal networks give equal files.
        lines = sorted(_line(edge.v[0].data, edge.v[1].data, edge.view, rows) for edge in part.E())
        reach = [box.x - box.width / 2 for box in inside] + [x for line in lines for x, _ in line]
        right = [box.x + box.width / 2 for box in inside] + [x for line in lines for x, _ in line]
        shift = column.width + (GAP if column.width else 0.0) - min(reach)
        top = min(box.y - box.height / 2 for box in inside)
        for box in inside:
            box.x, box.y = box.x + shift, box.y - top
        column.lines += [[(x + shift, y - top) for x, y in line] for line in lines]
        column.width = max(right) + shift
        column.height = max(column.height, *(box.y + box.height / 2 for box in inside))
    return column


def _line(source: Box, target: Box, route: Any, rows: Mapping[float, float]) -> list[tuple[float, float]]:
    """From the lower side of one box to the upper side of the other, straight down through the rows between them.

    ``rows`` are half the heights of the rows by their middles.
    """
    line = [(source.x, source.y + source.height / 2)]
    for x, y in route._pts[1:-1]:  # noqa: SLF001 - it has no other name
        line += [(x, y - rows[y]), (x, y + rows[y])]
    return [*line, (target.x, target.y - target.height / 2)]


def _draw_column(axes: Axes, column: Column, left: float, top: float) -> None:
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
    from matplotlib.path import Path

    for line in column.lines:
        points = [(x + left, y + top) for x, y in line]
        axes.add_patch(
            FancyArrowPatch(
                path=Path(points),
                arrowstyle="-|>",
                mutation_scale=7,
                color=EDGE,
                linewidth=0.8,
                zorder=1,
                clip_on=False,
            )
        )
    for box in column.boxes:
        x, y = box.x - box.width / 2 + left, box.y - box.height / 2 + top
        axes.add_patch(
            FancyBboxPatch(
                (x, y),
                box.width,
                box.height,
                boxstyle="round,pad=0,rounding_size=4",
                facecolor=COLOURS[box.kind],
                edgecolor=EDGE,
                linewidth=0.8,
                linestyle="--" if box.kind == "from" else "-",
                zorder=2,
                clip_on=False,
            )
        )
        y += MARGIN
        for place, text in enumerate(box.lines):
            size = SMALL if place else SIZE
            axes.text(
                box.x + left,
                y + LINE * size / 2,
                text,
                size=size,
                weight="normal" if place or box.kind == "from" else "bold",
                color="#374151" if place else "black",
                ha="center",
                va="center",
                zorder=3,
                parse_math=False,
            )
            y += LINE * size
