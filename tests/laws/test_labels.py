"""Labels there and back: what a codec makes of values, decoded as predictions are, gives the values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog.labels import ratings
from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import Column, Label, Operation
from zoodsl.targets.numpy.answers import Decoding, answers
from zoodsl.targets.numpy.labels import encode
from zoodsl.testing import NOWHERE

Bound = Callable[..., Operation[Any]]

NAMES = st.lists(st.text("abcxyz 09_-é", min_size=1, max_size=4), min_size=1, max_size=6, unique=True)


def predicted(codec: Operation[Any], outputs: np.ndarray) -> list[Any]:
    """What is predicted from outputs that are certain."""
    column = Column(span=NOWHERE, frame="rows", name="label", type=None)
    how = Decoding(label=Label(span=NOWHERE, column=column, codec=codec), top=1)
    return [cells["predicted"] for cells in answers(outputs, how)]


@pytest.mark.law("classes: decode(encode(values)) = values, and classes count from 0 in their order")
@given(classes=NAMES | st.integers(1, 9), data=st.data())
def test_classes(bound: Bound, classes: list[str] | int, data: st.DataObject) -> None:
    known: list[Any] = list(range(classes)) if isinstance(classes, int) else list(classes)
    codec = bound(Kind.LABEL, "ClassIndex", classes=classes if isinstance(classes, int) else tuple(classes))
    values = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=8))
    found = encode(codec, values)
    assert [known[place] for place in found] == values
    if len(known) > 1:
        assert predicted(codec, np.eye(len(known))[found]) == list(map(str, values))


@pytest.mark.law("several labels: decode(encode(values)) = values, whatever their order")
@given(names=NAMES, separator=st.sampled_from(["|", ",", ";"]), data=st.data())
def test_several_labels(bound: Bound, names: list[str], separator: str, data: st.DataObject) -> None:
    codec = bound(Kind.LABEL, "MultiHot", names=tuple(names), separator=separator, none=None)
    held = data.draw(st.lists(st.lists(st.sampled_from(names), unique=True), min_size=1, max_size=6))
    found = encode(codec, [separator.join(each) for each in held])
    assert found.sum(axis=1).tolist() == [len(each) for each in held]
    decoded = [each.split(separator) if each else [] for each in predicted(codec, found)]
    assert decoded == [sorted(each, key=names.index) for each in held]


@pytest.mark.law(
    "ratings: decode(encode(values)) = values on every step of every scale, and nothing else is on it"
)
@given(
    low=st.integers(-8, 8).map(lambda part: part / 4),
    step=st.sampled_from([0.1, 0.25, 0.5, 1.0, 3.0]),
    count=st.integers(2, 12),
    data=st.data(),
)
def test_ratings(bound: Bound, low: float, step: float, count: int, data: st.DataObject) -> None:
    codec = bound(Kind.LABEL, "Rating", scale=(low, low + (count - 1) * step), step=step)
    scale = ratings(codec.arguments)
    assert len(scale) == count
    places = data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=8))
    values = [low + place * step for place in places]  # not rounded: as sums in a table are
    found = encode(codec, values)
    assert found.tolist() == places
    assert [float(each) for each in predicted(codec, np.eye(count)[found])] == pytest.approx(values)
    with pytest.raises(ValueError, match="not in the scale"):
        encode(codec, [scale[places[0]] + step / 3])


@pytest.mark.law("numbers: decode(encode(values)) = values, in 32 bits")
@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_numbers(bound: Bound, values: list[float]) -> None:
    codec = bound(Kind.LABEL, "Number")
    assert predicted(codec, encode(codec, values)) == values
