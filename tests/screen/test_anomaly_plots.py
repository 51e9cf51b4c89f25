"""The plots of a series: which there are, and that they are drawn of what there is."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from zoodsl.screen.anomaly_plots import plots

ALL = ["series", "histogram", "forecast", "errors", "anomalies"]


def details(**changed: Any) -> dict[str, Any]:
    times = [f"2024-05-{1 + row // 24:02} {row % 24:02}:00:00" for row in range(72)]
    return {
        "label": "value",
        "unit": "time",
        "plots": ALL,
        "threshold": 5.0,
        "windows": [
            ["2024-05-03T06:00:00", "2024-05-03T12:00:00"],
            ["2023-01-01T00:00:00", "2023-01-02T00:00:00"],
        ],
        "whole": {"time": times, "value": [float(row % 24) for row in range(72)]},
        "judged": {
            "time": times[48:],
            "actual": [float(row) for row in range(24)],
            "predicted": [float(row) + (row == 8) * 6 for row in range(24)],
            "error": [(row == 8) * 6.0 for row in range(24)],
            "flag": [int(row == 8) for row in range(24)],
        },
        "histogram": {
            "name": "night",
            "edges": [0.0, 12.0, 24.0],
            "shares": {"0": [40.0, 60.0], "1": [90.0, 10.0]},
        },
    } | changed


def greys(png: bytes) -> int:
    """How many pixels have the grey of a known window."""
    pixels = Image.open(io.BytesIO(png)).convert("RGB").getcolors(1 << 20) or []
    return sum(count for count, colour in pixels if colour == (217, 217, 217))


def test_every_plot_is_drawn_and_has_a_caption() -> None:
    drawn = list(plots(details()))
    assert [plot.name for plot in drawn] == ALL
    assert all(plot.caption.endswith(".") for plot in drawn)
    assert len({plot.png for plot in drawn}) == len(ALL)
    assert all(Image.open(io.BytesIO(plot.png)).width == 1152 for plot in drawn)


def test_known_windows_are_shaded_where_rows_are_drawn() -> None:
    (with_windows,) = plots(details(plots=["errors"]))
    (without,) = plots(details(plots=["errors"], windows=[]))
    assert greys(with_windows.png) > 10_000
    assert greys(without.png) < 500  # of the letters' edges


@pytest.mark.parametrize("changed", [{"threshold": None}, {"unit": "row"}])
def test_without_flags_or_times(changed: dict[str, Any]) -> None:
    given = details(**changed)
    if "unit" in changed:
        given["windows"] = []
        for part in ("whole", "judged"):
            given[part]["time"] = list(range(len(given[part]["time"])))
    else:
        given["judged"]["flag"] = [0] * 24
    assert len(list(plots(given))) == len(ALL)


def test_kinds_of_rows_can_be_told_apart_without_colours() -> None:
    one = details(plots=["histogram"])
    other = details(plots=["histogram"])
    other["histogram"]["shares"] = {"0": [40.0, 60.0], "1": [40.0, 60.0]}
    (first,), (second,) = plots(one), plots(other)
    assert first.png != second.png
