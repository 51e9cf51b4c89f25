from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from zoodsl.catalog.labels import ratings
from zoodsl.catalog.values import Kind
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.features import NumberColumns
from zoodsl.targets.bigdl.library.labels import ClassIndex, MultiHot, Number, Rating
from zoodsl.targets.bigdl.library.training import learned
from zoodsl.targets.numpy.labels import encode

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_classes_by_number_and_by_name(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(0, "dog"), (2, "cat")], "number int, name string")
    found = frame.select(
        ClassIndex("number", classes=3).expression(),
        ClassIndex("name", classes=("cat", "dog")).expression(),
        learned(ClassIndex("name", classes=("cat", "dog"), signs=True)),
    ).collect()
    assert [tuple(row) for row in found] == [(0.0, 1.0, 1.0), (2.0, 0.0, -1.0)]


def test_several_labels(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("a|c",), (" c ",), ("",), (None,), ("No Finding",)], "found string")
    label = MultiHot("found", names=("a", "b", "c"), none="No Finding")
    label.check(frame, "training")
    found = [tuple(row[0]) for row in frame.select(label.expression()).collect()]
    assert found == [(1, 0, 1), (0, 0, 1), (0, 0, 0), (0, 0, 0), (0, 0, 0)]
    signed = MultiHot("found", names=("a", "b", "c"), none="No Finding", signs=True)
    assert list(frame.select(learned(signed)).collect()[0][0]) == [1, -1, 1]


@pytest.mark.parametrize(
    ("label", "values", "message"),
    [
        (
            ClassIndex("x", classes=3),
            ["1", "3", "3", None, "0.5", "cat"],
            'in 5 of the training rows: "3" in 2, "0.5" in 1, "cat" in 1 and 1 other values',
        ),
        (
            ClassIndex("x", classes=("cat", "dog")),
            ["cat", "Dog"],
            'label `x` is not one of "cat", "dog" in 1 of the training rows: "Dog" in 1',
        ),
        (
            MultiHot("x", names=("a", "b")),
            ["a|z", "b"],
            'label `x` is not one of "a", "b" in 1 of the training rows: "z" in 1',
        ),
        (
            Number("x"),
            ["1.5", "NaN", "Infinity"],
            'is not a number in 2 of the training rows: "Infinity" in 1, "NaN" in 1',
        ),
    ],
)
def test_what_is_no_label(
    spark: SparkSession, label: ClassIndex | MultiHot | Number, values: list[str | None], message: str
) -> None:
    frame = spark.createDataFrame([(value,) for value in values], "x string")
    with pytest.raises(DataError) as raised:
        label.check(frame, "training")
    assert message in str(raised.value)


def test_numbers_are_scaled_and_must_be_there(spark: SparkSession) -> None:
    columns = NumberColumns(("a b", "c"), mean=(1.0, 2.0), std=(2.0,))
    frame = spark.createDataFrame([(3.0, 4), (None, 5), (float("nan"), 6)], "`a b` double, c int")
    whole = frame.limit(1)
    assert columns.checked(whole, "training", print) is whole
    assert list(whole.select(columns.expression()).collect()[0][0]) == [1.0, 1.0]
    with pytest.raises(DataError, match="missing among the training rows: `a b` in 2 rows"):
        columns.checked(frame, "training", print)


@pytest.mark.law("labels on Spark = NumPy's: classes, several labels, ratings, numbers")
@given(
    names=st.lists(st.text("abé_", min_size=1, max_size=3), min_size=2, max_size=5, unique=True),
    data=st.data(),
)
@settings(max_examples=2, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
def test_labels_are_the_references(
    spark: SparkSession, bound: Callable[..., Any], names: list[str], data: st.DataObject
) -> None:
    rows = data.draw(
        st.lists(
            st.tuples(
                st.sampled_from(names),
                st.lists(st.sampled_from(names), unique=True).map("|".join),
                st.integers(0, 6).map(lambda step: 0.1 + step * 0.1),
                st.floats(-1e6, 1e6),
            ),
            min_size=1,
            max_size=9,
        )
    )
    scale = bound(Kind.LABEL, "Rating", scale=(0.1, 0.7), step=0.1)
    steps = tuple(map(str, ratings(scale.arguments)))
    known = tuple(names)
    frame = spark.createDataFrame(
        rows, "class string, several string, rating double, number double"
    ).coalesce(1)
    pairs = (
        (ClassIndex("class", classes=known), bound(Kind.LABEL, "ClassIndex", classes=known)),
        (
            MultiHot("several", names=known),
            bound(Kind.LABEL, "MultiHot", names=known, separator="|", none=None),
        ),
        (Rating("rating", classes=steps), scale),
        (Number("number"), bound(Kind.LABEL, "Number")),
    )
    found = frame.select(*(label.expression() for label, _ in pairs)).collect()
    for place, (_, codec) in enumerate(pairs):
        wanted = encode(codec, [row[place] for row in rows])
        made = np.array([row[place] for row in found], np.float32).reshape(wanted.shape)
        np.testing.assert_array_equal(made, wanted.astype(np.float32), err_msg=codec.operator.name)
