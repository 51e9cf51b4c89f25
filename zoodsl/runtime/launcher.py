"""The launcher: refuses what cannot run, makes the run folder, and sees the worker through to its end."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.environment import ENVIRONMENT_LACKS
from zoodsl.diagnostics.rules.run_folders import NOTHING_TO_RESUME, PROGRAM_DIFFERS, RUN_IN_USE
from zoodsl.diagnostics.rules.running import NO_FEATURES
from zoodsl.runtime import cluster, doctor, environment
from zoodsl.runtime.events import Event
from zoodsl.runtime.folder import (
    EVENTS,
    MEANING,
    PLAN,
    PROGRAM,
    RECORD,
    SPEC,
    make_folder,
    report_unwritable,
    to_json,
)
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.runtime.places import place
from zoodsl.runtime.record import Record, claim, read_record, show_record, write_record
from zoodsl.runtime.request import RunRequest
from zoodsl.runtime.resources import Allotment, allot, enough_disk, this_machine
from zoodsl.runtime.results import resumable
from zoodsl.runtime.supervision import Supervision
from zoodsl.version import VERSION

PACKAGES = ("pyspark", "bigdl-dllib-spark3", "bigdl-core", "numpy")
"""The packages whose versions a record keeps."""


def run(request: RunRequest, listener: Callable[[Event], None]) -> Outcome:
    """Carries a run out in a process of its own and tells ``listener`` its events, in order, in this thread.

    Nothing is written where the run is refused. Ctrl-C ends the run in order: what it has done stays, and it can be
    resumed. Whatever happens, no process outlives this call.
    """
    diagnostics = Diagnostics()
    folder = _open(request, diagnostics)
    if folder is None:
        return Outcome(status=Status.FAILED, folder=None, failure=diagnostics.sorted()[0], metrics={})
    with claim(folder) as log:
        if log is None:
            failure = diagnostics.report(
                RUN_IN_USE,
                None,
                f"the run in `{folder}` is running",
                help="wait for its end, or end it with Ctrl-C",
            )
            return Outcome(status=Status.FAILED, folder=None, failure=failure, metrics={})
        return Supervision(request, folder, log, listener).see_through()


def environment_fits(diagnostics: Diagnostics) -> bool:
    """Whether programs can run here; reported if not."""
    lacking = [
        finding.name
        for finding in doctor.examine()
        if finding.needed and finding.state is not doctor.State.OK
    ]
    if lacking:
        diagnostics.report(
            ENVIRONMENT_LACKS,
            None,
            f"this environment cannot run programs: {', '.join(lacking)}",
            help="`zoodsl doctor` says the command that mends it",
        )
    return not lacking


def _open(request: RunRequest, diagnostics: Diagnostics) -> Path | None:
    """The run folder with all that the worker needs in it; None with a diagnostic."""
    options = request.options
    if options.features is not None and not request.program.features:
        diagnostics.report(
            NO_FEATURES,
            None,
            f"`{request.name}` has no features that could be kept in `{options.features}`",
            help="leave `--features` out: no pretrained beginning of the network is frozen from the start",
        )
        return None
    if not environment_fits(diagnostics):
        return None
    taken = allot(
        request.batch,
        request.memory,
        this_machine(),
        master=options.master,
        heap=options.heap,
        diagnostics=diagnostics,
        cluster=request.cluster,
    )
    if taken is not None and not cluster.answers(taken.master, diagnostics):
        return None
    place = options.out or options.runs / request.name
    if taken is None or not enough_disk(place, request.memory, diagnostics):
        return None
    if options.resume:
        return _reopen(request, taken, diagnostics)
    record = Record(
        name=request.name,
        spec=request.spec.path,
        status=Status.RUNNING,
        parameters={setting["name"]: setting["value"] for setting in request.plan["settings"]},
        versions=_versions(),
        master=taken.master,
        heap=taken.heap,
        executors=taken.executors,
        batch=request.batch,
        seed=request.plan["train"]["seed"] if request.plan["train"] else None,
        root=str(request.root),
        started=time.time(),
        features=_in_full(options.features),
    )
    files: dict[str, str | bytes] = {
        EVENTS: "",
        SPEC: request.spec.text,
        MEANING: to_json(request.meaning, indent=None),
        PLAN: to_json(request.plan),
        PROGRAM: request.program.text,
        **request.program.attachments,
        RECORD: show_record(record),
    }
    return make_folder(options.out, options.runs / request.name, files, diagnostics)


def _reopen(request: RunRequest, taken: Allotment, diagnostics: Diagnostics) -> Path | None:
    """The folder of the run to resume, with its record as of now; None with a diagnostic."""
    options = request.options
    folder = options.out or resumable(options.runs / request.name)
    record = read_record(folder) if folder else None
    if folder is None or record is None or record.status is Status.FINISHED:
        where = options.out or options.runs / request.name
        state = "is finished" if record else "is not there"
        diagnostics.report(
            NOTHING_TO_RESUME,
            None,
            f"the run in `{where}` {state}"
            if options.out
            else f"no run in `{where}` was interrupted or failed",
            help="start anew without `--resume`",
        )
        return None
    if record.status is Status.RUNNING:
        return folder  # claiming it tells who has it
    before = (folder / PROGRAM).read_text(encoding="utf-8")
    if before != request.program.text:
        _report_difference(folder, before, request, diagnostics)
        return None
    again = replace(
        record,
        status=Status.RUNNING,
        master=taken.master,
        heap=taken.heap,
        executors=taken.executors,
        versions=_versions(),
        root=str(request.root),
        ended=None,
        exit_code=None,
        failure=None,
        ran=record.ran_until(record.ended or _last_event(folder)),
        resumed=(*record.resumed, time.time()),
        features=_in_full(options.features),
    )
    try:
        write_record(folder, again)
    except OSError as problem:
        report_unwritable(problem, folder, diagnostics)
        return None
    return folder


def _last_event(folder: Path) -> float:
    """When a run that was killed told something for the last time, in seconds since 1970; now where its events are gone."""
    try:
        return (folder / EVENTS).stat().st_mtime
    except OSError:
        return time.time()


def _in_full(folder: str | None) -> str | None:
    """A folder by its full path; addresses (``hdfs://...``) are full already."""
    return folder if folder is None or "://" in folder else str(Path(folder).absolute())


def _report_difference(folder: Path, before: str, request: RunRequest, diagnostics: Diagnostics) -> None:
    """Says where the program of the run to resume differs from the one that would go on with it."""
    old, new = before.splitlines(), request.program.text.splitlines()
    changes = [change for change in SequenceMatcher(None, old, new).get_opcodes() if change[0] != "equal"]
    _, old_start, old_end, new_start, new_end = changes[0]
    was = old[old_start].strip() if old_start < old_end else "nothing"
    now = new[new_start].strip() if new_start < new_end else "nothing"
    diagnostics.report(
        PROGRAM_DIFFERS,
        place(request.program, range(new_start + 1, new_end + 1), {}, ()),
        f"the run in `{folder}` was another program: where it had `{was}`, this one has `{now}`",
        help="undo the change and give the same `--set` as then, or start anew without `--resume`",
    )


def _versions() -> Mapping[str, str]:
    """The versions that a result depends on."""
    home = doctor.java_home()
    found = {
        "zoodsl": VERSION,
        "python": platform.python_version(),
        "java": environment.java_version(home) if home else None,
        **{package: environment.installed_version(package) for package in PACKAGES},
    }
    return {name: version for name, version in found.items() if version}
