"""Tables of Spark's catalog and of databases: what a spec states of them, and secrets."""

from __future__ import annotations

import pytest

from zoodsl.diagnostics.rules.data import BAD_READER_ARGUMENT
from zoodsl.diagnostics.rules.tables import SECRET_IN_SPEC, WRONG_COLUMNS
from zoodsl.types import DType

POSTGRES = "jdbc:postgresql://db.example:5432/shop"


@pytest.mark.parametrize(
    ("reader", "given"),
    [("Table", {"query": "shop.ratings"}), ("JDBC", {"url": POSTGRES, "table": "ratings"})],
)
def test_what_is_stated_is_known(folder, reader, given):
    seen = folder.look(reader, **given)
    assert (seen.columns, seen.rows.count) == ((), None)
    stated = folder.look(reader, **given, columns=("user: int", "stars: float", "title: string"), key="user")
    assert {column.name: column.type for column in stated.columns} == {
        "user": DType.INT64,
        "stars": DType.FLOAT64,
        "title": DType.STRING,
    }
    assert folder.values(reader, "user", **given) is None
    assert folder.problem(reader, **given, columns=("user",)).code is WRONG_COLUMNS
    problem = folder.problem(reader, **given, columns=("user: int",), key="usr")
    assert (problem.code, problem.parameter) == (BAD_READER_ARGUMENT, "key")
    assert problem.help == "did you mean `user`?"
    problem = folder.problem(reader, **given, columns=("stars: float",), key="stars")
    assert "with a fraction" in problem.message


@pytest.mark.parametrize(
    "url",
    [
        "jdbc:postgresql://db/shop?user=ann&password=swordfish",
        "jdbc:postgresql://ann:swordfish@db/shop",
        "jdbc:mysql://ann@db/shop",
        "jdbc:sqlserver://db;databaseName=shop;Password = swordfish",
        "jdbc:oracle:thin:ann/swordfish@db:1521/shop",
        "jdbc:derby:memory:shop;user=ann",
    ],
)
def test_secrets_in_an_address_are_refused_and_not_repeated(folder, url):
    problem = folder.problem("JDBC", url=url, table="ratings")
    assert (problem.code, problem.parameter) == (SECRET_IN_SPEC, "url")
    assert "swordfish" not in problem.message + problem.help


@pytest.mark.parametrize(
    "url",
    [
        POSTGRES + "?ssl=true&userland=1",
        "jdbc:derby:memory:shop;create=true",
        "jdbc:oracle:thin:@//db:1521/shop",
        "jdbc:mysql://db/shop?serverTimezone=UTC",
        "jdbc:hive2://host:10000/default;principal=hive/_HOST@REALM",
    ],
)
def test_addresses_without_secrets(folder, url):
    assert folder.look("JDBC", url=url, table="ratings").rows.count is None


def test_a_password_in_the_place_of_a_variable(folder):
    problem = folder.problem("JDBC", url=POSTGRES, table="ratings", password_env="sword-fish!")  # noqa: S106 - there is none
    assert (problem.code, problem.parameter) == (SECRET_IN_SPEC, "password_env")
    assert "sword-fish" not in problem.message + problem.help


@pytest.mark.parametrize(
    ("reader", "given", "parameter"),
    [
        ("Table", {"query": " "}, "query"),
        ("JDBC", {"url": "postgresql://db/shop", "table": "ratings"}, "url"),
        ("JDBC", {"url": POSTGRES, "table": ""}, "table"),
    ],
)
def test_what_names_nothing(folder, reader, given, parameter):
    problem = folder.problem(reader, **given)
    assert (problem.code, problem.parameter) == (BAD_READER_ARGUMENT, parameter)
