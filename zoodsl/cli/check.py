"""``zoodsl check``: everything that can be said of a spec without starting Java."""

from __future__ import annotations

import click

from zoodsl.cli.options import FORMATS, files_argument, set_option, values_option
from zoodsl.diagnostics.diagnostic import Diagnostic, Severity

ROUNDS = 10
"""How often ``--fix`` looks again: mending one mistake may bring another to light."""


@click.command
@files_argument
@set_option
@values_option
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="How to print what is found."
)
@click.option("--json", "form", flag_value="json", help="Short for --format json.")
@click.option("--fix", is_flag=True, help="First apply the fixes that are certain, to the files themselves.")
def check(
    files: tuple[str, ...],
    assignments: tuple[tuple[str, str], ...],
    values: str | None,
    form: str,
    fix: bool,  # noqa: FBT001 - click's
) -> None:
    """Check specs: names, types, shapes, data, training. Starts neither Java nor Spark.

    FILE may be - for standard input.
    """
    from zoodsl.cli.exits import Status, leave
    from zoodsl.cli.reporting import report
    from zoodsl.cli.specs import STANDARD_INPUT, compilation, shown

    found: list[Diagnostic] = []
    for path in files:
        if fix and path != STANDARD_INPUT:
            found += _mend(path, assignments, values)
        found += compilation(path, assignments, values).diagnostics
    report(found, [shown(path) for path in files], form=form)
    if any(item.severity is Severity.ERROR for item in found):
        leave(Status.SPEC_HAS_ERRORS)


def _mend(path: str, assignments: tuple[tuple[str, str], ...], values: str | None) -> tuple[Diagnostic, ...]:
    """Applies the safe fixes to the file at ``path``; gives what kept it from being written."""
    from zoodsl.cli.files import write
    from zoodsl.cli.specs import compilation
    from zoodsl.diagnostics import Diagnostics
    from zoodsl.diagnostics.fixes import apply_fixes
    from zoodsl.diagnostics.rules.environment import NOT_UTF8

    problems = Diagnostics()
    for _ in range(ROUNDS):
        attempt = compilation(path, assignments, values)
        source, found = attempt.source, attempt.diagnostics
        if source is None or any(item.code is NOT_UTF8 for item in found):
            break  # writing it back would lose the bytes that could not be read
        text, applied = apply_fixes(source, found)
        if not applied or not write(path, text, problems):
            break
    return problems.sorted()
