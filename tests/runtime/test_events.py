import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.runtime.events import Event, from_line, to_line

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
NAMES = st.text(min_size=1).filter(lambda name: name not in {"version", "event", "time"})


@pytest.mark.law("an event's line gives the event back")
@given(st.text(), st.dictionaries(NAMES, JSON))
def test_a_line_gives_its_event_back(name, fields):
    line = to_line(Event(name, fields, 1.5))
    assert line.count("\n") == 1
    assert from_line(line) == Event(name, fields, 1.5)


@pytest.mark.law("a line that was broken off is no event")
@given(st.text(), st.data())
def test_a_line_that_was_broken_off_is_no_event(name, data):
    line = to_line(Event(name, {"epoch": 1}, 1.5)).rstrip("\n")
    assert from_line(line[: data.draw(st.integers(0, len(line) - 1))]) is None


def test_numbers_that_are_not_finite_become_none_at_any_depth():
    event = Event(
        "epoch", {"loss": math.nan, "validation": {"Accuracy": math.inf}, "row": (1.0, -math.inf)}, 0
    )
    read = from_line(to_line(event))
    assert read is not None
    assert read.fields == {"loss": None, "validation": {"Accuracy": None}, "row": [1.0, None]}


def test_lines_of_another_version_are_no_events():
    assert from_line('{"version": 2, "event": "epoch", "time": 0}') is None
    assert from_line("[1]") is None
