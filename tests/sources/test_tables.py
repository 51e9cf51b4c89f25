"""CSV files: columns, types, rows, values, and tables that are not as the reader was told."""

from __future__ import annotations

import gzip

import pytest

from zoodsl.diagnostics.rules.data import (
    BAD_READER_ARGUMENT,
    EMPTY_DATA,
    MALFORMED_TABLE,
    UNREADABLE_DATA,
)
from zoodsl.model.nodes import UNKNOWN_ROWS, Certainty, RowCount
from zoodsl.sources import tables, values
from zoodsl.sources.look import whole_values
from zoodsl.types import DType

TABLE = "id,weight,name,note\n1,70.5,Ann,\n2,,Bo,\n-3,1e3,,\n"


def columns(seen):
    return {column.name: column.type for column in seen.columns}


def test_types_come_from_the_values(folder):
    folder.write("t.csv", TABLE)
    seen = folder.look("CSV", path="t.csv")
    assert columns(seen) == {
        "id": DType.INT64,
        "weight": DType.FLOAT64,
        "name": DType.STRING,
        "note": DType.STRING,
    }
    assert seen.rows == RowCount(count=3, certainty=Certainty.EXACT)


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        ("12", DType.INT64),
        ("+7", DType.INT64),
        ("1" * 19, DType.FLOAT64),  # past 64 bits
        ("1.", DType.FLOAT64),
        (".5", DType.FLOAT64),
        ("-1.5E-3", DType.FLOAT64),
        ("NaN", DType.FLOAT64),
        ("1_000", DType.STRING),
        ("0x1F", DType.STRING),
        ("inf", DType.STRING),
        ("1,5", DType.STRING),
        ("2017-01-02", DType.STRING),
    ],
)
def test_what_is_a_number(folder, value, dtype):
    folder.write("t.csv", f'x,y\n"{value}",0\n')
    assert columns(folder.look("CSV", path="t.csv"))["x"] is dtype


def test_spaces_marks_and_line_ends_do_not_count(folder):
    folder.write("t.csv", b"\xef\xbb\xbfa , b\r\n 1 , x \r\n\r\n2,y\r\n")
    seen = folder.look("CSV", path="t.csv")
    assert columns(seen) == {"a": DType.INT64, "b": DType.STRING}
    assert seen.rows.count == 2
    assert folder.values("CSV", "b", path="t.csv").counts == {"x": 1, "y": 1}


def test_quoted_values_hold_separators_quotes_and_lines(folder):
    folder.write("t.csv", 'a,b\n"1,5 ""m""\nhigh",2\n')
    seen = folder.look("CSV", path="t.csv")
    assert seen.rows.count == 1
    assert folder.values("CSV", "a", path="t.csv").counts == {'1,5 "m"\nhigh': 1}


def test_without_a_header_columns_are_numbered(folder):
    folder.write("t.csv", "1;x\n2;y\n")
    seen = folder.look("CSV", path="t.csv", header=False, separator=";")
    assert columns(seen) == {"column_1": DType.INT64, "column_2": DType.STRING}
    assert seen.rows.count == 2
    assert folder.values("CSV", "column_1", path="t.csv", header=False, separator=";").counts == {1: 1, 2: 1}


def test_a_column_without_a_name_is_numbered(folder):
    folder.write("t.csv", ",a\n0,5\n")
    assert list(columns(folder.look("CSV", path="t.csv"))) == ["column_1", "a"]


def test_facts_of_numbers(folder):
    folder.write("t.csv", "x\n3\n1\n\n3\n")
    facts = folder.values("CSV", "x", path="t.csv")
    assert (facts.minimum, facts.maximum, facts.nulls, facts.counts) == (1, 3, 0, {1: 1, 3: 2})


