"""The plots of a run: PNG pictures that also read in black and white."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from math import ceil, nan
from pathlib import Path
from typing import TYPE_CHECKING

from zoodsl.runtime.history import Epoch, History, whole
from zoodsl.screen.drawing import MARKERS, Plot, figure_png, picture
from zoodsl.screen.judged_plots import judged_plots, predicted_plots
from zoodsl.screen.label_plots import (
    BARS,
    COLOURS,
    STYLES,
    areas,
    auc_rows,
    auc_size,
    draw_auc,
    draw_roc,
    has_panels,
    roc_size,
    short,
)
from zoodsl.screen.results import result_plots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKED = 30
"""Curves of more points get markers at this many of them alone."""

WIDE = 100
"""Learning rates that span more than this factor are drawn on a logarithmic axis."""

NAMED_CELLS = 16
"""Confusion matrices of more classes show no numbers in their cells."""

NAMED_CLASSES = 40
"""Confusion matrices of more classes name only every n-th of them."""


def plots(history: History, folder: Path | None = None) -> Iterator[Plot]:
    """Every plot that the history has something for.

    They are loss, metrics, learning_rate, confusion, roc, auc_by_label, and those of tasks' results. Those that show
    pictures of rows (strip, gallery, predicted, neighbours) need the run ``folder``.
    """
    if history.epochs or history.iterations:
        yield Plot("loss", "Loss of each iteration, and its mean over each epoch.", picture(_loss, history))
    if _metric_names(history.epochs):
        yield Plot(
            "metrics", "Metrics over the validation rows after each epoch.", picture(_metrics, history)
        )
    if history.iterations:
        yield Plot("learning_rate", "Learning rate of each iteration.", picture(_learning_rate, history))
    if history.evaluations:
        yield from _of_evaluations(history)
        if folder is not None:
            yield from judged_plots(history.evaluations[-1], folder)
    if folder is not None:
        yield from predicted_plots(history.predictions, folder)
    for result in history.results:
        yield from result_plots(result, folder)


def _of_evaluations(history: History) -> Iterator[Plot]:
    last = history.evaluations[-1]
    if confusion := last.details.get("confusion"):
        labels, matrix = confusion["labels"], confusion["matrix"]
        side = min(12.0, max(4.6, 1.8 + 0.42 * len(labels)))
        yield Plot(
            "confusion",
            f"Which class was taken for which, in the {last.part} rows; shades are shares of a row.",
            picture(_confusion, labels, matrix, size=(side + 0.9, side)),
        )
    if curves := areas(last):
        yield Plot(
            "roc",
            f"Share of right alarms against share of false ones, in the {last.part} rows, with the area below"
            + ("; dashed is the macro average." if has_panels(len(curves)) else "."),
            figure_png(draw_roc, last, size=roc_size(len(curves))),
        )
    if rows := auc_rows(history.evaluations):
        yield Plot(
            "auc_by_label",
            f"Area under the ROC curve of each label; in brackets, how many {last.part} rows have it"
            + (
                f". Between the best and the worst {len(rows) // 2}, labels are left out."
                if len(rows) == BARS
                else "."
            ),
            figure_png(draw_auc, history.evaluations, size=auc_size(len(rows))),
        )


def _loss(_: Figure, axes: Axes, history: History) -> None:
    steps = [step for step in history.iterations if step.loss is not None]
    per_epoch = history.started.get("iterations_per_epoch") or 1
    if steps:
        axes.plot(
            [step.number / per_epoch for step in steps],
            [_value(step.loss) for step in steps],
            color="#b9c6d6",
            linewidth=0.9,
            label="training, each iteration",
        )
    curves = {
        "training, mean of the epoch": [_value(epoch.loss) for epoch in history.epochs],
        "validation": [_value(epoch.validation.get("loss")) for epoch in history.epochs],
    }
    _curves(axes, [epoch.epoch for epoch in history.epochs], curves)
    axes.set_title("Loss")
    axes.set_ylabel("loss")
    _epoch_axis(axes, history)


def _metrics(_: Figure, axes: Axes, history: History) -> None:
    numbers = [epoch.epoch for epoch in history.epochs]
    curves = {
        name: [_value(epoch.validation.get(name)) for epoch in history.epochs]
        for name in _metric_names(history.epochs)
    }
    _curves(axes, numbers, curves)
    if best := history.best:
        axes.axvline(
            best.epoch,
            color="#555555",
            linewidth=1,
            linestyle=(0, (2, 3)),
            label=f"best, epoch {best.epoch}",
        )
    axes.set_title("Validation")
    axes.set_ylabel(next(iter(curves)) if len(curves) == 1 else "metric")
    _epoch_axis(axes, history)


def _learning_rate(_: Figure, axes: Axes, history: History) -> None:
    steps = history.iterations
    axes.plot(
        [step.number for step in steps],
        [_value(step.learning_rate) for step in steps],
        color=COLOURS[0],
        drawstyle="steps-post",
    )
    axes.set_title("Learning rate")
    axes.set_xlabel("iteration")
    axes.set_ylabel("learning rate")
    rates = [step.learning_rate for step in steps if step.learning_rate]
    if rates and max(rates) > WIDE * min(rates):
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
        axes.ticklabel_format(axis="y", scilimits=(-3, 4), useMathText=True)


def _curves(axes: Axes, x: Sequence[int], curves: Mapping[str, Sequence[float]]) -> None:
    """Lines that differ in colour, style and marker; those without a finite value are left out."""
    looks = zip(cycle(COLOURS), cycle(STYLES), cycle(MARKERS), strict=False)
    for (label, y), (colour, style, marker) in zip(curves.items(), looks, strict=False):
        if any(value == value for value in y):  # noqa: PLR0124 - not a number is not itself
            axes.plot(
                x, y, color=colour, linestyle=style, marker=marker, markersize=4, label=label,
                markevery=max(1, ceil(len(x) / MARKED)),
            )  # fmt: skip


def _epoch_axis(axes: Axes, history: History) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    if len(history.epochs) == 1:
        axes.set_xlim(0, 2)
    if axes.get_legend_handles_labels()[0]:  # none where no value could be measured
        axes.legend(loc="best")


def _confusion(figure: Figure, axes: Axes, labels: Sequence[str], matrix: Sequence[Sequence[int]]) -> None:
    shares = [[count / max(1, sum(row)) for count in row] for row in matrix]
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    if len(labels) <= NAMED_CELLS:
        for row, (counts, parts) in enumerate(zip(matrix, shares, strict=True)):
            for column, (count, share) in enumerate(zip(counts, parts, strict=True)):
                colour = "white" if share > 0.55 else "#222222"
                axes.text(
                    column,
                    row,
                    f"{count:,}" if count else "·",
                    ha="center",
                    va="center",
                    color=colour,
                    fontsize=8,
                )
    step = ceil(len(labels) / NAMED_CLASSES)
    named = range(0, len(labels), step)
    names = [short(labels[index]) for index in named]
    turned = max(map(len, names)) > 3
    axes.set_xticks(
        named, names, rotation=60 if turned else 0, ha="right" if turned else "center", rotation_mode="anchor"
    )
    axes.set_yticks(named, names)
    axes.tick_params(length=0, labelsize=8)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.set_title("Confusion")
    figure.colorbar(image, ax=axes, shrink=0.8, label="share of the true class")


def _metric_names(epochs: Sequence[Epoch]) -> list[str]:
    return list(dict.fromkeys(name for epoch in epochs for name in whole(epoch.validation) if name != "loss"))


def _value(value: float | None) -> float:
    """The number, or what leaves a gap in a curve."""
    return nan if value is None else value
