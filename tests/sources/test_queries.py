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
        "jdbc:sqlserver://db;encrypt=true;trustStorePassword=swordfish",
        "jdbc:sqlserver://db;accessToken=swordfish",
        "jdbc:sqlserver://db;keyStoreSecret=swordfish",
        "jdbc:postgresql://db/shop?ssl=true&sslpassword=swordfish",
        "jdbc:snowflake://db/?warehouse=w&private_key_pwd=swordfish",
        "jdbc:mysql://db/shop?clientCertificateKeyStorePassword=swordfish",
        "jdbc:oracle:thin:@tcps://db:1522/shop?javax.net.ssl.keyStorePassword=swordfish",
        "jdbc:databricks://db:443/default;AuthMech=3;PWD=swordfish",
        "jdbc:trino://db:443/hive?SSLTrustStorePasswd=swordfish",
        "jdbc:db2://db:50000/shop:password=swordfish;",
        "jdbc:teradata://db/USER=ann,PASSWORD=swordfish",
        "jdbc:mysql://address=(host=db)(user=ann)(password=swordfish)/shop",
        "jdbc:mysql://db1,ann:swordfish@db2/shop",
        "jdbc:exotic:ann:swordfish@db",
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
        "jdbc:oracle:thin:@db:1521:shop",
        "jdbc:sqlserver://db:1433;databaseName=shop;integratedSecurity=true;trustServerCertificate=true",
        "jdbc:sqlserver://db;authentication=ActiveDirectoryIntegrated",
        "jdbc:postgresql://db1:5432,db2:5432/shop?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        "jdbc:snowflake://shop.example/?db=shop&warehouse=users&private_key_file=/run/key.p8",
        "jdbc:db2://db:50000/shop:currentSchema=USERS;",
        "jdbc:sqlite:rows.db",
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


QUERY = "select user from ratings where title = ';' -- the end;"


@pytest.mark.parametrize(
    "text",
    [
        "ratings",
        "shop.ratings",
        "`shop trips`.ratings",
        '[dbo]."the trips"',
        QUERY,
        "WITH a AS (SELECT 1 AS x) SELECT x FROM a",
    ],
)
def test_a_name_or_one_query_is_asked(folder, text):
    folder.look("Table", query=text)
    folder.look("JDBC", url=POSTGRES, table=text)


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("DROP TABLE x", "neither a table's name nor a query", "`SELECT` or `WITH`"),
        ("DELETE FROM t", "neither a table's name nor a query", "`SELECT` or `WITH`"),
        ("shop trips", "neither a table's name nor a query", "a name such as"),
        ("SELECT a FROM t;", "one statement", "take the `;` out"),
        ("SELECT a FROM t; DROP TABLE t", "one statement", "take the `;` out"),
    ],
)
def test_what_is_no_question_is_not_sent(folder, text, message, help_):
    given = (("Table", {"query": text}, "query"), ("JDBC", {"url": POSTGRES, "table": text}, "table"))
    for reader, arguments, parameter in given:
        problem = folder.problem(reader, **arguments)
        assert (problem.code, problem.parameter) == (BAD_READER_ARGUMENT, parameter)
        assert message in problem.message
        assert help_ in problem.help


def test_a_database_takes_a_query_in_brackets_for_a_table(folder):
    folder.look("JDBC", url=POSTGRES, table="(SELECT a FROM t) AS few")
