"""``zoodsl fmt``: specs in the one true layout."""

from __future__ import annotations

import sys

import click

from zoodsl.cli.options import files_argument
from zoodsl.diagnostics.diagnostic import Diagnostic, Diagnostics


@click.command
@files_argument
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change.")
def fmt(files: tuple[str, ...], only_check: bool, diff: bool) -> None:  # noqa: FBT001 - click's
    """Format specs in place; comments and meaning stay.

    FILE may be - for standard input, which is formatted to standard output.
    """
    from zoodsl.cli.exits import Status, leave
    from zoodsl.cli.files import write
    from zoodsl.cli.reporting import report
    from zoodsl.cli.specs import STANDARD_INPUT, shown

    found: list[Diagnostic] = []
    unsteady = False
    for path in files:
        sink = Diagnostics()
        texts = _formatted(path, sink)
        if texts is not None:
            old, new = texts
            if diff:
                click.echo(_difference(shown(path), old, new), nl=False)
            elif only_check and old != new:
                click.echo(f"would change {shown(path)}")
            elif path == STANDARD_INPUT and not only_check:
                click.echo(new, nl=False)
            elif old != new:
                write(path, new, sink)
            unsteady |= old != new and (only_check or diff)
        found += sink.sorted()
        unsteady |= sink.has_errors
    if found:
        report(found, [shown(path) for path in files], stderr=True)
    if unsteady:
        leave(Status.SPEC_HAS_ERRORS)


def _formatted(path: str, diagnostics: Diagnostics) -> tuple[str, str] | None:
    """The text at ``path`` as it is and as it should be; None where it has errors, which are reported."""
    from zoodsl.cli.specs import STANDARD_INPUT, shown
    from zoodsl.compiler import open_source
    from zoodsl.syntax.formatter import format_text

    content = sys.stdin.buffer.read() if path == STANDARD_INPUT else None
    source = open_source(shown(path), content, diagnostics)
    if source is None or diagnostics.has_errors:
        return None
    text = format_text(source, diagnostics)
    return None if text is None else (source.text, text)


def _difference(path: str, old: str, new: str) -> str:
    """A unified diff, empty for equal texts."""
    from difflib import unified_diff

    lines = unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), path, f"{path} formatted"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
