"""Runs that are over are found by their names, and read without Java; what cannot be used says why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.saved_runs import saved_run
from zoodsl.diagnostics import Diagnostic, Diagnostics
from zoodsl.runtime.outcome import Status
from zoodsl.runtime.saved import SavedRun, open_run


def opened(named: object, root: Path) -> tuple[SavedRun | None, tuple[Diagnostic, ...]]:
    problems = Diagnostics()
    return open_run(str(named), root / "runs", problems), problems.sorted()


def test_a_run_is_its_folder_or_the_newest_of_a_spec(tmp_path: Path) -> None:
    old = saved_run(tmp_path, stamp="2026-01-01_12-00-00")
    new = saved_run(tmp_path, stamp="2026-01-02_12-00-00")
    for named, wanted in (
        (old, old),
        ("kinds", new),
        ("kinds.zoo", new),
        (tmp_path / "kinds.zoo", new),
        (tmp_path / "runs" / "kinds", new),
    ):
        run, problems = opened(named, tmp_path)
        assert problems == ()
        assert run is not None
        assert run.folder == wanted
    shutil.rmtree(new / "prediction")  # not over yet: the older one can be used
    run, _ = opened("kinds", tmp_path)
    assert run is not None
    assert run.folder == old


def test_what_a_run_has_left(tmp_path: Path) -> None:
    folder = saved_run(tmp_path)
    (folder / "thresholds.json").write_text('{"version": 1, "thresholds": {"a": 0.25}}')
    run, _ = opened(folder, tmp_path)
    assert run is not None
    assert run.spec.path == str(tmp_path / "kinds.zoo")
    assert run.spec.span.file.text == (folder / "spec.zoo").read_text()
    assert run.spec.span.file.path == run.spec.path  # beside which the files lie that its steps name
    assert run.saved.folder == str(folder / "prediction")
    assert run.saved.thresholds == {"a": 0.25}
    assert run.features["columns"] == ["x1", "x2"]
    assert run.network.is_file()


@pytest.mark.parametrize(
    ("named", "message", "help_"),
    [
        ("kidns", "there is no run `kidns`", "did you mean `kinds`?"),
        ("xyz", "there is no run `xyz`", "there are runs of `kinds` in"),
        (".", "`.` is no run folder", "there are runs of"),
    ],
)
def test_a_name_of_no_run(tmp_path: Path, named: str, message: str, help_: str) -> None:
    """ZOO740"""
    saved_run(tmp_path)
    run, (problem,) = opened(named, tmp_path)
    assert run is None
    assert (problem.code.name, problem.message) == ("ZOO740", message)
    assert help_ in problem.help or named == "."


def test_without_any_run(tmp_path: Path) -> None:
    _, (problem,) = opened("kinds", tmp_path)
    assert problem.help == f"there are no runs in `{tmp_path / 'runs'}`"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.FAILED, "failed, and has saved no network"),
        (Status.INTERRUPTED, "was interrupted, and has saved no network"),
        (Status.RUNNING, "was interrupted, and has saved no network"),
        (Status.FINISHED, "has saved no network"),
    ],
)
def test_a_run_without_a_network_says_how_it_stands(tmp_path: Path, status: Status, said: str) -> None:
    """ZOO741. A run that is recorded as running is none whose process is gone."""
    folder = saved_run(tmp_path, status=status)
    shutil.rmtree(folder / "prediction")
    run, (problem,) = opened(folder, tmp_path)
    assert run is None
    assert (problem.code.name, problem.message) == ("ZOO741", f"the run in `{folder}` {said}")


def _spoil(name: str, text: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / name).write_text(text)

    return spoil


def _unknown(folder: Path) -> None:
    kept = json.loads((folder / "spec.json").read_text())
    kept["data"]["label"]["codec"]["operator"]["@operator"] = "Fuzzy"
    (folder / "spec.json").write_text(json.dumps(kept))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_spoil("run.json", "{"), "its `run.json` cannot be read"),
        (lambda folder: (folder / "spec.json").unlink(), "its `spec.json` cannot be read"),
        (lambda folder: (folder / "spec.zoo").unlink(), "its `spec.zoo` cannot be read"),
        (_spoil("spec.json", "{"), "one of its files is damaged"),
        (_spoil("thresholds.json", "{}"), "one of its files is damaged"),
        (lambda folder: shutil.rmtree(folder / "prediction/stages"), "its `stages` cannot be read"),
        (
            lambda folder: next(folder.glob("prediction/stages/*/model.bigdl")).unlink(),
            "its `model.bigdl` cannot be read",
        ),
        (_unknown, "its spec has `Fuzzy`, which this version does not know"),
    ],
)
def test_a_folder_of_which_something_is_missing_or_spoilt(
    tmp_path: Path, spoil: Callable[[Path], None], why: str
) -> None:
    """ZOO742"""
    folder = saved_run(tmp_path)
    spoil(folder)
    run, (problem,) = opened(folder, tmp_path)
    assert run is None
    assert (problem.code.name, problem.message) == (
        "ZOO742",
        f"the run in `{folder}` cannot be used: {why}",
    )


def test_a_run_of_another_version_is_told_and_used(tmp_path: Path) -> None:
    """ZOO747"""
    folder = saved_run(tmp_path, version="0.0.9")
    run, (problem,) = opened(folder, tmp_path)
    assert run is not None
    assert (problem.code.name, problem.severity.value) == ("ZOO747", "warning")
    assert "was made by zoodsl 0.0.9" in problem.message
