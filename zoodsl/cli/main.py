"""The command line: ``zoodsl COMMAND``. Only click is imported here; a command imports what it does."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from zoodsl.cli.exits import MEANINGS, Status
from zoodsl.cli.group import LazyGroup
from zoodsl.version import VERSION

COMMANDS = {
    name: f"zoodsl.cli.{name}:{name}"
    for name in (
        "check",
        "fmt",
        "plan",
        "compile",
        "test",
        "run",
        "predict",
        "evaluate",
        "experiment",
        "runs",
        "inspect",
    )
} | {
    "import": "zoodsl.cli.imports:imports",  # Python has another use for the word
    **{name: f"zoodsl.cli.{name}:{name}" for name in ("explain", "doctor", "docs")},
}

EPILOG = "\b\nExit status:\n" + "\n".join(f"{status:>5}  {meaning}" for status, meaning in MEANINGS.items())


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, message="zoodsl %(version)s")
def zoodsl() -> None:
    """Deep learning on Apache Spark, written down in a .zoo file and checked before Java starts."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs a command line and exits with its status; ``arguments`` default to the process's own."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show `→` shows `?`
    sys.exit(_status(arguments))


def _status(arguments: Sequence[str] | None) -> int:
    try:
        result = zoodsl.main(arguments, prog_name="zoodsl", standalone_mode=False)
        sys.stdout.flush()  # here, where it can still be said that it cannot be written
    except click.ClickException as problem:
        problem.show()
        return Status.WRONG_COMMAND_LINE
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return Status.INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader, such as `head`, has seen enough. Click and rich make an exit of it, and call none else.
        sys.stderr.close()
        return Status.OK
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to write goes nowhere
        click.echo("the output cannot be written: there is no space left on its disk", err=True)
        return Status.ENVIRONMENT_LACKS
    return result if isinstance(result, int) else Status.OK
