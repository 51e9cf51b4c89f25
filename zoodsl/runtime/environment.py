"""The machine as a run finds it: Python, packages, Java, memory, cores. Asked, never imported."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from zoodsl.runtime import resources

VERSION_IN_OUTPUT = re.compile(r'version "([^"]+)"')
VERSION_IN_RELEASE = re.compile(r'^JAVA_VERSION="([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the doctor looks at. Each question is a function, so that another machine can be played in a test.

    ``version`` gives an installed distribution's version, ``files`` its files whose path matches a glob, ``which`` a
    command's path, ``java`` the version of the Java installed in a folder (None: not one). ``memory`` is what is free,
    and ``free`` the space in the folder ``temporary``, both in bytes; None where nothing can be written there.
    """

    python: tuple[int, int, int]
    executable: str
    variables: Mapping[str, str]
    version: Callable[[str], str | None]
    files: Callable[[str, str], tuple[str, ...]]
    which: Callable[[str], str | None]
    java: Callable[[str], str | None]
    memory: int
    cores: int
    temporary: str
    free: int | None


def this_machine() -> Environment:
    """The environment of this process."""
    import tempfile

    temporary = tempfile.gettempdir()
    machine = resources.this_machine()
    return Environment(
        python=sys.version_info[:3],
        executable=sys.executable,
        variables=os.environ,
        version=installed_version,
        files=installed_files,
        which=shutil.which,
        java=java_version,
        memory=machine.memory,
        cores=machine.cores,
        temporary=temporary,
        free=free_space(temporary),
    )


def installed_version(distribution: str) -> str | None:
    """The version of an installed distribution, None if it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def installed_files(distribution: str, pattern: str) -> tuple[str, ...]:
    """The existing files of an installed distribution whose path matches ``pattern``, absolute."""
    try:
        listed = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        return ()
    paths = (Path(str(file.locate())) for file in listed if file.match(pattern))
    return tuple(str(path) for path in paths if path.is_file())


def java_version(home: str) -> str | None:
    """The version of the Java in ``home``: its ``release`` file says it, else ``java -version`` does."""
    executable = Path(home, "bin", "java")
    if not executable.is_file():
        return None
    try:
        found = VERSION_IN_RELEASE.search(Path(home, "release").read_text(encoding="utf-8", errors="replace"))
        if found:
            return found[1]
    except OSError:
        pass  # not every packaging of Java has the file
    try:
        answer = subprocess.run(  # noqa: S603 - the very program that Spark would start
            [str(executable), "-version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = VERSION_IN_OUTPUT.search(answer.stderr + answer.stdout)
    return found[1] if found else None


def free_space(folder: str) -> int | None:
    """The free bytes in ``folder``; None where nothing can be written."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return None
    return shutil.disk_usage(folder).free
