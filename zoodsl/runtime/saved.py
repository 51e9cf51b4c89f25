"""A run that is over: found by its folder or its spec's name, and what it has left read, without Java."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zoodsl.diagnostics import Diagnostics, did_you_mean
from zoodsl.diagnostics.rules import saved_runs as rules
from zoodsl.model.spec import Spec
from zoodsl.model.stored import UnknownNodeError, decode
from zoodsl.plan.restoring import Saved
from zoodsl.runtime.folder import MEANING, PREDICTION, RECORD, SPEC, THRESHOLDS
from zoodsl.runtime.outcome import Status
from zoodsl.runtime.record import Record, read_record
from zoodsl.source import SourceFile
from zoodsl.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRun:
    """A run with a network.

    Args:
        folder: the run folder.
        record: its ``run.json``.
        spec: what ran; relative paths start where they started then.
        saved: the pipeline's folder, in full, and the thresholds.
        network: BigDL's file of the network.
        features: what the pipeline is fed from, as the library's ``Predictor`` keeps it, and ``scale``.
    """

    folder: Path
    record: Record
    spec: Spec
    saved: Saved
    network: Path
    features: Mapping[str, Any]

    @property
    def root(self) -> str:
        """The folder at which the spec's relative paths start."""
        return self.record.root


def open_run(named: str, runs: Path, diagnostics: Diagnostics) -> SavedRun | None:
    """The run that a folder, a spec's name or its file means, of those below ``runs``; None after a report."""
    folder = _find(named, runs, diagnostics)
    if folder is None:
        return None
    record = read_record(folder)
    if record is None:
        report_unusable(folder, f"its `{RECORD}` cannot be read", diagnostics)
        return None
    if not (folder / PREDICTION).is_dir():
        _report_unsaved(folder, record, diagnostics)
        return None
    try:
        run = _read(folder, record)
    except OSError as problem:
        missing = Path(problem.filename or "").name
        report_unusable(folder, f"its `{missing}` cannot be read", diagnostics)
    except UnknownNodeError as problem:
        why = f"its spec has {problem}, which this version does not know"
        report_unusable(folder, why, diagnostics)
    except (ValueError, KeyError):
        report_unusable(folder, "one of its files is damaged", diagnostics)
    else:
        _tell_version(folder, record, diagnostics)
        return run
    return None


def _read(folder: Path, record: Record) -> SavedRun:
    """The run in a folder that has a pipeline; raises what reading its files raises."""
    text = (folder / SPEC).read_text(encoding="utf-8")
    kept = json.loads((folder / MEANING).read_text(encoding="utf-8"))
    path = os.path.join(record.root, Path(record.spec).name)  # noqa: PTH118 - a path stays as it was written
    # Files that its steps name lie beside the spec itself, and not beside its copy.
    spec = decode(kept, SourceFile(path, text))
    pipeline = folder / PREDICTION
    [stage] = (pipeline / "stages").iterdir()
    network = stage / "model.bigdl"
    network.stat()  # it is read later, by who needs it
    return SavedRun(
        folder=folder,
        record=record,
        spec=replace(spec, path=path),
        saved=Saved(folder=str(pipeline.absolute()), thresholds=_thresholds(folder)),
        network=network,
        features=_metadata(stage),
    )


def newest(runs: Path) -> Path | None:
    """The newest run directly below ``runs`` that has saved its network, else the newest; None without one."""
    found = [
        ((path.parent / PREDICTION).is_dir(), record.started, path.parent)
        for path in runs.glob(f"*/{RECORD}")
        if (record := read_record(path.parent))
    ]
    return max(found)[2] if found else None


def _find(named: str, runs: Path, diagnostics: Diagnostics) -> Path | None:
    place = Path(named)
    if (place / RECORD).is_file():
        return place
    name = place.stem if place.suffix == ".zoo" else named
    for folder in (place, runs / name):
        if folder.is_dir() and (found := newest(folder)):
            return found
    known = sorted({path.parent.parent.name for path in runs.glob(f"*/*/{RECORD}")})
    if place.is_dir():
        message, help_ = f"`{named}` is no run folder", f"a run folder holds `{RECORD}`"
    else:
        message = f"there is no run `{named}`"
        listed = ", ".join(f"`{each}`" for each in known[:5])
        help_ = did_you_mean(name, known) or (
            f"there are runs of {listed} in `{runs}`" if known else f"there are no runs in `{runs}`"
        )
    diagnostics.report(rules.NO_SUCH_RUN, None, message, help=help_)
    return None


def _thresholds(folder: Path) -> dict[str, float]:
    path = folder / THRESHOLDS
    if not path.is_file():
        return {}
    return {name: float(held) for name, held in json.loads(path.read_text("utf-8"))["thresholds"].items()}


def _metadata(stage: Path) -> Mapping[str, Any]:
    """What Spark has written of the stage: a JSON object in the one part of a text file."""
    [part] = sorted((stage / "metadata").glob("part-*"))
    kept = json.loads(part.read_text(encoding="utf-8"))
    return {**kept["features"], "scale": kept.get("scale")}


def _report_unsaved(folder: Path, record: Record, diagnostics: Diagnostics) -> None:
    states = {
        Status.RUNNING: ("is not over yet", "wait for its end"),
        Status.INTERRUPTED: (
            "was interrupted, and has saved no network",
            "go on with it: `zoodsl run ... --resume`",
        ),
        Status.FAILED: ("failed, and has saved no network", "go on with it: `zoodsl run ... --resume`"),
        Status.FINISHED: ("has saved no network", "its spec has none that could predict"),
    }
    state, help_ = states[record.status]
    diagnostics.report(rules.NETWORK_NOT_SAVED, None, f"the run in `{folder}` {state}", help=help_)


def report_unusable(folder: Path, why: str, diagnostics: Diagnostics) -> None:
    """Reports that a run folder is damaged; ``why`` is the rest of a sentence."""
    diagnostics.report(
        rules.RUN_UNUSABLE,
        None,
        f"the run in `{folder}` cannot be used: {why}",
        help="copy the whole run folder, or run the spec again",
    )


def _tell_version(folder: Path, record: Record, diagnostics: Diagnostics) -> None:
    made = record.versions.get("zoodsl", VERSION)
    if made != VERSION:
        diagnostics.report(
            rules.OTHER_VERSION,
            None,
            f"the run in `{folder}` was made by zoodsl {made}, and this is {VERSION}",
            help=f"should answers surprise you, compare with `zoodsl=={made}`",
        )
