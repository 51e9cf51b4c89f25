"""``zoodsl predict`` and ``zoodsl evaluate`` at the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ended
from tests.saved_runs import saved_run
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.environment import ENVIRONMENT_LACKS
from zoodsl.diagnostics.rules.running import PROGRAM_FAILED
from zoodsl.runtime.events import Event
from zoodsl.runtime.outcome import Outcome, Status

Cli = Callable[..., Ended]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run's folder, and rows to predict, ``new.csv``, in the folder in which we are."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.csv").write_text("x1,x2\n1,2\n4,0.5\n")
    return saved_run(tmp_path)


def test_answers_are_a_line_a_row(cli: Cli, folder: Path) -> None:
    ended = cli("predict", "kinds", "new.csv", "--top", "2")
    assert (ended.status, ended.out) == (0, "1: a 0.33, b 0.33\n2: a 0.82, b 0.13\n")
    assert ended.err == "2 rows, predicted by NumPy\n"


def test_json_is_a_row_a_line(cli: Cli, folder: Path) -> None:
    ended = cli("predict", folder, "new.csv", "--top", "1", "--json")
    first, second = map(json.loads, ended.out.splitlines())
    assert first == {"x1": 1, "x2": 2.0, "predicted": "a", "probability": pytest.approx(1 / 3)}
    assert second["predicted"] == "a"


def test_all_rows_go_to_a_file(cli: Cli, folder: Path) -> None:
    Path("new.csv").write_text("x1,x2\n" + "4,0.5\n" * 70)
    ended = cli("predict", "kinds", "new.csv", "--top", "1")
    assert len(ended.out.splitlines()) == 50
    assert "... 20 more: `--out FILE.csv` writes all" in ended.err
    ended = cli("predict", "kinds", "new.csv", "--top", "1", "--out", "all.csv")
    assert "more" not in ended.err
    rows = list(csv.DictReader(Path("all.csv").read_text().splitlines()))
    assert len(rows) == 70
    assert list(rows[0]) == ["x1", "x2", "predicted", "probability"]
    refused = cli("predict", "kinds", "new.csv", "--out", "no/all.csv")
    assert (refused.status, "`no/all.csv` cannot be written" in refused.err) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["predict", "nothing", "new.csv"], 1, "ZOO740"),
        (["predict", "kinds", "none.csv"], 1, "ZOO401"),
        (["predict", "kinds", "new.csv", "--on", "java"], 2, "is not one of"),
        (["predict", "kinds", "new.csv", "--top", "0"], 2, "0 is not in the range"),
        (["predict"], 2, "Missing argument 'RUN'"),
        (["evaluate", "nothing"], 1, "ZOO740"),
        (["evaluate", "kinds", "--set", "batch_size=4"], 1, "ZOO743"),
        (["evaluate", "kinds", "--set", "batch_size"], 2, "is not of the form"),
    ],
)
def test_what_is_refused(cli: Cli, folder: Path, arguments: list[str], status: int, said: str) -> None:
    ended = cli(*arguments)
    assert ended.status == status
    assert said in ended.err


def test_what_is_refused_is_json_where_that_is_asked_for(cli: Cli, folder: Path) -> None:
    document = json.loads(cli("predict", "nothing", "new.csv", "--json").out)
    assert document["diagnostics"][0]["code"] == "ZOO740"


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """``launched(status, code, folder)``: runs are not carried out, and end so."""

    def prepare(status: Status, code: Any = None, folder: Path | None = None) -> None:
        failure = None if code is None else Diagnostics().report(code, None, "it went wrong")

        def run(_request: Any, listener: Callable[[Event], None]) -> Outcome:
            listener(Event("phase", {"text": "starting Java and Spark"}))
            told = {"part": "test", "metrics": {"Accuracy": 0.5}, "details": {}, "labels": []}
            listener(Event("evaluated", told))
            return Outcome(status=status, folder=folder, failure=failure, metrics={})

        monkeypatch.setattr("zoodsl.runtime.launcher.run", run)
        monkeypatch.setattr("zoodsl.screen.report.write_report", lambda folder: folder / "report.html")

    return prepare


def test_an_evaluation_prints_what_a_run_prints(
    cli: Cli, folder: Path, launched: Callable[..., None]
) -> None:
    launched(Status.FINISHED, folder=folder / "evaluations" / "x")
    ended = cli("evaluate", "kinds")
    assert ended.status == 0
    assert "test: Accuracy 0.5000" in ended.out
    assert f"report {folder}/evaluations/x/report.html" in ended.out
    events = [json.loads(line)["event"] for line in cli("evaluate", "kinds", "--json").out.splitlines()]
    assert events == ["phase", "evaluated"]
    assert cli("evaluate", "kinds", "--quiet").out == ""


def test_what_an_evaluation_warns_of_is_shown(
    cli: Cli, folder: Path, tmp_path: Path, launched: Callable[..., None]
) -> None:
    launched(Status.FINISHED, folder=folder / "evaluations" / "x")
    assert "warning" not in cli("evaluate", "kinds").err
    saved_run(tmp_path, stamp="2026-01-02_12-00-00", version="0.0.1")
    ended = cli("evaluate", "kinds")
    assert (ended.status, "warning[ZOO747]" in ended.err) == (0, True)


@pytest.mark.parametrize("command", [("evaluate", "kinds"), ("predict", "kinds", "new.csv", "--on", "bigdl")])
@pytest.mark.parametrize(
    ("status", "code", "there", "exit_status"),
    [
        (Status.FAILED, PROGRAM_FAILED, True, 4),
        (Status.FAILED, ENVIRONMENT_LACKS, False, 3),
        (Status.INTERRUPTED, None, True, 130),
    ],
)
def test_how_a_program_ended_is_the_exit_status(  # noqa: PLR0917 - pytest passes them by name
    cli: Cli,
    folder: Path,
    launched: Callable[..., None],
    command: tuple[str, ...],
    status: Status,
    code: Any,
    there: bool,
    exit_status: int,
) -> None:
    launched(status, code, folder if there else None)
    ended = cli(*command)
    assert ended.status == exit_status
    assert ("it went wrong" in ended.err) == (code is not None)
    assert (f"what Java said stays in {folder}" in ended.err) == (exit_status == 4)
