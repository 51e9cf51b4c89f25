"""Plots: what ``evaluate`` may draw of a trained network."""

from __future__ import annotations

from collections.abc import Mapping

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
}
"""Every plot of the language, by name."""
