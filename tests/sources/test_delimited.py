"""Tables that are cut at a separator of any length, without quotes."""

from __future__ import annotations

import gzip

import pytest

from zoodsl.catalog.values import Kind
from zoodsl.diagnostics.rules.data import BAD_READER_ARGUMENT, MALFORMED_TABLE
from zoodsl.diagnostics.rules.tables import WRONG_COLUMNS
from zoodsl.sources import look
from zoodsl.sources.look import read
from zoodsl.types import DType

RATINGS = "1::1193::5::978300760\n1::661::3::978302109\n\n2::914::3::978301968\n"
NAMES = ("user", "movie", "rating", "time")


def columns(seen):
    return {column.name: column.type for column in seen.columns}


def test_columns_are_named_in_order(folder):
    folder.write("ratings.dat", RATINGS)
    given = {"path": "ratings.dat", "separator": "::"}
    seen = folder.look("Delimited", **given, columns=NAMES)
    assert columns(seen) == dict.fromkeys(NAMES, DType.INT64)
    assert seen.rows.count == 3
    assert folder.values("Delimited", "rating", **given, columns=NAMES).counts == {5: 1, 3: 2}
    assert list(columns(folder.look("Delimited", **given))) == [f"column_{place}" for place in range(1, 5)]


def test_quotes_mean_nothing_and_letters_may_be_latin1(folder):
    text = '1::"Amélie", The::Drama\r\n 2 :: a:b ::\r\n'
    given = {"path": "movies.dat.gz", "separator": "::", "encoding": "latin1"}
    folder.write("movies.dat.gz", gzip.compress(text.encode("latin-1")))
    reader = folder.reader("Delimited", **given)
    seen = folder.look("Delimited", **given)
    assert read(reader, str(folder.path), seen.columns) == {
        "_key": range(2),
        "column_1": [1, 2],
        "column_2": ['"Amélie", The', "a:b"],
        "column_3": ["Drama", None],
    }


def test_what_is_no_utf8_is_told_with_the_way_out(folder):
    folder.write("movies.dat", "1::Amélie\n".encode("latin-1"))
    problem = folder.problem("Delimited", path="movies.dat", separator="::")
    assert problem.code is MALFORMED_TABLE
    assert problem.help == "if it is older than UTF-8, write `encoding = latin1`"


def test_a_first_line_may_name_the_columns(folder):
    folder.write("t.dat", "a||b\n1||x\n")
    assert columns(folder.look("Delimited", path="t.dat", separator="||", header=True)) == {
        "a": DType.INT64,
        "b": DType.STRING,
    }


def test_a_line_that_is_cut_into_too_many_is_told(folder):
    folder.write("t.dat", "1::x\n2::y::z\n")
    problem = folder.problem("Delimited", path="t.dat", separator="::")
    assert problem.code is MALFORMED_TABLE
    assert problem.message == "line 2 of `t.dat` has 3 values, but the first has 2"
    assert problem.help == "`Delimited` cuts at every separator; `CSV` reads values in quotes"


@pytest.mark.parametrize("separator", ["", "\n", "::\r"])
def test_separators_that_cut_nothing(folder, separator):
    folder.write("t.dat", RATINGS)
    problem = folder.problem("Delimited", path="t.dat", separator=separator)
    assert (problem.code, problem.parameter) == (BAD_READER_ARGUMENT, "separator")


def test_csv_names_what_takes_longer_separators(folder):
    folder.write("t.csv", RATINGS)
    problem = folder.problem("CSV", path="t.csv", separator="::")
    assert (problem.code, problem.parameter) == (BAD_READER_ARGUMENT, "separator")
    assert problem.help == '`Delimited(..., separator = "::")` cuts at longer ones'


@pytest.mark.parametrize("reader", ["CSV", "Delimited"])
def test_stated_columns_agree_with_the_file(folder, reader):
    folder.write("t.csv", "1,2.5,x\n2,3,y\n")
    given = {"path": "t.csv", "header": False, "separator": ","}
    seen = folder.look(reader, **given, columns=("id", "size: string", "name"))
    assert columns(seen) == {"id": DType.INT64, "size": DType.STRING, "name": DType.STRING}
    problem = folder.problem(reader, **given, columns=("id", "size"))
    assert (problem.code, problem.parameter) == (WRONG_COLUMNS, "columns")
    assert problem.message == "the first line of `t.csv` has 3 values, and `columns` names 2"
    assert folder.problem(reader, **given, columns=("id: number", "size", "name")).code is WRONG_COLUMNS


def test_a_first_line_and_stated_columns_name_the_same(folder):
    folder.write("t.csv", "id,size\n1,2.5\n")
    assert columns(folder.look("CSV", path="t.csv", columns=("id: float", "size"))) == {
        "id": DType.FLOAT64,
        "size": DType.FLOAT64,
    }
    problem = folder.problem("CSV", path="t.csv", columns=("a", "b"))
    assert problem.message == "the first line of `t.csv` names `id`, `size`, and `columns` `a`, `b`"
    assert "header = false" in problem.help


def test_what_a_stated_type_does_not_fit_is_a_misfit(folder):
    folder.write("t.csv", "id\none\n")
    assert folder.values("CSV", "id", path="t.csv", columns=("id: int",)).misfit == "one"


@pytest.mark.parametrize(
    ("reader", "form"), [("CSV", {"separator": ","}), ("Delimited", {"separator": "::"}), ("JSON", {})]
)
def test_behind_an_address_columns_are_stated(folder, bound, reader, form):
    given = {"path": "hdfs://host/t", **form}
    problem = folder.problem(reader, **given)
    assert problem.code is WRONG_COLUMNS
    assert "not looked at before the program runs" in problem.message
    assert folder.problem(reader, **given, columns=("id: int", "size")).message.startswith(
        "what `size` holds"
    )
    seen = look(bound(Kind.READER, reader, **given, columns=("id: int",)), str(folder.path))
    assert columns(seen) == {"id": DType.INT64}
    assert seen.rows.count is None
