"""Tables of all kinds, as Spark reads them: values, keys, an order of their own, and secrets that nobody sees."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import traceback
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.tables import read_csv, read_json
from zoodsl.targets.bigdl.library.typed_tables import read_jdbc, read_parquet, read_query

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

MOVIES = [("movie", "bigint"), ("title", "string"), ("genres", "string")]
PEOPLE = [("id", "bigint"), ("height", "double"), ("name", "string")]


def rows(frame: DataFrame) -> list[tuple]:
    """Every row but its key, by the key."""
    return [tuple(row)[1:] for row in frame.orderBy("_key").collect()]


def test_every_separator_cuts_and_quotes_mean_nothing(spark: SparkSession, tmp_path: Path) -> None:
    text = '1::Toy "Story", The::Drama|War\r\n\r\n 2 :: "Amélie ::\r\n3::a:b::"c\r\n'
    (tmp_path / "movies.dat").write_bytes(text.encode("latin-1"))
    frame = read_csv(
        spark,
        str(tmp_path),
        "movies.dat",
        MOVIES,
        header=False,
        separator="::",
        quoted=False,
        encoding="latin1",
    )
    assert rows(frame) == [(1, 'Toy "Story", The', "Drama|War"), (2, '"Amélie', None), (3, "a:b", '"c')]
    assert [row["_key"] for row in frame.orderBy("_key").collect()] == [0, 1, 2]


def test_a_line_that_is_cut_into_too_many_is_told(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "movies.dat").write_text("id::title::genres\n1::a::b\n2::a::b::c\n")
    with pytest.raises(DataError, match=r"row 3 of movies.dat has not 3 values: 2::a::b::c"):
        read_csv(spark, str(tmp_path), "movies.dat", MOVIES, separator="::", quoted=False)


def test_json_objects(spark: SparkSession, tmp_path: Path) -> None:
    given = [
        {"id": 1, "height": 1.5, "name": "Ann", "tags": ["a"]},
        {"name": "", "height": 2, "id": True},
        {"id": None, "height": float("nan")},
    ]
    text = "".join(json.dumps(each) + "\n" for each in given)
    (tmp_path / "people.jsonl.gz").write_bytes(gzip.compress(("\n" + text).encode()))
    (tmp_path / "people.json").write_text(json.dumps(given, indent=2))
    for name, multiline in (("people.jsonl.gz", False), ("people.json", True)):
        frame = read_json(spark, str(tmp_path), name, PEOPLE, multiline=multiline)
        assert rows(frame) == [(1, 1.5, "Ann"), (1, 2.0, None), (None, None, None)]
        assert dict(frame.dtypes) == {"_key": "bigint", **dict(PEOPLE)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id": 1}\n{"id": \n', 'object 2 of people.jsonl is no JSON object: {"id": '),
        ('{"id": 1}\n{"id": 1.5}\n', 'column id of people.jsonl holds "1.5", which is no whole number'),
        (
            '{"height": 1}\n{"height": "tall"}\n',
            'column height of people.jsonl holds "tall", which is no number',
        ),
    ],
)
def test_misfits_in_json(spark: SparkSession, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "people.jsonl").write_text(text)
    with pytest.raises(DataError) as raised:
        read_json(spark, str(tmp_path), "people.jsonl", PEOPLE)
    assert message in str(raised.value)


def everything(spark: SparkSession) -> DataFrame:
    """A frame of every type that tables have."""
    moment = dt.datetime(2017, 5, 31, 13, 45, tzinfo=dt.UTC)
    return spark.createDataFrame(
        [
            (1, True, 1.5, Decimal("2.50"), "a", dt.date(2017, 5, 31), moment, [1, 2]),
            (2, False, float("nan"), None, "", None, None, None),
        ],
        "id int, yes boolean, x double, price decimal(8,2), name string, day date, at timestamp, tags array<int>",
    )


def test_types_of_parquet_become_the_languages(spark: SparkSession, tmp_path: Path) -> None:
    everything(spark).write.parquet(str(tmp_path / "my things"))
    frame = read_parquet(spark, str(tmp_path), "my things", key="id")
    assert frame.dtypes == [
        ("_key", "bigint"),
        ("id", "bigint"),
        ("yes", "bigint"),
        ("x", "double"),
        ("price", "double"),
        ("name", "string"),
        ("day", "string"),
        ("at", "string"),
    ]
    assert rows(frame) == [
        (1, 1, 1.5, 2.5, "a", "2017-05-31", "2017-05-31 13:45:00"),
        (2, 0, None, None, None, None, None),
    ]


def test_keys_and_order_do_not_depend_on_how_rows_are_divided(spark: SparkSession, tmp_path: Path) -> None:
    numbers = spark.range(200).selectExpr("id % 150 AS a", "id / 7 AS b", "string(id) AS c")
    numbers.repartition(3).write.parquet(str(tmp_path / "three"))
    numbers.orderBy("c").coalesce(1).write.parquet(str(tmp_path / "one"))
    three, one = (read_parquet(spark, str(tmp_path), name).collect() for name in ("three", "one"))
    assert three == one
    assert len({row["_key"] for row in one}) == 200
    first, second = (
        read_parquet(
            spark, str(tmp_path), name, columns=[("a", "bigint"), ("b", "double")], key="a"
        ).collect()
        for name in ("three", "one")
    )
    assert first == second
    assert {row["_key"] for row in first} == set(range(150))


@pytest.mark.parametrize(
    ("columns", "key", "message"),
    [
        ([("weight", "bigint")], None, "things has no column weight; its columns are id, yes, x, "),
        ([("name", "double")], None, "column name of things is of the type string, not double"),
        ([("x", "bigint")], None, "column x of things is of the type double, not bigint"),
        ([("tags", "string")], None, "column tags of things is of the type array<int>, not string"),
        (None, "x", "things has no column x of whole numbers or text, which names its rows"),
        (None, "tags", "things has no column tags of whole numbers or text, which names its rows"),
    ],
)
def test_what_a_table_has_not(spark: SparkSession, columns: list, key: str | None, message: str) -> None:
    everything(spark).createOrReplaceTempView("things")
    with pytest.raises(DataError) as raised:
        read_query(spark, "things", columns, key)
    assert str(raised.value).startswith(message)


def test_a_query(spark: SparkSession) -> None:
    everything(spark).createOrReplaceTempView("things")
    query = "\n  select id + 1 AS next, price FROM things ORDER BY id"
    assert rows(read_query(spark, query, [("next", "bigint"), ("price", "double")], "next")) == [
        (2, 2.5),
        (3, None),
    ]
    with pytest.raises(DataError, match=r"Spark cannot answer 'nothing': .*TABLE_OR_VIEW_NOT_FOUND"):
        read_query(spark, "nothing")
    with pytest.raises(DataError, match=r"Spark cannot answer 'SELECT 1 [+]': .*PARSE_SYNTAX_ERROR"):
        read_query(spark, "SELECT 1 +")


def test_whole_decimals_may_be_whole_numbers(spark: SparkSession) -> None:
    prices = "SELECT * FROM VALUES (CAST(3 AS DECIMAL(38,10))), (NULL) AS t(price)"
    assert sorted(rows(read_query(spark, prices, [("price", "bigint")])), key=str) == [(3,), (None,)]
    parts = "SELECT CAST(2.5 AS DECIMAL(38,10)) AS price"
    with pytest.raises(Exception, match=r"`price` holds 2.5000000000, no whole number"):
        read_query(spark, parts, [("price", "bigint")]).collect()


SECRET = "swordfish-4711"  # noqa: S105 - there is none


@pytest.fixture
def database(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database in memory, of Derby, which comes with Spark: it lets in who knows the password alone."""
    url = "jdbc:derby:memory:shop"
    settings = {
        "derby.connection.requireAuthentication": "true",
        "derby.user.ann": SECRET,
        "derby.stream.error.field": "java.lang.System.err",
    }
    system = spark.sparkContext._jvm.java.lang.System
    for name, value in settings.items():
        system.setProperty(name, value)
    for name, value in (("SHOP_USER", "ann"), ("SHOP_PASSWORD", SECRET)):
        monkeypatch.setenv(name, value)
    frame = spark.createDataFrame([(1, 4.5, "Ann"), (2, None, "Bo")], "id int, stars double, name string")
    options = {"url": f"{url};create=true", "dbtable": "ratings", "user": "ann", "password": SECRET}
    frame.write.format("jdbc").options(**options).mode("overwrite").save()
    yield url
    for name in settings:
        system.clearProperty(name)


