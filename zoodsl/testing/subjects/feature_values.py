"""What a spec may be fed: images, rows of numbers, windows of them, and texts, as its data have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from zoodsl.catalog.operator import Arguments
from zoodsl.model.nodes import Column, Feature
from zoodsl.model.series import window_of
from zoodsl.model.spec import Spec
from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.bindings.transforms import least_size
from zoodsl.testing.images import images
from zoodsl.testing.subjects.readings import Readings
from zoodsl.testing.subjects.subject import Unavailable
from zoodsl.types import DType, ImageType

T = TypeVar("T")

LEAST_SIDE = 32
"""The least side of images of which nothing says how large they are; the longest is twice as long."""

FURTHEST = 1000.0
"""How far from 0 numbers are of which nothing says what they are."""

FEW_NUMBERS = 64
"""So many numbers are drawn one by one; of more, a window is of one row, or of neighbouring rows of the data."""

UNKNOWN_TEXT = "?"
"""A value, and a word, that did not train."""


def feature_values(spec: Spec, readings: Readings) -> st.SearchStrategy[Any]:
    """What a row of the spec's data may feed to its preprocessing.

    Images are as large as those that a look at the data found, numbers within the range of their column, and values that
    become indices are those of the data, or one that none of them is.
    """
    given = spec.preprocess.input
    if isinstance(given, ImageType):
        return _images(given, spec)
    feature = spec.data.feature
    first = feature.columns[0]
    if first.name in feature.codecs and feature.codecs[first.name].operator.gives is not None:
        return _texts(readings, feature.codecs[first.name].arguments)
    if len(feature.columns) == 1 and first.type is not None and not isinstance(first.type.type, DType):
        return st.integers(0, FEW_NUMBERS).map(
            lambda seed: np.random.default_rng(seed).normal(size=given.shape)
        )
    rows = st.tuples(*(_numbers(column, feature, readings) for column in feature.columns)).map(list)
    window = window_of(spec.preprocess)
    return rows if window is None else _windows(rows, window.arguments["length"], readings)


def _images(given: ImageType, spec: Spec) -> st.SearchStrategy[Array]:
    if given.height is not None and given.width is not None:
        sizes: Sequence[tuple[int, int]] = [(given.height, given.width)]
    else:
        sizes = sorted(given.sizes, key=lambda size: size[0] * size[1])
    if sizes:
        return st.sampled_from(sizes).flatmap(
            lambda size: images(channels=given.channels, height=(size[0], size[0]), width=(size[1], size[1]))
        )
    least = max(LEAST_SIDE, *(least_size(spec.preprocess.steps) or (0,)))
    along = (least, 2 * least)
    return images(channels=given.channels, height=along, width=along)


def _texts(readings: Readings, arguments: Arguments) -> st.SearchStrategy[str]:
    known = [*(_or_none(lambda: readings.words) or ())][:FEW_NUMBERS]
    words = st.sampled_from([*known, UNKNOWN_TEXT, "zzz"])
    return st.lists(words, max_size=min(arguments["length"] + 2, FEW_NUMBERS)).map(" ".join)


def _numbers(column: Column, feature: Feature, readings: Readings) -> st.SearchStrategy[Any]:
    """The values of a column."""
    values = _or_none(lambda: readings.values(column))
    if column.name in feature.codecs:
        return _indexed(values)
    kind = None if column.type is None else column.type.type
    whole = kind in (DType.INT32, DType.INT64, DType.UINT8)
    numbers = [value for value in values or () if isinstance(value, int | float) and not isnan(value)]
    low, high = (float(min(numbers)), float(max(numbers))) if numbers else _bounds(column, readings)
    if whole:
        return st.integers(int(low), int(high))
    return st.floats(low, high)


def _indexed(values: Sequence[Any] | None) -> st.SearchStrategy[Any]:
    known = sorted({value for value in values or () if value is not None})
    if not known:
        return st.integers(0, FEW_NUMBERS)
    stranger = UNKNOWN_TEXT if isinstance(known[0], str) else int(max(known)) + 1
    return st.sampled_from([*known, stranger])


def _bounds(column: Column, readings: Readings) -> tuple[float, float]:
    facts = readings.facts(column)
    if facts is None or facts.minimum is None or facts.maximum is None:
        return -FURTHEST, FURTHEST
    return facts.minimum, facts.maximum


def _windows(
    rows: st.SearchStrategy[list[float]], length: int, readings: Readings
) -> st.SearchStrategy[list[list[float]]]:
    """Windows of ``length`` rows: of one row again and again, of neighbouring rows of the data, and, if short, of any rows."""
    windows = [rows.map(lambda row: [row] * length)]
    read = _or_none(lambda: readings.numbers(training_only=False))
    if read is not None and len(read) >= length:
        windows.append(
            st.integers(0, len(read) - length).map(lambda first: read[first : first + length].tolist())
        )
    columns = len(readings.spec.data.feature.columns)
    if length * columns <= FEW_NUMBERS:
        windows.append(st.lists(rows, min_size=length, max_size=length))
    return st.one_of(windows)


def _or_none(read: Callable[[], T]) -> T | None:
    """What ``read`` gives, None where it cannot be read without Spark."""
    try:
        return read()
    except Unavailable:
        return None
