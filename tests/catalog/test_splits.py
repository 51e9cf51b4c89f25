"""Shares, cuts and the hash that places a row."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog.splits import (
    column_mismatch,
    cuts,
    digest,
    marks_mismatch,
    place,
    position,
    shares_mismatch,
)
from zoodsl.types import DType, ImageType

percents = st.tuples(st.integers(1, 100), st.integers(0, 100)).filter(lambda pair: sum(pair) <= 100)


def shares(train, validation, test):
    return {"train": train, "validation": validation, "test": test}


def test_a_digest_is_the_md5_of_seed_and_key_in_utf8():
    assert digest(42, "año") == hashlib.md5("42:año".encode()).hexdigest()  # noqa: S324 - the rule itself


def test_a_position_is_the_first_eight_digits_as_a_share():
    assert position("00000000" + "f" * 24) == 0
    assert position("80000000" + "0" * 24) == 0.5
    assert position("f" * 32) < 1


@pytest.mark.law("shares in whole percent add up, and cut in order")
@given(percents)
def test_shares_in_whole_percent_add_up_and_cut_in_order(pair):
    train, validation = pair
    arguments = shares(train / 100, validation / 100, (100 - train - validation) / 100)
    assert shares_mismatch(arguments) is None
    first, second = cuts(arguments)
    assert 0 < first <= second <= 1


@pytest.mark.parametrize(
    ("given_shares", "ends"),
    [
        ((1.0, 0.0, 0.0), (1.0, 1.0)),
        ((0.7, 0.3, 0.0), (0.7, 1.0)),
        ((0.7, 0.0, 0.3), (0.7, 0.7)),
        # 0.9 + 0.1 is 1, but 0.7 + 0.2 + 0.1 is a little less: the last part asked for takes the rest.
        ((0.7, 0.2, 0.1), (0.7, 0.7 + 0.2)),
    ],
)
def test_a_part_that_was_not_asked_for_gets_nothing(given_shares, ends):
    assert cuts(shares(*given_shares)) == ends


@pytest.mark.law("a cut by share lies within the rows, nearest to the share")
@given(st.floats(0, 1), st.integers(0, 10**6))
def test_places_are_within_the_rows_and_nearest_to_the_cut(cut, rows):
    assert 0 <= place(cut, rows) <= rows
    assert abs(place(cut, rows) - cut * rows) <= 0.5


def test_shares_that_do_not_add_up_say_the_sum_and_the_way_out():
    mismatch = shares_mismatch(shares(0.8, 0.0, 0.3))
    assert mismatch is not None
    assert mismatch.message == "the shares add up to 110% (80% + 0% + 30%), not to 100%"
    assert mismatch.help == "take 10% away"
    short = shares_mismatch(shares(0.5, 0.2, 0.1))
    assert short is not None
    assert "20% of the rows" in short.help


def test_nothing_to_train_on_is_a_mismatch():
    mismatch = shares_mismatch(shares(0.0, 0.5, 0.5))
    assert mismatch is not None
    assert mismatch.parameter == "train"


def test_a_text_marks_one_part():
    marks = {"column": None, "train": "T", "validation": None, "test": "T"}
    mismatch = marks_mismatch(marks)
    assert mismatch is not None
    assert (mismatch.message, mismatch.parameter) == ('"T" marks the rows of both `train` and `test`', "test")
    assert marks_mismatch(marks | {"test": None}) is None
    assert marks_mismatch(shares(0.8, 0.1, 0.1)) is None


def test_marks_of_parts_are_no_shares():
    assert shares_mismatch({"column": None, "train": "fit", "validation": None, "test": "hold"}) is None


@pytest.mark.parametrize("kind", [DType.STRING, DType.INT64])
def test_texts_and_whole_numbers_can_be_split_by(kind):
    assert column_mismatch("Grouped", kind) is None


@pytest.mark.parametrize("kind", [DType.FLOAT64, ImageType(height=8, width=8, channels=1)])
def test_fractions_and_images_cannot_be_split_by(kind):
    mismatch = column_mismatch("Grouped", kind)
    assert mismatch is not None
    assert mismatch.parameter == "column"
