"""Parquet files, as far as their ends tell: columns, rows, gaps; and files that are none."""

from __future__ import annotations

import sys
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet
from pyarrow.parquet import encryption

from zoodsl.diagnostics.rules.data import (
    BAD_READER_ARGUMENT,
    CORRUPT_DATA,
    EMPTY_DATA,
    MALFORMED_TABLE,
    NO_SUCH_DATA,
    READER_PACKAGE_MISSING,
)
from zoodsl.model.nodes import Certainty, RowCount
from zoodsl.types import DType

TRIPS = Path(__file__).parents[2] / "specs" / "data" / "trips"
NOON = datetime(2024, 5, 1, 12)  # noqa: DTZ001 - as tables hold them
EVERY = pa.table(
    {
        "yes": [True],
        "small": pa.array([1], pa.int32()),
        "big": [2**40],
        "unsigned": pa.array([2**32 - 1], pa.uint32()),
        "huge": pa.array([2**64 - 1], pa.uint64()),
        "took": pa.array([5], pa.duration("us")),
        "weight": pa.array([1.5], pa.float32()),
        "height": [1.5],
        "price": [Decimal("1.25")],
        "name": ["Ann"],
        "kind": pa.array(["cat"]).dictionary_encode(),
        "note": pa.array(['{"a": 1}'], pa.json_()),
        "day": [date(2024, 5, 1)],
        "at": pa.array([NOON], pa.timestamp("us")),
        "with.dot": [1],
        "bytes": [b"abc"],
        "tags": [["a", "b"]],
        "pairs": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        "homes": [[{"city": "Rome"}]],
        "home": [{"city": "Rome", "streets": ["Via Appia"]}],
    }
)


class OpenKeys(encryption.KmsClient):  # type: ignore[misc] # pyarrow has no types
    """Keys that lie in the file as they are."""

    def __init__(self, _configuration) -> None:
        super().__init__()

    def wrap_key(self, key, _master):
        return key.hex().encode()


def write(folder, name, table, **options):
    file = folder.path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(table if isinstance(table, pa.Table) else pa.table(table), file, **options)
    return file


def locked(*, plaintext_footer: bool):
    """How pyarrow encrypts the column `name`, and the footer too or not."""
    chosen = encryption.EncryptionConfiguration(
        footer_key="f", column_keys={"c": ["name"]}, plaintext_footer=plaintext_footer
    )
    made = encryption.CryptoFactory(OpenKeys)
    return made.file_encryption_properties(encryption.KmsConnectionConfig(), chosen)


def test_types_of_columns(folder):
    write(folder, "t.parquet", pa.concat_tables([EVERY] * 7))
    seen = folder.look("Parquet", path="t.parquet")
    whole, real, text = DType.INT64, DType.FLOAT64, DType.STRING
    assert {column.name: column.type for column in seen.columns} == (
        dict.fromkeys(["yes", "small", "big", "unsigned", "took", "with.dot"], whole)
        | dict.fromkeys(["huge", "weight", "height", "price"], real)
        | dict.fromkeys(["name", "kind", "note", "day", "at"], text)
    )
    lists = dict.fromkeys(["tags", "pairs", "homes"], "lists")
    assert seen.left_out == {"bytes": "bytes", "home": "structures"} | lists
    assert seen.rows == RowCount(count=7, certainty=Certainty.EXACT)


def test_a_folder_that_spark_wrote(folder):
    for file in TRIPS.iterdir():
        folder.write(f"trips/{file.name}", file.read_bytes())
    folder.write("trips/_SUCCESS", b"")
    folder.write("trips/.part-0.parquet.crc", b"no parquet")
    for path in ("trips", "trips/", "trips/*.parquet", "tr*"):
        seen = folder.look("Parquet", path=path)
        assert [column.name for column in seen.columns] == ["trip", "km", "people", "start", "fare", "card"]
        assert seen.rows.count == 160
        assert seen.left_out == {"via": "lists"}
    assert folder.values("Parquet", "trip", path="trips").maximum == 159
    assert folder.values("Parquet", "start", path="trips").minimum is None
    assert folder.values("Parquet", "weight", path="trips") is None


def test_facts_are_those_of_all_groups_and_files(folder):
    write(folder, "a.parquet", {"x": [-5, None, 4, None, None, None]}, row_group_size=3)
    write(folder, "b.parquet", {"x": [2, 9, 3]})
    facts = folder.values("Parquet", "x", path="*.parquet")
    assert (facts.minimum, facts.maximum, facts.nulls, facts.counts) == (-5, 9, 4, None)
    write(folder, "c.parquet", {"x": [1, 2, 3]}, write_statistics=False)
    assert folder.values("Parquet", "x", path="*.parquet") is None


