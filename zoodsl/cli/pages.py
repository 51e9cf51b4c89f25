"""Pages that rich lays out, printed."""

from __future__ import annotations

import os
from collections.abc import Callable

import click
from rich.console import Console

PIPED_WIDTH = 100
"""The columns of a page that goes into a pipe or a file, unless COLUMNS says otherwise."""


def show_page(render: Callable[[Console], None]) -> None:
    """Prints what ``render`` draws, without spaces at the ends of lines."""
    console = Console(highlight=False)
    if not (console.is_terminal or os.environ.get("COLUMNS")):
        console.width = PIPED_WIDTH
    with console.capture() as page:
        render(console)
    click.echo("".join(f"{line.rstrip()}\n" for line in page.get().splitlines()), nl=False)
