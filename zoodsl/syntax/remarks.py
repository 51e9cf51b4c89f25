"""A file's comments on their way back into text: each is taken once, in order."""

from __future__ import annotations

from collections.abc import Sequence

from zoodsl.syntax import nodes


class Remarks:
    """The comments not yet printed."""

    def __init__(self, comments: Sequence[nodes.Comment]) -> None:
        self._comments = comments
        self._next = 0

    def before(self, offset: int) -> list[nodes.Comment]:
        """Takes the comments that begin before ``offset``."""
        start = self._next
        while self._next < len(self._comments) and self._comments[self._next].span.start < offset:
            self._next += 1
        return list(self._comments[start : self._next])

    def has_before(self, offset: int) -> bool:
        """Whether a comment that begins before ``offset`` is left."""
        return self._next < len(self._comments) and self._comments[self._next].span.start < offset

    def rest(self) -> list[nodes.Comment]:
        """Takes all that are left."""
        start, self._next = self._next, len(self._comments)
        return list(self._comments[start:])
