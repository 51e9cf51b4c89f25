"""Plots of a series and its anomalies: over time, by kinds of rows, predicted beside actual, errors, and what is flagged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

from zoodsl.screen.drawing import Plot, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE = (9.6, 4.2)
"""Width and height in inches of what is drawn over time."""

LINE = "#1f5fa8"
OTHER = "#c2571a"
PALE = "#8fa3b8"
WINDOW = "#d9d9d9"

HATCHES = ("", "///", "...", "xx", "\\\\\\", "++")
"""Kinds of rows differ in hatching as well as in colour."""

FILLS = ("#1f5fa8", "#f3c9a5", "#2e7d4f", "#d8c7e8", "#8a6d1f", "#e3e3e3")

Details = Mapping[str, Any]


def plots(details: Details) -> Iterator[Plot]:
    """Each plot that was asked for."""
    label = details["label"]
    captions: Mapping[str, tuple[str, Callable[..., None]]] = {
        "series": (f"All rows of `{label}`.", _series),
        "histogram": (f"How the values of `{label}` are spread among each kind of rows.", _histogram),
        "forecast": (f"What is predicted of `{label}`, and what it was.", _forecast),
        "errors": ("How far each prediction is off; rows at or above the line are flagged.", _errors),
        "anomalies": (
            f"All rows of `{label}`; crosses are flagged, and the dashed line is where the judged rows begin"
            + ("; grey are the windows that are known." if details["windows"] else "."),
            _anomalies,
        ),
    }
    for name in details["plots"]:
        caption, draw = captions[name]
        yield Plot(name, caption, picture(draw, details, size=WIDE))


def _moments(held: Sequence[Any], details: Details) -> list[Any]:
    """Where rows stand on the time axis: at a date, or at a number."""
    from datetime import datetime

    if details["unit"] == "time" and held and isinstance(held[0], str):
        return [datetime.fromisoformat(text.removesuffix("Z")) for text in held]
    return list(held)


def _time_axis(axes: Axes, details: Details) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    if isinstance(details["whole"]["time"][0], str):
        locator = AutoDateLocator(maxticks=10)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.set_xlabel(details["unit"])
    axes.margins(x=0.01)


def _whole(axes: Axes, details: Details, **look: Any) -> None:
    whole = details["whole"]
    axes.plot(_moments(whole["time"], details), whole["value"], linewidth=0.6, **look)
    axes.set_ylabel(details["label"])
    _time_axis(axes, details)


def _series(_: Figure, axes: Axes, details: Details) -> None:
    _whole(axes, details, color=LINE)
    axes.set_title("The series")


def _histogram(_: Figure, axes: Axes, details: Details) -> None:
    held = details["histogram"]
    edges = held["edges"]
    width = (edges[1] - edges[0]) / max(1, len(held["shares"]))
    looks = zip(cycle(FILLS), cycle(HATCHES), strict=False)
    for place, ((kind, shares), (fill, hatch)) in enumerate(zip(held["shares"].items(), looks, strict=False)):
        axes.bar(
            [edge + place * width for edge in edges[:-1]],
            shares,
            width=width,
            align="edge",
            label=f"{held['name']} = {kind}",
            facecolor=fill,
            edgecolor="black",
            linewidth=0.5,
            hatch=hatch,
        )
    axes.set_xlabel(details["label"])
    axes.set_ylabel("share of the kind's rows, %")
    axes.set_title("Values of each kind of rows")
    axes.legend(loc="upper right")


def _forecast(_: Figure, axes: Axes, details: Details) -> None:
    judged = details["judged"]
    moments = _moments(judged["time"], details)
    axes.plot(moments, judged["actual"], color="black", linewidth=0.7, label="actual")
    axes.plot(
        moments,
        judged["predicted"],
        color=OTHER,
        linewidth=1.1,
        linestyle=(0, (4, 1.5)),
        label="predicted",
    )
    axes.set_ylabel(details["label"])
    axes.set_title("Predicted and actual")
    _time_axis(axes, details)
    _legend_above(axes)


def _errors(_: Figure, axes: Axes, details: Details) -> None:
    judged = details["judged"]
    moments = _moments(judged["time"], details)
    _shade(axes, details, moments)
    axes.plot(
        moments,
        judged["error"],
        color=LINE,
        linewidth=0.7,
        label="|actual - predicted|",
    )
    if details["threshold"] is not None:
        axes.axhline(
            details["threshold"],
            color="black",
            linestyle="--",
            linewidth=1.2,
            label=f"flagged from {details['threshold']:,.6g} on",
        )
    axes.set_ylabel(f"error of {details['label']}")
    axes.set_ylim(bottom=0)
    axes.set_title("Errors")
    _time_axis(axes, details)
    _legend_above(axes)


def _anomalies(_: Figure, axes: Axes, details: Details) -> None:
    judged = details["judged"]
    moments = _moments(judged["time"], details)
    _shade(axes, details, _moments(details["whole"]["time"], details))
    _whole(axes, details, color=PALE, label=details["label"])
    flagged = [(x, y) for x, y, flag in zip(moments, judged["actual"], judged["flag"], strict=True) if flag]
    if flagged:
        axes.plot(
            *zip(*flagged, strict=True),
            "x",
            color="#a01010",
            markersize=7,
            markeredgewidth=1.8,
            label="flagged",
        )
    axes.axvline(moments[0], color="black", linestyle="--", linewidth=1.2, label="judged from here on")
    axes.set_title("Anomalies")
    _legend_above(axes)


def _shade(axes: Axes, details: Details, drawn: Sequence[Any]) -> None:
    """Shades the windows that are known, as far as they meet the rows that are drawn, which are at these moments."""
    label = "known window"
    for window in details["windows"]:
        begin, end = _moments(window, details)
        if end < drawn[0] or begin > drawn[-1]:
            continue
        edges = max(begin, drawn[0]), min(end, drawn[-1])
        axes.axvspan(*edges, facecolor=WINDOW, edgecolor="#8c8c8c", linewidth=0.6, label=label)
        label = "_more"


def _legend_above(axes: Axes) -> None:
    """A legend above the axes, where it covers nothing."""
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4, borderaxespad=0.2)
    axes.title.set_horizontalalignment("left")
    axes.title.set_x(0.0)
