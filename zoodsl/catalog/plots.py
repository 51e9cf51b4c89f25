"""Plots: what ``evaluate`` may draw of a trained network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zoodsl.catalog.operator import Plot, Target

PLOTS: Mapping[str, Plot] = {
    "curves": Plot(
        targets=tuple(Target),
        pictures={
            "metrics": "metrics of each validation",
            "learning_rate": "learning rate of each iteration",
        },
    ),
    "confusion": Plot(targets=(Target.CLASS,), pictures={"confusion": "which class was taken for which"}),
    "roc": Plot(targets=(Target.CLASS, Target.MULTI_HOT), pictures={"roc": "true against false positives"}),
    "auc_by_label": Plot(
        targets=(Target.CLASS, Target.MULTI_HOT),
        pictures={"auc_by_label": "area under the ROC curve of each class or label"},
    ),
    "strip": Plot(
        targets=(Target.CLASS,),
        pictures={"strip": "the first images in a row, with what is predicted of them"},
        of_images=True,
    ),
    "gallery": Plot(
        targets=(Target.CLASS,),
        pictures={"gallery": "some images of each predicted class, mistakes first"},
        of_images=True,
    ),
}
"""Every plot of the language, by name."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a task: the name of its file, and what it shows."""

    name: str
    doc: str


SERIES_PLOTS: Mapping[str, Picture] = {
    "series": Picture("series", "the whole series over time"),
    "histogram": Picture("histogram", "how the values of each kind of rows are spread"),
    "forecast": Picture("forecast", "what is predicted beside what was"),
    "errors": Picture("errors", "the error of each row, and from where on it is flagged"),
    "anomalies": Picture("anomalies", "the whole series with the rows that are flagged"),
}
"""Every plot of `anomalies`, by name."""
