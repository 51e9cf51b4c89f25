"""``zoodsl runs``: what was run, and how it went."""

from __future__ import annotations

from pathlib import Path

import click

from zoodsl.cli.options import json_option

root_option = click.option(
    "--root",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    metavar="DIR",
    help="The folder of run folders.",
)


@click.group(invoke_without_command=True)
@root_option
@json_option
@click.pass_context
def runs(context: click.Context, root: Path, as_json: bool) -> None:  # noqa: FBT001 - click's
    """List the runs there are, newest first."""
    if context.invoked_subcommand is not None:
        return
    from zoodsl.runtime.results import list_runs

    found = list_runs(root)
    if as_json:
        import json
        from dataclasses import asdict

        described = [asdict(run) | {"folder": str(run.folder), "status": run.status.value} for run in found]
        click.echo(json.dumps({"version": 1, "runs": described}, indent=2, ensure_ascii=False, default=str))
    elif found:
        from zoodsl.screen.runs import table

        click.echo(table(found))
    else:
        click.echo(f"no runs in {root}")


@runs.command
@root_option
@click.option("--keep", type=click.IntRange(min=0), required=True, help="How many runs of each spec stay.")
def prune(root: Path, keep: int) -> None:
    """Remove old runs: all but the newest of each spec, and those that are running."""
    from zoodsl.cli.exits import Status, leave
    from zoodsl.runtime import results

    try:
        removed = results.prune(root, keep)
    except OSError as problem:
        click.echo(f"`{problem.filename}` cannot be removed: {problem.strerror}", err=True)
        leave(Status.ENVIRONMENT_LACKS)
    for folder in removed:
        click.echo(f"removed {folder}")
