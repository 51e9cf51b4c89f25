"""Interrupts: Ctrl-C as something to be waited for, not an exception in the middle of anything."""

from __future__ import annotations

import os
import select
import signal
import threading
from types import FrameType, TracebackType
from typing import Self


class Interrupts:
    """Counts SIGINT and SIGTERM while entered; ``wait`` returns at once when one comes.

    In a thread other than the main one, which gets no signals, it counts none.
    """

    def __init__(self) -> None:
        self.count = 0
        self._read, self._write = os.pipe()
        self._before: dict[int, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._read)
        os.close(self._write)

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the system's signature
        self.count += 1
        os.write(self._write, b"!")

    def wait(self, descriptor: int, seconds: float | None) -> bool:
        """Waits until ``descriptor`` can be read (True), a signal comes, or ``seconds`` are over (False)."""
        ready, _, _ = select.select([descriptor, self._read], [], [], seconds)
        if self._read in ready:
            os.read(self._read, 1)
        return descriptor in ready
