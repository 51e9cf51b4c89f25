"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from zoodsl.compiler import reason
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.environment import CANNOT_WRITE


def write(path: str, text: str, diagnostics: Diagnostics) -> bool:
    """Writes ``text`` to ``path`` as UTF-8, its line ends as they are; False with a diagnostic why not.

    The file is written beside its place and moved there when complete, keeping the mode of one it replaces.
    """
    try:
        place = Path(path).resolve()
        if place.exists() and not place.is_file():  # /dev/stdout and named pipes are written, not replaced
            place.write_text(text, encoding="utf-8", newline="")
        else:
            _replace(place, text)
    except (OSError, ValueError) as problem:
        diagnostics.report(
            CANNOT_WRITE,
            None,
            f"`{path}` cannot be written: {reason(problem)}",
            help="check that the folder exists, that it may be written, and that the disk has space",
        )
        return False
    return True


def _replace(place: Path, text: str) -> None:
    mode = place.stat().st_mode if place.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        temporary.chmod(mode)
        temporary.replace(place)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def _umask() -> int:
    """The process's mask for new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
