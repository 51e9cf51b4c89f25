"""Average precision of boxes, as COCO defines it (cocodataset/cocoapi, cocoeval.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.boxes import overlaps

MOST_BOXES = 100
"""Boxes of a class in a picture that are judged, those with the highest scores."""

OVERLAPS = np.linspace(0.5, 0.95, 10)
"""The overlaps over which COCO averages."""

NOTHING = np.zeros((0, 6))
"""The boxes of a picture that has none."""


def judged_boxes(
    found: Mapping[str, Array], known: Mapping[str, Array], classes: Sequence[str], threshold: float
) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """How good the boxes of pictures are: the metrics, and a row for each class.

    ``mAP@0.5`` is the mean over the classes that have known boxes of their average precision at an overlap of 0.5;
    ``mAP@0.5:0.95`` its mean over the overlaps 0.5, 0.55, ..., 0.95. ``precision`` and ``recall`` are of the boxes that score above
    ``threshold``, at an overlap of 0.5.

    Args:
        found: boxes by picture, with low scores too.
        known: the known boxes by picture, whose scores do not count.
        classes: the names of the classes.
        threshold: the score above which a box is told.
    """
    table: list[dict[str, Any]] = []
    precisions = []
    for kind, name in enumerate(classes):
        scores, right, total = matched_boxes(found, known, kind)
        each = [coco_precision(scores, flags, total) for flags in right.T]
        precisions.append(each)
        above = scores > threshold
        hits = int(right[above, 0].sum())
        table.append(
            {"class": name, "known": total, "found": int(above.sum()), "right": hits, "AP@0.5": each[0]}
        )
    means = np.array([each for each, row in zip(precisions, table, strict=True) if row["known"]]).mean(axis=0)
    hits, told, total = (sum(row[name] for row in table) for name in ("right", "found", "known"))
    metrics = {
        "mAP@0.5": float(means[0]),
        "mAP@0.5:0.95": float(means.mean()),
        "precision": hits / told if told else float("nan"),
        "recall": hits / total,
    }
    return metrics, table


def matched_boxes(
    found: Mapping[str, Array], known: Mapping[str, Array], kind: int
) -> tuple[Array, Array, int]:
    """The scores of a class's boxes, the highest first, whether each is right at each of ``OVERLAPS``, and how many are known."""
    scores: list[Array] = [np.zeros(0)]
    right: list[Array] = [np.zeros((0, len(OVERLAPS)), bool)]
    total = 0
    for picture in [*found, *(known.keys() - found.keys())]:
        ours, theirs = found.get(picture, NOTHING), known.get(picture, NOTHING)
        ours, theirs = ours[ours[:, 0] == kind], theirs[theirs[:, 0] == kind]
        ours = ours[np.argsort(-ours[:, 1], kind="stable")][:MOST_BOXES]
        total += len(theirs)
        shared = overlaps(ours, theirs)
        scores.append(ours[:, 1])
        right.append(np.column_stack([matches(shared, least) for least in OVERLAPS]))
    joined = np.concatenate(scores)
    order = np.argsort(-joined, kind="stable")
    return joined[order], np.concatenate(right)[order], total


def matches(shared: Array, least: float) -> Array:
    """Whether each box, in order, overlaps a known one that none before it took by ``least``; it takes what it overlaps most."""
    shared = shared.copy()
    right = np.zeros(len(shared), bool)
    for place, row in enumerate(shared):
        if row.size and row.max() >= least:
            right[place] = True
            shared[:, row.argmax()] = -1
    return right


def coco_precision(scores: Array, right: Array, total: int) -> float:
    """The mean over the recalls 0, 0.01, ..., 1 of the highest precision at that recall or above; NaN without a known box.

    ``right`` says of each box, in the order of ``scores``, the highest first, whether it is one of ``total`` known ones.
    """
    if not total:
        return float("nan")
    hits = np.cumsum(right)
    precision = hits / np.arange(1, len(scores) + 1)
    highest = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(hits / total, np.linspace(0, 1, 101))
    return float(np.append(highest, 0.0)[places].mean())
