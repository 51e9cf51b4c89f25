"""How keys meet, and what makes them meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.sources.joins import better_functions, doubtful, joined_places, meet

keys = st.lists(st.none() | st.sampled_from("abcd") | st.sampled_from(["a.b", "B"]), max_size=12)


@pytest.mark.law("a join is every pair of equal keys, in the order of the left side")
@given(left=keys, right=keys)
def test_a_join_is_every_pair_of_equal_keys_in_the_order_of_the_left_side(left, right):
    expected = [
        (mine, other)
        for mine, key in enumerate(left)
        for other, same in enumerate(right)
        if key is not None and key == same
    ]
    assert list(zip(*joined_places(left, right), strict=True)) == expected
    meeting = meet(left, right)
    assert meeting.pairs == len(expected)
    assert meeting.left_met == len({mine for mine, _ in expected})
    assert meeting.right_met == len({other for _, other in expected})
    assert all(key in left and key not in right for key in meeting.left_alone)
    assert (meeting.twice is None) == (meeting.repeated == 0)


def test_numbers_meet_whatever_their_form():
    assert joined_places([1, 2], [2.0, 1.5]) == ([1], [0])
    assert meet([1], [1.0]).pairs == 1


@pytest.mark.parametrize(
    ("left", "right", "names"),
    [
        (["a.jpg", "b.jpg"], ["a.png", "b.png"], (("stem",), ("stem",))),
        (["x/a.jpg", "x/b.jpg"], ["a.jpg", "b.jpg"], (("basename",), ())),
        (["x/A.jpg", "x/B.jpg"], ["a", "b"], (("lower", "stem"), ())),
        (["A", "B"], ["a", "b"], (("lower",), ())),
        ([" a", "b "], ["a", "b"], (("trim",), ())),
        (["1", "2"], [1, 2], ((), ("text",))),
        (["01", "02"], [1, 2], (("number",), ())),
    ],
)
def test_the_fewest_functions_that_make_keys_meet_are_named(left, right, names):
    assert doubtful(meet(left, right))
    remedy = better_functions(left, right)
    assert remedy.names == names
    assert remedy.share == 1


def test_where_nothing_helps_nothing_is_named():
    assert better_functions(["a"], ["b"]) is None
    assert better_functions([], ["b"]) is None


def test_a_side_without_rows_is_no_matter_of_keys():
    assert not doubtful(meet([], ["a"]))
