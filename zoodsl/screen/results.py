"""The plots of tasks' results, each drawn by a module of its own that loads when there is something to draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from zoodsl.runtime.history import Result
from zoodsl.screen.drawing import Plot

PLOTTERS: Mapping[str, str] = {
    "anomalies": "zoodsl.screen.anomaly_plots:plots",
    "recommend": "zoodsl.screen.ranking_plots:plots",
}
"""By a task's keyword, the function that draws from its details: it takes them and gives ``Plot`` after ``Plot``."""


PICTURED: Mapping[str, str] = {
    "index": "zoodsl.screen.similarity_plots:plots",
    "gallery": "zoodsl.screen.gallery_plots:plots",
}
"""The same of tasks whose plots show pictures of rows: it takes the details, and the run folder that pictures are in."""


def result_plots(result: Result, folder: Path | None = None) -> Iterator[Plot]:
    """The plots of a result; none where its task has none. Without the run ``folder``, none that show its pictures."""
    if folder is not None and result.task in PICTURED:
        module, function = PICTURED[result.task].split(":")
        yield from getattr(import_module(module), function)(result.details, folder)
    if result.task in PLOTTERS:
        module, function = PLOTTERS[result.task].split(":")
        yield from getattr(import_module(module), function)(result.details)
