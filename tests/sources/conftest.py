"""Readers looked at in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoodsl.catalog.values import Kind
from zoodsl.sources import Look, Problem, look, values


class Folder:
    """A folder beside a ``.zoo`` file, and looks at what readers find in it."""

    def __init__(self, path: Path, bound) -> None:
        self.path = path
        self.bound = bound

    def write(self, name: str, content: bytes | str) -> None:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def reader(self, name: str, /, **arguments):
        return self.bound(Kind.READER, name, **arguments)

    def look(self, name: str, /, **arguments) -> Look:
        seen = look(self.reader(name, **arguments), str(self.path))
        assert isinstance(seen, Look), seen
        return seen

    def problem(self, name: str, /, **arguments) -> Problem:
        seen = look(self.reader(name, **arguments), str(self.path))
        assert isinstance(seen, Problem), seen
        return seen

    def values(self, name: str, column: str, /, **arguments):
        return values(self.reader(name, **arguments), str(self.path), column)


@pytest.fixture
def folder(tmp_path, bound) -> Folder:
    return Folder(tmp_path, bound)
