import sys
import textwrap
from pathlib import Path

import pytest

from tests.runtime.conftest import FAKE_WORKER
from zoodsl.diagnostics.rules.environment import ENVIRONMENT_LACKS
from zoodsl.diagnostics.rules.run_folders import CANNOT_WRITE_RUN
from zoodsl.diagnostics.rules.running import PROGRAM_FAILED
from zoodsl.runtime import child, doctor
from zoodsl.runtime.conversion import convert
from zoodsl.runtime.doctor import Finding, State
from zoodsl.runtime.events import Event
from zoodsl.runtime.outcome import Status
from zoodsl.targets.target import Program


@pytest.fixture(autouse=True)
def without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "COMMAND", (sys.executable, "-P", str(FAKE_WORKER)))
    monkeypatch.setattr(doctor, "examine", lambda: ())
    monkeypatch.setattr(doctor, "java_home", lambda: None)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def program(body: str) -> Program:
    head = 'from pathlib import Path\n\n\ndef main(spark, hooks=None, root=".", out=".", resume=False):\n'
    text = head + textwrap.indent(body, "    ") + "\n"
    return Program(target="bigdl", text=text, provenance={}, attachments={"weights.npz": b"seven"})


COPY = 'Path(out, "net.bigdl").write_bytes(Path(__file__).with_name("weights.npz").read_bytes())'


def silent(_event: Event) -> None:
    pass


def test_the_file_is_moved_to_its_place_and_nothing_else_stays(tmp_path: Path, scratch: Path) -> None:
    place = tmp_path / "net.model"
    place.write_bytes(b"before")
    heard: list[Event] = []
    outcome = convert(program(COPY), "net.bigdl", place, 1000, heard.append)
    assert outcome.status is Status.FINISHED, outcome.failure
    assert place.read_bytes() == b"seven"
    assert [path.name for path in tmp_path.iterdir() if path != scratch] == ["net.model"]
    assert not list(scratch.iterdir())
    assert [event.name for event in heard] == ["opened", "phase", "phase"]


def test_a_failure_leaves_the_place_as_it_was_and_its_folder_to_read(tmp_path: Path, scratch: Path) -> None:
    place = tmp_path / "net.model"
    place.write_bytes(b"before")
    outcome = convert(program('raise ValueError("no such layer")'), "net.bigdl", place, 1000, silent)
    assert outcome.failure is not None
    assert outcome.failure.code is PROGRAM_FAILED
    assert "no such layer" in outcome.failure.message
    assert place.read_bytes() == b"before"
    assert outcome.folder is not None
    assert outcome.folder.parent == scratch
    assert "no such layer" in (outcome.folder / "error.txt").read_text()


def test_a_place_that_cannot_be_written(tmp_path: Path, scratch: Path) -> None:
    outcome = convert(program(COPY), "net.bigdl", tmp_path / "nowhere" / "net.model", 1000, silent)
    assert outcome.failure is not None
    assert outcome.failure.code is CANNOT_WRITE_RUN
    assert not list(scratch.iterdir())


def test_an_environment_without_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Finding(name="Java", state=State.MISSING, purpose="running programs")
    monkeypatch.setattr(doctor, "examine", lambda: (missing,))
    outcome = convert(program(COPY), "net.bigdl", tmp_path / "net.model", 1000, silent)
    assert outcome.failure is not None
    assert outcome.failure.code is ENVIRONMENT_LACKS
    assert outcome.folder is None
