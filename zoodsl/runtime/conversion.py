"""Conversions: programs that write one file, carried out as runs are, in a scratch folder that goes afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from zoodsl.diagnostics import Diagnostics
from zoodsl.plan.steps import Memory
from zoodsl.runtime.events import Event
from zoodsl.runtime.folder import EVENTS, PROGRAM, RECORD, SCRATCH, report_unwritable, write
from zoodsl.runtime.launcher import environment_fits
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.runtime.record import Record, claim, show_record
from zoodsl.runtime.request import RunRequest
from zoodsl.runtime.resources import allot, this_machine
from zoodsl.runtime.supervision import Supervision
from zoodsl.source import SourceFile
from zoodsl.targets.target import Program

COPIES = 6
"""How many copies of the weights there are at once: read, in Java, as messages and as bytes."""

ENGINE = 700 * 10**6
"""Bytes that Spark takes before any weight."""


def convert(
    program: Program, product: str, place: Path, weights: int, listener: Callable[[Event], None]
) -> Outcome:
    """Carries ``program`` out in a process of its own and moves the file ``product`` that it writes to ``place``.

    ``weights`` is how many bytes of them there are. A failure's folder stays, with what Java said; the outcome names it.
    """
    diagnostics = Diagnostics()
    memory = Memory(weights=COPIES * weights, gradients=0, activations=0, data=None, engine=ENGINE)
    taken = (
        allot(1, memory, this_machine(), master="local[1]", heap=None, diagnostics=diagnostics)
        if environment_fits(diagnostics)
        else None
    )
    if taken is None:
        return Outcome(status=Status.FAILED, folder=None, failure=diagnostics.sorted()[0], metrics={})
    record = Record(
        name=place.name,
        spec="",
        status=Status.RUNNING,
        parameters={},
        versions={},
        master=taken.master,
        heap=taken.heap,
        batch=1,
        seed=0,
        root="",
        started=time.time(),
    )
    request = RunRequest(
        name=place.name,
        spec=SourceFile("", ""),
        program=program,
        layers={},
        plan={},
        batch=1,
        memory=memory,
        root=Path(),
    )
    folder: Path | None = None
    try:
        folder = Path(tempfile.mkdtemp(prefix=SCRATCH))
        files: dict[str, str | bytes] = {
            EVENTS: "",
            PROGRAM: program.text,
            **program.attachments,
            RECORD: show_record(record),
        }
        for name, content in files.items():
            write(folder / name, content)
        with claim(folder) as log:
            assert log is not None  # noqa: S101 - nobody else knows the folder
            outcome = Supervision(request, folder, log, listener).see_through()
        if outcome.status is Status.FINISHED:
            _move(folder / product, place)
    except OSError as problem:
        report_unwritable(problem, place, diagnostics)
        outcome = Outcome(status=Status.FAILED, folder=None, failure=diagnostics.sorted()[0], metrics={})
    if outcome.status is not Status.FAILED or outcome.folder is None:
        shutil.rmtree(folder or "", ignore_errors=True)
    return outcome


def _move(source: Path, place: Path) -> None:
    """Moves a file to another disk, perhaps; readers of ``place`` see all of it or what was there before."""
    part = place.with_name(f".{place.name}.part")
    try:
        shutil.copyfile(source, part)
        os.replace(part, place)  # noqa: PTH105 - the name says that it replaces
    except OSError:
        part.unlink(missing_ok=True)
        raise
