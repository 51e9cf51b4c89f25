"""The reference page of the commands, from their own help."""

from __future__ import annotations

import click

from zoodsl.cli.exits import MEANINGS
from zoodsl.cli.main import zoodsl

WIDTH = 100


def commands_page() -> str:
    """Every command's help, and what exit statuses mean, as Markdown."""
    top = click.Context(zoodsl, info_name="zoodsl", terminal_width=WIDTH, **zoodsl.context_settings)
    lines = ["# Commands", "", "| exit status | meaning |", "|---|---|"]
    lines += [f"| {status:d} | {meaning} |" for status, meaning in MEANINGS.items()]
    lines.append("")
    for name in zoodsl.list_commands(top):
        command = zoodsl.get_command(top, name)
        assert command is not None  # noqa: S101 - it is in the list
        lines += _sections(command, top, name)
    return "\n".join(lines)


def _sections(command: click.Command, parent: click.Context, name: str) -> list[str]:
    """A section for the command and for each of its subcommands."""
    context = click.Context(command, parent=parent, info_name=name, terminal_width=WIDTH)
    lines = [f"## {context.command_path}", "", "```text", command.get_help(context), "```", ""]
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            subcommand = command.get_command(context, inner)
            assert subcommand is not None  # noqa: S101 - it is in the list
            lines += _sections(subcommand, context, inner)
    return lines
