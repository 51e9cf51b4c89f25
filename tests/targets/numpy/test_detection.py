"""Boxes and their average precision against values worked out by hand, and the laws that define them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.targets.numpy.detection import (
    Found,
    average_precision,
    fastest_det,
    matches,
    overlap,
    suppressed,
)

TEN = (0.0, 0.0, 10.0, 10.0)
SHIFTED = (5.0, 0.0, 15.0, 10.0)
AWAY = (20.0, 20.0, 30.0, 30.0)


def test_overlap_is_intersection_over_union():
    assert overlap(TEN, TEN) == 1
    assert overlap(TEN, SHIFTED) == pytest.approx(50 / 150)
    assert overlap(TEN, AWAY) == 0
    assert overlap((1, 1, 1, 1), (1, 1, 1, 1)) == 0


def test_a_cell_of_fastest_det():
    cells = np.zeros((7, 2, 4))
    # The second row's third cell: something is there, half a cell to the right, a quarter as wide as the picture.
    cells[:, 1, 2] = [0.8, math.atanh(0.5), 0, math.log(0.25 / 0.75), 0, 0.3, 0.7]
    [found] = fastest_det(cells, 0.5)
    assert found.kind == 1
    assert found.score == pytest.approx(0.8**0.6 * 0.7**0.4)
    # The middle is at 2.5 of 4 columns and 1 of 2 rows.
    assert found.box == pytest.approx((0.625 - 0.125, 0.5 - 0.25, 0.625 + 0.125, 0.5 + 0.25))
    assert fastest_det(cells, 0.77) == []


def test_of_boxes_that_overlap_the_best_of_a_class_is_kept():
    best, worse, other = Found(0, 0.9, TEN), Found(0, 0.8, SHIFTED), Found(1, 0.7, TEN)
    assert suppressed([worse, other, best], 0.3) == [best, other]
    assert suppressed([worse, other, best], 0.34) == [best, worse, other]


def test_what_was_left_out_leaves_nothing_out():
    first, second = Found(0, 0.9, TEN), Found(0, 0.8, (6, 0, 16, 10))
    third = Found(0, 0.7, (12, 0, 22, 10))
    assert suppressed([first, second, third], 0.2) == [first, third]


def test_a_known_box_is_found_once():
    twice = [Found(0, 0.6, TEN), Found(0, 0.9, (0, 0, 10, 9))]
    assert matches(twice, [TEN], 0.5) == [True, False]
    assert matches(twice, [TEN], 0.95) == [False, True]


def test_a_box_takes_the_known_one_that_it_overlaps_most():
    near = (1.0, 0.0, 11.0, 10.0)
    assert matches([Found(0, 0.9, TEN), Found(0, 0.8, near)], [near, TEN], 0.99) == [True, True]


def test_average_precision_by_hand():
    known = {"a": [TEN], "b": [AWAY]}
    found = {"a": [Found(0, 0.9, TEN), Found(0, 0.8, SHIFTED)], "b": [Found(0, 0.7, AWAY)]}
    # Up to a recall of one half precision is 1, from there on 2/3: 51 and 50 of the 101 recalls.
    assert average_precision(found, known) == pytest.approx((51 + 50 * 2 / 3) / 101)
    # What comes after the last known box is found costs nothing.
    found["c"] = [Found(0, 0.1, TEN)]
    assert average_precision(found, known) == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert average_precision({}, known) == 0
    assert math.isnan(average_precision(found, {}))


def test_half_of_the_known_boxes_found_is_half_the_recalls():
    assert average_precision({"a": [Found(0, 0.9, TEN)]}, {"a": [TEN, AWAY]}) == pytest.approx(51 / 101)


boxes = st.tuples(*[st.integers(0, 6)] * 2, *[st.integers(1, 6)] * 2).map(
    lambda each: (float(each[0]), float(each[1]), float(each[0] + each[2]), float(each[1] + each[3]))
)
some_found = st.lists(
    st.builds(Found, st.integers(0, 1), st.integers(1, 9).map(lambda tenths: tenths / 10), boxes), max_size=8
)


@pytest.mark.law("suppressing overlaps twice is suppressing once")
@given(some_found, st.sampled_from([0.1, 0.3, 0.5]))
def test_suppression_keeps_what_it_kept(found, most):
    kept = suppressed(found, most)
    assert suppressed(kept, most) == kept
    assert all(
        one.kind != other.kind or overlap(one.box, other.box) <= most
        for place, one in enumerate(kept)
        for other in kept[:place]
    )


@pytest.mark.law("the known boxes have a mean average precision of 1")
@given(
    st.dictionaries(st.sampled_from("abc"), st.lists(boxes, min_size=1, max_size=4, unique=True), min_size=1)
)
def test_known_boxes_themselves_are_perfect(known):
    found = {
        name: [Found(0, 0.9 - place / 10, box) for place, box in enumerate(each)]
        for name, each in known.items()
    }
    assert average_precision(found, known) == 1
