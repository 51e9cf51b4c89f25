"""What programs compute of boxes is what the reference defines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.targets.bigdl.library.average_precision import OVERLAPS, judged_boxes
from zoodsl.targets.bigdl.library.boxes import FastestDet, in_pixels, overlaps, suppressed
from zoodsl.targets.numpy import detection as reference

seeds = st.integers(0, 10**6)


def as_rows(found: list[reference.Found]) -> np.ndarray:
    return np.array([(each.kind, each.score, *each.box) for each in found]).reshape(-1, 6)


def some_boxes(draw: np.random.Generator, count: int, classes: int = 2) -> np.ndarray:
    """Boxes of whole numbers, so that there are equal overlaps, and different scores."""
    corner = draw.integers(0, 8, (count, 2))
    sides = draw.integers(1, 8, (count, 2))
    scores = draw.permutation(count) / max(count, 1)
    return np.column_stack([draw.integers(0, classes, count), scores, corner, corner + sides]).astype(float)


def as_found(boxes: np.ndarray) -> list[reference.Found]:
    return [reference.Found(int(kind), score, tuple(box)) for kind, score, *box in boxes.tolist()]


@pytest.mark.law("decoded boxes in programs = the reference's")
@given(seeds)
def test_boxes_of_fastest_det(seed: int) -> None:
    draw = np.random.default_rng(seed)
    shape = (5 + int(draw.integers(1, 4)), int(draw.integers(1, 5)), int(draw.integers(1, 5)))
    cells = draw.normal(size=shape)
    cells[0], cells[5:] = draw.random(shape[1:]), draw.random((shape[0] - 5, *shape[1:]))
    floor = float(draw.uniform(0, 0.7))
    found = FastestDet(shape, iou=0.3)(cells.ravel(), floor)
    wanted = as_rows(reference.suppressed(reference.fastest_det(cells, floor), 0.3))
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.law("overlaps and suppression in programs = the reference's")
@given(seeds)
def test_overlaps_and_suppression(seed: int) -> None:
    draw = np.random.default_rng(seed)
    boxes = some_boxes(draw, int(draw.integers(0, 9)))
    shared = overlaps(boxes, boxes)
    for one, row in zip(boxes, shared, strict=True):
        assert row.tolist() == pytest.approx(
            [reference.overlap(tuple(one[2:]), tuple(other[2:])) for other in boxes]
        )
    np.testing.assert_array_equal(
        suppressed(boxes, 0.25), as_rows(reference.suppressed(as_found(boxes), 0.25))
    )


@pytest.mark.law("mean average precision in programs = the reference's")
@given(seeds)
def test_mean_average_precision(seed: int) -> None:
    draw = np.random.default_rng(seed)
    pictures = "abcd"
    found = {name: some_boxes(draw, int(draw.integers(0, 7))) for name in pictures[:3]}
    every = np.concatenate(list(found.values()))
    every[:, 1] = draw.permutation(len(every)) / 40
    ends = np.cumsum([len(boxes) for boxes in found.values()])[:-1]
    found = dict(zip(found, np.split(every, ends), strict=True))
    known = {name: some_boxes(draw, int(draw.integers(1, 5))) for name in pictures[1:]}
    known["d"][:2, 0] = [0, 1][: len(known["d"])]

    metrics, table = judged_boxes(found, known, ["x", "y"], 0.2)
    wanted = np.array(
        [
            [
                reference.average_precision(
                    {name: [f for f in as_found(boxes) if f.kind == kind] for name, boxes in found.items()},
                    {
                        name: [tuple(box[2:]) for box in boxes if box[0] == kind]
                        for name, boxes in known.items()
                    },
                    least,
                )
                for least in OVERLAPS
            ]
            for kind in (0, 1)
        ]
    )
    assert [row["AP@0.5"] for row in table] == pytest.approx(wanted[:, 0].tolist(), nan_ok=True)
    assert metrics["mAP@0.5"] == pytest.approx(np.nanmean(wanted[:, 0]))
    assert metrics["mAP@0.5:0.95"] == pytest.approx(np.nanmean(wanted))


def test_precision_and_recall_count_boxes_above_the_threshold() -> None:
    ten, away = (0, 0, 10, 10), (20, 20, 30, 30)
    found = {"a": np.array([(0, 0.9, *ten), (0, 0.25, *away)]), "b": np.array([(1, 0.8, *ten)])}
    known = {"a": np.array([(0, 1, *ten), (0, 1, *away)], float)}
    metrics, table = judged_boxes(found, known, ["x", "y"], 0.3)
    assert (metrics["precision"], metrics["recall"]) == (0.5, 0.5)
    assert [row["found"] for row in table] == [1, 1]
    assert [row["right"] for row in table] == [1, 0]
    # No box of y is known: it has no average precision, and none in the mean.
    assert table[0]["AP@0.5"] == metrics["mAP@0.5"] == 1
    assert np.isnan(table[1]["AP@0.5"])


def test_boxes_in_pixels_end_at_the_edges() -> None:
    boxes = np.array([(0, 0.9, -0.1, 0.25, 0.5, 1.5), (1, 0.8, 1.0, 0, 1.2, 1)])
    np.testing.assert_allclose(in_pixels(boxes, height=100, width=200), [(0, 0.9, 0, 25, 100, 100)])
