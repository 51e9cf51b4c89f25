"""Where data are: a path beside the ``.zoo`` file, or an address that only the running program can reach."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zoodsl.diagnostics import nearest
from zoodsl.diagnostics.rules.data import EMPTY_DATA, NO_SUCH_DATA, UNREADABLE_DATA
from zoodsl.sources.findings import Problem

WILDCARDS = "*?["
"""The characters that make a path a glob."""


def is_address(path: str) -> bool:
    """Whether ``path`` is an address such as ``hdfs://host/folder``, which is not looked at."""
    return "://" in path


def file_problem(root: str, path: str, parameter: str) -> Problem | None:
    """Why the file that the argument ``parameter`` names cannot be read; None if it is one and not empty."""
    full = Path(root, path)
    if not full.exists():
        return Problem(NO_SUCH_DATA, f"there is no file `{path}`", near_paths(root, path), parameter)
    if full.is_dir():
        return Problem(UNREADABLE_DATA, f"`{path}` is a folder, not a file", _contents(full, path), parameter)
    if full.stat().st_size == 0:
        return Problem(EMPTY_DATA, f"`{path}` is empty", "was a download broken off?", parameter)
    return None


SPEC_FOLDER = "the folder of the `.zoo` file"
"""Where relative paths of a spec start, in words."""


def near_paths(root: str, path: str, home: str = SPEC_FOLDER) -> str:
    """Help for a path, or a glob in a folder, that does not exist: where it goes wrong, and what is near.

    Where a folder on the way is missing, folders alone are near it. ``home`` is ``root`` in words.
    """
    top = "/" if path.startswith("/") else ""
    parts = path.strip("/").split("/")
    for index, part in enumerate(parts):
        parent = top + "/".join(parts[:index])
        folder = Path(root, parent)
        if (folder / part).exists():
            continue
        if not folder.is_dir():
            return f"`{parent}` is a file, not a folder"
        on_the_way = index < len(parts) - 1
        entries = sorted(entry.name for entry in folder.iterdir() if entry.is_dir() or not on_the_way)
        near = nearest(part, entries, 2)
        if near:
            ways = ["/".join([*parts[:index], name, *parts[index + 1 :]]) for name in near]
            return f"did you mean {' or '.join(f'`{top}{way}`' for way in ways)}?"
        if on_the_way:
            return _no_folder(folder, parent, part, home)
        if parent:
            return _contents(folder, parent)
        return f"paths start at {home}, which holds no `{part}`"
    return ""


def _no_folder(folder: Path, name: str, missing: str, home: str) -> str:
    """That ``folder``, called ``name``, has no folder ``missing``, and which ones it has."""
    if not name:
        return f"there is no folder `{missing}` in {home}, where paths start"
    said = f"there is no folder `{Path(name, missing)}`"
    folders = sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and entry.name[0] != ".")
    if name == "/" or not folders:
        return said
    return f"{said}; the folders in `{name}` are {_listed(folders)}"


def _contents(folder: Path, name: str) -> str:
    """A few of the files that ``folder`` holds, in words."""
    entries = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    if not entries:
        return f"the folder `{name}` is empty"
    return f"the folder `{name}` holds {_listed(entries)}"


def _listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    shown = names if len(names) <= 5 else names[:4]
    more = f" and {len(names) - 4:,} more" if len(names) > 5 else ""
    return f"{', '.join(f'`{name}`' for name in shown)}{more}"
