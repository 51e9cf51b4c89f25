"""``zoodsl run``: a spec trains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zoodsl.cli.exits import Status, leave
from zoodsl.cli.options import (
    cores_option,
    executors_option,
    features_option,
    file_argument,
    json_option,
    master_option,
    memory_option,
    quiet_option,
    refuse_cluster_on,
    resumption,
    set_option,
    values_option,
)

if TYPE_CHECKING:
    from zoodsl.runtime.outcome import Outcome

TARGET = "bigdl"


@click.command
@file_argument
@set_option
@values_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="The run folder; else runs/<spec>/<time>."
)
@click.option("--resume", is_flag=True, help="Go on with an interrupted or failed run: --out, or the newest.")
@master_option
@executors_option
@cores_option
@memory_option
@features_option
@quiet_option
@json_option
def run(  # noqa: PLR0913, PLR0917 - click passes each option by its name
    file: str,
    assignments: tuple[tuple[str, str], ...],
    values: str | None,
    out: Path | None,
    resume: bool,  # noqa: FBT001 - click's
    master: str | None,
    executors: int | None,
    cores: int | None,
    memory: int | None,
    features: str | None,
    quiet: bool,  # noqa: FBT001 - click's
    as_json: bool,  # noqa: FBT001 - click's
) -> None:
    """Train: check the spec, write its program, run it on Spark, and leave everything in a run folder.

    With --json, each event is printed as a line of JSON when it happens.
    """
    from zoodsl.cli.reporting import report
    from zoodsl.cli.specs import compilation, stop_without_plan
    from zoodsl.runtime import launcher
    from zoodsl.runtime.outcome import Status as Ending
    from zoodsl.runtime.request import Options, request
    from zoodsl.screen.progress import progress

    compiled = compilation(file, assignments, values)
    program = compiled.program(TARGET)
    stop_without_plan(compiled, as_json=as_json)
    assert compiled.source is not None  # noqa: S101 - a spec without errors has a text
    assert compiled.plan is not None  # noqa: S101 - and a plan
    assert program is not None  # noqa: S101 - and a program
    refuse_cluster_on(master, executors, cores)
    options = Options(
        master=master,
        executors=executors,
        cores=cores,
        heap=memory,
        out=out,
        resume=resume,
        features=features,
    )
    with progress(quiet=quiet, as_json=as_json) as listener:
        outcome = launcher.run(request(compiled.plan, program, compiled.source, options), listener)
    if outcome.folder is not None:
        leave_report(outcome.folder, tell=not (quiet or as_json))
    if outcome.failure is not None:
        report([outcome.failure], [], stderr=True)
    if outcome.status is not Ending.FINISHED and outcome.folder is not None:
        given = {
            "--values": values,
            "--out": out,
            "--master": master,
            "--executors": executors,
            "--cores": cores,
            "--memory": memory,
            "--features": features,
        }
        again = resumption("run", file, {"--set": assignments}, given)
        click.echo(f"what there is stays in {outcome.folder}; go on with\n  {again}", err=True)
    leave(status_of(outcome))


def leave_report(folder: Path, *, tell: bool) -> None:
    """Writes the plots and the page; a run is none the worse where that cannot be."""
    from zoodsl.screen.report import write_report

    try:
        page = write_report(folder)
    except ModuleNotFoundError as missing:
        click.echo(f"no report is written: {missing.name} is not installed (`zoodsl doctor`)", err=True)
    except OSError as problem:
        click.echo(f"no report is written: {(problem.strerror or str(problem)).lower()}", err=True)
    else:
        if tell:
            click.echo(f"report {page}")


def status_of(outcome: Outcome) -> Status:
    """The exit status: a run without a folder was refused, by the environment or for what was asked."""
    from zoodsl.diagnostics.rules import environment, run_folders, running
    from zoodsl.runtime.outcome import Status as Ending

    if outcome.failure is None:
        return Status.INTERRUPTED if outcome.status is Ending.INTERRUPTED else Status.OK
    if outcome.folder is not None:
        return Status.RUN_FAILED
    lacks = (
        environment.ENVIRONMENT_LACKS,
        running.TOO_LITTLE_MEMORY,
        running.TOO_LITTLE_DISK,
        run_folders.CANNOT_WRITE_RUN,
    )
    return Status.ENVIRONMENT_LACKS if outcome.failure.code in lacks else Status.WRONG_COMMAND_LINE
