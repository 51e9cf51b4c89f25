"""The supervision of a run: its worker's events kept and passed on, its end told apart and recorded."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from io import FileIO
from pathlib import Path
from typing import Any

from zoodsl.diagnostics import Diagnostic, Diagnostics
from zoodsl.runtime import cluster, doctor
from zoodsl.runtime.causes import Cause
from zoodsl.runtime.child import Child
from zoodsl.runtime.errors import Explanation, died, explain
from zoodsl.runtime.events import Event, from_line, to_line
from zoodsl.runtime.folder import LOG, METRICS, SCRATCH, report_unwritable, to_json, write
from zoodsl.runtime.history import History, read_history
from zoodsl.runtime.interrupts import Interrupts
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.runtime.places import place
from zoodsl.runtime.record import Record, read_record, write_record
from zoodsl.runtime.request import RunRequest
from zoodsl.source import Span

Listener = Callable[[Event], None]

SETTINGS = ("SPARK_CONF_DIR", "HADOOP_CONF_DIR")
"""Variables that name the user's folders of settings, where ``hive-site.xml`` is looked for."""

LOG_END = 20_000
"""Bytes at the end of the log in which the reason of a sudden end is looked for."""


@contextmanager
def worker_environment(master: str) -> Iterator[Mapping[str, str]]:
    """The variables of the worker, with a scratch folder of its own that goes when the run ends."""
    scratch = tempfile.mkdtemp(prefix=SCRATCH)
    ours = {
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "JAVA_HOME": doctor.java_home() or "",
        # The executors of a cluster elsewhere must reach the driver.
        **({"SPARK_LOCAL_IP": cluster.LOOPBACK} if cluster.is_local(master) else {}),
        "KMP_SETTINGS": "0",  # else the math library prints its settings
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": scratch,
    }
    # Another Spark's variables stay behind: an installed one's, or those of the notebook that we are called from.
    theirs = {
        name: value
        for name, value in os.environ.items()
        if name in SETTINGS or not name.startswith(("SPARK_", "PYSPARK_"))
    }
    try:
        yield theirs | ours
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class _DiskRefused(Exception):  # noqa: N818 - it is no mistake of the code
    """The system refused to keep an event."""

    def __init__(self, problem: OSError) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass
class Supervision:
    """A run that has its folder and its lock, from the start of its worker to its record's last word."""

    request: RunRequest
    folder: Path
    log: FileIO
    listener: Listener
    history: History = field(init=False)
    log_start: int = field(init=False)

    def see_through(self) -> Outcome:
        """Starts the worker, passes its events on, and records how it ends."""
        record = read_record(self.folder)
        assert record is not None  # noqa: S101 - just written
        self.history = read_history(self.folder)
        self.log_start = self._log_size()
        status, failure, code = Status.INTERRUPTED, None, None
        try:
            status, failure, code = self._supervise(record)
        except _DiskRefused as refused:
            status, failure = Status.FAILED, self._refused(refused.problem)
        finally:
            ended = replace(record, status=status, ended=time.time(), exit_code=code, failure=_shown(failure))
            try:
                if status is not Status.FINISHED:
                    self._keep_metrics()
                write_record(self.folder, ended)
            except OSError as problem:
                failure = failure or self._refused(problem)
        return Outcome(
            status=Status.FAILED if failure else status,
            folder=self.folder,
            failure=failure,
            metrics=self.history.metrics,
        )

    def _supervise(self, record: Record) -> tuple[Status, Diagnostic | None, int]:
        """Listens to the worker until its end: how the run stands, what went wrong, and the worker's exit code."""
        raised: Event | None = None
        with (
            worker_environment(record.master) as variables,
            Interrupts() as interrupts,
            self._child(variables) as child,
        ):
            self._tell(
                Event(
                    "opened",
                    {
                        "folder": str(self.folder),
                        "name": record.name,
                        "master": record.master,
                        "heap": record.heap,
                        "resumed": bool(record.resumed),
                    },
                )
            )
            for event in filter(None, map(from_line, child.lines(interrupts))):
                if event.name == "raised":
                    raised = event
                else:
                    self._tell(event)
            code = child.end()
            if code == 0:
                return Status.FINISHED, None, code
            if interrupts.count and raised is None:
                last = self.history.epochs[-1].epoch if self.history.epochs else 0
                self._tell(Event("interrupted", {"epoch": last}))
                return Status.INTERRUPTED, None, code
            failure = self._failure(raised, code)
            return Status.FAILED, failure, code

    def _child(self, variables: Mapping[str, str]) -> Child:
        try:
            return Child(self.folder, variables)
        except OSError as problem:
            raise _DiskRefused(problem) from problem

    def _tell(self, event: Event) -> None:
        """Keeps an event and passes it on."""
        self.history.add(event)
        try:
            self.log.write(to_line(event).encode())
        except OSError as problem:
            raise _DiskRefused(problem) from problem
        self.listener(event)

    def _failure(self, raised: Event | None, code: int) -> Diagnostic:
        """What went wrong, from what the worker raised, or from how it ended where it said nothing."""
        span: Span | None = None
        if raised is None:
            told = died(code, self._log_end())
        else:
            causes = [Cause(*pair) for pair in raised["causes"]]
            told = explain(causes, self._log_end())
            span = place(self.request.program, raised["lines"], self.request.layers, causes)
        return self._fail(told, span)

    def _fail(self, told: Explanation, span: Span | None) -> Diagnostic:
        failure = Diagnostics().report(told.code, span, told.message, help=told.help)
        line = span.begin.line if span else None
        fields = {
            "code": str(told.code),
            "message": told.message,
            "help": told.help,
            "cause": told.cause,
            "zoo_line": line,
        }
        self._tell(Event("failed", fields))
        return failure

    def _keep_metrics(self) -> None:
        """Writes the metrics so far, as the program does at its end."""
        if self.history.epochs:
            epochs = [asdict(epoch) for epoch in self.history.epochs]
            evaluation = {each.part: each.metrics for each in self.history.evaluations}
            write(self.folder / METRICS, to_json({"version": 1, "epochs": epochs, "evaluation": evaluation}))

    def _refused(self, problem: OSError) -> Diagnostic:
        sink = Diagnostics()
        report_unwritable(problem, self.folder, sink)
        return sink.sorted()[0]

    def _log_size(self) -> int:
        path = self.folder / LOG
        return path.stat().st_size if path.exists() else 0

    def _log_end(self) -> str:
        """The end of what was printed since this start of the run."""
        path = self.folder / LOG
        with path.open("rb") as file:
            file.seek(max(self.log_start, self._log_size() - LOG_END))
            return file.read().decode(errors="replace")


def _shown(failure: Diagnostic | None) -> Mapping[str, Any] | None:
    """The failure as a record keeps it."""
    if failure is None:
        return None
    return {
        "code": str(failure.code),
        "message": failure.message,
        "help": failure.help,
        "line": failure.span.begin.line if failure.span else None,
    }
