"""Where data are: below the root that the program is given, or at an address of their own."""

from __future__ import annotations

import os
from pathlib import Path

from zoodsl.targets.bigdl.library.errors import DataError


def located(root: str, path: str) -> str:
    """``path`` as Spark takes it: an address (``hdfs://...``) as it is, else below ``root`` and absolute, without ``..``."""
    # Not ``as_uri``: Hadoop takes a percent sign as it stands, and would look for `B%C3%BCcher`.
    return path if "://" in path else f"file://{os.path.normpath(Path(root, path).absolute())}"


def local_file(root: str, path: str) -> Path:
    """The file at ``path`` below ``root``; a DataError where there is none."""
    file = Path(root, path)
    if not file.is_file():
        raise DataError(f"there is no file {file}")
    return file
