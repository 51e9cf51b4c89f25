"""``zoodsl evaluate``: the network of a run, judged again."""

from __future__ import annotations

from pathlib import Path

import click

from zoodsl.cli.options import (
    json_option,
    master_option,
    memory_option,
    quiet_option,
    run_argument,
    runs_option,
    set_option,
    values_option,
)


@click.command
@run_argument
@set_option
@values_option
@click.option("--all-rows", is_flag=True, help="Judge all rows, and not the held-out part alone.")
@runs_option
@master_option
@memory_option
@quiet_option
@json_option
def evaluate(  # noqa: PLR0913, PLR0917 - click passes each option by its name
    run: str,
    assignments: tuple[tuple[str, str], ...],
    values: str | None,
    all_rows: bool,  # noqa: FBT001 - click's
    runs: Path,
    master: str | None,
    memory: int | None,
    quiet: bool,  # noqa: FBT001 - click's
    as_json: bool,  # noqa: FBT001 - click's
) -> None:
    """Judge the network of a run again, by the `evaluate` section of its spec.

    RUN is a run folder, or a spec's name for its newest run. The rows are the run's own, or others by --set; what would
    make another network cannot be set. Results go to a folder in the run's `evaluations`. With --json, each event is
    printed as a line of JSON.
    """
    from zoodsl.cli.reporting import report
    from zoodsl.cli.run import leave_report
    from zoodsl.cli.saved_runs import opened, refuse, stop
    from zoodsl.diagnostics import Diagnostics
    from zoodsl.restored import Resources, Restored
    from zoodsl.runtime.outcome import Status
    from zoodsl.screen.progress import progress

    problems = Diagnostics()
    saved = opened(run, runs, problems, as_json=as_json)
    with progress(quiet=quiet, as_json=as_json) as listener:
        restored = Restored(saved, problems, Resources(master=master, heap=memory), listener)
        outcome = restored.evaluate(dict(assignments), values=values, all_rows=all_rows)
    if outcome is None:
        refuse(problems, as_json=as_json)
    if len(problems):
        report(problems.sorted(), [], stderr=True)
    if outcome.status is not Status.FINISHED:
        stop(outcome)
    assert outcome.folder is not None  # noqa: S101 - what finished has one
    leave_report(outcome.folder, tell=not (quiet or as_json))
