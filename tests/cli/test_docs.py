"""``zoodsl docs``, and that the committed pages are those it writes."""

from __future__ import annotations

from zoodsl.catalog.registry import operators
from zoodsl.catalog.values import Kind
from zoodsl.cli.main import COMMANDS
from zoodsl.diagnostics import CODES
from zoodsl.reference import file_name


def test_every_operator_code_and_command_has_its_section(cli, tmp_path):
    folder = tmp_path / "reference"
    assert cli("docs", folder).status == 0
    for kind in Kind:
        page = (folder / f"{file_name(kind)}.md").read_text(encoding="utf-8")
        assert all(f"\n## {operator.name}\n" in page for operator in operators(kind))
    assert all(f"\n### {code}: " in (folder / "diagnostics.md").read_text(encoding="utf-8") for code in CODES)
    assert all(
        f"\n## zoodsl {name}\n" in (folder / "commands.md").read_text(encoding="utf-8") for name in COMMANDS
    )


def test_check_tells_stale_pages_from_fresh_ones(cli, tmp_path):
    assert cli("docs", tmp_path).status == 0
    assert cli("docs", tmp_path, "--check").status == 0
    (tmp_path / "layers.md").write_text("old", encoding="utf-8")
    ended = cli("docs", tmp_path, "--check")
    assert ended.status == 1
    assert "layers.md is out of date" in ended.err


def test_a_folder_that_cannot_be_made(cli, tmp_path):
    (tmp_path / "file").touch()
    ended = cli("docs", tmp_path / "file" / "reference")
    assert ended.status == 3
    assert ended.err == f"`{tmp_path}/file/reference` cannot be made: not a directory\n"


def test_the_committed_reference_is_fresh(cli, repository):
    assert cli("docs", repository / "docs" / "reference", "--check").err == ""
