"""The charts of an experiment: its metric by combination, by label, and by epoch beside the learning rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, starmap
from math import nan
from typing import TYPE_CHECKING

from zoodsl.runtime.experiments import Comparison, Trial
from zoodsl.runtime.history import Epoch, History, whole
from zoodsl.screen.drawing import MARKERS, Plot, figure_png, picture
from zoodsl.screen.label_plots import COLOURS, STYLES, short
from zoodsl.screen.progress import measure
from zoodsl.screen.scaling_plots import speed_up

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TOGETHER = 6
"""Runs that are told apart in one chart, by marker and line."""

WIDE = 100
"""Values that span more than this factor are drawn on a logarithmic axis."""

Histories = Mapping[str, History]
"""What each run tells, by its folder."""


def plots(comparison: Comparison, told: Histories) -> Iterator[Plot]:
    """Every chart that the experiment has something for: metric, labels, schedules, speed_up."""
    measured = [trial for trial in comparison.trials if trial.value is not None]
    if measured and comparison.metric:
        swept = _swept(comparison)
        if swept is None:
            size = 7.2, max(2.4, 1.3 + 0.3 * len(measured))
            yield Plot(
                "metric",
                f"{comparison.metric} of each combination; the star is the best.",
                picture(_dots, comparison, measured, size=size),
            )
        else:
            yield Plot("metric", f"{comparison.metric} by {swept}.", picture(_sweep, comparison, swept))
    by_label = _by_label(comparison, told)
    if by_label:
        labels = max(len(found) for found in by_label.values())
        yield Plot(
            "labels",
            f"{comparison.metric} of each label, for each combination; in the legend, its mean over labels.",
            picture(_labels, comparison.metric, by_label, size=(max(7.2, 1.8 + 0.55 * labels), 4.8)),
        )
    courses = tuple(_courses(comparison, told))
    if len(courses) > 1:
        yield Plot(
            "schedules",
            f"{courses[0].metric} at each validation (lines with marks, left axis), and the learning rate (dashed, right "
            "axis); of combinations with one learning rate, the best.",
            figure_png(_schedules, courses, size=(8.2, 4.6)),
        )
    yield from speed_up(comparison)


def named(trial: Trial) -> str:
    """A combination in few words: texts alone, ``not`` before the name of what is off, and names of numbers."""
    return ", ".join(starmap(_word, trial.values.items()))


def _word(name: str, value: str) -> str:
    match value:
        case "true":
            return name
        case "false":
            return f"not {name}"
        case _:
            return value[1:-1] if value.startswith('"') else f"{name} = {value}"


def _swept(comparison: Comparison) -> str | None:
    """The param with most values, where these are numbers and at least three: drawn along an axis."""
    lists = {name: {trial.values[name] for trial in comparison.trials} for name in comparison.compared}
    numeric = [name for name, values in lists.items() if len(values) > 2 and all(map(_is_number, values))]
    chosen = max(numeric, key=lambda name: len(lists[name]), default=None)
    return chosen if chosen and len(comparison.trials) <= TOGETHER * len(lists[chosen]) else None


def _is_number(written: str) -> bool:
    try:
        float(written)
    except ValueError:
        return False
    return True


def _dots(_: Figure, axes: Axes, comparison: Comparison, measured: Sequence[Trial]) -> None:
    best = comparison.best
    for place, trial in enumerate(measured):
        mark = (
            {"marker": "*", "markersize": 13, "color": "black"}
            if trial is best
            else {"marker": "o", "color": COLOURS[0]}
        )
        axes.plot([_or_nan(trial.value)], [place], linestyle="none", **mark)
        axes.annotate(
            measure(trial.value),
            (trial.value or 0.0, place),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axes.set_yticks(range(len(measured)), [short(named(trial), 48) for trial in measured])
    axes.set_ylim(len(measured) - 0.5, -0.5)
    axes.margins(x=0.15)
    axes.set_xlabel(comparison.metric or "")
    axes.set_ylabel(", ".join(comparison.compared))
    axes.set_title(f"{comparison.metric} by combination")


def _sweep(_: Figure, axes: Axes, comparison: Comparison, swept: str) -> None:
    lines: dict[tuple[str, ...], list[tuple[float, float]]] = {}
    for trial in comparison.trials:
        rest = tuple(f"{name} = {value}" for name, value in trial.values.items() if name != swept)
        if trial.value is not None:
            lines.setdefault(rest, []).append((float(trial.values[swept]), trial.value))
    looks = zip(cycle(COLOURS), cycle(STYLES), cycle(MARKERS), strict=False)
    for (rest, points), (colour, style, marker) in zip(lines.items(), looks, strict=False):
        x, y = zip(*sorted(points), strict=True)
        axes.plot(x, y, color=colour, linestyle=style, marker=marker, label=", ".join(rest))
    values = [float(trial.values[swept]) for trial in comparison.trials]
    if min(values) > 0 and max(values) >= WIDE * min(values):
        axes.set_xscale("log")
    best = comparison.best
    if best is not None and best.value is not None:
        axes.plot(
            float(best.values[swept]),
            best.value,
            marker="*",
            markersize=15,
            color="black",
            linestyle="none",
            label="best",
        )
    axes.legend()
    axes.set_xlabel(swept)
    axes.set_ylabel(comparison.metric or "")
    axes.set_title(f"{comparison.metric} by {swept}")


def _by_label(comparison: Comparison, told: Histories) -> dict[str, dict[str, float]]:
    """The metric of each label, by combination; of many combinations, the best ones. Empty where none is of labels."""
    sign = -1 if comparison.better == "min" else 1
    order = sorted(comparison.trials, key=lambda trial: -sign * (nan if trial.value is None else trial.value))
    chosen = order[:TOGETHER] if len(order) > TOGETHER else comparison.trials
    found: dict[str, dict[str, float]] = {}
    for trial in chosen:
        evaluations = told[trial.folder].evaluations
        metrics = evaluations[-1].metrics if evaluations else {}
        labels = {
            name.partition("/")[2]: value
            for name, value in metrics.items()
            if value is not None
            and "/" in name
            and name.partition("/")[0].partition("(")[0] == comparison.metric
        }
        if labels:
            found[named(trial)] = labels
    return found


def _labels(figure: Figure, axes: Axes, metric: str, by_label: Mapping[str, Mapping[str, float]]) -> None:
    labels = list(dict.fromkeys(label for found in by_label.values() for label in found))
    spread = 0.5 / len(by_label)
    for number, (name, found) in enumerate(by_label.items()):
        places = [
            place + (number - (len(by_label) - 1) / 2) * spread
            for place, label in enumerate(labels)
            if label in found
        ]
        mean = sum(found.values()) / len(found)
        filled = number % 2 == 0
        axes.plot(
            places,
            [found[label] for label in labels if label in found],
            linestyle="none",
            marker=MARKERS[number % len(MARKERS)],
            color=COLOURS[number % len(COLOURS)],
            markerfacecolor=COLOURS[number % len(COLOURS)] if filled else "white",
            label=f"{short(name, 48)}: mean {mean:.3f}",
        )
    axes.set_xticks(
        range(len(labels)),
        [short(label) for label in labels],
        rotation=45,
        ha="right",
        rotation_mode="anchor",
    )
    axes.set_xlim(-0.6, len(labels) - 0.4)
    axes.set_ylabel(metric)
    axes.set_title(f"{metric} by label")
    figure.legend(loc="outside lower center", ncols=2)


@dataclass(frozen=True, slots=True)
class Course:
    """A run's metric and learning rate at the end of each epoch."""

    name: str
    metric: str
    epochs: tuple[int, ...]
    values: tuple[float, ...]
    rates: tuple[float, ...]


