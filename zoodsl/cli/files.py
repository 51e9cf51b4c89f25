"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from zoodsl.compiler import reason
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.environment import CANNOT_WRITE


def write(path: str, content: str | bytes, diagnostics: Diagnostics) -> bool:
    """Writes ``content`` to ``path``, text as UTF-8 with its line ends as they are; False with a diagnostic why not.

    The file is written beside its place and moved there when complete, keeping the mode of one it replaces.
    """
    try:
        place, written = Path(path).resolve(), content.encode() if isinstance(content, str) else content
        if is_stream(path):  # written, not replaced
            place.write_bytes(written)
        else:
            _replace(place, written)
    except (OSError, ValueError) as problem:
        diagnostics.report(
            CANNOT_WRITE,
            None,
            f"`{path}` cannot be written: {reason(problem)}",
            help="check that the folder exists, that it may be written, and that the disk has space",
        )
        return False
    return True


def is_stream(path: str) -> bool:
    """Whether ``path`` is no file but /dev/stdout, a named pipe or the like, or a folder."""
    return Path(path).exists() and not Path(path).is_file()


def beside(path: str, name: str) -> str:
    """The path of the file ``name`` in the folder of ``path``."""
    return str(Path(path).with_name(name))


def _replace(place: Path, content: bytes) -> None:
    mode = place.stat().st_mode if place.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
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
