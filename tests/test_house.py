"""The rules of the house that no tool of the trade checks."""

from __future__ import annotations

import re
from pathlib import Path

LINES = 500
HOMELESS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "tools"}
ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path for folder in ("zoodsl", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_files_are_short_enough_to_be_read():
    lengths = {names(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: length for path, length in lengths.items() if length >= LINES} == {}


def test_examples_are_formatted(cli):
    assert cli("fmt", "--check", *sorted((ROOT / "examples").rglob("*.zoo"))).err == ""


def test_modules_are_named_for_what_they_hold():
    assert [
        names(path) for path in SOURCES if HOMELESS & {path.stem, *path.relative_to(ROOT).parts[:-1]}
    ] == []


def test_codes_are_registered_under_rules_alone():
    elsewhere = [
        names(path)
        for path in (ROOT / "zoodsl").rglob("*.py")
        if re.search(r"^[A-Z_]+ = register\(", path.read_text(encoding="utf-8"), re.MULTILINE)
        and path.parent.name != "rules"
    ]
    assert elsewhere == []


def test_a_code_stands_in_the_module_of_its_hundred():
    groups = {
        "environment": "0",
        "syntax": "1",
        "names": "2",
        "values": "2",
        "statements": "2",
        "network": "3",
        "data": "4",
        "frames": "4",
        "preprocessing": "4",
        "ratings": "4",
        "series": "4",
        "tables": "4",
        "training": "5",
        "judging": "5",
        "recommending": "5",
        "experiments": "5",
        "detection": "5",
        "similarity": "5",
        "bases": "6",
        "surgery": "6",
        "running": "7",
        "run_folders": "7",
        "saved_runs": "7",
        "clusters": "7",
        "targets": "8",
        "properties": "9",
        "laws": "9",
    }
    for path in (ROOT / "zoodsl" / "diagnostics" / "rules").glob("[a-z]*.py"):
        for code in re.findall(r'register\(\s*"(ZOO\d{3})"', path.read_text(encoding="utf-8")):
            assert code[3] == groups[path.stem], f"{code} in {path.name}"
