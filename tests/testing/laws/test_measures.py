"""Measures of laws against their definitions, number by number."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from zoodsl.catalog.measures import OPERATORS
from zoodsl.catalog.values import Sort
from zoodsl.testing.laws.measures import NUMBERS, furthest, within

NUMBER = st.floats(width=32)
ARRAY = arrays(np.float32, array_shapes(max_dims=3, max_side=4), elements=NUMBER)
PAIRS = array_shapes(max_dims=3, max_side=4).flatmap(
    lambda shape: st.tuples(*[arrays(np.float32, shape, elements=NUMBER)] * 2)
)


@pytest.mark.law(
    "`Close` goes by the largest difference of two numbers in the same place; NaN is close to nothing"
)
@given(PAIRS)
def test_furthest_is_the_maximum_norm_of_the_difference(pair):
    apart = [
        0.0 if one == other else abs(one - other)
        for one, other in zip(*(each.ravel().tolist() for each in pair), strict=True)
    ]
    expected = math.inf if any(map(math.isnan, apart)) else max(apart)
    assert furthest(*pair) == expected
    assert furthest(*reversed(pair)) == expected


@pytest.mark.law("`Within` takes both ends of its range, and no NaN")
@given(ARRAY, NUMBER, NUMBER)
def test_within_is_the_definition_of_a_range(values, one, other):
    low, high = float(one), float(other)
    inside = within(values, (low, high)).ravel().tolist()
    assert inside == [low <= value <= high for value in values.ravel().tolist()]


@pytest.mark.parametrize(
    ("name", "expected"), [("Min", -2), ("Max", 4), ("Mean", 1.5), ("Sum", 6), ("Argmax", 1)]
)
def test_numbers_of_a_tensor(name, expected):
    assert NUMBERS[name](np.array([-2, 4, 4, 0], np.int16)) == expected


def test_bytes_do_not_overflow():
    assert NUMBERS["Sum"](np.full((2, 2, 3), 255, np.uint8)) == 255 * 12
    assert furthest(np.array([0], np.uint8), np.array([255], np.uint8)) == 255


def test_every_measure_that_gives_a_number_of_numbers_is_computed():
    of_numbers = {each.name for each in OPERATORS if each.gives is Sort.NUMBER}
    assert of_numbers == set(NUMBERS)
