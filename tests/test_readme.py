"""README is true: its spec is the example, its commands print what it shows, its program is the compiler's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
EXAMPLE = "examples/mnist/mnist.zoo"


def blocks(language: str) -> list[str]:
    """The text of README's fenced blocks of a language, in order."""
    return re.findall(
        rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def sessions() -> list[tuple[str, str]]:
    """Each command of README's terminal blocks, and what it prints there."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            found.append((command, printed))
    return found


def test_every_fenced_block_is_of_a_kind_that_is_tested():
    kinds = re.findall(r"^```(\w*)$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(kinds) <= {"", "zoo", "console", "python", "sh"}


def test_the_specs_are_the_examples(repository):
    """The first spec whole; of the second some sections."""
    spec, sections = blocks("zoo")
    assert spec == (repository / EXAMPLE).read_text(encoding="utf-8")
    transfer = (repository / "examples/chest_xray/chest_xray.zoo").read_text(encoding="utf-8")
    for section in re.split(r"(?<=^}\n)\n", sections, flags=re.MULTILINE):
        assert f"\n{section}" in transfer


@pytest.mark.parametrize(
    ("command", "printed"),
    [case for case in sessions() if case[0].startswith(("zoodsl check", "zoodsl plan", "zoodsl explain"))],
)
def test_a_command_prints_what_readme_shows(cli, monkeypatch, tmp_path, repository, command, printed):
    (tmp_path / "examples").symlink_to(repository / "examples")
    (tmp_path / "misspelt.zoo").write_text(
        (repository / EXAMPLE)
        .read_text(encoding="utf-8")
        .replace("Dense(100", "Dens(100")
        .replace("5x5", "50x50", 1),
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    actual = cli(*command.split()[1:]).out.splitlines()
    # A line of three dots stands for lines that README leaves out.
    at = 0
    for shown in f"\n{printed}\n".split("\n...\n"):
        wanted = shown.strip("\n").splitlines()
        places = [
            place
            for place in range(at, len(actual))
            if [line.rstrip() for line in actual[place : place + len(wanted)]] == wanted
        ]
        assert places, f"not printed:\n{shown}"
        at = places[0] + len(wanted)


def test_the_program_is_what_the_compiler_writes(repository, monkeypatch):
    from zoodsl.compiler import Compilation

    monkeypatch.chdir(repository)
    program = Compilation(EXAMPLE).program("bigdl")
    assert program is not None
    shown, _api = blocks("python")
    for part in shown.split("\n\n\n"):
        assert part.strip() in program.text


def test_the_python_face_runs_as_shown_up_to_spark(repository, monkeypatch):
    monkeypatch.chdir(repository)
    _program, api = blocks("python")
    before_spark = api.split("model = ")[0]
    names: dict[str, object] = {}
    exec(before_spark, names)
    assert names["spec"].diagnostics == ()  # type: ignore[attr-defined]


def test_the_two_commands_are_those_of_ci(repository):
    commands = "\n".join(blocks("sh"))
    test_command = next(line for line in commands.splitlines() if "pytest" in line)
    assert test_command in (repository / ".ci" / "run").read_text(encoding="utf-8")
