"""``use``: other files' blocks, found beside the using file or in the language's own library."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from zoodsl.diagnostics import Diagnostics, Fix, Label, did_you_mean
from zoodsl.diagnostics.rules import names as rules
from zoodsl.source import SourceFile
from zoodsl.syntax.nodes import File, Text, Use

Read = Callable[[str], "SourceFile | str"]
"""Gives the source at a path, or why it cannot be read, in words. An editor gives its unsaved text."""

LIBRARY = "zoo"
"""The first word of a library import: ``use zoo.resnet``."""


def read_source(path: str) -> SourceFile | str:
    """Reads a file from disk as UTF-8; a byte order mark is left out."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return "there is no such file"
    except UnicodeDecodeError:
        return "it is not a text in UTF-8"
    except (OSError, ValueError) as error:
        return (getattr(error, "strerror", None) or "it cannot be read").lower()
    return SourceFile(path, text)


def library_folder() -> Path:
    """Where the library's files are: inside an installed wheel's package, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "specs" / LIBRARY
    return installed if installed.is_dir() else package.parent / "specs" / LIBRARY


@dataclass(slots=True)
class Importer:
    """Reads and parses each file once. ``open`` are the files being resolved, outermost first."""

    read: Read
    parse: Callable[[SourceFile, Diagnostics], File]
    diagnostics: Diagnostics
    parsed: dict[str, File | None] = field(default_factory=dict)
    open: list[tuple[str, Use | None]] = field(default_factory=list)

    def file(self, use: Use, user: str) -> File | None:
        """The file that ``use`` in the file at path ``user`` names; None after a report."""
        path = self._path(use, user)
        if path is None:
            return None
        key = os.path.normpath(path)
        if key in [opened for opened, _ in self.open]:
            self._report_circle(use, key)
            return None
        if key not in self.parsed:
            source = self.read(path)
            if isinstance(source, str):
                self.diagnostics.report(
                    rules.UNREADABLE_IMPORT,
                    use.span,
                    f"cannot import `{_shown(use)}`: {source}",
                    help=self._near_files(path),
                )
                self.parsed[key] = None
            else:
                self.parsed[key] = self.parse(source, self.diagnostics)
        return self.parsed[key]

    def _path(self, use: Use, user: str) -> str | None:
        if isinstance(use.target, Text):
            if not use.target.value:
                self.diagnostics.report(
                    rules.UNREADABLE_IMPORT,
                    use.target.span,
                    "this names no file",
                    help='write `use "resnet.zoo" as resnet`',
                )
                return None
            return os.path.join(os.path.dirname(user), use.target.value)  # noqa: PTH118, PTH120 - kept as written
        names = [name.text for name in use.target]
        known = library_names()
        if names[0] == LIBRARY and ".".join(names[1:]) in known:
            return str(library_folder().joinpath(*names[1:])) + ".zoo"
        dotted = ".".join(names)
        self.diagnostics.report(
            rules.UNREADABLE_IMPORT,
            use.span,
            f"the library has no `{dotted}`",
            help=did_you_mean(dotted, [f"{LIBRARY}.{name}" for name in known])
            or f"the library has {', '.join(f'`{LIBRARY}.{name}`' for name in known)}; "
            'a file is imported by its path: `use "resnet.zoo" as resnet`',
            fix=None if names[0] == LIBRARY or dotted not in known else Fix(use.span, f"{LIBRARY}.{dotted}"),
        )
        return None

    def _report_circle(self, use: Use, key: str) -> None:
        paths = [opened for opened, _ in self.open]
        circle = self.open[paths.index(key) :]
        shown = " -> ".join([*(PurePosixPath(path).name for path, _ in circle), PurePosixPath(key).name])
        self.diagnostics.report(
            rules.IMPORT_CIRCLE,
            use.span,
            f"this import goes in a circle: {shown}",
            help="move what both files need into a third",
            labels=[Label(each.span, "on the way here") for _, each in circle[1:] if each is not None],
        )

    def _near_files(self, path: str) -> str:
        folder = Path(path).parent
        try:
            found = sorted(each.name for each in folder.glob("*.zoo"))
        except (OSError, ValueError):
            return ""
        return did_you_mean(Path(path).name, found[:200])


def library_names() -> tuple[str, ...]:
    """The names of the library's files, in order."""
    return tuple(sorted(each.stem for each in library_folder().glob("*.zoo")))


def alias_of(use: Use) -> str | None:
    """The name an import goes by: given with ``as``, else the last of a library's names; None without one."""
    if use.alias is not None:
        return use.alias.text
    if isinstance(use.target, Text):
        return None
    return use.target[-1].text


def _shown(use: Use) -> str:
    return use.target.value if isinstance(use.target, Text) else ".".join(name.text for name in use.target)
