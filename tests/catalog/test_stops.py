"""Early stopping says what it waits for."""

from __future__ import annotations

from zoodsl.catalog.operator import REQUIRED
from zoodsl.catalog.stops import OPERATORS


def test_what_is_watched_and_for_how_long_must_be_said():
    (stop,) = OPERATORS
    assert {parameter.name for parameter in stop.parameters if parameter.default is REQUIRED} == {
        "monitor",
        "patience",
    }
