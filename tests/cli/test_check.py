"""``zoodsl check``."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

RIGHT = "examples/mnist/mnist.zoo"


@pytest.fixture(autouse=True)
def _in_the_repository(repository, monkeypatch):
    monkeypatch.chdir(repository)


@pytest.fixture
def wrong(tmp_path):
    path = tmp_path / "wrong.zoo"
    path.write_text("zoo 1\nnetwork {\n  Dense(10, activaton = relu)\n", encoding="utf-8")
    return path


def test_a_right_spec_exits_0(cli):
    ended = cli("check", RIGHT)
    assert (ended.status, ended.out, ended.err) == (0, f"no errors in {RIGHT}\n", "")


def test_a_wrong_spec_exits_1_and_shows_where(cli, wrong):
    ended = cli("check", wrong)
    assert ended.status == 1
    assert f" --> {wrong}:" in ended.out
    assert ended.out.rstrip().endswith(f"in {wrong}")
    assert "\x1b" not in ended.out


def test_several_files_share_a_summary(cli, wrong):
    ended = cli("check", RIGHT, wrong)
    assert ended.status == 1
    assert ended.out.rstrip().endswith("in 2 files")


def test_standard_input(cli, repository):
    ended = cli("check", "-", stdin=(repository / "examples/mnist/mnist.zoo").read_bytes())
    assert (ended.status, ended.out) == (0, "no errors in <stdin>\n")
    assert cli("check", "-", stdin=b"\xff").status == 1


@pytest.mark.parametrize("option", [["--json"], ["--format", "json"]])
def test_json(cli, wrong, option):
    ended = cli("check", wrong, *option)
    document = json.loads(ended.out)
    assert (ended.status, document["version"]) == (1, 1)
    assert {item["file"] for item in document["diagnostics"]} == {str(wrong)}


def test_other_forms(cli, wrong):
    assert cli("check", wrong, "--format", "github").out.startswith("::error ")
    assert json.loads(cli("check", wrong, "--format", "sarif").out)["version"] == "2.1.0"


def test_params_are_set_from_the_command_line(cli):
    assert cli("check", RIGHT, "--set", "batch_size=32").status == 0
    assert cli("check", RIGHT, "--set", 'batch_size="many"').status == 1


def test_a_param_that_there_is_not(cli):
    ended = cli("check", RIGHT, "--set", "batchsize=32")
    assert ended.status == 1
    assert "error[ZOO216]" in ended.out
    assert "`batch_size`" in ended.out


@pytest.mark.parametrize("assignment", ["batch_size", "=3", "batch_size="])
def test_an_assignment_of_another_form_is_a_wrong_command_line(cli, assignment):
    ended = cli("check", RIGHT, "--set", assignment)
    assert ended.status == 2
    assert "name=EXPR" in ended.err


def test_a_missing_file_is_a_diagnostic(cli):
    ended = cli("check", "examples/mnist/minst.zoo")
    assert ended.status == 1
    assert ended.out.startswith("error[ZOO001]")
    assert "did you mean `examples/mnist/mnist.zoo`?" in ended.out


def test_certain_fixes_are_applied_to_the_file(cli, tmp_path, repository):
    text = (repository / RIGHT).read_text(encoding="utf-8")
    path = tmp_path / "old.zoo"
    path.write_text(text.replace("learning_rate = 0.001", "lr = 0.001"), encoding="utf-8")
    assert cli("check", path).status == 1
    assert cli("check", path, "--fix").status == 0
    assert path.read_text(encoding="utf-8") == text


def test_colour_on_a_terminal_alone(wrong):
    pty = pytest.importorskip("pty")
    import os

    def shown(**variables):
        leader, follower = pty.openpty()
        command = [sys.executable, "-m", "zoodsl", "check", str(wrong)]
        environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        environment |= {"TERM": "xterm-256color", **variables}
        subprocess.run(command, stdout=follower, env=environment, check=False)
        os.close(follower)
        with os.fdopen(leader, "rb") as terminal:
            return terminal.read1(1_000_000)

    assert b"\x1b[" in shown()
    assert b"\x1b[" not in shown(NO_COLOR="1")


def test_checking_imports_nothing_heavy(repository):
    code = (
        "import sys\nfrom zoodsl.cli.main import main\n"
        "try:\n    main(['check', 'examples/mnist/mnist.zoo'])\nexcept SystemExit as end:\n    assert not end.code\n"
        "print(sorted({'numpy', 'rich', 'yaml', 'pyspark', 'tensorflow', 'sklearn', 'asyncio'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
