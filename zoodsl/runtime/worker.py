"""The worker: the process that starts Spark, carries out the program, and tells the launcher.

``python -m zoodsl.runtime.worker FOLDER DESCRIPTOR`` runs the program of a run folder as its record says, and writes
events to the descriptor. It exits with 0, 1 (failed; the event ``raised`` says why) or 130 (interrupted).
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, NoReturn

from zoodsl.runtime import session
from zoodsl.runtime.causes import causes, lines_in
from zoodsl.runtime.events import Event, to_line
from zoodsl.runtime.folder import PROGRAM, SCRATCH, TRACE
from zoodsl.runtime.record import Record, read_record


class Interrupted(KeyboardInterrupt):
    """Ctrl-C in the launcher."""


class Teller:
    """Writes events to the launcher. When that is gone, the worker ends, and Java with it."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - the system's signature
        # The system alone closes it, when the process ends: that is how the launcher knows.
        self._file = os.fdopen(descriptor, "w", encoding="utf-8", closefd=False)
        self._lock = threading.Lock()

    def __call__(self, event: str, **fields: Any) -> None:
        """Tells an event, from whichever thread: the hook that programs call."""
        try:
            with self._lock:
                self._file.write(to_line(Event(event, fields)))
                self._file.flush()
        except BrokenPipeError:
            end_at_once()


def end_at_once() -> NoReturn:
    """Kills the whole process group: this process and all that it started. Nobody is left to clear their scratch."""
    scratch = Path(tempfile.gettempdir())
    if scratch.name.startswith(SCRATCH):
        shutil.rmtree(scratch, ignore_errors=True)
    os.killpg(os.getpgid(0), signal.SIGKILL)
    raise AssertionError("unreachable")


def end_with_launcher() -> None:
    """Waits for the launcher's end: then the other side of standard input closes."""
    while os.read(0, 1):
        pass
    end_at_once()


def interrupt(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - the system's signature
    """Ends the program at Ctrl-C. Later ones change nothing: the launcher sees to it that the worker ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Interrupted


def load(path: Path) -> ModuleType:
    """The program as a module."""
    spec = importlib.util.spec_from_file_location("program", path)
    assert spec is not None  # noqa: S101 - the name ends in .py
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    sys.modules["program"] = module
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode  # a run folder is for people to read
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


def carry_out(
    folder: Path, record: Record, tell: Teller, start: Callable[..., Any], stop: Callable[[Any], None]
) -> None:
    """Runs the folder's program, between the start and the end of a session."""
    tell("phase", text="loading the engine")
    program = load(folder / PROGRAM)
    tell("phase", text="starting Java and Spark")
    spark = start(record.name, record.master, record.heap, folder, program, record.executors, record.root)
    signal.signal(signal.SIGINT, interrupt)  # Spark's own handler talks to Java in the middle of another talk
    further = {} if record.features is None else {"features": record.features}
    program.main(spark, hooks=tell, root=record.root, out=str(folder), resume=bool(record.resumed), **further)
    stop(spark)


def main(
    arguments: list[str],
    start: Callable[..., Any] = session.start,
    stop: Callable[[Any], None] = session.stop,
) -> int:
    """Carries out a run folder's program; the exit code. ``start`` and ``stop`` make and end the session."""
    signal.signal(signal.SIGINT, interrupt)
    threading.Thread(target=end_with_launcher, daemon=True).start()
    folder, tell = Path(arguments[0]), Teller(int(arguments[1]))
    record = read_record(folder)
    assert record is not None  # noqa: S101 - the launcher has just written it
    try:
        carry_out(folder, record, tell, start, stop)
    except Interrupted:
        return 130
    except Exception as problem:  # noqa: BLE001 - whatever a program may raise is told
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            return 130  # what an interrupt in the midst of a talk with Java turns into
        trace = traceback.format_exc()
        sys.stderr.write(trace)
        chain = causes(problem)
        lines = lines_in(problem, folder / PROGRAM)
        tell("raised", causes=[[cause.type, cause.message] for cause in chain], lines=lines)
        (folder / TRACE).write_text(trace, encoding="utf-8")
        return 1
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # Spark's threads may not keep the process
