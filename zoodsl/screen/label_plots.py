"""Plots of classes and labels: their ROC curves, and the areas under them in each part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from math import ceil
from typing import TYPE_CHECKING, Any

from zoodsl.runtime.history import Evaluation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#1f5fa8", "#c2571a", "#2e7d4f", "#7b4ea3", "#8a6d1f", "#4d4d4d")
STYLES = ("-", "--", "-.", ":")
"""Lines differ in style as well as in colour."""

MACRO: Mapping[str, Any] = {"color": "black", "linewidth": 2.2}
CHANCE: Mapping[str, Any] = {"color": "#8c8c8c", "linewidth": 1, "linestyle": (0, (1, 2))}

TOGETHER = 4
"""So many ROC curves are told apart in one plot, one for each style; more have a panel each."""

PANELS = 34
"""ROC curves of more labels are drawn as a range, with the best and the worst."""

COLUMNS = 5
BARS = 50
"""Areas of more labels are left out between the best and the worst."""

GRID = 200

Curve = Mapping[str, Sequence[float]]

LOOKS: Mapping[str, Mapping[str, Any]] = {
    "train": {"marker": "o", "facecolor": "none", "edgecolor": "#4d4d4d"},
    "validation": {"marker": "^", "facecolor": "#9a9a9a", "edgecolor": "#4d4d4d"},
    "test": {"marker": "s", "facecolor": "#1f5fa8", "edgecolor": "#1f5fa8"},
}
"""How the parts are marked: open circle, grey triangle, dark square."""


def areas(evaluation: Evaluation) -> dict[str, float]:
    """The area under the ROC curve of each label that has one: exact where the label table tells it."""
    told = {row["label"]: row["auc"] for row in evaluation.labels}
    curves: Mapping[str, Curve] = evaluation.details.get("roc", {})
    return {
        name: told[name] if told.get(name) is not None else _area(curve)
        for name, curve in curves.items()
        if curve["true"]
    }


def _area(curve: Curve) -> float:
    false, true = curve["false"], curve["true"]
    return sum(
        (false[place + 1] - false[place]) * (true[place + 1] + true[place]) / 2
        for place in range(len(false) - 1)
    )


def average_curve(curves: Mapping[str, Curve]) -> tuple[list[float], list[float]]:
    """The mean of the curves' true-positive rates at each rate of false positives: its area is the macro average."""
    import numpy as np

    grid = np.linspace(0, 1, GRID + 1)
    mean = np.mean([np.interp(grid, curve["false"], curve["true"]) for curve in curves.values()], axis=0)
    return [0.0, *grid.tolist()], [0.0, *mean.tolist()]


def has_panels(curves: int) -> bool:
    """Whether so many ROC curves have a panel each."""
    return TOGETHER < curves <= PANELS


def roc_size(curves: int) -> tuple[float, float]:
    """Width and height in inches of the ROC plot of so many curves."""
    if not has_panels(curves):
        return 5.6, 5.2
    rows = ceil((curves + 1) / COLUMNS)
    return 1.9 * COLUMNS + 0.6, 1.95 * rows + 0.9


def draw_roc(figure: Figure, evaluation: Evaluation) -> None:
    """The curves of an evaluation that has some: together, in a panel each, or as a range, by their number."""
    found = areas(evaluation)
    curves = {name: curve for name, curve in evaluation.details["roc"].items() if name in found}
    if len(curves) <= TOGETHER:
        _together(figure.add_subplot(), curves, found)
    elif has_panels(len(curves)):
        _panels(figure, curves, found)
    else:
        _range(figure.add_subplot(), curves, found)


def _together(axes: Axes, curves: Mapping[str, Curve], found: Mapping[str, float]) -> None:
    axes.plot([0, 1], [0, 1], label="chance", **CHANCE)
    looks = zip(cycle(COLOURS), cycle(STYLES), strict=False)
    for (name, curve), (colour, style) in zip(curves.items(), looks, strict=False):
        axes.plot(
            curve["false"],
            curve["true"],
            color=colour,
            linestyle=style,
            label=f"{short(name)}, {found[name]:.3f}",
        )
    if len(curves) > 1:
        axes.plot(*average_curve(curves), label=f"macro average, {_mean(found):.3f}", **MACRO)
    _name_axes(axes)
    axes.set_title("Receiver operating characteristic, with the area under it")
    axes.legend(loc="lower right", fontsize=8)


