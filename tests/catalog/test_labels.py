"""Label codecs know how large their target is."""

from __future__ import annotations

import pytest

from zoodsl.catalog.labels import OPERATORS, tells
from zoodsl.catalog.operator import Target

BY_NAME = {codec.name: codec for codec in OPERATORS}


@pytest.mark.parametrize(
    ("name", "arguments", "target", "size"),
    [
        ("ClassIndex", {"classes": 10}, Target.CLASS, 10),
        ("ClassIndex", {"classes": ("cat", "dog", "owl")}, Target.CLASS, 3),
        ("MultiHot", {"names": ("a", "b"), "separator": "|", "none": None}, Target.MULTI_HOT, 2),
        ("Number", {}, Target.NUMBER, 1),
    ],
)
def test_size_is_that_of_the_target(name, arguments, target, size):
    assert BY_NAME[name].target is target
    assert BY_NAME[name].size(arguments) == size


@pytest.mark.parametrize(
    ("shape", "target", "size", "told"),
    [
        ((3,), Target.CLASS, 3, True),
        ((1,), Target.CLASS, 2, True),
        ((1,), Target.CLASS, 3, False),
        ((1,), Target.MULTI_HOT, 2, False),
        ((2, 3), Target.CLASS, 3, False),
        ((1,), Target.NUMBER, 1, True),
    ],
)
def test_outputs_that_tell_a_label(shape, target, size, told):
    assert tells(shape, target, size) is told
