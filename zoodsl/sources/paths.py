"""Where data are: a path beside the ``.zoo`` file, or an address that only the running program can reach."""

from __future__ import annotations

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


def near_paths(root: str, path: str) -> str:
    """Help for a path, or a glob in a folder, that does not exist: where it goes wrong, and what is near."""
    top = "/" if path.startswith("/") else ""
    parts = path.strip("/").split("/")
    for index, part in enumerate(parts):
        parent = top + "/".join(parts[:index])
        folder = Path(root, parent)
        if (folder / part).exists():
            continue
        near = nearest(part, sorted(entry.name for entry in folder.iterdir()), 2)
        if near:
            ways = ["/".join([*parts[:index], name, *parts[index + 1 :]]) for name in near]
            return f"did you mean {' or '.join(f'`{top}{way}`' for way in ways)}?"
        if parent:
            return _contents(folder, parent)
        return f"paths start at the folder of the `.zoo` file, which holds no `{part}`"
    return ""


def _contents(folder: Path, name: str) -> str:
    """A few of the files that ``folder`` holds, in words."""
    entries = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    if not entries:
        return f"the folder `{name}` is empty"
    shown = entries if len(entries) <= 5 else entries[:4]
    more = f" and {len(entries) - 4:,} more" if len(entries) > 5 else ""
    return f"the folder `{name}` holds {', '.join(f'`{entry}`' for entry in shown)}{more}"
