"""Detection in NumPy, box by box: what a detector's output means, which boxes are kept, and how good they are.

A box is left, top, right, bottom; it covers ``(right - left) * (bottom - top)``, in any unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, tanh

import numpy as np

from zoodsl.targets.arrays import Array

Box = tuple[float, float, float, float]

MOST = 100
"""Boxes of a picture that are judged, those with the highest scores."""

RECALLS = np.linspace(0, 1, 101)
"""The recalls at which precision is averaged."""


@dataclass(frozen=True, slots=True)
class Found:
    """A box, the place of its class among the classes, and a score of 0 to 1."""

    kind: int
    score: float
    box: Box


def fastest_det(cells: Array, floor: float) -> list[Found]:
    """The boxes in FastestDet's output that score above ``floor``, as parts of the picture's width and height.

    ``cells`` is (5 + classes, rows, columns). Of each cell it has the probability that something is there, where its middle
    is (the hyperbolic tangent, in cells from the cell's corner), its width and height (the sigmoid), and the probability of
    each class; the score is ``there ** 0.6 * class ** 0.4``. From utils/tool.py of dog-qiuqiu/FastestDet, 50473cd.
    """
    _, rows, columns = cells.shape
    found = []
    for row in range(rows):
        for column in range(columns):
            there, x, y, width, height, *classes = (float(number) for number in cells[:, row, column])
            kind = int(np.argmax(classes))
            score = there**0.6 * classes[kind] ** 0.4
            if score > floor:
                middle = (column + tanh(x)) / columns, (row + tanh(y)) / rows
                half = 0.5 / (1 + exp(-width)), 0.5 / (1 + exp(-height))
                box = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
                found.append(Found(kind, score, box))
    return found


def overlap(one: Box, other: Box) -> float:
    """Intersection over union; 0 where neither covers anything."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(width, 0.0) * max(height, 0.0)
    union = _area(one) + _area(other) - shared
    return shared / union if union > 0 else 0.0


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def suppressed(found: Sequence[Found], most: float) -> list[Found]:
    """Non-maximum suppression: from the highest score on, a box is kept unless one of its class that is kept overlaps it more than ``most``."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: -each.score):
        if all(other.kind != one.kind or overlap(one.box, other.box) <= most for other in kept):
            kept.append(one)
    return kept


def matches(found: Sequence[Found], known: Sequence[Box], least: float) -> list[bool]:
    """Whether each box of one class in one picture, from the highest score on, is a known one.

    It is if it overlaps one that no box before it is, by ``least`` or more; it takes that which it overlaps most.
    """
    free = list(known)
    right = []
    for one in sorted(found, key=lambda each: -each.score)[:MOST]:
        best = max(free, key=lambda box: overlap(one.box, box), default=None)
        is_right = best is not None and overlap(one.box, best) >= least
        right.append(is_right)
        if best is not None and is_right:
            free.remove(best)
    return right


def average_precision(
    found: Mapping[str, Sequence[Found]], known: Mapping[str, Sequence[Box]], least: float = 0.5
) -> float:
    """COCO's average precision of one class, over pictures by name: NaN without a known box.

    From the highest score on, each box changes precision and recall. Precision at a recall is the highest one at that recall or
    above; it is averaged over the recalls 0, 0.01, ..., 1. From cocoeval.py of cocodataset/cocoapi.
    """
    total = sum(map(len, known.values()))
    if not total:
        return float("nan")
    judged = []
    for picture, boxes in found.items():
        ordered = sorted(boxes, key=lambda each: -each.score)
        judged += list(
            zip(
                (each.score for each in ordered),
                matches(boxes, known.get(picture, ()), least),
                strict=False,
            )
        )
    judged.sort(key=lambda each: -each[0])
    right = 0
    curve = []
    for told, (_, is_right) in enumerate(judged, 1):
        right += is_right
        curve.append((right / total, right / told))
    best = [
        max((precision for reached, precision in curve if reached >= recall), default=0.0)
        for recall in RECALLS
    ]
    return float(np.mean(best))
