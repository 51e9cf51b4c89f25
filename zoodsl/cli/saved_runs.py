"""What the commands on saved runs share: finding the run, and ending where it cannot be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from zoodsl.cli.exits import Status, leave
from zoodsl.cli.reporting import report
from zoodsl.diagnostics import Diagnostics
from zoodsl.runtime.events import Event
from zoodsl.runtime.outcome import Outcome
from zoodsl.runtime.saved import SavedRun, open_run

Found = TypeVar("Found")


def opened(named: str, runs: Path, problems: Diagnostics, *, as_json: bool) -> SavedRun:
    """The run of this name or folder; ends the command where there is none that can be used."""
    run = open_run(named, runs, problems)
    if run is None:
        refuse(problems, as_json=as_json)
    return run


def finished(found: Found | Outcome | None, problems: Diagnostics, *, as_json: bool) -> Found:
    """What was found; ends the command after a report, or where the program failed. Shows warnings."""
    if found is None or problems.has_errors:
        refuse(problems, as_json=as_json)
    if len(problems):
        report(problems.sorted(), [], stderr=True)
    if isinstance(found, Outcome):
        stop(found)
    return found


@contextmanager
def telling(*, quiet: bool) -> Iterator[Callable[[Event], None]]:
    """A listener that shows on standard error what is being done; nothing of it loads before there is something."""
    with ExitStack() as stack:
        shown: list[Callable[[Event], None]] = []

        def listener(event: Event) -> None:
            if not shown:
                from zoodsl.screen.progress import phases

                shown.append(stack.enter_context(phases(quiet=quiet)))
            shown[0](event)

        yield listener


def refuse(problems: Diagnostics, *, as_json: bool) -> NoReturn:
    """Reports why it cannot be done, and ends the command."""
    report(problems.sorted(), [], form="json" if as_json else "text", stderr=not as_json)
    leave(Status.SPEC_HAS_ERRORS)


def stop(outcome: Outcome) -> NoReturn:
    """Ends the command after a program that was refused, failed, or was interrupted."""
    from zoodsl.cli.run import status_of

    if outcome.failure is not None:
        report([outcome.failure], (), stderr=True)
        if outcome.folder is not None:
            click.echo(f"what Java said stays in {outcome.folder}", err=True)
    leave(status_of(outcome))
