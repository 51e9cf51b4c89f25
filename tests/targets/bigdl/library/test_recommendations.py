"""Recommendations and their baseline on Spark, of a network that is but a formula."""

from __future__ import annotations

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.catalog.values import Kind
from zoodsl.targets.bigdl.library import recommendations
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.factors import Factors
from zoodsl.targets.bigdl.library.indexing import IndexedColumns
from zoodsl.targets.bigdl.library.labels import Rating
from zoodsl.targets.bigdl.library.predictions import predict_rows
from zoodsl.targets.bigdl.library.rankings import NDCG, HitRatio
from zoodsl.targets.bigdl.library.recommendations import Recommendations
from zoodsl.targets.bigdl.library.runs import Run
from zoodsl.targets.numpy.rankings import measure, ranks

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

LABEL = Rating("rating", classes=("1", "2", "3"))
ROWS = [(key, 1 + key % 7, 10 * (1 + (5 * key + key // 3) % 13), 1 + key % 3) for key in range(60)]
TRAIN, TEST = ROWS[:45], ROWS[45:]


class Formula:
    """In the place of a trained pipeline: rates every pair by a formula."""

    def transform(self, frame: DataFrame) -> DataFrame:
        shares = [F.lit(2.0), (F.col("user") * F.col("item") % 5).cast("double"), F.col("item") / 10]
        return frame.withColumn("prediction", F.array(*(share / (1 + F.col("item")) for share in shares)))


def shares(user: int, item: int) -> list[float]:
    return [2.0, float(user * item % 5), item / 10]


def expected(user: int, item: int) -> float:
    given = shares(user, item)
    return sum(share * value for share, value in zip(given, (1, 2, 3), strict=True)) / sum(given)


@pytest.fixture(scope="module")
def parts(spark: SparkSession) -> dict[str, DataFrame]:
    schema = "_key long, user long, item long, rating long"
    return {
        "train": spark.createDataFrame(TRAIN, schema).cache(),
        "test": spark.createDataFrame(TEST, schema).cache(),
    }


def table(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def made(parts: dict[str, DataFrame], out: Path, **settings: Any) -> dict[str, Any]:
    """The result that is told."""
    told: dict[str, Any] = {}

    def hooks(event: str, **fields: Any) -> None:
        if event == "result":
            told.update(fields)

    defaults = {"offers": [("item", "user")], "top": 2, "among": "unseen", "by": "rating", "judged": "test"}
    wanted = Recommendations(**{**defaults, "metrics": {}, "seed": 3, **settings})
    wanted.make(Run(hooks, str(out)), Formula(), parts, LABEL)  # type: ignore[arg-type]
    return told


def test_the_best_unseen_pairs_of_each_user(parts: dict[str, DataFrame], tmp_path: Path) -> None:
    told = made(parts, tmp_path)
    known = {(row[1], row[2]) for row in TRAIN}
    items = {row[2] for row in TRAIN}
    rows = table(tmp_path / "item_to_user.csv")
    assert [row["user"] for row in rows] == [str(user) for user in range(1, 8) for _ in range(2)]
    for user in range(1, 8):
        free = sorted((-expected(user, item), item) for item in items if (user, item) not in known)
        mine = [row for row in rows if row["user"] == str(user)]
        assert [int(row["item"]) for row in mine] == [item for _, item in free[:2]]
        assert [float(row["expected"]) for row in mine] == pytest.approx([-score for score, _ in free[:2]])
    assert told["table"][0] == {"user": 1, "rank": 1, "item": int(rows[0]["item"])} | {
        name: pytest.approx(float(rows[0][name])) for name in ("expected", "probability")
    } | {"predicted": rows[0]["predicted"]}
    assert f"all {len(items)} that train" in told["lines"][1]


def test_pairs_of_a_part_by_class_as_the_workshop_has_them(
    parts: dict[str, DataFrame], tmp_path: Path
) -> None:
    made(parts, tmp_path, offers=[("user", "item")], among="test", by="class", top=1)
    best: dict[int, tuple[float, float, int]] = {}
    for _, user, item, _ in TEST:
        given = shares(user, item)
        rank = (-(1 + given.index(max(given))), -max(given) / sum(given), user)
        best[item] = min(best.get(item, rank), rank)
    rows = table(tmp_path / "user_to_item.csv")
    assert {int(row["item"]): int(row["user"]) for row in rows} == {
        item: one[2] for item, one in best.items()
    }
    assert {int(row["item"]): float(row["predicted"]) for row in rows} == {
        item: -one[0] for item, one in best.items()
    }


def test_all_pairs_of_the_judged_part_are_predicted_in_order(
    parts: dict[str, DataFrame], tmp_path: Path
) -> None:
    made(parts, tmp_path)
    rows = table(tmp_path / "pairs.csv")
    assert [(int(row["user"]), int(row["item"]), int(row["rating"])) for row in rows] == [
        row[1:] for row in TEST
    ]
    assert [float(row["expected"]) for row in rows] == pytest.approx([expected(*row[1:3]) for row in TEST])


def test_metrics_are_the_references(bound: Any, parts: dict[str, DataFrame], tmp_path: Path) -> None:
    settings = {"k": 2, "negatives": 4}
    metrics = {"hits": HitRatio(**settings), "liked": NDCG(**settings, least=2.0)}
    told = made(parts, tmp_path, metrics=metrics)
    rated: dict[int, set[int]] = {}
    for _, user, item, _ in ROWS:
        rated.setdefault(user, set()).add(item)
    held_out = [(user, item, float(rating), key) for key, user, item, rating in TEST]
    for name, operator, more in (("hits", "HitRatio", {}), ("liked", "NDCG", {"least": 2.0})):
        metric = bound(Kind.RANKING, operator, **settings, **more)
        found = ranks(metric.arguments, held_out, {row[2] for row in TRAIN}, rated, expected, 3)
        assert told["details"]["rankings"][name]["ranks"] == found
        assert told["metrics"][name] == pytest.approx(measure(metric, found))


def test_of_too_many_pairs_some_users_are_drawn(
    parts: dict[str, DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = len({row[2] for row in TRAIN})
    monkeypatch.setattr(recommendations, "MOST_PAIRS", 3 * items)
    told = made(parts, tmp_path)
    users = {row["user"] for row in table(tmp_path / "item_to_user.csv")}
    assert len(users) == 3
    assert "for 3 of 7, drawn by seed" in told["lines"][1]
    made(parts, tmp_path)
    assert {row["user"] for row in table(tmp_path / "item_to_user.csv")} == users


def test_where_all_is_rated_nothing_is_recommended(spark: SparkSession, tmp_path: Path) -> None:
    schema = "_key long, user long, item long, rating long"
    pairs = [(user, item) for user in (1, 2) for item in (10, 20)]
    rows = spark.createDataFrame([(key, *pair, 1) for key, pair in enumerate(pairs)], schema)
    told = made({"train": rows}, tmp_path, judged=None)
    assert (tmp_path / "item_to_user.csv").read_text() == "user,rank,item,expected,predicted,probability\n"
    assert (told["lines"][-1], told["table"]) == ("  none: no pair is left", [])


def test_held_out_ratings_that_are_missing_are_told(
    parts: dict[str, DataFrame], spark: SparkSession, tmp_path: Path
) -> None:
    rows = spark.createDataFrame([(1, 1, 10, None), (2, 2, 20, 3)], parts["test"].schema)
    with pytest.raises(DataError, match=r'label `rating` is not one of .* in 1 of the test rows: "nothing"'):
        made({**parts, "test": rows}, tmp_path, metrics={"hits": HitRatio(k=1, negatives=2, least=2.0)})


@pytest.mark.parametrize("logits", [False, True])
def test_of_no_rows_the_predictions_have_a_header(spark: SparkSession, tmp_path: Path, logits: bool) -> None:
    rows = spark.createDataFrame([], "_key long, user long, item long")
    features = SimpleNamespace(checked=lambda frame, *_: frame)
    trained: Any = SimpleNamespace(stages=[SimpleNamespace(features=features)], transform=Formula().transform)
    told: list[str] = []
    run = Run(lambda event, **_: told.append(event), str(tmp_path), logits=logits)
    predict_rows(run, trained, rows, LABEL, top=2)
    header = "user,item,predicted,probability,predicted_2,probability_2\n"
    assert (tmp_path / "predictions.csv").read_text() == header
    assert told == ["phase", "predicted", "saved"]


def test_factors_find_a_product_and_answer_for_all_rows(spark: SparkSession) -> None:
    schema = "user string, item long, rating double"
    rows = [(f"u{user}", 10**10 * item, 1.0 + (user * item) % 3) for user in range(6) for item in range(6)]
    train = spark.createDataFrame([row for row in rows if row[1] != 0], schema)
    part = spark.createDataFrame([*rows[1:3], ("u0", 0, 3.0), ("new", 10**10, 3.0)], schema)
    answers = Factors("user", "item", rank=3, regularization=0.001).answers(train, part, LABEL).collect()
    told = {(row["user"], row["item"]): row["prediction"] for row in answers}
    mean = sum(row[2] for row in rows if row[1] != 0) / 30
    assert answers[0].asDict().keys() == {"user", "item", "rating", "prediction"}
    assert told["u0", 0] == told["new", 10**10] == [pytest.approx(mean)]
    for user, item, rating in rows[1:3]:
        assert told[user, item] == [pytest.approx(rating, abs=0.1)]


def test_indices_are_places_among_what_trains(spark: SparkSession) -> None:
    schema = "id long, word string, x double"
    train = spark.createDataFrame([(40, "b", 0.5), (7, "a", 0.25), (40, "é", 1.0)], schema)
    heard: list[str] = []
    fitted = IndexedColumns(("word", "x", "id"), indexed=("id", "word")).fitted(
        train, lambda _, text: heard.append(text)
    )
    assert fitted.known == ((7, 40), ("a", "b", "é"))
    new = spark.createDataFrame([(40, "b", 0.5), (8, "z", 0.25)], schema)
    assert [list(row[0]) for row in new.select(fitted.expression()).collect()] == [[1, 0.5, 1], [3, 0.25, 2]]
    assert heard == ["indices of the different values that train: 2 of `id`, 3 of `word`"]
    with pytest.raises(DataError, match=r"missing among the test rows: `word` in 1 rows"):
        fitted.checked(spark.createDataFrame([(1, None, 0.5)], schema), "test", print)


def test_ratings_are_steps_of_their_scale(spark: SparkSession) -> None:
    label = Rating("x", classes=("0.1", "0.2", "0.3"))
    frame = spark.createDataFrame([(0.1 + 0.2,), (0.1,), (0.15,)], "x double")
    assert [row[0] for row in frame.select(label.expression()).collect()] == [2.0, 0.0, None]
    with pytest.raises(
        DataError, match=r'label `x` is not one of "0.1", "0.2", "0.3" in 1 of the test rows: "0.15"'
    ):
        label.check(frame, "test")
