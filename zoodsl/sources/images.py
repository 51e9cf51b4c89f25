"""Image files by a glob: how many there are and whether they are of one size, from their headers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

from zoodsl.catalog.operator import Arguments, ColumnType
from zoodsl.diagnostics.rules.data import (
    BAD_READER_ARGUMENT,
    CORRUPT_DATA,
    NO_SUCH_DATA,
    UNREADABLE_DATA,
)
from zoodsl.model.nodes import Certainty, RowCount
from zoodsl.sources.findings import UNSEEN, ColumnFacts, Look, Problem, exact_facts
from zoodsl.sources.image_headers import ImageHeader, read_header, unreadable_format
from zoodsl.sources.paths import WILDCARDS, is_address, near_paths
from zoodsl.types import DType, ImageType

MOST_HEADERS = 256
"""Of more files than this, so many are opened, spread evenly: that the others are alike is then a guess."""


def fixed_part(pattern: str) -> str:
    """The folders that a glob names before its first wildcard: ``data/cats`` of ``data/cats/*.png``."""
    folders = pattern.split("/")[:-1]
    wild = next(
        (index for index, folder in enumerate(folders) if any(mark in folder for mark in WILDCARDS)),
        len(folders),
    )
    return "/".join(folders[:wild]) or ("/" if pattern.startswith("/") else "")


def origins(pattern: str, root: str) -> tuple[str, ...]:
    """The column ``origin``: the matching files' paths below the glob's fixed part, in order."""
    from glob import glob

    start = fixed_part(pattern)
    folder = Path(root, start)
    rest = pattern.removeprefix(start).lstrip("/")
    # Unlike Path.glob it takes any text, and leaves hidden files such as .DS_Store alone.
    found = glob(rest, root_dir=folder, recursive=True)  # noqa: PTH207
    return tuple(sorted(Path(path).as_posix() for path in found if (folder / path).is_file()))


def look(arguments: Arguments, root: str) -> Look | Problem:
    """The number of matching files, and the size of their images if all that were opened have the same."""
    pattern: str = arguments["path"]
    if arguments["channels"] == 2:
        return Problem(
            BAD_READER_ARGUMENT,
            "images have 1 channel (grey) or 3 (RGB), not 2",
            "write `channels = 1` or `channels = 3`",
            "channels",
        )
    if is_address(pattern):
        return UNSEEN
    found = origins(pattern, root)
    if not found:
        return _no_match(pattern, root)
    sizes = set()
    folder = PurePosixPath(fixed_part(pattern))
    for origin in found[:: -(-len(found) // MOST_HEADERS)]:
        header = _header(root, str(folder / origin))
        if isinstance(header, Problem):
            return header
        sizes.add((header.height, header.width))
    height, width = sizes.pop() if len(sizes) == 1 else (None, None)
    image = ImageType(height=height, width=width, channels=arguments["channels"])
    return Look(
        columns=(
            ColumnType("image", image),
            ColumnType("origin", DType.STRING),
            ColumnType("folder", DType.STRING),
        ),
        rows=RowCount(count=len(found), certainty=Certainty.EXACT),
    )


def values(arguments: Arguments, root: str, column: str) -> ColumnFacts | None:
    """The facts of ``folder``; None for the other columns, which have no gaps."""
    pattern: str = arguments["path"]
    if column != "folder" or is_address(pattern):
        return None
    last = Path(root, fixed_part(pattern)).resolve().name
    folders = (PurePosixPath(origin).parent.name or last for origin in origins(pattern, root))
    return exact_facts(dict(Counter(folders)))


def _header(root: str, path: str) -> ImageHeader | Problem:
    with Path(root, path).open("rb") as stream:
        header = read_header(stream)
        stream.seek(0)
        start = stream.read(16)
    if header is not None and header.height > 0 and header.width > 0:
        return header
    name = unreadable_format(start)
    if name is not None:
        return Problem(
            CORRUPT_DATA,
            f"`{path}` is a {name} image, which cannot be read on Spark",
            "convert the files to PNG or JPEG",
            "path",
        )
    what = "is empty" if not start else "is not an image that can be read: PNG, JPEG or BMP"
    return Problem(
        CORRUPT_DATA,
        f"`{path}` {what}",
        "take it out of the folder, or write the glob so that it does not match it",
        "path",
    )


def _no_match(pattern: str, root: str) -> Problem:
    if Path(root, pattern).is_dir():
        return Problem(
            UNREADABLE_DATA,
            f"`{pattern or '.'}` is a folder; a glob says which of its files to read",
            _globs(Path(root, pattern), pattern.rstrip("/") or "."),
            "path",
        )
    if not any(mark in pattern for mark in WILDCARDS):
        return Problem(NO_SUCH_DATA, f"there is no file `{pattern}`", near_paths(root, pattern), "path")
    start = fixed_part(pattern)
    folder = Path(root, start)
    help_ = _globs(folder, start or ".") if folder.is_dir() else near_paths(root, pattern)
    return Problem(NO_SUCH_DATA, f"no file matches `{pattern}`", help_, "path")


def _globs(folder: Path, name: str) -> str:
    """What a folder holds, by ending, as globs that would match it."""
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    endings = Counter(entry.suffix for entry in entries if entry.suffix and not entry.is_dir())
    if endings:
        return ", ".join(f"`{name}/*{ending}` matches {count:,}" for ending, count in endings.most_common(3))
    folders = sum(entry.is_dir() for entry in entries)
    return (
        f"`{name}` holds {folders:,} folders: `{name}/**/*.png` looks into them"
        if folders
        else (f"`{name}` holds no files")
    )