def _courses(comparison: Comparison, told: Histories) -> Iterator[Course]:
    """Of every course of the learning rate that is there, the best run."""
    sign = -1 if comparison.better == "min" else 1
    best: dict[tuple[float | None, ...], Trial] = {}
    for trial in comparison.trials:
        rates = tuple(epoch.learning_rate for epoch in told[trial.folder].epochs)
        known = best.get(rates)
        value = nan if trial.value is None else sign * trial.value
        if rates and (known is None or known.value is None or value > sign * known.value):
            best[rates] = trial
    for trial in list(best.values())[:TOGETHER]:
        epochs = told[trial.folder].epochs
        metric = _watched(comparison.metric, epochs)
        yield Course(
            named(trial),
            metric,
            tuple(epoch.epoch for epoch in epochs),
            tuple(
                _or_nan(epoch.validation.get(metric, epoch.loss if metric == "loss" else None))
                for epoch in epochs
            ),
            tuple(_or_nan(epoch.learning_rate) for epoch in epochs),
        )


def _watched(metric: str | None, epochs: Sequence[Epoch]) -> str:
    """The metric that validation computes: that of the experiment, else its first, else the loss."""
    validated = [name for epoch in epochs for name in whole(epoch.validation) if name != "loss"]
    return metric if metric in validated else validated[0] if validated else "loss"


def _or_nan(value: float | None) -> float:
    return nan if value is None else value


def _schedules(figure: Figure, courses: Sequence[Course]) -> None:
    from matplotlib.ticker import MaxNLocator

    axes = figure.add_subplot()
    right = axes.twinx()
    right.grid(visible=False)
    right.spines["right"].set_visible(True)
    for number, course in enumerate(courses):
        colour = COLOURS[number % len(COLOURS)]
        mark = MARKERS[number % len(MARKERS)]
        axes.plot(
            course.epochs,
            course.values,
            color=colour,
            marker=mark,
            markersize=5,
            label=f"{course.metric}, {course.name}",
        )
        right.plot(
            course.epochs,
            course.rates,
            color=colour,
            linestyle=("--", ":", "-.")[number % 3],
            linewidth=1.2,
            drawstyle="steps-mid",
            label=f"learning rate, {course.name}",
        )
    rates = [rate for course in courses for rate in course.rates if rate > 0]
    if rates and max(rates) >= WIDE * min(rates):
        right.set_yscale("log")
    else:
        right.set_ylim(bottom=0)
        right.ticklabel_format(axis="y", scilimits=(-3, 4), useMathText=True)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.set_ylabel(courses[0].metric)
    right.set_ylabel("learning rate")
    axes.set_title(f"{courses[0].metric} and learning rate")
    lines = [*axes.get_lines(), *right.get_lines()]
    figure.legend(handles=lines, loc="outside lower center", ncols=2)