def test_gaps_are_empty_values_and_nan(folder):
    folder.write("t.csv", "x,y\n1.5,a\n,b\nnan,\n2,c\n")
    numbers = folder.values("CSV", "x", path="t.csv")
    assert (numbers.minimum, numbers.maximum, numbers.nulls, numbers.counts) == (1.5, 2, 2, {1.5: 1, 2: 1})
    texts = folder.values("CSV", "y", path="t.csv")
    assert (texts.minimum, texts.maximum, texts.nulls) == (None, None, 1)


def test_a_value_that_the_first_rows_did_not_announce_is_a_misfit(folder):
    folder.write("t.csv", "x\n" + "1\n" * tables.FIRST_ROWS + "n/a\n2.5\n")
    assert columns(folder.look("CSV", path="t.csv")) == {"x": DType.INT64}
    assert folder.values("CSV", "x", path="t.csv").misfit == "n/a"


def test_many_different_values_are_not_listed(folder):
    folder.write("t.csv", "x\n" + "".join(f"{number}\n" for number in range(1001)))
    facts = folder.values("CSV", "x", path="t.csv")
    assert facts.counts is None
    assert (facts.minimum, facts.maximum) == (0, 1000)


def test_a_file_that_changes_is_looked_at_again(folder):
    folder.write("t.csv", "x\n1\n")
    assert folder.look("CSV", path="t.csv").rows.count == 1
    folder.write("t.csv", "x\n1\n2\n")
    assert folder.look("CSV", path="t.csv").rows.count == 2
    assert folder.values("CSV", "x", path="t.csv").counts == {1: 1, 2: 1}


def test_rows_of_a_large_file_are_estimated(folder, monkeypatch):
    folder.write("t.csv", "x,y\n" + "12,345\n" * 5000)
    monkeypatch.setattr(tables, "SMALL", 1000)
    rows = folder.look("CSV", path="t.csv").rows
    assert rows.certainty is Certainty.ESTIMATED
    assert rows.count == pytest.approx(5000, rel=0.01)
    assert folder.values("CSV", "x", path="t.csv") is None


def test_gzip_is_read_too(folder, monkeypatch):
    folder.write("t.csv.gz", gzip.compress(TABLE.encode()))
    assert folder.look("CSV", path="t.csv.gz").rows.count == 3
    folder.write("large.csv.gz", gzip.compress(TABLE.encode()))
    monkeypatch.setattr(tables, "SMALL", 1)
    assert folder.look("CSV", path="large.csv.gz").rows == UNKNOWN_ROWS


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(TABLE.encode())[:30]])
def test_a_broken_gzip_is_a_problem(folder, content):
    folder.write("t.csv.gz", content)
    problem = folder.problem("CSV", path="t.csv.gz")
    assert problem.code is MALFORMED_TABLE
    assert "gzip" in problem.message


@pytest.mark.parametrize(("separator", "spelling"), [(";", ";"), ("\t", "\\t"), ("|", "|")])
def test_another_separator_is_noticed(folder, separator, spelling):
    folder.write("t.csv", TABLE.replace(",", separator))
    problem = folder.problem("CSV", path="t.csv")
    assert problem.code is MALFORMED_TABLE
    assert problem.code.name == "ZOO406"
    assert f'separator = "{spelling}"' in problem.help
    assert problem.parameter == "separator"
    assert len(folder.look("CSV", path="t.csv", separator=separator).columns) == 4


def test_a_separator_of_two_characters_is_noticed(folder):
    folder.write("t.dat", "1::1193::5::978300760\n1::661::3::978302109\n")
    problem = folder.problem("CSV", path="t.dat", header=False)
    assert '`Delimited("t.dat", separator = "::")`' in problem.help
    problem = folder.problem("Delimited", path="t.dat", separator=",")
    assert '`separator = "::"`' in problem.help


def test_one_column_may_be_all_there_is(folder):
    folder.write("t.csv", "x\n1\n2\n")
    assert columns(folder.look("CSV", path="t.csv")) == {"x": DType.INT64}
    folder.write("s.csv", "sentence\nyes: no\nno; a, b\n")
    assert folder.look("CSV", path="s.csv", separator="|").rows.count == 2


