"""Diagnostics in colour, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from zoodsl.diagnostics.diagnostic import Diagnostic
from zoodsl.diagnostics.layout import Role, rows

STYLES: dict[Role, str] = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold blue",
    "frame": "bold blue",
    "title": "bold",
    "source": "",
    "plain": "",
}


def show(diagnostics: Iterable[Diagnostic], console: Console) -> None:
    """Prints the pictures of ``diagnostics``, an empty line after each, as wide as they are."""
    for diagnostic in diagnostics:
        for row in rows(diagnostic):
            line = Text.assemble(*((piece.text, STYLES[piece.role]) for piece in row))
            console.print(line, crop=False, soft_wrap=True)
        console.print()
