"""Files of JSON objects: columns, values, and lines that are none."""

from __future__ import annotations

import gzip
import json

import pytest

from zoodsl.diagnostics.rules.data import EMPTY_DATA, MALFORMED_TABLE
from zoodsl.diagnostics.rules.tables import WRONG_COLUMNS
from zoodsl.model.nodes import UNKNOWN_ROWS, Certainty
from zoodsl.sources import json_objects
from zoodsl.sources.look import read
from zoodsl.sources.tables import FIRST_ROWS
from zoodsl.types import DType

PEOPLE = [
    {"id": 1, "height": 1.5, "name": "Ann", "yes": True, "tags": ["a"], "home": {"city": "X"}, "mixed": 1},
    {"id": 2, "height": 2, "name": "", "yes": False, "mixed": "1"},
    {"id": None, "height": float("nan"), "far": 10**30},
]
LINES = "".join(json.dumps(each) + "\n\n" for each in PEOPLE)


@pytest.mark.parametrize(
    ("name", "content", "multiline"),
    [
        ("people.jsonl", "\ufeff" + LINES, False),
        ("people.jsonl.gz", gzip.compress(LINES.encode()), False),
        ("people.json", json.dumps(PEOPLE, indent=2), True),
    ],
)
def test_columns_are_the_names_of_objects(folder, name, content, multiline):
    folder.write(name, content)
    given = {"path": name, "multiline": multiline}
    seen = folder.look("JSON", **given)
    assert {column.name: column.type for column in seen.columns} == {
        "id": DType.INT64,
        "height": DType.FLOAT64,
        "name": DType.STRING,
        "yes": DType.INT64,
        "far": DType.FLOAT64,
    }
    assert seen.left_out == {"tags": "lists", "home": "objects", "mixed": "texts and numbers side by side"}
    assert seen.rows.count == 3
    assert read(folder.reader("JSON", **given), str(folder.path), seen.columns) == {
        "_key": range(3),
        "id": [1, 2, None],
        "height": [1.5, 2.0, None],
        "name": ["Ann", None, None],
        "yes": [1, 0, None],
        "far": [None, None, 1e30],
    }
    facts = folder.values("JSON", "height", **given)
    assert (facts.minimum, facts.maximum, facts.nulls) == (1.5, 2.0, 1)
    assert folder.values("JSON", "tags", **given) is None


def test_what_the_first_objects_did_not_announce_is_a_misfit(folder):
    folder.write("t.jsonl", '{"x": 1}\n' * FIRST_ROWS + '{"x": 1.5}\n{"x": 2}\n')
    assert folder.values("JSON", "x", path="t.jsonl").misfit == "1.5"


@pytest.mark.parametrize(
    ("content", "multiline", "message", "help_"),
    [
        (
            '{"a": 1}\n{"a": \n',
            False,
            "line 2 is no JSON: expecting value: line 1 column 6 (char 5)",
            "multiline",
        ),
        ('[{"a": 1}]\n', False, "line 1 is no object: it is a list", "multiline = true"),
        ("[1]", True, "item 1 is no object: it is `1`", "`{...}`"),
        (b'{"a": "\xe9"}\n', False, "line 1 is not UTF-8 text", "save it as UTF-8"),
        ("[" * 100_000, True, "the file is no JSON", "one whole object"),
        ('{"a": 1}\n{"a": 2}\n', True, "the file is no JSON", "leave `multiline` out"),
    ],
)
def test_lines_that_are_no_objects(folder, content, multiline, message, help_):
    folder.write("t.json", content)
    problem = folder.problem("JSON", path="t.json", multiline=multiline)
    assert problem.code is MALFORMED_TABLE
    assert problem.message.startswith(message)
    assert problem.message.endswith(", in `t.json`")
    assert help_ in problem.help


def test_a_broken_gzip_and_a_file_without_objects(folder):
    folder.write("t.json.gz", gzip.compress(LINES.encode())[:30])
    assert "gzip" in folder.problem("JSON", path="t.json.gz").message
    folder.write("t.json", "\n\n")
    assert folder.problem("JSON", path="t.json").code is EMPTY_DATA


def test_rows_of_a_large_file_are_estimated(folder, monkeypatch):
    folder.write("t.jsonl", '{"x": 12, "y": 345}\n' * 5000)
    folder.write("t.json", "[]")
    monkeypatch.setattr(json_objects, "SMALL", 1)
    rows = folder.look("JSON", path="t.jsonl").rows
    assert rows.certainty is Certainty.ESTIMATED
    assert rows.count == pytest.approx(5000, rel=0.01)
    assert folder.values("JSON", "x", path="t.jsonl") is None
    assert folder.look("JSON", path="t.json", multiline=True).rows == UNKNOWN_ROWS


def test_what_a_file_says_itself_is_not_stated(folder):
    folder.write("t.jsonl", LINES)
    problem = folder.problem("JSON", path="t.jsonl", columns=("id: int",))
    assert (problem.code, problem.parameter) == (WRONG_COLUMNS, "columns")
