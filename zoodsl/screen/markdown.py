"""Markdown pages on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markdown import Markdown

WIDTH = 100
"""The longest line that reads well."""


def show(page: str) -> None:
    """Prints a Markdown page in colour."""
    console = Console()
    console.print(Markdown(page, code_theme="ansi_dark"), width=min(WIDTH, console.width))
