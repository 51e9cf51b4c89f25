"""The child process in which Spark runs, with all that it starts: begun, listened to, and ended without orphans."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from zoodsl.runtime.folder import LOG
from zoodsl.runtime.interrupts import Interrupts

GRACE = 10.0
"""Seconds that an interrupted worker has to end by itself."""

COMMAND = (sys.executable, "-P", "-m", "zoodsl.runtime.worker")
"""The worker. ``-P`` keeps the modules of the folder we are in from standing in for Python's own."""


class Child:
    """The worker of a run folder, in a process group of its own, so that Ctrl-C goes to us alone.

    It writes events to a pipe, everything else to the folder's log. Its standard input is a pipe that closes when we
    end, however we end; that is its sign to end too. Leaving the context kills whatever is left of its group.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._read, write = os.pipe()
        package = str(Path(__file__).parents[2])
        paths = [package, *filter(None, [environment.get("PYTHONPATH")])]
        try:
            with (folder / LOG).open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603 - our own worker
                    [*COMMAND, str(folder), str(write)],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    pass_fds=(write,),
                    env={**environment, "PYTHONPATH": os.pathsep.join(paths)},
                    start_new_session=True,
                )
        except OSError:
            os.close(self._read)
            raise
        finally:
            os.close(write)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        os.close(self._read)

    def lines(self, interrupts: Interrupts) -> Iterator[str]:
        """The lines of the events' pipe until the worker ends; a killed worker's last one may be broken off.

        The first interrupt asks the worker to end, and the second, or the end of the grace, kills it.
        """
        waiting = b""
        deadline: float | None = None
        while interrupts.count < 2:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                break
            if interrupts.wait(self._read, left):
                block = os.read(self._read, 65536)
                if not block:
                    break
                *lines, waiting = (waiting + block).split(b"\n")
                for line in lines:
                    yield line.decode(errors="replace")
            if interrupts.count and deadline is None:
                deadline = time.monotonic() + GRACE
                self._process.send_signal(signal.SIGINT)

    def end(self) -> int:
        """Kills what is left of the worker and all that it started; its exit code, negative for a signal.

        The group is killed before the worker is waited for: until then, its number cannot be another's.
        """
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):  # macOS refuses to signal a group of the dead
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            if self._process.stdin:
                self._process.stdin.close()
        return self._process.returncode
