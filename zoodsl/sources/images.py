"""Image files by a glob: how many there are and whether they are of one size, from their headers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import SEEK_END
from pathlib import Path, PurePosixPath

from zoodsl.catalog.operator import Arguments, ColumnType
from zoodsl.diagnostics.rules.data import (
    BAD_READER_ARGUMENT,
    CORRUPT_DATA,
    NO_SUCH_DATA,
    UNREADABLE_DATA,
)
from zoodsl.diagnostics.rules.frames import BAD_FILES
from zoodsl.model.nodes import UNKNOWN_ROWS, Certainty, RowCount
from zoodsl.sources.findings import ColumnFacts, Look, Problem, exact_facts
from zoodsl.sources.image_headers import FORMATS, ImageHeader, read_header
from zoodsl.sources.paths import WILDCARDS, is_address, near_paths
from zoodsl.sources.terms import Values
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


_READ = f"{', '.join(FORMATS[:-1])} and {FORMATS[-1]}"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look at the files of a glob finds: those whose header is read have a size, or a reason why they have none."""

    origins: tuple[str, ...]
    sizes: frozenset[tuple[int, int]]
    bad: Mapping[str, str]
    opened: int


def look(arguments: Arguments, root: str) -> Look | Problem:
    """The number of matching files, and the size of their images if all that were opened have the same.

    Files that are no images are not counted, where they are known and are to be left out.
    """
    pattern: str = arguments["path"]
    if arguments["channels"] == 2:
        return Problem(
            BAD_READER_ARGUMENT,
            "images have 1 channel (grey) or 3 (RGB), not 2",
            "write `channels = 1` or `channels = 3`",
            "channels",
        )
    resize: tuple[int, int] | None = arguments["resize"]
    if is_address(pattern):
        return Look(columns=_columns(arguments, *(resize or (None, None))), rows=UNKNOWN_ROWS)
    seen = _seen(pattern, root)
    if not seen.origins:
        return _no_match(pattern, root)
    if seen.bad and (arguments["on_error"] == "fail" or not seen.sizes):
        return _bad_file(pattern, seen)
    height, width = next(iter(seen.sizes)) if len(seen.sizes) == 1 else (None, None)
    sizes = () if resize is not None or height is not None else tuple(sorted(seen.sizes))
    return Look(
        columns=_columns(arguments, *(resize or (height, width)), sizes),
        rows=RowCount(count=len(seen.origins) - len(seen.bad), certainty=Certainty.EXACT),
        doubt=_doubt(pattern, seen) if seen.bad else None,
    )


def _columns(
    arguments: Arguments, height: int | None, width: int | None, sizes: tuple[tuple[int, int], ...] = ()
) -> tuple[ColumnType, ...]:
    image = ImageType(height=height, width=width, channels=arguments["channels"], sizes=sizes)
    return (
        ColumnType("image", image),
        ColumnType("origin", DType.STRING),
        ColumnType("folder", DType.STRING),
    )


def _seen(pattern: str, root: str) -> _Seen:
    """The files of a glob, some of which are opened."""
    found = origins(pattern, root)
    folder = Path(root, fixed_part(pattern))
    opened = found[:: -(-len(found) // MOST_HEADERS) or 1]
    sizes, bad = set(), {}
    for origin in opened:
        header = _header(folder / origin)
        if isinstance(header, str):
            bad[origin] = header
        else:
            sizes.add((header.height, header.width))
    return _Seen(found, frozenset(sizes), bad, len(opened))


def _good(pattern: str, root: str) -> tuple[str, ...]:
    """The origins of a glob's files but those that are known to be no images."""
    seen = _seen(pattern, root)
    return tuple(origin for origin in seen.origins if origin not in seen.bad)


def values(arguments: Arguments, root: str, column: str) -> ColumnFacts | None:
    """The facts of ``folder``; None for the other columns, which have no gaps."""
    pattern: str = arguments["path"]
    if column != "folder" or is_address(pattern):
        return None
    return exact_facts(dict(Counter(_folders(pattern, root, _good(pattern, root)))))


def read(arguments: Arguments, root: str) -> Mapping[str, Values] | None:
    """The columns ``origin``, which is the key too, and ``folder``."""
    pattern: str = arguments["path"]
    if is_address(pattern):
        return None
    found = _good(pattern, root)
    return {"_key": found, "origin": found, "folder": _folders(pattern, root, found)}


def _folders(pattern: str, root: str, found: Iterable[str]) -> list[str]:
    last = Path(root, fixed_part(pattern)).resolve().name
    return [PurePosixPath(origin).parent.name or last for origin in found]


def _header(file: Path) -> ImageHeader | str:
    """The header of a file, or why it is no image."""
    with file.open("rb") as stream:
        header = read_header(stream)
        if header is not None and header.height > 0 and header.width > 0:
            return header
        return "is empty" if not stream.seek(0, SEEK_END) else "is no image"


def _bad_file(pattern: str, seen: _Seen) -> Problem:
    """The first file that is no image, which is fatal."""
    origin, reason = next(iter(seen.bad.items()))
    others = f", and {len(seen.bad) - 1:,} more are no images" if len(seen.bad) > 1 else ""
    return Problem(
        CORRUPT_DATA,
        f"`{PurePosixPath(fixed_part(pattern)) / origin}` {reason}{others}",
        f"take it out of the folder, or write the glob so that it does not match it; {_READ} are read",
        "path",
    )


def _doubt(pattern: str, seen: _Seen) -> Problem:
    """The files that are no images, which are left out."""
    few = [f"`{PurePosixPath(fixed_part(pattern)) / name}` {why}" for name, why in [*seen.bad.items()][:3]]
    more = f", and {len(seen.bad) - len(few):,} more" if len(seen.bad) > len(few) else ""
    left_out = "is left out" if len(seen.bad) == 1 else "are left out"
    return Problem(
        BAD_FILES,
        f"{len(seen.bad):,} of the {seen.opened:,} files that were looked at {left_out}: {', '.join(few)}{more}",
        f"{_READ} are read; the run lists the others in `bad_files.csv`, and `on_error = fail` makes them an error",
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
