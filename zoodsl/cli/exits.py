"""What the exit status of a command means."""

from __future__ import annotations

from enum import IntEnum
from typing import NoReturn

import click


class Status(IntEnum):
    """The exit statuses; the same for every command."""

    OK = 0
    SPEC_HAS_ERRORS = 1
    WRONG_COMMAND_LINE = 2
    ENVIRONMENT_LACKS = 3
    RUN_FAILED = 4
    LAW_BROKEN = 5
    INTERRUPTED = 130


MEANINGS = {
    Status.OK: "all is well",
    Status.SPEC_HAS_ERRORS: "the spec has errors (or `fmt --check` would change a file)",
    Status.WRONG_COMMAND_LINE: "the command line is wrong",
    Status.ENVIRONMENT_LACKS: "the environment lacks something: `zoodsl doctor` says what",
    Status.RUN_FAILED: "the run failed",
    Status.LAW_BROKEN: "a law of the spec does not hold: `zoodsl test` shows the smallest example",
    Status.INTERRUPTED: "interrupted (Ctrl-C)",
}
"""Each status in words."""


def leave(status: Status) -> NoReturn:
    """Ends the command with ``status``."""
    raise click.exceptions.Exit(status)
