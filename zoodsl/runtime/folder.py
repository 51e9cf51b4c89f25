"""The run folder: made whole or not at all, written by replacing, never overwritten."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.run_folders import CANNOT_WRITE_RUN, FOLDER_NOT_EMPTY
from zoodsl.diagnostics.rules.running import TOO_LITTLE_DISK

PROGRAM = "program.py"
PLAN = "plan.json"
SPEC = "spec.zoo"
MEANING = "spec.json"
THRESHOLDS = "thresholds.json"
PREDICTION = "prediction"
EVALUATIONS = "evaluations"
RECORD = "run.json"
EVENTS = "events.jsonl"
LOG = "log.txt"
TRACE = "error.txt"
METRICS = "metrics.json"
PLOTS = "plots"
REPORT = "report.html"
EXPERIMENT = "experiment.json"

SCRATCH = "zoodsl-run-"
"""What the name of a run's scratch folder begins with, in the system's folder for such."""


def make_folder(
    out: Path | None, runs: Path, files: Mapping[str, str | bytes], diagnostics: Diagnostics
) -> Path | None:
    """Makes a run folder that holds ``files``, by name in the order given; None with a diagnostic where it cannot.

    It is ``out``, which must be empty or not exist, else a new one below ``runs`` named after the time. Where writing
    fails half-way, what was made is removed again.
    """
    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        diagnostics.report(
            FOLDER_NOT_EMPTY,
            None,
            f"`{out}` " + ("is not empty" if out.is_dir() else "is a file"),
            help="name a new folder, or go on with the run in it with `--resume`"
            if out.is_dir()
            else "name a folder",
        )
        return None
    made: list[Path] = []
    try:
        folder = _fresh(runs, made) if out is None else _mkdir(out, made)
        for name, content in files.items():
            write(folder / name, content)
    except OSError as problem:
        report_unwritable(problem, out or runs, diagnostics)
        for path in reversed(made):
            shutil.rmtree(path, ignore_errors=True)
        return None
    return folder


def _fresh(runs: Path, made: list[Path]) -> Path:
    """A folder below ``runs`` that was not there, named after the time; a second one of a second ends in ``_2``."""
    _mkdir(runs, made)
    for folder in _names(runs):
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        made.append(folder)
        return folder
    raise AssertionError("unreachable")


def fresh(runs: Path) -> Path:
    """A folder below ``runs`` that is not there, named after the time."""
    return next(folder for folder in _names(runs) if not folder.exists())


def _names(runs: Path) -> Iterator[Path]:
    """Folders below ``runs`` that are named after the time; from the second on they end in a number."""
    stamp = time.strftime("%Y-%m-%d_%H-%M-%S")
    yield runs / stamp
    yield from (runs / f"{stamp}_{number}" for number in count(2))


def _mkdir(folder: Path, made: list[Path]) -> Path:
    """Makes ``folder`` with its parents, and notes those that were not there."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        made.append(path)
    return folder


def write(path: Path, content: str | bytes) -> None:
    """Writes a file beside its place and moves it there when complete: readers see all of it or none."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(part, path)  # noqa: PTH105 - the name says that it replaces
    except OSError:
        part.unlink(missing_ok=True)
        raise


def to_json(value: Any, *, indent: int | None = 2) -> str:
    """The text of a JSON file, for people; for programs alone without ``indent``."""
    return json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False) + "\n"


def report_unwritable(problem: OSError, where: Path, diagnostics: Diagnostics) -> None:
    """Says why the system refused to write below ``where``."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        diagnostics.report(
            TOO_LITTLE_DISK,
            None,
            f"there is no space left on the disk of `{where}`",
            help="make room (`zoodsl runs prune --keep 5` removes old runs), or write elsewhere with `--out`",
        )
        return
    reason = (problem.strerror or str(problem)).lower()
    diagnostics.report(
        CANNOT_WRITE_RUN,
        None,
        f"`{problem.filename or where}` cannot be written: {reason}",
        help="write elsewhere with `--out`, or change the folder's permissions",
    )
