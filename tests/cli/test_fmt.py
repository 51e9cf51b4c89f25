"""``zoodsl fmt``."""

from __future__ import annotations

import pytest

RAGGED = "zoo 1\nparam   a :int=1   # kept\n\n\n\nlet b=a+1\n"


@pytest.fixture
def tidy(cli):
    return cli("fmt", "-", stdin=RAGGED.encode()).out


@pytest.fixture
def ragged(tmp_path):
    path = tmp_path / "ragged.zoo"
    path.write_text(RAGGED, encoding="utf-8")
    path.chmod(0o640)
    return path


def test_a_file_is_formatted_in_place_with_its_mode(cli, ragged, tidy):
    ended = cli("fmt", ragged)
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert ragged.read_text(encoding="utf-8") == tidy != RAGGED
    assert ragged.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in ragged.parent.iterdir()] == ["ragged.zoo"]


def test_formatting_twice_changes_nothing(cli, tidy):
    assert cli("fmt", "-", stdin=tidy.encode()).out == tidy
    assert "# kept" in tidy


def test_check_changes_nothing_and_exits_1(cli, ragged, tidy):
    ended = cli("fmt", ragged, "--check")
    assert (ended.status, ended.out) == (1, f"would change {ragged}\n")
    assert ragged.read_text(encoding="utf-8") == RAGGED
    ragged.write_text(tidy, encoding="utf-8")
    assert cli("fmt", ragged, "--check").status == 0


def test_diff_shows_what_would_change(cli, ragged):
    ended = cli("fmt", ragged, "--diff")
    assert ended.status == 1
    assert "-param   a :int=1   # kept\n" in ended.out
    assert ragged.read_text(encoding="utf-8") == RAGGED


def test_a_wrong_file_is_left_alone(cli, tmp_path):
    path = tmp_path / "wrong.zoo"
    for content in (b"zoo 1\nnetwork {\n", b"zoo 1\n# \xff\n"):
        path.write_bytes(content)
        ended = cli("fmt", path)
        assert (ended.status, ended.out) == (1, "")
        assert "error[" in ended.err
        assert path.read_bytes() == content
