"""Labels become what losses take."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from zoodsl.catalog import labels as catalog
from zoodsl.catalog.values import Kind
from zoodsl.targets.numpy.labels import encode


def test_every_codec_has_a_meaning(bound):
    arguments: dict[str, dict[str, Any]] = {
        "ClassIndex": {"classes": 2},
        "MultiHot": {"names": ("1",)},
        "Rating": {"scale": (1.0, 5.0)},
    }
    for codec in catalog.OPERATORS:
        values = ["1"] if codec.name == "MultiHot" else [1]
        call = bound(Kind.LABEL, codec.name, **arguments.get(codec.name, {}))
        assert len(encode(call, values)) == 1


def test_class_indices_count_from_zero(bound):
    numbers = encode(bound(Kind.LABEL, "ClassIndex", classes=3), [0, 2, 1])
    names = encode(bound(Kind.LABEL, "ClassIndex", classes=("cat", "dog")), ["dog", "cat"])
    assert numbers.tolist() == [0, 2, 1]
    assert names.tolist() == [1, 0]
    assert numbers.dtype == np.int64


@pytest.mark.parametrize(("classes", "value"), [(3, 3), (3, -1), (("cat", "dog"), "Cat")])
def test_what_is_no_class_has_no_index(bound, classes, value):
    with pytest.raises(ValueError, match=r"not in"):
        encode(bound(Kind.LABEL, "ClassIndex", classes=classes), [value])


def test_ratings_are_places_on_their_scale(bound):
    codec = bound(Kind.LABEL, "Rating", scale=(0.1, 0.5), step=0.1)
    assert encode(codec, [0.1, 0.1 + 0.2, 0.5]).tolist() == [0, 2, 4]
    with pytest.raises(ValueError, match=r"0\.25 is not in the scale"):
        encode(codec, [0.25])


def test_multi_hot_marks_each_label_of_a_row(bound):
    codec = bound(Kind.LABEL, "MultiHot", names=("a", "b", "c"), none="No Finding")
    rows = encode(codec, ["c|a", "b", "No Finding", ""])
    assert rows.tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_numbers_stay(bound):
    assert encode(bound(Kind.LABEL, "Number"), [1.5, -2]).tolist() == [[1.5], [-2.0]]
