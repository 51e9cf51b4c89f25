from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.catalog.splits import cuts, digest, fold, place, position
from zoodsl.catalog.values import Kind
from zoodsl.targets.bigdl.library.splits import (
    all_train,
    split_fixed,
    split_grouped,
    split_grouped_fold,
    split_random,
    split_stratified,
    split_tail,
)
from zoodsl.targets.numpy.splits import parts

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


KEYED = st.lists(
    st.tuples(st.text("aé0 ", max_size=3), st.sampled_from(["a", "b", "c"])), min_size=1, max_size=30
)


@pytest.mark.law("every split's parts on Spark = NumPy's, whatever the partitions and the order of rows")
@given(
    rows=KEYED, partitions=st.integers(1, 6), seed=st.integers(0, 99), order=st.randoms(use_true_random=False)
)
@settings(max_examples=2, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
def test_parts_are_the_references(
    spark: SparkSession,
    bound: Callable[..., Any],
    rows: list[tuple[str, str]],
    partitions: int,
    seed: int,
    order: random.Random,
) -> None:
    table = [(key, *row) for key, row in enumerate(rows)]
    shuffled = order.sample(table, len(table))
    schema = "_key long, patient string, mark string"
    frame = spark.createDataFrame(shuffled, schema).repartition(partitions).cache()
    texts = [str(key) for key, _, _ in table]
    shares: dict[str, Any] = {**SHARES, "seed": seed}
    folds: dict[str, Any] = {"fold": 1, "folds": 3, "validation": True, "seed": seed}
    fixed: dict[str, Any] = {"train": "a", "validation": None, "test": "c"}
    cases: tuple[tuple[str, dict[str, DataFrame], Sequence[str], dict[str, Any]], ...] = (
        ("Random", split_random(frame, **shares), (), shares),
        ("Grouped", split_grouped(frame, "patient", **shares), [row[1] for row in table], shares),
        ("GroupedFold", split_grouped_fold(frame, "patient", **folds), [row[1] for row in table], folds),
        ("Stratified", split_stratified(frame, "mark", **shares), [row[2] for row in table], shares),
        ("Tail", split_tail(frame, **SHARES), (), SHARES),
        ("Fixed", split_fixed(frame, "mark", **fixed), [row[2] for row in table], fixed),
    )
    for name, made, values, arguments in cases:
        column = {} if name in ("Random", "Tail") else {"column": None}
        wanted = parts(bound(Kind.SPLIT, name, **column, **arguments), texts, values)
        told = [part.select("_key", F.lit(NAMES.index(where)).alias("part")) for where, part in made.items()]
        found = {row["_key"]: row["part"] for row in reduce(DataFrame.union, told).collect()}
        assert found == {key: part for key, part in enumerate(wanted.tolist()) if part >= 0}, name
