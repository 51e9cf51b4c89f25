"""Showing diagnostics: as text, in colour on a terminal, or in a form that programs read."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from zoodsl.diagnostics.diagnostic import Diagnostic


def report(
    diagnostics: Sequence[Diagnostic], paths: Sequence[str], *, form: str = "text", stderr: bool = False
) -> None:
    """Prints ``diagnostics``; as text, a line follows that counts them over ``paths``, where any are given."""
    if form != "text":
        renderer = import_module(f"zoodsl.diagnostics.{form}")
        click.echo(renderer.render(diagnostics).rstrip("\n"), err=stderr)
        return
    from zoodsl.diagnostics.plain import render, summary

    if diagnostics and in_colour(stderr=stderr):
        from rich.console import Console

        from zoodsl.screen.diagnostics import show

        show(diagnostics, Console(stderr=stderr, highlight=False))
    elif diagnostics:
        click.echo(render(diagnostics), nl=False, err=stderr)
    if paths:
        click.echo(summary(diagnostics, paths), err=stderr)


def in_colour(*, stderr: bool = False) -> bool:
    """Whether the stream is a terminal that wants colour (https://no-color.org)."""
    stream = sys.stderr if stderr else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
