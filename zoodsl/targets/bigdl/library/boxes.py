"""Boxes of a picture, as rows of class, score, left, top, right, bottom: found in a network's output, kept, cut off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zoodsl.targets.arrays import Array


@dataclass(frozen=True)
class FastestDet:
    """Makes boxes of FastestDet's output (dog-qiuqiu/FastestDet, utils/tool.py).

    Args:
        cells: the output's shape: 5 + classes, rows, columns. Of each cell it has the probability that something is there, where
            its middle is (the hyperbolic tangent, in cells from the cell's corner), its width and height (the sigmoid, of the
            picture's), and the probability of each class.
        iou: a box that overlaps one of its class with a higher score by more than this is left out.
    """

    cells: tuple[int, int, int]
    iou: float = 0.45

    def __call__(self, outputs: Array, floor: float) -> Array:
        """Boxes that score above ``floor``, the highest first, as parts of the picture's width and height."""
        cells = np.asarray(outputs, float).reshape(self.cells)
        _, rows, columns = cells.shape
        scores = cells[0] ** 0.6 * cells[5:].max(axis=0) ** 0.4
        row, column = np.nonzero(scores > floor)
        _, x, y, width, height, *classes = cells[:, row, column]
        middle = np.array([(column + np.tanh(x)) / columns, (row + np.tanh(y)) / rows])
        half = 0.5 / (1 + np.exp(-np.array([width, height])))
        found = np.column_stack(
            [np.argmax(classes, axis=0), scores[row, column], *(middle - half), *(middle + half)]
        )
        return suppressed(found, self.iou)


Detector = FastestDet
"""What makes boxes of a network's output: ``detector(outputs, floor)``."""


def overlaps(boxes: Array, others: Array) -> Array:
    """Intersection over union of each of n boxes with each of m others: (n, m); 0 where neither covers anything."""
    corner = np.maximum(boxes[:, None, 2:4], others[None, :, 2:4])
    sides = (np.minimum(boxes[:, None, 4:6], others[None, :, 4:6]) - corner).clip(0)
    shared = sides.prod(axis=2)
    union = areas(boxes)[:, None] + areas(others)[None] - shared
    ratios: Array = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return ratios


def areas(boxes: Array) -> Array:
    """What each box covers."""
    covered: Array = (boxes[:, 4] - boxes[:, 2]) * (boxes[:, 5] - boxes[:, 3])
    return covered


def suppressed(boxes: Array, iou: float) -> Array:
    """Non-maximum suppression: the boxes, the highest score first, that overlap no kept one of their class by more than ``iou``."""
    boxes = boxes[np.argsort(-boxes[:, 1], kind="stable")]
    rivals = (overlaps(boxes, boxes) > iou) & (boxes[:, None, 0] == boxes[None, :, 0])
    kept: list[int] = []
    for place in range(len(boxes)):
        if not rivals[place, kept].any():
            kept.append(place)
    return boxes[kept]


def in_pixels(boxes: Array, height: int, width: int) -> Array:
    """Boxes that are parts of a picture in its pixels, cut off at its edges; those outside of it are left out."""
    edges = (boxes[:, 2:] * (width, height, width, height)).clip(0, (width, height, width, height))
    found = np.hstack([boxes[:, :2], edges])
    return found[areas(found) > 0]