@pytest.mark.parametrize(
    ("column", "facts"),
    [
        ("yes", (1, 1, 0)),
        ("unsigned", (2**32 - 1, 2**32 - 1, 0)),
        ("price", (None, None, 0)),
        ("at", (None, None, 0)),
        ("name", (None, None, 0)),
    ],
)
def test_ranges_are_of_plain_numbers(folder, column, facts):
    write(folder, "t.parquet", EVERY)
    found = folder.values("Parquet", column, path="t.parquet")
    assert (found.minimum, found.maximum, found.nulls) == facts


def test_a_column_that_is_always_there_has_no_gaps(folder):
    always = pa.schema([pa.field("x", pa.int64(), nullable=False)])
    write(folder, "t.parquet", pa.table({"x": [1]}, schema=always), write_statistics=False)
    facts = folder.values("Parquet", "x", path="t.parquet")
    assert (facts.minimum, facts.maximum, facts.nulls) == (None, None, 0)


def test_folders_are_columns(folder):
    for year in (2016, 2017):
        write(folder, f"trips/year={year}/city=A{year}/t.parquet", {"x": range(5)})
    seen = folder.look("Parquet", path="trips", key="year")
    assert {column.name: column.type for column in seen.columns} == {
        "x": DType.INT64,
        "year": DType.INT64,
        "city": DType.STRING,
    }
    assert seen.rows.count == 10


def refused(folder):
    """What is said of `t.parquet`, of whose values nothing is known then."""
    problem = folder.problem("Parquet", path="t.parquet")
    assert problem.code is CORRUPT_DATA
    assert folder.values("Parquet", "name", path="t.parquet") is None
    return problem.message


def test_what_is_no_whole_file(folder):
    whole = write(folder, "t.parquet", EVERY).read_bytes()
    damaged = b"PAR1\x19\xff\xff\xff\x04\0\0\0PAR1"
    no_names = whole.replace(b"unsigned", b"\xff" * 8)
    for content in (b"", b"id,name\n1,Ann\n2,Bo\n", whole[:-9], damaged, no_names):
        folder.write("t.parquet", content)
        assert "is no whole Parquet file" in refused(folder)


def test_times_that_spark_does_not_read(folder):
    write(folder, "t.parquet", {"name": ["Ann"], "at": pa.array([NOON], pa.timestamp("ns"))})
    assert "holds times in nanoseconds in the column `at`" in refused(folder)
    write(folder, "t.parquet", {"name": ["Ann"], "hour": [time(12)]})
    assert "holds times of day in the column `hour`" in refused(folder)


def test_an_encrypted_file_is_told(folder):
    write(folder, "t.parquet", EVERY, encryption_properties=locked(plaintext_footer=False))
    assert "is encrypted" in refused(folder)


def test_of_an_encrypted_column_the_type_is_known(folder):
    """Spark reads it where it has the key."""
    table = EVERY.select(["name", "big"])
    write(folder, "t.parquet", table, encryption_properties=locked(plaintext_footer=True))
    seen = folder.look("Parquet", path="t.parquet")
    assert [column.name for column in seen.columns] == ["name", "big"]
    assert folder.values("Parquet", "name", path="t.parquet") is None


def test_files_of_two_kinds_are_told_apart(folder):
    write(folder, "t/a.parquet", {"x": [1], "y": [1]})
    write(folder, "t/b.parquet", {"x": [1]})
    problem = folder.problem("Parquet", path="t")
    assert problem.code is MALFORMED_TABLE
    assert problem.message == "`t/b.parquet` has no column `y`, which `t/a.parquet` has"
    write(folder, "t/b.parquet", {"x": [1], "y": [1.0]})
    assert "`y` is of another type" in folder.problem("Parquet", path="t").message
    write(folder, "t/b.parquet", {"x": [1], "y": [1], "z": [1]})
    assert "has a column `z`" in folder.problem("Parquet", path="t").message


def test_what_is_not_there(folder):
    (folder.path / "empty").mkdir()
    write(folder, "trips.parquet", EVERY.slice(0, 0))
    assert folder.problem("Parquet", path="trip.parquet").code is NO_SUCH_DATA
    assert "did you mean `trips.parquet`" in folder.problem("Parquet", path="trip.parquet").help
    assert folder.problem("Parquet", path="*.pq").message == "no file matches `*.pq`"
    assert folder.problem("Parquet", path="empty").code is EMPTY_DATA
    assert folder.problem("Parquet", path="trips.parquet").code is EMPTY_DATA
    write(folder, "trips.parquet", EVERY)
    assert folder.problem("Parquet", path="trips.parquet", key="smal").code is BAD_READER_ARGUMENT


def test_without_pyarrow_there_is_a_sentence(folder, monkeypatch):
    write(folder, "t.parquet", EVERY)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    problem = folder.problem("Parquet", path="t.parquet")
    assert problem.code is READER_PACKAGE_MISSING  # ZOO421
    assert "zoodsl[tables]" in problem.help
    assert folder.values("Parquet", "big", path="t.parquet") is None
