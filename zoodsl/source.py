"""Source text and positions in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Position(NamedTuple):
    """A place in a text: ``line`` and ``column`` count from 1, ``offset`` from 0, in characters."""

    line: int
    column: int
    offset: int


class SourceFile:
    """A named text with its line index. Compared by identity: one per file and compilation."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def __repr__(self) -> str:
        return f"SourceFile({self.path!r})"

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which lines begin; there is always at least one line."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return tuple(starts)

    def position(self, offset: int) -> Position:
        """The line and column of ``offset``, clamped to the text."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1, offset)

    def line(self, number: int) -> str:
        """The text of line ``number`` (from 1) without its line end; empty past the last line."""
        if not 1 <= number <= len(self.line_starts):
            return ""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open range ``[start, end)`` of characters in ``file``."""

    file: SourceFile
    start: int
    end: int

    @property
    def begin(self) -> Position:
        """Where the span begins."""
        return self.file.position(self.start)

    @property
    def finish(self) -> Position:
        """The position just past the span's last character."""
        return self.file.position(self.end)

    @property
    def text(self) -> str:
        """The characters the span covers."""
        return self.file.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """The smallest span that covers this one and ``other``, which is in the same file."""
        return Span(self.file, min(self.start, other.start), max(self.end, other.end))

    def __str__(self) -> str:
        begin = self.begin
        return f"{self.file.path}:{begin.line}:{begin.column}"
