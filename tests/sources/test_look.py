"""What a look does whatever the reader."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from zoodsl.catalog import readers
from zoodsl.diagnostics.rules.data import UNREADABLE_DATA
from zoodsl.model.nodes import UNKNOWN_ROWS

ARGUMENTS = {
    "Sample": {"name": "digits"},
    "IDX": {"images": "a.idx", "labels": "b.idx"},
    "Images": {"path": "*.png"},
    "Video": {"path": "t.mp4"},
    "CSV": {"path": "t.csv"},
    "Delimited": {"path": "t.dat", "separator": "::"},
    "JSON": {"path": "t.jsonl"},
    "Parquet": {"path": "t.parquet"},
    "Table": {"query": ""},
    "JDBC": {"url": "jdbc:derby:memory:t", "table": ""},
}


@pytest.mark.parametrize("reader", readers.OPERATORS, ids=lambda reader: reader.name)
def test_every_reader_of_the_catalog_can_be_looked_at(folder, reader):
    if reader.name == "Sample":
        assert folder.look("Sample", **ARGUMENTS["Sample"]).columns
    else:
        assert folder.problem(reader.name, **ARGUMENTS[reader.name]).message
    assert folder.values(reader.name, "nothing", **ARGUMENTS[reader.name]) is None


@pytest.mark.parametrize(
    ("reader", "arguments"),
    [
        ("IDX", {"images": "hdfs://host/a", "labels": "hdfs://host/b"}),
        ("Images", {"path": "s3a://bucket/*.png"}),
        ("Parquet", {"path": "hdfs:///table"}),
    ],
)
def test_an_address_is_not_looked_at(folder, reader, arguments):
    seen = folder.look(reader, **arguments)
    assert seen.rows == UNKNOWN_ROWS
    # The columns of images are always the same.
    assert [column.name for column in seen.columns] == (
        ["image", "origin", "folder"] if reader == "Images" else []
    )
    assert folder.values(reader, "label", **arguments) is None


def test_what_the_system_will_not_open_is_a_problem(folder, monkeypatch):
    folder.write("t.csv", "a,b\n1,2\n")

    def refuse(self, *_arguments, **_options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    problem = folder.problem("CSV", path="t.csv")
    assert problem.code is UNREADABLE_DATA
    assert "you may not read" in problem.message
    assert "t.csv" in problem.message
    assert folder.values("CSV", "a", path="t.csv") is None


def test_a_broken_disk_is_a_problem(folder, monkeypatch):
    folder.write("t.csv", "a,b\n1,2\n")

    def fail(self, *_arguments, **_options):
        raise OSError(5, "Input/output error", str(self))

    monkeypatch.setattr(Path, "open", fail)
    problem = folder.problem("CSV", path="t.csv")
    assert problem.code is UNREADABLE_DATA
    assert "Input/output error" in problem.message


def test_looking_imports_nothing_heavy():
    code = "import sys, zoodsl.sources; print(*{'numpy', 'sklearn', 'PIL', 'pyspark'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""
