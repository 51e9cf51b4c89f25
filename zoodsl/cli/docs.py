"""``zoodsl docs``: the reference documentation, as a folder of Markdown."""

from __future__ import annotations

import click


@click.command
@click.argument("folder", default="docs/reference")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a page is out of date.")
def docs(folder: str, only_check: bool) -> None:  # noqa: FBT001 - click's
    """Write the reference of operators, diagnostics and commands to FOLDER (docs/reference)."""
    from pathlib import Path

    from zoodsl.cli.commands_page import commands_page
    from zoodsl.cli.exits import Status, leave
    from zoodsl.cli.files import write
    from zoodsl.cli.reporting import report
    from zoodsl.compiler import reason
    from zoodsl.diagnostics import Diagnostics
    from zoodsl.reference import pages

    place = Path(folder)
    wanted = {place / name: text for name, text in (pages() | {"commands.md": commands_page()}).items()}
    stale = [
        path
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    if only_check:
        for path in stale:
            click.echo(f"{path} is out of date: run `zoodsl docs`", err=True)
        leave(Status.SPEC_HAS_ERRORS if stale else Status.OK)
    problems = Diagnostics()
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        click.echo(f"`{folder}` cannot be made: {reason(problem)}", err=True)
        leave(Status.ENVIRONMENT_LACKS)
    for path in stale:
        write(str(path), wanted[path], problems)
    if problems.has_errors:
        report(problems.sorted(), [folder], stderr=True)
        leave(Status.ENVIRONMENT_LACKS)
    click.echo(f"{len(wanted)} pages in {folder}, {len(stale)} of them new")
