"""``zoodsl experiment``: a spec under every combination of some params' values."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from zoodsl.cli.exits import Status, leave
from zoodsl.cli.options import (
    assigned,
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
    from zoodsl.cli.grid import Checked, Grid
    from zoodsl.runtime.events import Event
    from zoodsl.runtime.experiments import Comparison
    from zoodsl.runtime.request import Options, RunRequest

RUNS = Path("runs")
TARGET = "bigdl"


@click.command
@file_argument
@click.option(
    "--compare",
    "lists",
    metavar="NAME=LIST",
    callback=assigned("rate=[1e-3, 1e-2]"),
    multiple=True,
    help="Compare this param, in place of what the spec compares; may be repeated: --compare 'rate=[1e-3, 1e-2]'.",
)
@set_option
@values_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The experiment's folder; else runs/<spec>/<time>.",
)
@click.option("--resume", is_flag=True, help="Go on with an unfinished experiment: --out, or the newest.")
@master_option
@executors_option
@cores_option
@memory_option
@features_option
@quiet_option
@json_option
def experiment(  # noqa: PLR0913, PLR0917 - click passes each option by its name
    file: str,
    lists: tuple[tuple[str, str], ...],
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
    """Run a spec under every combination of values that it compares, and compare what comes of them.

    All combinations are checked before the first is run. One that fails is passed over, and told at the end; --resume goes
    on with those that are not finished. A param that --set gives a value is not compared.
    """
    from zoodsl.cli.grid import Grid
    from zoodsl.cli.specs import shown, standard_input
    from zoodsl.runtime.request import Options
    from zoodsl.screen.experiment import grid_in_words

    refuse_cluster_on(master, executors, cores)
    options = Options(master=master, executors=executors, cores=cores, heap=memory, features=features)
    grid = Grid(
        shown(file),
        text=standard_input(file),
        assignments=dict(assignments),
        values=values,
        lists=lists,
    )
    checked = grid.check(options)
    _tell_findings(grid, checked, as_json=as_json)
    _refuse_overridden(grid, checked, options)
    comparison, folder = _opened(grid, checked, out, master, resume=resume)
    if not (quiet or as_json):
        click.echo(f"experiment {folder}: {grid_in_words(comparison)}")
    comparison = _carried_out(grid, comparison, folder, options, quiet=quiet, as_json=as_json)
    _tell_results(comparison, folder, quiet=quiet, as_json=as_json)
    given = {
        "--values": values,
        "--master": master,
        "--executors": executors,
        "--cores": cores,
        "--memory": memory,
        "--features": features,
        "--out": folder,
    }
    _leave(comparison, resumption("experiment", file, {"--compare": lists, "--set": assignments}, given))


def _tell_findings(grid: Grid, checked: Checked, *, as_json: bool) -> None:
    """Shows each diagnostic once, under the combinations in which it arises where these are not all; ends on errors."""
    from zoodsl.cli.reporting import report

    everywhere = len(grid.combinations)
    by_place: dict[tuple[int, ...], list[int]] = {}
    for number, finding in enumerate(checked.findings):
        by_place.setdefault(finding.where, []).append(number)
    for where, numbers in sorted(by_place.items(), key=lambda each: (-len(each[0]), each[0])):
        found = [checked.findings[number].diagnostic for number in numbers]
        if as_json and checked.has_errors:
            continue
        if len(where) < everywhere and not all(str(each.code) == "ZOO536" for each in found):
            click.echo(f"in {grid.named(where)}:", err=True)
        report(found, [], stderr=True)
    if not checked.has_errors:
        return
    every = [each.diagnostic for each in checked.findings]
    if as_json:
        report(every, [], form="json")
    else:
        from zoodsl.diagnostics.plain import summary

        click.echo(summary(every, [grid.path]), err=True)
    leave(Status.SPEC_HAS_ERRORS)


def _refuse_overridden(grid: Grid, checked: Checked, options: Options) -> None:
    """Ends the command where an option would give every run alike what the experiment compares."""
    from zoodsl.cli.reporting import report

    refused = grid.overridden(checked.clusters, options)
    if refused is not None:
        report([refused], [], stderr=True)
        leave(Status.WRONG_COMMAND_LINE)


def _opened(
    grid: Grid, checked: Checked, out: Path | None, master: str | None, *, resume: bool
) -> tuple[Comparison, Path]:
    """The comparison and its folder, new or gone on with; ends where that cannot be."""
    from zoodsl.cli.reporting import report
    from zoodsl.diagnostics import Diagnostics
    from zoodsl.diagnostics.rules.experiments import NOTHING_COMPARED
    from zoodsl.runtime import experiments
    from zoodsl.runtime.cluster import is_local
    from zoodsl.runtime.resources import this_machine

    diagnostics = Diagnostics()
    if checked.experiment is None or not grid.combinations[0].values:
        diagnostics.report(
            NOTHING_COMPARED,
            None,
            f"`{grid.path}` compares nothing" + (" that is not set" if grid.fixed else ""),
            help="add a section `experiment`, or `--compare 'rate=[1e-3, 1e-2]'` with one of its params",
        )
        report(diagnostics.sorted(), [], stderr=True)
        leave(Status.SPEC_HAS_ERRORS)
    comparison = experiments.Comparison(
        name=checked.name,
        spec=grid.path,
        metric=checked.experiment.metric,
        better=checked.experiment.better,
        cores=this_machine().cores if master is None or is_local(master) else None,
        trials=experiments.planned(grid.combinations, checked.works),
    )
    opened: tuple[Path, Comparison] | None
    if resume:
        opened = experiments.resume(out, RUNS, comparison, diagnostics)
    else:
        folder = experiments.begin(out, RUNS, comparison, diagnostics)
        opened = None if folder is None else (folder, comparison)
    if opened is None:
        report(diagnostics.sorted(), [], stderr=True)
        leave(Status.WRONG_COMMAND_LINE)
    return opened[1], opened[0]


def _carried_out(
    grid: Grid,
    comparison: Comparison,
    folder: Path,
    options: Options,
    *,
    quiet: bool,
    as_json: bool,
) -> Comparison:
    """Runs what is not finished, each as a run of its own with its report."""
    from zoodsl.cli.reporting import report
    from zoodsl.cli.run import leave_report
    from zoodsl.runtime import experiments
    from zoodsl.runtime.request import request
    from zoodsl.screen.progress import progress

    def requested(number: int) -> RunRequest:
        compiled = grid.compilation(number)
        program = compiled.program(TARGET)
        assert compiled.source is not None  # noqa: S101 - it was checked
        assert compiled.plan is not None  # noqa: S101
        assert program is not None  # noqa: S101
        given = options if program.features else replace(options, features=None)
        return request(compiled.plan, program, compiled.source, given)

    def listening(number: int) -> AbstractContextManager[Callable[[Event], None]]:
        if not (quiet or as_json):
            click.echo(f"\n{number + 1} of {len(comparison.trials)}: {comparison.trials[number]}")
        return progress(quiet=quiet, as_json=as_json)

    for after, outcome in experiments.carry_out(comparison, folder, requested, listening):
        comparison = after
        if outcome.folder is not None:
            leave_report(outcome.folder, tell=False)
        if outcome.failure is not None:
            report([outcome.failure], [], stderr=True)
    return comparison


def _tell_results(comparison: Comparison, folder: Path, *, quiet: bool, as_json: bool) -> None:
    """Writes charts and page, and shows the table."""
    from zoodsl.runtime.events import Event, to_line
    from zoodsl.runtime.experiments import described
    from zoodsl.screen.experiment import table
    from zoodsl.screen.experiment_report import write_report

    page = write_report(folder, comparison)
    if as_json:
        click.echo(to_line(Event("compared", described(comparison) | {"folder": str(folder)})), nl=False)
    elif not quiet:
        click.echo(f"\n{table(comparison)}\nreport {page}")


def _leave(comparison: Comparison, again: str) -> NoReturn:
    """Ends the command, with a word on what is not finished."""
    from zoodsl.runtime.outcome import Status as Ending

    failed = [trial for trial in comparison.trials if trial.status is Ending.FAILED]
    for trial in failed:
        click.echo(f"failed: {trial}: {trial.failure}", err=True)
    if all(trial.status is Ending.FINISHED for trial in comparison.trials):
        leave(Status.OK)
    click.echo(f"go on with\n  {again}", err=True)
    leave(Status.RUN_FAILED if failed else Status.INTERRUPTED)
