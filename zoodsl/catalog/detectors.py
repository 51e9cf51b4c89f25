"""Detectors: how what a network gives of a picture becomes boxes with a class and a score."""

from __future__ import annotations

from zoodsl.catalog.operator import Arguments, Detector, Mismatch, Parameter
from zoodsl.catalog.values import ListOf, OneOf, Path, Share, String
from zoodsl.types import Shape, show


def _cells(arguments: Arguments, shape: Shape) -> Mismatch | None:
    """FastestDet gives 5 numbers and one a class for each cell of a grid."""
    classes = len(arguments["classes"])
    if len(shape) != 3:
        return Mismatch(
            f"`FastestDet` reads the cells of a grid, (5 + classes) x rows x columns, and the network gives {show(shape)}",
            "end the network with the detector's last convolution",
        )
    if shape[0] < 6:
        return Mismatch(
            f"`FastestDet` reads 5 numbers and one a class of each cell, and the network gives {show(shape)}",
            "end the network with the detector's last convolution",
        )
    if shape[0] != 5 + classes:
        return Mismatch(
            f"the network gives {show(shape)}, which is 5 numbers and {shape[0] - 5} classes a cell, and {classes} "
            f"{'is' if classes == 1 else 'are'} named",
            "name the classes that the detector was trained on, in their order",
            "classes",
        )
    return None


OPERATORS = (
    Detector(
        name="FastestDet",
        doc="Boxes of FastestDet's output, (5 + classes) x rows x columns: of each cell of a grid, the probability that "
        "something is there, where its middle is (the hyperbolic tangent, in cells from the cell's upper left corner), its "
        "width and height (the sigmoid, as parts of the picture's), and the probability of each class. The score is "
        "`there ** 0.6 * class ** 0.4`.",
        source="github.com/dog-qiuqiu/FastestDet, utils/tool.py, handle_preds",
        parameters=(
            Parameter(
                "classes",
                OneOf((ListOf(String(), least=1, distinct=True), Path())),
                doc="the names of the classes, in the network's order, or a file with one a line",
                old_names=("names", "labels", "label_map"),
            ),
            Parameter(
                "threshold",
                Share(),
                default=0.3,
                doc="boxes that score above it are told and drawn",
                old_names=("thresh", "conf_thresh", "score_threshold"),
                keyword_only=True,
            ),
            Parameter(
                "iou",
                Share(),
                default=0.45,
                doc="intersection over union: a box that overlaps one of its class with a higher score by more is left out "
                "(non-maximum suppression)",
                old_names=("nms_thresh", "iou_threshold", "nms"),
                keyword_only=True,
            ),
        ),
        cells=_cells,
    ),
)
"""Every detector of the language."""