def test_a_separator_is_one_character(folder):
    problem = folder.problem("CSV", path="t.csv", separator="::")
    assert problem.code is BAD_READER_ARGUMENT
    assert problem.code.name == "ZOO408"


@pytest.mark.parametrize("before", [1, 300])
def test_a_row_of_another_length_is_named_by_its_line(folder, before):
    folder.write("t.csv", "a,b\n" + "1,2\n" * before + "1,2,3\n")
    problem = folder.problem("CSV", path="t.csv")
    assert problem.code is MALFORMED_TABLE
    assert problem.message == f"line {before + 2} of `t.csv` has 3 values, but the first has 2"


def test_two_columns_of_one_name_are_a_problem(folder):
    folder.write("t.csv", "a,b,a\n1,2,3\n")
    problem = folder.problem("CSV", path="t.csv")
    assert problem.code is MALFORMED_TABLE
    assert problem.message == "`t.csv` names 2 columns `a`"


def test_text_that_is_not_utf8_is_a_problem(folder):
    folder.write("t.csv", "name\nJosé\n".encode("latin-1"))
    problem = folder.problem("CSV", path="t.csv")
    assert problem.code is MALFORMED_TABLE
    assert "0xe9" in problem.message


def test_a_quote_that_is_not_closed_is_a_problem(folder):
    folder.write("t.csv", 'a,b\n"1,2\n3,4\n')
    assert folder.problem("CSV", path="t.csv").code is MALFORMED_TABLE


@pytest.mark.parametrize("content", ["", "a,b\n", "\n\n\n"])
def test_a_table_without_rows_is_a_problem(folder, content):
    folder.write("t.csv", content)
    assert folder.problem("CSV", path="t.csv").code is EMPTY_DATA


def test_a_folder_is_a_problem(folder):
    folder.write("data/t.csv", TABLE)
    problem = folder.problem("CSV", path="data")
    assert problem.code is UNREADABLE_DATA
    assert "`t.csv`" in problem.help


@pytest.mark.data
def test_the_real_ratings(folder, shared):
    path = str(shared / "movielens" / "ratings.csv")
    seen = folder.look("CSV", path=path)
    assert seen.rows.count == 100_004
    assert columns(seen) == {
        "userId": DType.INT64,
        "movieId": DType.INT64,
        "rating": DType.FLOAT64,
        "timestamp": DType.INT64,
    }
    facts = folder.values("CSV", "rating", path=path)
    assert (facts.minimum, facts.maximum, facts.nulls, len(facts.counts)) == (0.5, 5.0, 0, 10)


def test_a_large_file_is_read_to_its_end_where_a_spec_asks_what_it_holds(folder, monkeypatch):
    folder.write("t.csv", "id,name\n" + "".join(f"{row % 700 + 5},n{row % 3}\n" for row in range(5000)))
    reader = folder.reader("CSV", path="t.csv")
    monkeypatch.setattr(tables, "SMALL", 100)
    tables._look.cache_clear()
    assert values(reader, str(folder.path), "id") is None
    facts = whole_values(reader, str(folder.path), "id")
    assert (facts.minimum, facts.maximum, facts.distinct, facts.nulls) == (5, 704, 700, 0)
    assert whole_values(reader, str(folder.path), "name").distinct == 3
    monkeypatch.setattr(tables, "COUNTABLE", 100)
    assert whole_values(reader, str(folder.path), "id") is None
    tables._look.cache_clear()


def test_what_is_wrong_far_down_a_large_file_leaves_its_values_unknown(folder, monkeypatch):
    folder.write("t.csv", "id,name\n" + "1,a\n" * 300 + "7\n")
    monkeypatch.setattr(tables, "SMALL", 100)
    tables._look.cache_clear()
    assert whole_values(folder.reader("CSV", path="t.csv"), str(folder.path), "name") is None
    tables._look.cache_clear()