def _range(axes: Axes, curves: Mapping[str, Curve], found: Mapping[str, float]) -> None:
    import numpy as np

    grid = np.linspace(0, 1, GRID + 1)
    heights = np.array([np.interp(grid, curve["false"], curve["true"]) for curve in curves.values()])
    axes.fill_between(
        grid, heights.min(axis=0), heights.max(axis=0), color="#dfe5ec", label=f"all {len(curves)} labels"
    )
    axes.plot([0, 1], [0, 1], label="chance", **CHANCE)
    for name, style in ((max(found, key=found.__getitem__), "--"), (min(found, key=found.__getitem__), ":")):
        curve = curves[name]
        axes.plot(
            curve["false"],
            curve["true"],
            color=COLOURS[0],
            linestyle=style,
            label=f"{short(name)}, {found[name]:.3f}",
        )
    axes.plot(*average_curve(curves), label=f"macro average, {_mean(found):.3f}", **MACRO)
    _name_axes(axes)
    axes.set_title("Receiver operating characteristic, with the area under it")
    axes.legend(loc="lower right", fontsize=8)


def _panels(figure: Figure, curves: Mapping[str, Curve], found: Mapping[str, float]) -> None:
    """A panel for each curve, and one for their average, which the others show as a dashed line."""
    rows = ceil((len(curves) + 1) / COLUMNS)
    grid = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False)
    panels = [panel for row in grid for panel in row]
    average = average_curve(curves)
    for panel in panels:
        panel.set_xlim(0, 1)
        panel.set_ylim(0, 1.02)
        panel.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        panel.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        panel.tick_params(labelsize=8)
    for panel, (name, curve) in zip(panels, curves.items(), strict=False):
        panel.plot([0, 1], [0, 1], **CHANCE)
        panel.plot(*average, color="#8c8c8c", linewidth=1, linestyle="--")
        panel.plot(curve["false"], curve["true"], color=COLOURS[0], linewidth=1.6)
        _caption(panel, name, found[name])
    last = panels[len(curves)]
    last.plot([0, 1], [0, 1], **CHANCE)
    last.plot(*average, **MACRO)
    _caption(last, "macro average", _mean(found))
    for panel in panels[len(curves) + 1 :]:
        panel.set_visible(False)
    # Panels above an empty place show the axis that it would have had.
    for place in range(len(curves) + 1 - COLUMNS, (rows - 1) * COLUMNS):
        panels[place].tick_params(labelbottom=True)
    figure.supxlabel("false positive rate", fontsize=10)
    figure.supylabel("true positive rate", fontsize=10)


def _caption(panel: Axes, name: str, area: float) -> None:
    panel.set_title(short(name), fontsize=9)
    panel.text(0.96, 0.06, f"{area:.3f}", ha="right", va="bottom", fontsize=9)


def _name_axes(axes: Axes) -> None:
    axes.set_xlabel("false positive rate")
    axes.set_ylabel("true positive rate")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.01)


def _mean(found: Mapping[str, float]) -> float:
    return sum(found.values()) / len(found)


def auc_rows(evaluations: Sequence[Evaluation]) -> list[Mapping[str, Any]]:
    """The label rows of the last part that have an area, the best first; the middle is left out of very many."""
    rows = sorted(
        (row for row in evaluations[-1].labels if row["auc"] is not None), key=lambda row: -row["auc"]
    )
    half = BARS // 2
    return rows if len(rows) <= BARS else [*rows[:half], *rows[-half:]]


def auc_size(rows: int) -> tuple[float, float]:
    """Width and height in inches of the plot of so many areas."""
    return 7.2, 1.5 + 0.27 * max(rows, 3)


def draw_auc(figure: Figure, evaluations: Sequence[Evaluation]) -> None:
    """The area under the ROC curve of each label, one mark for each part, and the last part's average."""
    axes = figure.add_subplot()
    rows = auc_rows(evaluations)
    places = {row["label"]: place for place, row in enumerate(rows)}
    mean = sum(row["auc"] for row in evaluations[-1].labels if row["auc"] is not None) / sum(
        row["auc"] is not None for row in evaluations[-1].labels
    )
    last = evaluations[-1].part
    axes.axvline(0.5, label="chance", **CHANCE)
    axes.axvline(
        mean, color="#1d2733", linewidth=1.2, linestyle="--", label=f"macro average, {last} {mean:.3f}"
    )
    lowest = 0.5
    for evaluation in evaluations:
        known = [
            (row["auc"], places[row["label"]])
            for row in evaluation.labels
            if row["label"] in places and row["auc"] is not None
        ]
        if known:
            values, heights = [value for value, _ in known], [place for _, place in known]
            lowest = min(lowest, *values)
            axes.scatter(values, heights, s=34, label=evaluation.part, zorder=3, **LOOKS[evaluation.part])
    axes.set_yticks(range(len(rows)), [f"{short(row['label'], 26)} ({row['positives']:,})" for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(max(0.0, lowest - 0.05), 1.02)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("area under the ROC curve")
    axes.set_ylabel(f"label ({last} rows)")
    figure.legend(loc="outside upper center", ncols=5, fontsize=9)


def short(label: str, most: int = 18) -> str:
    """A label cut to so many characters.

    >>> short("Pleural_Thickening"), short("Enlarged Cardiomediastinum")
    ('Pleural_Thickening', 'Enlarged Cardiome…')
    """
    return label if len(label) <= most else f"{label[: most - 1]}…"
