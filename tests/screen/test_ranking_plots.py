"""The plot of recommendations."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from zoodsl.screen.ranking_plots import plots

DETAILS = {
    "rankings": {
        "HitRatio@10": {"k": 10, "among": 100, "ranks": [1, 4, 11, 80]},
        "NDCG@10": {"k": 10, "among": 100, "ranks": [1, 4, 11, 80]},
        "HitRatio(k = 10, least = 4)": {"k": 10, "among": 100, "ranks": [2, 90]},
    }
}


def test_ranks_are_drawn_once_for_each_kind_of_draw() -> None:
    [plot] = plots(DETAILS)
    [again] = plots({"rankings": {name: DETAILS["rankings"][name] for name in ("HitRatio@10", "NDCG@10")}})
    assert plot.name == again.name == "ranks"
    assert Image.open(BytesIO(plot.png)).size == Image.open(BytesIO(again.png)).size
    assert plot.png != again.png


@pytest.mark.parametrize("details", [{}, {"rankings": {"HitRatio@10": {"k": 10, "among": 100, "ranks": []}}}])
def test_without_ranks_nothing_is_drawn(details: dict[str, object]) -> None:
    assert list(plots(details)) == []
