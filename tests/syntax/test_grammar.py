"""The grammar file, its tables, and their cache."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest
from lark import Lark

from tests.syntax.comparison import equal_up_to_spans
from tests.syntax.specimens import SPECIMENS
from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile
from zoodsl.syntax import grammar as grammar_module
from zoodsl.syntax.grammar import build_lark, grammar, grammar_path
from zoodsl.syntax.nodes import File
from zoodsl.syntax.parser import parse
from zoodsl.syntax.table_cache import cache_file

TEXT = grammar_path().read_text(encoding="utf-8")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return cache_file(TEXT)


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each time that the tables are built."""
    built: list[str] = []

    def build(text: str) -> Lark:
        built.append(text)
        return build_lark(text)

    monkeypatch.setattr(grammar_module, "build_lark", build)
    return built


def fresh() -> File:
    """A specimen, parsed with a grammar made anew."""
    grammar.cache_clear()
    diagnostics = Diagnostics()
    file = parse(SourceFile("specimen.zoo", SPECIMENS[0]), diagnostics)
    assert not diagnostics.has_errors
    return file


def test_the_grammar_has_no_conflicts() -> None:
    assert build_lark(TEXT, strict=True).rules


def test_the_grammar_names_no_operator() -> None:
    words = {word for word, kinds in grammar().keywords.items() if kinds}
    assert not [word for word in words if not re.fullmatch(r"[a-z_]+", word)]


def test_keywords_are_told_by_their_place() -> None:
    assert grammar().keywords["freeze"] == ("KEYWORD", "LINK")
    assert "loss" in grammar().words("KEYWORD")
    assert "network" in grammar().words("KIND")


def test_tables_are_built_once_and_then_read(cache: Path, builds: list[str]) -> None:
    built = fresh()
    read = fresh()
    assert len(builds) == 1
    assert equal_up_to_spans(built, read)
    assert list(cache.parent.iterdir()) == [cache]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_the_cache_is_its_users_own(cache: Path, builds: list[str]) -> None:
    fresh()
    assert stat.S_IMODE(cache.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(cache.stat().st_mode) == 0o600
    cache.chmod(0o666)
    fresh()
    assert len(builds) == 2


@pytest.mark.parametrize("contents", [b"", b"\xff\xfe", b"{}", b"0\n{}", b"[" * 10_000])
def test_a_cache_that_is_not_ours_is_not_used(cache: Path, builds: list[str], contents: bytes) -> None:
    fresh()
    cache.write_bytes(contents)
    fresh()
    assert len(builds) == 2


def test_a_cache_that_was_changed_is_not_used(cache: Path, builds: list[str]) -> None:
    fresh()
    cache.write_text(cache.read_text(encoding="utf-8").replace("attribute", "unreadable"), "utf-8")
    fresh()
    assert len(builds) == 2


def test_where_nothing_can_be_written_tables_are_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, builds: list[str]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    fresh()
    fresh()
    assert len(builds) == 2
