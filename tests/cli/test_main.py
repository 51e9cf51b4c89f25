"""The command line as a whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from zoodsl import __version__
from zoodsl.cli.exits import MEANINGS, Status
from zoodsl.cli.main import COMMANDS


def test_the_version(cli):
    assert cli("--version").out == f"zoodsl {__version__}\n"


def test_help_lists_commands_and_exit_statuses(cli):
    ended = cli("--help")
    assert ended.status == 0
    assert all(f"\n  {command} " in ended.out for command in COMMANDS)
    assert all(meaning.split(":")[0] in ended.out for meaning in MEANINGS.values())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(cli, command):
    ended = cli(command, "--help")
    assert ended.status == 0
    assert ended.out.startswith(f"Usage: zoodsl {command} ")


def test_help_imports_click_alone():
    code = (
        "import sys\nfrom zoodsl.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'lark', 'numpy', 'rich', 'yaml', 'pyspark', 'zoodsl.compiler'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["chekc", "a.zoo"], "did you mean `check`"),
        (["xyzzy"], "`zoodsl --help` lists the commands"),
        (["check", "a.zoo", "--jsn"], "--json"),
        (["check"], "FILE"),
        ([], "COMMAND"),
    ],
)
def test_a_wrong_command_line_exits_2_with_a_hint(cli, arguments, hint):
    ended = cli(*arguments)
    assert ended.status == Status.WRONG_COMMAND_LINE
    assert hint in ended.err + ended.out


def test_an_interruption_exits_130(cli, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("zoodsl.runtime.doctor.examine", interrupted)
    ended = cli("doctor")
    assert (ended.status, ended.err.strip()) == (Status.INTERRUPTED, "interrupted")


def test_a_reader_that_has_seen_enough_is_no_error(repository):
    for command in ("explain --list", "plan examples/mnist/mnist.zoo"):
        line = f"set -o pipefail; {sys.executable} -m zoodsl {command} | head -n 1"
        done = subprocess.run(
            ["bash", "-c", line], cwd=repository, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("command", ["explain --list", "plan examples/mnist/mnist.zoo"])
def test_output_onto_a_full_disk_is_told_in_a_line(repository, command):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "zoodsl", *command.split()],
            cwd=repository,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == Status.ENVIRONMENT_LACKS
    assert done.stderr == "the output cannot be written: there is no space left on its disk\n"
