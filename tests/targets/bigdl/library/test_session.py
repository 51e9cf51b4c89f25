"""The command line of a program."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from zoodsl.targets.bigdl.library import session


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Runs a program with these words on its command line, without Spark; what its ``main`` and its session were given."""
    handlers = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]
    given: dict[str, Any] = {}

    def started(name: str, batch: int | None, master: str | None, configure: object) -> Any:
        assert configure is None
        given.update(name=name, batch=batch, master=master)
        return SimpleNamespace(stop=lambda: None, sparkContext=SimpleNamespace(_gateway=None))

    def carried_out(*words: str, batch: int | None = 32, features: bool = False) -> dict[str, Any]:
        monkeypatch.setattr(session, "start_session", started)
        monkeypatch.setattr(sys, "argv", ["program.py", *words])
        session.run_as_script(
            lambda _spark, **fields: given.update(fields), "digits", batch, features=features
        )
        return given

    yield carried_out
    for number, handler in handlers:
        signal.signal(number, handler)


def test_options_reach_the_program(run: Callable[..., Any]) -> None:
    assert run("--root", "data", "--out", "there", "--resume", "--master", "local[2]") == {
        "name": "digits",
        "batch": 32,
        "master": "local[2]",
        "root": "data",
        "out": "there",
        "resume": True,
    }


def test_a_folder_for_features_is_an_option_where_there_are_some(
    run: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--features", "kept", features=True)["features"] == "kept"
    assert run(features=True)["features"] is None
    with pytest.raises(SystemExit):
        run("--features", "kept")
    assert "unrecognized arguments: --features kept" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("batch", "does", "resumes"), [(32, "Trains digits.", True), (None, "Carries out digits.", False)]
)
def test_a_program_that_trains_nothing_says_nothing_of_training(
    run: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    batch: int | None,
    does: str,
    resumes: bool,
) -> None:
    with pytest.raises(SystemExit):
        run("--help", batch=batch)
    said = capsys.readouterr().out
    assert does in said
    assert ("checkpoint" in said) is resumes
    ends: list[int] = []
    monkeypatch.setattr("os._exit", ends.append)
    assert ("resume" in run("--out", "there", batch=batch)) is resumes
    signal.raise_signal(signal.SIGINT)
    assert ends == [130]
    rest = "; --resume goes on after the last checkpoint in there" if resumes else ""
    assert capsys.readouterr().err == f"interrupted{rest}\n"
