"""The record of a run, ``run.json``: what ran, on what, and how it stands."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from io import FileIO
from pathlib import Path
from typing import Any

from zoodsl.runtime.cluster import Executors
from zoodsl.runtime.folder import EVENTS, RECORD, to_json, write
from zoodsl.runtime.outcome import Status

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What ``run.json`` holds. Nothing of the environment's variables is in it, where secrets live.

    Args:
        name: the spec's name.
        spec: the spec's path as it was named.
        status: how the run stands; see ``read_record`` for one whose process was killed.
        parameters: the spec's params by name.
        versions: of zoodsl, Python, Java, and the packages of the engine.
        master: the Spark master.
        heap: the Java heap in bytes.
        batch: records an iteration; None where nothing is trained.
        seed: the training's seed; None likewise.
        root: the folder at which the spec's relative paths start.
        started: seconds since 1970.
        ended: the same; None while it runs.
        exit_code: the worker's, negative for a signal; None while it runs.
        resumed: when the run was taken up again.
        ran: the seconds that it ran before it was last taken up again.
        executors: their ``count``, ``cores`` and ``heap`` in bytes; None where the driver's process trains itself.
        features: the folder, in full, or address that keeps features for other runs; None: none does.
        failure: ``{code, message, help, line}``; None unless it failed.
    """

    name: str
    spec: str
    status: Status
    parameters: Mapping[str, Any]
    versions: Mapping[str, str]
    master: str
    heap: int
    batch: int | None
    seed: int | None
    root: str
    started: float
    ended: float | None = None
    exit_code: int | None = None
    resumed: tuple[float, ...] = ()
    ran: float = 0.0
    executors: Executors | None = None
    features: str | None = None
    failure: Mapping[str, Any] | None = None
    version: int = field(default=VERSION)

    @property
    def seconds(self) -> float | None:
        """How long it ran, without the pauses before it was taken up again; None while it runs."""
        return None if self.ended is None else self.ran_until(self.ended)

    def ran_until(self, moment: float) -> float:
        """How long it had run at a moment after it was last taken up, in seconds since 1970."""
        return self.ran + moment - (self.resumed[-1] if self.resumed else self.started)


def show_record(record: Record) -> str:
    """The text of ``run.json``."""
    return to_json(asdict(record) | {"status": record.status.value})


def write_record(folder: Path, record: Record) -> None:
    """Replaces the folder's record; an OSError where the system refuses."""
    write(folder / RECORD, show_record(record))


def read_record(folder: Path) -> Record | None:
    """The folder's record; None where it has none that can be read.

    A run that is recorded as running but whose process is gone (killed, or the machine went down) is INTERRUPTED.
    """
    try:
        fields = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(fields, dict) or fields.get("version") != VERSION:
        return None
    known = {name: value for name, value in fields.items() if name in Record.__dataclass_fields__}
    try:
        status = Status(fields["status"])
        executors = Executors(**fields["executors"]) if fields.get("executors") else None
        read = {"status": status, "resumed": tuple(fields["resumed"]), "executors": executors}
        record = Record(**known | read)
    except (KeyError, TypeError, ValueError):
        return None
    if status is Status.RUNNING and not in_use(folder):
        return replace(record, status=Status.INTERRUPTED)
    return record


@contextmanager
def claim(folder: Path) -> Iterator[FileIO | None]:
    """The folder's event file, opened to append and locked: who has it runs the run. None if another has it.

    The system gives the lock up with the process, however that ends. The file has no buffer, whose rest a full disk
    would refuse once more when it is closed.
    """
    with (folder / EVENTS).open("ab", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield file


def in_use(folder: Path) -> bool:
    """Whether a process runs the run now."""
    try:
        descriptor = os.open(folder / EVENTS, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