LOGIN: Any = {"user_env": "SHOP_USER", "password_env": "SHOP_PASSWORD"}


def test_a_database_is_asked_with_what_the_environment_says(spark: SparkSession, database: str) -> None:
    frame = read_jdbc(spark, database, "ratings", key="id", **LOGIN)
    assert rows(frame) == [(1, 4.5, "Ann"), (2, None, "Bo")]
    query = 'SELECT "stars" FROM ratings WHERE "id" = 1'
    driver = "org.apache.derby.jdbc.EmbeddedDriver"
    assert rows(read_jdbc(spark, database, query, [("stars", "double")], driver=driver, **LOGIN)) == [(4.5,)]


def test_what_a_database_refuses_is_told_without_the_secret(
    spark: SparkSession, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", wrong := "marlin-0815")
    with pytest.raises(DataError) as raised:
        read_jdbc(spark, database, "ratings", **LOGIN)
    assert "Invalid authentication" in str(raised.value)
    assert wrong not in "".join(traceback.format_exception(raised.value))
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    with pytest.raises(DataError, match=r'does not give "\*\*\*": .*\*\*\*.* does not exist'):
        read_jdbc(spark, database, f'"{SECRET}"', **LOGIN)
    with pytest.raises(DataError, match="the environment variable SHOP_PIN is not set"):
        read_jdbc(spark, database, "ratings", password_env="SHOP_PIN")  # noqa: S106 - a name
