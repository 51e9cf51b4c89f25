"""Files that are named at a command line: as one path for a reader, or as rows of an index."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from glob import glob
from pathlib import Path
from typing import Any

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.data import NO_SUCH_DATA
from zoodsl.runtime.folder import SCRATCH
from zoodsl.runtime.predicting import Predicted
from zoodsl.runtime.saved import SavedRun
from zoodsl.sources.images import fixed_part
from zoodsl.sources.paths import WILDCARDS, is_address, near_paths


@dataclass(frozen=True, slots=True)
class Given:
    """Files as one path or glob; where they were gathered in a folder, what each was called."""

    path: str
    names: Mapping[str, str]

    def named(self, found: Predicted) -> Predicted:
        """The answers with the names that the files were given by."""
        if not self.names:
            return found
        left_out = {self.names[origin]: why for origin, why in found.left_out.items()}
        rows = []
        for row in found.rows:
            name = self.names[row["origin"]]
            rows.append({**row, "origin": name, "folder": Path(name).absolute().parent.name})
        return replace(found, rows=rows, left_out=left_out)


HERE = "the folder you are in"
"""Where relative paths of a command line start, in words."""


def _is_there(file: str, diagnostics: Diagnostics) -> bool:
    """Whether there is what one name of a file, or the folder of a glob, means; what it holds is looked at later."""
    if is_address(file) or Path(file).exists():
        return True
    pattern = any(mark in file for mark in WILDCARDS)
    if pattern and Path(fixed_part(file)).is_dir():
        return True
    message = f"no file matches `{file}`" if pattern else f"there is no file `{file}`"
    diagnostics.report(NO_SUCH_DATA, None, message, help=near_paths("", file, HERE))
    return False


@contextmanager
def gathered(files: Sequence[str], diagnostics: Diagnostics) -> Iterator[Given | None]:
    """The files as one path; several are linked into a folder for as long as this lasts. None after a report."""
    if len(files) == 1:
        found = _is_there(files[0], diagnostics)
        yield Given(files[0], {}) if found else None
        return
    missing = next((each for each in files if not Path(each).is_file()), None)
    if missing is not None:
        pattern = any(mark in missing for mark in WILDCARDS) or is_address(missing)
        message = f"`{missing}` is one of several" if pattern else f"there is no file `{missing}`"
        help_ = "give one glob or address at a time" if pattern else near_paths("", missing, HERE)
        diagnostics.report(NO_SUCH_DATA, None, message, help=help_)
        yield None
        return
    with tempfile.TemporaryDirectory(prefix=SCRATCH) as folder:
        names: dict[str, str] = {}
        for number, name in enumerate(files):
            link = Path(folder, f"{number:06}", Path(name).name)
            link.parent.mkdir()
            link.symlink_to(Path(name).absolute())
            names[f"{link.parent.name}/{link.name}"] = name
        endings = {Path(name).suffix for name in files}
        yield Given(f"{folder}/*/*{endings.pop() if len(endings) == 1 else ''}", names)


def listed(files: Sequence[str]) -> list[str]:
    """The files, with those that globs match in their place."""
    found: list[str] = []
    for file in files:
        matched = sorted(glob(file, recursive=True)) if any(mark in file for mark in WILDCARDS) else []  # noqa: PTH207
        found += matched or [file]
    return found


def indexed_as(run: SavedRun, file: str, keys: Any) -> str | None:
    """The key of a file among those of an index: its path below what the spec's reader names, or itself; None without.

    A file that is there and lies elsewhere is another one, though a key is spelt like it.
    """
    known = set(keys.tolist())
    place = Path(file).absolute()
    for frame in run.spec.data.frames:
        pattern = frame.reader.arguments.get("path")
        if isinstance(pattern, str) and not is_address(pattern):
            home = Path(run.root, fixed_part(pattern)).absolute()
            below = place.relative_to(home).as_posix() if place.is_relative_to(home) else None
            if below in known:
                return below
    return file if file in known and not place.exists() else None
