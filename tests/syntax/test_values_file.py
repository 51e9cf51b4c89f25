"""Values files: YAML for names and nesting, the language for what a value means."""

from __future__ import annotations

import pytest

from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile
from zoodsl.syntax import nodes
from zoodsl.syntax.values_file import read_values


def read(text, **types):
    sink = Diagnostics()
    return read_values(SourceFile("values.yaml", text), types, sink), sink.sorted()


def value(text, **types):
    values, found = read(f"x: {text}\n", **types)
    assert found == ()
    return values["x"]


def test_scalars_are_written_as_in_a_spec():
    assert value("64").value == 64
    assert value("1e-3").value == 0.001
    assert value("true").value is True
    assert value("28x28").dimensions == (28, 28)
    assert isinstance(value("on"), nodes.Name)
    assert isinstance(value("5 epochs"), nodes.Measure)
    assert isinstance(value("'Sample(\"digits\")'"), nodes.Call)


def test_texts_and_paths_stand_for_themselves():
    assert value("data/*.png", x="path").value == "data/*.png"
    assert value("64", x="string").value == "64"
    assert value('"a b"', x="string").value == "a b"


def test_lists_hold_texts_in_quotes_and_expressions_without():
    items = value('["cat", dog, 3]').items
    assert [type(item) for item in items] == [nodes.Text, nodes.Name, nodes.Number]


def test_no_values_are_fine():
    assert read("") == ({}, ())
    assert read("# nothing\n") == ({}, ())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- 1\n- 2\n", 1),
        ("a: 1\na: 2\n", 2),
        ("a: 1\nb: [1\n", 3),
        ("a: 1\nb: {c: 2}\n", 2),
        ("a: &x [1]\nb: *x\n", 2),
        ("? [a, b]\n: 1\n", 1),
        ("a: \x01\n", 1),
        ("[" * 5000, 1),
    ],
)
def test_what_is_not_a_table_of_names(text, line):
    _, found = read(text)
    assert [(item.code.name, item.span.begin.line) for item in found] == [("ZOO006", line)]


def test_a_mistake_in_a_value_points_to_its_place():
    _, found = read("a: 1\nb:   3 + + )\n")
    assert found
    assert all((item.span.file.path, item.span.begin.line) == ("values.yaml", 2) for item in found)
    assert all(item.span.begin.column > 5 for item in found)
