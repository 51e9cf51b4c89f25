"""``zoodsl run`` and ``zoodsl runs``, with a launcher that only plays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Diagnostic
from zoodsl.diagnostics.rules import environment, running
from zoodsl.runtime.events import Event
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.runtime.results import RunSummary
from zoodsl.targets.target import Program

RIGHT = "examples/mnist/mnist.zoo"
FOLDER = Path("runs/mnist/now")


@pytest.fixture(autouse=True)
def _in_the_repository(repository, monkeypatch):
    monkeypatch.chdir(repository)


@pytest.fixture
def launched(monkeypatch):
    """Requests that reached the launcher, which tells one event and ends as it is told to."""
    requests = []

    def play(status=Status.FINISHED, code=None, folder=FOLDER):
        failure = None if code is None else Diagnostic(code=code, span=None, message="it went wrong")

        def run(request, listener):
            requests.append(request)
            listener(Event("finished", {"seconds": 12.0}, 0.0))
            return Outcome(status=status, folder=folder, failure=failure, metrics={})

        monkeypatch.setattr("zoodsl.runtime.launcher.run", run)
        monkeypatch.setattr("zoodsl.screen.report.write_report", lambda folder: folder / "report.html")
        program = Program(target="bigdl", text="print()\n", provenance={})
        monkeypatch.setattr(Compilation, "program", lambda self, target: program)
        return requests

    return play


def test_options_reach_the_launcher(cli, launched, tmp_path):
    requests = launched()
    said = (
        "--set",
        "batch_size=32",
        "--out",
        tmp_path,
        "--master",
        "local[2]",
        "--features",
        "kept",
        "--resume",
    )
    ended = cli("run", RIGHT, *said)
    assert ended.status == 0
    (request,) = requests
    assert (request.batch, request.program.text) == (32, "print()\n")
    options = request.options
    assert (options.out, options.master, options.resume) == (tmp_path, "local[2]", True)
    assert options.features == "kept"


def test_quiet_says_nothing_and_json_prints_events(cli, launched):
    launched()
    assert cli("run", RIGHT, "--quiet").out == ""
    (line,) = cli("run", RIGHT, "--json").out.splitlines()
    assert json.loads(line)["event"] == "finished"


@pytest.mark.parametrize(
    ("status", "code", "folder", "exit_status"),
    [
        (Status.FINISHED, None, FOLDER, 0),
        (Status.INTERRUPTED, None, FOLDER, 130),
        (Status.FAILED, running.PROGRAM_FAILED, FOLDER, 4),
        (Status.FAILED, environment.ENVIRONMENT_LACKS, None, 3),
        (Status.FAILED, running.TOO_LITTLE_MEMORY, None, 3),
        (Status.FAILED, running.CORES_DO_NOT_DIVIDE, None, 2),
    ],
)
def test_how_a_run_ended_is_the_exit_status(cli, launched, status, code, folder, exit_status):
    launched(status, code, folder)
    ended = cli("run", RIGHT, "--quiet")
    assert ended.status == exit_status
    assert ("it went wrong" in ended.err) == (code is not None)
    assert RIGHT not in ended.err.partition("go on with")[0]  # it is not the spec that has an error


def test_the_command_that_goes_on_has_all_that_was_said(cli, launched):
    launched(Status.INTERRUPTED)
    said = ("--set", "batch_size=32", "--out", "there", "--memory", "2g", "--features", "my kept")
    ended = cli("run", RIGHT, *said, "--quiet")
    (again,) = (line.strip() for line in ended.err.splitlines() if "--resume" in line)
    options = "--set batch_size=32 --out there --memory 2048m --features 'my kept'"
    wanted = f"zoodsl run {RIGHT} {options} --resume"
    assert again == wanted


def test_a_wrong_spec_is_not_launched(cli, launched):
    requests = launched()
    assert cli("run", RIGHT, "--set", "batch_size=0").status == 1
    assert requests == []


RUN = RunSummary(
    folder=FOLDER,
    name="mnist",
    status=Status.FINISHED,
    started=0.0,
    seconds=125.0,
    epochs=8,
    planned_epochs=20,
    metrics={"Accuracy": 0.97},
    parameters={},
    failure="",
)


def test_runs_are_listed(cli, monkeypatch):
    monkeypatch.setattr("zoodsl.runtime.results.list_runs", lambda root: (RUN,))
    header, line = cli("runs").out.splitlines()
    assert header.split() == ["folder", "status", "started", "took", "epochs", "metrics"]
    assert line.startswith(f"{FOLDER}  finished  ")
    assert line.endswith("8 of 20  Accuracy 0.97")
    document = json.loads(cli("runs", "--json").out)
    assert document["version"] == 1
    assert document["runs"][0]["metrics"] == {"Accuracy": 0.97}


def test_no_runs_are_no_mistake(cli, tmp_path):
    ended = cli("runs", "--root", tmp_path)
    assert (ended.status, ended.out) == (0, f"no runs in {tmp_path}\n")


def test_pruning_says_what_it_removed(cli, monkeypatch, tmp_path):
    asked = []

    def prune(root, keep):
        asked.append((root, keep))
        return (FOLDER,)

    monkeypatch.setattr("zoodsl.runtime.results.prune", prune)
    ended = cli("runs", "prune", "--root", tmp_path, "--keep", "2")
    assert (ended.status, ended.out) == (0, f"removed {FOLDER}\n")
    assert asked == [(tmp_path, 2)]
    assert cli("runs", "prune", "--keep", "-1").status == 2
