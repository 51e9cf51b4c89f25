"""Windows and scales on Spark: those of the reference, and nothing of what comes later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.runs import Run
from zoodsl.targets.bigdl.library.scaling import StandardizedColumns, StandardizedNumber, StandardizedWindows
from zoodsl.targets.bigdl.library.series import LAST_VALUE, WindowColumns, with_history
from zoodsl.targets.bigdl.library.splits import split_tail
from zoodsl.targets.numpy.series import scales, standardize, windows

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

COUNT = 60
VALUES = np.random.default_rng(5).normal(20, 4, (COUNT, 2))
NAMES = ("heat", "rain")


def silent(_event: str, **_fields: Any) -> None:
    """Hooks that hear nothing."""


def series(spark: SparkSession, values: Any = VALUES) -> DataFrame:
    """Rows of two numbers, which are of two towns in turn; they lie about in no order."""
    rows = [(place, *map(float, row), "ab"[place % 2]) for place, row in enumerate(values)]
    return spark.createDataFrame(rows, "_key long, heat double, rain double, town string").repartition(
        4, "rain"
    )


def fed(features: WindowColumns, frame: DataFrame) -> tuple[list[int], Any]:
    """The rows that are fed, and their windows."""
    rows = features.prepared(frame).select("_key", features.expression()).orderBy("_key").collect()
    held = [(row[0], row[1]) for row in rows if row[1] is not None]
    return [key for key, _ in held], np.array([numbers for _, numbers in held])


@pytest.mark.parametrize("by", [None, "town"])
def test_windows_are_the_references(spark: SparkSession, by: str | None) -> None:
    features = WindowColumns(NAMES, length=4, horizon=3, by=by)
    keys, found = fed(features, series(spark))
    towns = None if by is None else ["ab"[place % 2] for place in range(COUNT)]
    wanted, predicted = windows({"length": 4, "horizon": 3}, VALUES, towns)
    assert keys == predicted.tolist()
    np.testing.assert_allclose(found.reshape(wanted.shape), wanted)


def test_windows_are_on_the_scale_of_the_rows_that_train(spark: SparkSession) -> None:
    told: list[dict[str, Any]] = []
    unfitted = StandardizedWindows(NAMES, length=4, horizon=1)
    parts = split_tail(with_history(series(spark), unfitted), train=0.5, validation=0.0, test=0.5)
    features = unfitted.fitted(
        parts["train"], lambda event, **fields: told.append({"event": event, **fields})
    )
    keys, found = fed(features, parts["test"])
    assert keys == list(range(30, 60))  # the first ones look back into the rows that train
    wanted, predicted = windows({"length": 4, "horizon": 1}, standardize(VALUES, VALUES[:30]))
    np.testing.assert_allclose(found.reshape(-1, 4, 2), wanted[predicted >= 30], atol=1e-6)
    mean, std = scales(VALUES[:30])
    assert told == [
        {
            "event": "scaled",
            "label": False,
            "columns": [
                {"column": name, "mean": pytest.approx(m), "std": pytest.approx(s)}
                for name, m, s in zip(NAMES, mean, std, strict=True)
            ],
        }
    ]


@pytest.mark.law("windows and scales on Spark = NumPy's, and rows after those that train change neither")
@given(
    length=st.integers(1, 6),
    horizon=st.integers(1, 4),
    cut=st.sampled_from([0.4, 0.5, 0.8]),
    seed=st.integers(0, 1000),
)
@settings(max_examples=2, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
def test_windows_and_scales_are_the_references(
    spark: SparkSession, length: int, horizon: int, cut: float, seed: int
) -> None:
    values, first = VALUES.copy(), int(COUNT * cut)
    values[first:] += np.random.default_rng(seed).normal(0, 1000, (COUNT - first, 2))
    unfitted = StandardizedWindows(NAMES, length=length, horizon=horizon)
    whole = with_history(series(spark, values), unfitted)
    parts = split_tail(whole, train=cut, validation=0.0, test=1 - cut)
    features = unfitted.fitted(parts["train"], silent)
    arguments = {"length": length, "horizon": horizon}
    wanted, predicted = windows(arguments, standardize(values, VALUES[:first]))
    for part, rows in (("train", predicted < first), ("test", predicted >= first)):
        keys, found = fed(features, parts[part])
        assert keys == predicted[rows].tolist()
        np.testing.assert_allclose(found.reshape(-1, length, 2), wanted[rows], rtol=1e-5, atol=1e-6)


def test_a_normalisation_after_it_is_part_of_the_scale(spark: SparkSession) -> None:
    features = StandardizedWindows(NAMES, length=1, horizon=1, mean=(1.0, 0.0), std=(2.0,))
    keys, found = fed(features.fitted(series(spark), silent), series(spark))
    wanted = (standardize(VALUES, VALUES) - [1.0, 0.0]) / 2
    np.testing.assert_allclose(found, wanted[[key - 1 for key in keys]], atol=1e-6)


@pytest.mark.parametrize("cut", [0.3, 0.8])
def test_windows_that_see_what_comes_later(spark: SparkSession, cut: float) -> None:
    """Other rows after the cut leave the windows and the scale of what trains as they are."""
    other = VALUES.copy()
    first = int(COUNT * cut)
    other[first:] += 1000
    found = []
    for values in (VALUES, other):
        unfitted = StandardizedWindows(NAMES, length=3, horizon=2)
        parts = split_tail(
            with_history(series(spark, values), unfitted), train=cut, validation=0.0, test=1 - cut
        )
        features = unfitted.fitted(parts["train"], silent)
        found.append((features, *fed(features, parts["train"])))
    assert found[0][0] == found[1][0]
    assert found[0][1] == found[1][1] == list(range(4, first))
    assert np.array_equal(found[0][2], found[1][2])


def test_the_last_value_is_the_labels_at_the_windows_end(spark: SparkSession) -> None:
    features = WindowColumns(("rain",), length=2, horizon=3, by="town")
    rows = with_history(series(spark), features, last="heat").orderBy("_key").collect()
    wanted = [None] * 6 + VALUES[:-6, 0].tolist()
    assert [row[LAST_VALUE] for row in rows] == pytest.approx(wanted)


def test_rows_without_a_key_are_taken_as_they_come(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(float(place),) for place in range(5)], "heat double").coalesce(1)
    features = WindowColumns(("heat",), length=2, horizon=1)
    whole = features.prepared(frame)
    assert "_key" not in whole.columns
    held = [row[0] for row in whole.select(features.expression()).collect()]
    assert held == [None, None, [0, 1], [1, 2], [2, 3]]


def test_the_row_to_come_may_be_empty_and_a_gap_breaks_its_windows(spark: SparkSession) -> None:
    rows = [(0, 1.0), (1, 2.0), (2, None), (3, 4.0), (4, 5.0), (5, None)]
    features = WindowColumns(("heat",), length=2, horizon=1)
    keys, found = fed(features, spark.createDataFrame(rows, "_key long, heat double"))
    assert keys == [2, 5]
    assert found.tolist() == [[1, 2], [4, 5]]


def test_rows_that_train_have_no_gaps_and_some_have_a_window(spark: SparkSession) -> None:
    features = WindowColumns(("heat",), length=3, horizon=1)
    gap = spark.createDataFrame(
        [(place, None if place == 2 else 1.0) for place in range(9)], "_key long, heat double"
    )
    with pytest.raises(DataError, match="in the windows of 3 training rows: `heat` has gaps"):
        features.checked(gap, "training", silent)
    short = gap.where("_key > 5")
    with pytest.raises(DataError, match="none of the 3 training rows has a window"):
        features.checked(short, "training", silent)
    assert features.checked(gap.where("_key > 2"), "training", silent).count() == 3
    to_come = gap.where("_key > 2").union(spark.createDataFrame([(9, None)], "_key long, heat double"))
    assert features.checked(to_come, "predicted", silent).count() == 4
    assert features.checked(to_come.drop("_key").coalesce(1), "predicted", silent).count() == 4


def test_a_gap_in_the_part_before_is_told_and_not_taken_for_the_beginning(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Windows of the test rows look back into the rows that train, and its own rows into each other."""
    features = WindowColumns(NAMES, length=3, horizon=1)

    def gapped(place: int) -> DataFrame:
        rows = [(key, 1.0, None if key == place else 1.0) for key in range(12)]
        return with_history(spark.createDataFrame(rows, "_key long, heat double, rain double"), features)

    for place, count in ((3, 2), (6, 3)):
        whole = gapped(place)
        test = whole.where("_key > 4")
        wanted = f"in the windows of {count} test rows: `rain` has gaps"
        with pytest.raises(DataError, match=wanted):
            features.checked(test, "test", silent)
        with pytest.raises(DataError, match=wanted):
            Run(silent, str(tmp_path)).count({"test": test})
    too_few = gapped(6).where("_key < 5")
    assert Run(silent, str(tmp_path)).count({"train": too_few}) == {"train": too_few}


def test_rows_by_themselves_are_standardised_too(spark: SparkSession) -> None:
    frame = series(spark)
    features = StandardizedColumns(NAMES).fitted(frame, silent)
    found = frame.select("_key", features.expression()).orderBy("_key").collect()
    np.testing.assert_allclose([row[1] for row in found], standardize(VALUES, VALUES), atol=1e-6)


def test_a_column_of_one_value_has_no_scale(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(place, 0.1) for place in range(9)], "_key long, heat double")
    with pytest.raises(DataError, match=r"column `heat` has the value 0\.1 alone in the training rows"):
        StandardizedWindows(("heat",), length=3, horizon=1).fitted(frame, silent)


def test_a_label_is_learned_standardised_and_told_as_it_is(spark: SparkSession) -> None:
    label = StandardizedNumber("heat")
    frame = series(spark)
    plain = [row[0] for row in frame.select(label.expression()).collect()]
    fitted = label.fitted(frame, silent)
    learned = np.array([row[0] for row in frame.select(fitted.expression()).collect()])
    assert (learned.mean(), learned.std()) == (pytest.approx(0), pytest.approx(1))
    mean, std = fitted.scale
    np.testing.assert_allclose(learned * std + mean, plain)
