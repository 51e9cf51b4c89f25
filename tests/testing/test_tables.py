import math
from datetime import timedelta
from random import Random

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from zoodsl.testing import Column, Table, choice, flag, real, rows, tables, text, time, whole
from zoodsl.testing.tables import MIDNIGHT

ALL = {
    "id": whole(),
    "a `name`": text().with_gaps(),
    "load": real(nan=True, infinite=True).with_gaps(),
    "right": flag().with_gaps(),
    "kind": choice("cat", "dog"),
    "at": time().with_gaps(),
}
SEARCH = settings(max_examples=1000, phases=[Phase.generate])
DAY = MIDNIGHT


@pytest.mark.law("rows lie within what their columns say")
@given(rows({"n": whole(-2, 5), "x": real(0, 1), "k": choice(3, 4), "t": text(longest=3, alphabet="ab")}))
def test_rows_are_of_their_columns(drawn):
    for row in drawn:
        assert -2 <= row["n"] <= 5
        assert 0 <= row["x"] <= 1
        assert row["k"] in (3, 4)
        assert len(row["t"]) <= 3
        assert set(row["t"]) <= {"a", "b"}


@pytest.mark.law("tables have as many rows as is asked for, and no two are equal in what is unique")
@given(tables(ALL | {"part": whole(0, 3)}, least=2, most=4, unique=["part"]))
def test_numbers_of_rows_and_unique_columns(table):
    assert 2 <= len(table.rows) <= 4
    assert len({row["part"] for row in table.rows}) == len(table.rows)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("a `name`", None),
        ("a `name`", ""),
        ("load", math.inf),
        ("at", None),
        ("at", DAY + timedelta(hours=48)),
        ("right", True),
        ("kind", "dog"),
    ],
)
def test_what_is_asked_for_occurs(name, wanted):
    assert find(
        tables(ALL), lambda table: any(row[name] == wanted for row in table.rows), settings=SEARCH
    ).rows


def test_nan_occurs_where_it_is_asked_for():
    assert find(
        rows({"x": real(nan=True)}), lambda drawn: any(math.isnan(row["x"]) for row in drawn), settings=SEARCH
    )


@pytest.mark.parametrize("character", "'\"\\\n界")
def test_texts_hold_what_makes_trouble(character):
    assert find(text().values, lambda drawn: character in drawn, settings=SEARCH)


def test_texts_hold_any_script():
    assert find(text().values, lambda drawn: drawn != "" and min(drawn) > "\u9fff", settings=SEARCH)


def test_failures_shrink_to_the_row_that_matters():
    columns = {"id": whole(), "name": text(), "load": real()}
    smallest = find(
        tables(columns), lambda table: any(row["load"] > 9 for row in table.rows), random=Random(0)
    )
    assert list(smallest.rows) == [{"id": 0, "name": "", "load": 10.0}]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: rows({"a": whole()}, unique=["b"]), "'b'"),
        (lambda: rows({"a": whole()}, least=3, most=2), "3 to 2"),
        (choice, "one value at least"),
    ],
)
def test_what_cannot_be_is_said(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()


def test_a_column_holds_values_of_one_type():
    with pytest.raises(TypeError, match="int and str"):
        choice(1, "a")


@pytest.mark.spark
def test_spark_gets_every_value_as_it_is(spark):
    table = Table(
        ALL | {"wide": Column("array<double>", st.just([1.0]))},
        (
            {
                "id": 2**63 - 1,
                "a `name`": 'it\'s "${x}" \\n\n界',
                "load": math.inf,
                "right": True,
                "kind": "cat",
                "at": DAY,
            },
            dict.fromkeys(ALL) | {"id": -(2**63)},
        ),
    )
    for columns in (table.columns, ALL):  # by Python workers, and as a list of values
        given_rows = [
            {name: row.get(name, [0.5] if name == "wide" else None) for name in columns} for row in table.rows
        ]
        frame = Table(columns, tuple(given_rows)).dataframe(spark)
        assert [row.asDict() for row in frame.collect()] == given_rows
        assert [field.dataType.simpleString() for field in frame.schema] == [
            column.type for column in columns.values()
        ]


@pytest.mark.spark
def test_an_empty_table_has_its_schema(spark):
    frame = Table(ALL, ()).dataframe(spark)
    assert frame.count() == 0
    assert [field.name for field in frame.schema] == list(ALL)


@pytest.mark.spark
@pytest.mark.parametrize("partitions", [1, 3])
def test_rows_are_divided_among_partitions(spark, partitions):
    table = Table({"id": whole()}, tuple({"id": number} for number in range(6)))
    frame = table.dataframe(spark, partitions)
    assert frame.rdd.getNumPartitions() == partitions
    assert sorted(row["id"] for row in frame.collect()) == list(range(6))
