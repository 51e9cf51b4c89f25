from __future__ import annotations

from collections import Counter

import pytest
from pyspark.sql import DataFrame, SparkSession

from zoodsl.catalog.splits import cuts, digest, fold, place, position
from zoodsl.targets.bigdl.library.splits import (
    all_train,
    split_fixed,
    split_grouped,
    split_grouped_fold,
    split_random,
    split_stratified,
    split_tail,
)

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

ROWS = [
    (index, f"patient {index % 37}" if index % 11 else None, index % 3, "abc"[index % 3])
    for index in range(500)
]
SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}
NAMES = ("train", "validation", "test")


@pytest.fixture(scope="module")
def frame(spark: SparkSession) -> DataFrame:
    return (
        spark.createDataFrame(ROWS, "_key long, patient string, number long, mark string")
        .repartition(5)
        .cache()
    )


def keys(parts: dict[str, DataFrame]) -> dict[str, set[int]]:
    return {name: {row["_key"] for row in part.collect()} for name, part in parts.items()}


def wanted(texts: dict[int, str], seed: int) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {name: set() for name in NAMES}
    for key, text in texts.items():
        where = position(digest(seed, text))
        first, second = cuts(SHARES)
        found[NAMES[(where >= first) + (where >= second)]].add(key)
    return found


def test_random_goes_by_the_hash_of_the_key(frame: DataFrame) -> None:
    assert keys(split_random(frame, **SHARES, seed=7)) == wanted({row[0]: str(row[0]) for row in ROWS}, 7)


def test_grouped_goes_by_the_hash_of_the_value_and_nothing_is_an_empty_text(frame: DataFrame) -> None:
    found = keys(split_grouped(frame, "patient", **SHARES, seed=7))
    assert found == wanted({row[0]: row[1] or "" for row in ROWS}, 7)


def test_folds_go_by_the_hash_of_the_value(frame: DataFrame) -> None:
    found = keys(split_grouped_fold(frame, "patient", fold=2, folds=4, validation=True, seed=7))
    folds = {row[0]: fold(digest(7, row[1] or ""), 4) for row in ROWS}
    assert found == {
        "train": {key for key, number in folds.items() if number < 2},
        "validation": {key for key, number in folds.items() if number == 3},
        "test": {key for key, number in folds.items() if number == 2},
    }
    two = split_grouped_fold(frame, "patient", fold=2, folds=4, validation=False, seed=7)
    assert list(two) == ["train", "test"]


def test_stratified_ranks_within_each_value(frame: DataFrame) -> None:
    found = keys(split_stratified(frame, "number", **SHARES, seed=7))
    expected: dict[str, set[int]] = {name: set() for name in NAMES}
    for value in range(3):
        ranked = sorted((digest(7, str(row[0])), str(row[0]), row[0]) for row in ROWS if row[2] == value)
        ends = [place(cut, len(ranked)) for cut in cuts(SHARES)]
        for rank, (_, _, key) in enumerate(ranked):
            expected[NAMES[(rank >= ends[0]) + (rank >= ends[1])]].add(key)
    assert found == expected


def test_tail_keeps_the_order(frame: DataFrame) -> None:
    found = keys(split_tail(frame, **SHARES))
    assert found == {
        "train": set(range(350)),
        "validation": set(range(350, 400)),
        "test": set(range(400, 500)),
    }


def test_fixed_leaves_other_rows_out(frame: DataFrame) -> None:
    found = keys(split_fixed(frame, "mark", train="a", validation=None, test="c"))
    assert {name: Counter(key % 3 for key in part) for name, part in found.items()} == {
        "train": {0: 167},
        "test": {2: 166},
    }


def test_parts_without_a_share_are_not_made(frame: DataFrame) -> None:
    found = split_random(frame, train=0.8, validation=0.0, test=0.2, seed=1)
    assert list(found) == ["train", "test"]
    assert sum(part.count() for part in found.values()) == 500
    assert all_train(frame)["train"].count() == 500
