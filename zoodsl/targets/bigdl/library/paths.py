"""Where data are: below the root that the program is given, or at an address of their own."""

from __future__ import annotations

from pathlib import Path

from zoodsl.targets.bigdl.library.errors import DataError


def located(root: str, path: str) -> str:
    """``path`` as Spark takes it: an address (``hdfs://...``) as it is, else below ``root`` and absolute."""
    return path if "://" in path else Path(root, path).absolute().as_uri().replace("%20", " ")


def local_file(root: str, path: str) -> Path:
    """The file at ``path`` below ``root``; a DataError where there is none."""
    file = Path(root, path)
    if not file.is_file():
        raise DataError(f"there is no file {file}")
    return file
