"""Compilations: how files are read, and that every stage is computed once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zoodsl.compiler import SIZE_LIMIT, Compilation
from zoodsl.model.spec import Spec
from zoodsl.syntax.nodes import Text

MNIST = Path(__file__).parent.parent / "examples" / "mnist" / "mnist.zoo"


def codes(compilation):
    return [item.code.name for item in compilation.diagnostics]


def the_only(compilation):
    (only,) = compilation.diagnostics
    return only


def test_a_right_spec_goes_through_every_stage():
    compilation = Compilation(str(MNIST))
    assert compilation.diagnostics == ()
    assert isinstance(compilation.spec, Spec)
    assert compilation.plan is not None
    assert compilation.plan.spec is compilation.spec


def test_every_stage_is_computed_once(monkeypatch):
    import zoodsl.compiler
    import zoodsl.plan.planner

    calls = []
    for place, stage in (
        (zoodsl.compiler, "parse"),
        (zoodsl.compiler, "analyze"),
        (zoodsl.plan.planner, "make_plan"),
    ):
        function = getattr(place, stage)

        def counted(*given, stage=stage, function=function, **named):
            calls.append(stage)
            return function(*given, **named)

        monkeypatch.setattr(place, stage, counted)
    compilation = Compilation(str(MNIST))
    assert calls == []
    assert compilation.diagnostics == compilation.diagnostics
    assert compilation.plan is compilation.plan
    assert calls == ["parse", "analyze", "make_plan"]


def test_a_missing_file_has_neighbours(tmp_path):
    (tmp_path / "mnist.zoo").write_text("zoo 1\n")
    found = the_only(Compilation(str(tmp_path / "minst.zoo")))
    assert (found.code.name, found.span) == ("ZOO001", None)
    assert found.help == f"did you mean `{tmp_path / 'mnist.zoo'}`?"


def test_a_missing_folder_is_named(tmp_path):
    found = the_only(Compilation(str(tmp_path / "gone" / "mnist.zoo")))
    assert (found.code.name, found.help) == ("ZOO001", f"there is no folder `{tmp_path / 'gone'}` either")


def test_a_folder_is_no_spec(tmp_path):
    assert codes(Compilation(str(tmp_path))) == ["ZOO002"]


@pytest.mark.parametrize("path", ["nul\x00byte.zoo", "/proc/self/mem"])
def test_what_the_system_will_not_read(path):
    assert codes(Compilation(path)) == ["ZOO003"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(tmp_path):
    path = tmp_path / "secret.zoo"
    path.write_text("zoo 1\n")
    path.chmod(0)
    found = the_only(Compilation(str(path)))
    assert found.code.name == "ZOO003"
    assert "permission denied" in found.message


def test_bytes_that_are_not_utf8_are_reported_with_their_offset():
    compilation = Compilation("latin.zoo", text="zoo 1\n# é\nlet é = 1\n".encode("latin-1"))
    found = compilation.diagnostics[0]
    assert found.code.name == "ZOO004"
    assert found.message == "byte 8 (hexadecimal E9) is not UTF-8 text"
    assert (found.span.begin.line, found.span.begin.column) == (2, 3)


def test_a_right_replacement_character_is_not_taken_for_a_wrong_byte():
    compilation = Compilation("odd.zoo", text="zoo 1\n# \ufffd\n# ".encode() + b"\xff\n")
    found = compilation.diagnostics[0]
    assert (found.code.name, found.span.begin.line) == ("ZOO004", 3)


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path):
    path = tmp_path / "marked.zoo"
    path.write_bytes(b"\xef\xbb\xbfzoo 1\n")
    assert Compilation(str(path)).source.text == "zoo 1\n"


def test_a_large_file_is_not_read(tmp_path):
    path = tmp_path / "large.zoo"
    path.write_bytes(b"#" * (SIZE_LIMIT + 1))
    assert codes(Compilation(str(path))) == ["ZOO005"]
    assert codes(Compilation("large.zoo", text=b"#" * (SIZE_LIMIT + 1))) == ["ZOO005"]


def test_an_unknown_target():
    compilation = Compilation(str(MNIST))
    assert compilation.program("bigdll") is None
    found = the_only(compilation)
    assert (found.code.name, found.help) == ("ZOO008", "did you mean `bigdl`?")


def test_a_wrong_spec_has_no_plan_and_no_program():
    compilation = Compilation("wrong.zoo", text="zoo 1\nnetwork {\n")
    assert compilation.has_errors
    assert compilation.plan is None
    assert compilation.program("bigdl") is None


PARAMS = """zoo 1
param table: path = "a.csv"
param epochs: int = 3
"""


def test_a_path_may_be_set_without_quotes():
    overrides = Compilation("a.zoo", text=PARAMS, overrides={"table": "b c.csv"}).overrides
    assert isinstance(overrides["table"], Text)
    assert overrides["table"].value == "b c.csv"
    quoted = Compilation("a.zoo", text=PARAMS, overrides={"table": '"b.csv"'}).overrides
    assert quoted["table"].value == "b.csv"


def test_an_override_that_cannot_be_read_points_into_the_command_line():
    compilation = Compilation("a.zoo", text=PARAMS, overrides={"epochs": "3 +"})
    assert "--set epochs" in {item.span.file.path for item in compilation.diagnostics if item.span}


def test_the_command_line_wins_over_the_values_file(tmp_path):
    values = tmp_path / "values.yaml"
    values.write_text("epochs: 7\ntable: c.csv\n")
    compilation = Compilation("a.zoo", text=PARAMS, overrides={"epochs": "9"}, values=str(values))
    assert {name: node.value for name, node in compilation.overrides.items()} == {
        "table": "c.csv",
        "epochs": 9,
    }


def test_a_missing_values_file_is_reported(tmp_path):
    assert "ZOO001" in codes(Compilation("a.zoo", text=PARAMS, values=str(tmp_path / "none.yaml")))
