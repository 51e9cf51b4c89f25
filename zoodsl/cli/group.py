"""A command group that loads a command's module when it is called, and knows what a mistyped name meant."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands are named as ``module:attribute`` and imported on demand."""

    def __init__(self, *, places: Mapping[str, str], **options: Any) -> None:
        super().__init__(**options)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands in the order in which a user meets them."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """The command of this name, loaded now; None if there is none."""
        if cmd_name not in self._places:
            return None
        module, attribute = self._places[cmd_name].split(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Click's own, but an unknown command is answered with the nearest ones."""
        name = args[0]
        if name in self._places or name.startswith("-"):
            return super().resolve_command(ctx, args)
        from zoodsl.diagnostics.suggest import did_you_mean

        hint = did_you_mean(name, self._places) or "`zoodsl --help` lists the commands"
        raise click.UsageError(f"there is no command `{name}`; {hint}", ctx)
