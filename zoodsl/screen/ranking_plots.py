"""The plot of recommendations: how many held-out rows are among the first of their candidates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zoodsl.screen.drawing import MARKERS, Plot, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST = 50
"""Ranks behind this one are not drawn."""


def plots(details: Mapping[str, Any]) -> Iterator[Plot]:
    """``ranks``: the share of held-out rows up to each rank, for each kind of draw, beside what chance gives."""
    drawn: dict[tuple[int, ...], tuple[str, Mapping[str, Any]]] = {}
    for name, found in details.get("rankings", {}).items():
        if found["ranks"]:
            drawn.setdefault((found["among"], *found["ranks"]), (name, found))
    if drawn:
        yield Plot(
            "ranks",
            "The share of users whose held-out row is among the first of its candidates, which are ordered by the rating "
            "that the network expects. Dots show where chance would be.",
            picture(_draw_ranks, dict(drawn.values())),
        )


def _draw_ranks(figure: Figure, axes: Axes, rankings: Mapping[str, Mapping[str, Any]]) -> None:  # noqa: ARG001
    for place, (name, found) in enumerate(rankings.items()):
        ranks, among = found["ranks"], found["among"]
        places = range(1, min(LONGEST, among) + 1)
        shares = [sum(rank <= k for rank in ranks) / len(ranks) for k in places]
        axes.plot(
            places, shares, marker=MARKERS[place % len(MARKERS)], markevery=5, label=_named(name, among)
        )
        axes.plot(places, [k / among for k in places], ":", color="black")
    axes.set_title("Held-out rows among the first of their candidates")
    axes.set_xlabel("first candidates")
    axes.set_ylabel("share of held-out rows")
    axes.set_ylim(0, 1)
    axes.set_xlim(left=1)
    axes.plot([], [], ":", color="black", label="chance")
    axes.legend(loc="lower right")


def _named(name: str, among: int) -> str:
    """What the rows of a metric are: what the call says beside its places."""
    inside = name.partition("(")[2].rstrip(")")
    said = [part.strip() for part in inside.split(",") if part.strip() and not part.strip().startswith("k ")]
    return f"network, of {among} candidates" + (f", {', '.join(said)}" if said else "")
