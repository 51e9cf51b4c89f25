"""The progress of a run: live on a terminal, a line an epoch elsewhere, JSON lines for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from zoodsl.runtime.events import Event, to_line
from zoodsl.runtime.history import whole

Listener = Callable[[Event], None]

BEST = "★ best"

LABELS_SHOWN = 40
"""Tables of more labels are cut short on the terminal."""


@contextmanager
def progress(
    *, quiet: bool = False, as_json: bool = False, console: Console | None = None
) -> Iterator[Listener]:
    """A listener for ``zoodsl.runtime.launcher.run`` that shows its events on ``console``, by default standard output.

    Nothing with ``quiet``; the events themselves, a line each, with ``as_json``; else lines for what stays true, and
    on a terminal below them, as long as the run goes, where it is.
    """
    console = console or Console(highlight=False)
    if as_json:
        yield _print_json
    elif quiet:
        yield _say_nothing
    elif console.is_terminal and not console.is_dumb_terminal:
        screen = LiveScreen(console)
        with Live(get_renderable=screen.render, console=console, refresh_per_second=4, transient=True):
            yield screen
    else:
        yield Lines(console)


@contextmanager
def phases(*, quiet: bool = False) -> Iterator[Listener]:
    """A listener that shows on standard error what is being done, for what tells nothing else of use."""
    with progress(quiet=quiet, console=Console(stderr=True, highlight=False)) as listener:
        yield lambda event: listener(event) if event.name == "phase" else None


def _print_json(event: Event) -> None:
    sys.stdout.write(to_line(event))
    sys.stdout.flush()


def _say_nothing(event: Event) -> None:
    """Takes an event without a word."""


class Lines:
    """Prints a line for what a reader of the log wants to know later: data, epochs, results."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.epochs = 0

    def __call__(self, event: Event) -> None:
        """Prints the event's line, where it has one."""
        if event.name == "started":
            self.epochs = event["epochs"]
        for line in _lines(event, self.epochs):
            self.console.print(line, soft_wrap=True)


class LiveScreen:
    """Prints lines as ``Lines`` does, but for phases, which pass; ``render`` gives what stands below them."""

    def __init__(self, console: Console) -> None:
        self.lines = Lines(console)
        self.phase = ""
        self.spinner = Spinner("dots")
        self.started: Mapping[str, Any] = {}
        self.begin = 0.0
        self.step: Event | None = None

    def __call__(self, event: Event) -> None:
        """Takes an event in."""
        match event.name:
            case "phase":
                self.phase = event["text"]
                self.step = None
                return
            case "started":
                self.started = event.fields
                self.begin = event.time
                self.phase = "training"
            case "iteration":
                self.step = event
            case "finished":
                self.step = None
                self.phase = ""
            case _:
                pass
        self.lines(event)

    def render(self) -> Group:
        """Where the run is: the phase, or epoch, iteration, loss, speed and time left."""
        if self.step is None:
            self.spinner.update(text=Text(self.phase))
            return Group(self.spinner if self.phase else Text())
        step, per_epoch = self.step, self.started["iterations_per_epoch"]
        epochs = self.started["epochs"]
        in_epoch = (step["iteration"] - 1) % per_epoch + 1
        grid = Table.grid(padding=(0, 2))
        grid.add_row(
            Text(f"epoch {step['epoch']:>{len(str(epochs))}}/{epochs}", style="bold"),
            ProgressBar(total=per_epoch, completed=in_epoch, width=24),
            Text(f"iteration {in_epoch}/{per_epoch}"),
            Text(f"{records(step['records_per_second'])} records/s"),
            Text(f"{clock(self._left())} left", style="dim"),
        )
        return Group(
            grid,
            Text(f"loss {measure(step['loss'])}  learning rate {number(step['learning_rate'])}", style="dim"),
        )

    def _left(self) -> float:
        """The seconds to go if all epochs are run and each iteration takes as long as those of this start did."""
        assert self.step is not None  # noqa: S101 - asked after an iteration alone
        per_epoch = self.started["iterations_per_epoch"]
        done = self.step["iteration"] - (self.started["first_epoch"] - 1) * per_epoch
        to_go = self.started["epochs"] * per_epoch - self.step["iteration"]
        return float((self.step.time - self.begin) / max(1, done) * to_go)


def _lines(event: Event, epochs: int) -> Iterator[Text]:
    """The lines that tell an event."""
    match event.name:
        case "opened":
            yield Text(f"{'resuming' if event['resumed'] else 'run folder'} {event['folder']}", style="dim")
        case "phase":
            yield Text(event["text"], style="dim")
        case "started":
            rows = ", ".join(f"{size:,} {part}" for part, size in event["rows"].items() if size)
            each = count(event["iterations_per_epoch"], "iteration")
            yield Text(
                f"{_heading(event)}: {rows}; {count(event['epochs'], 'epoch')} of {each}, batch {event['batch']:,}"
            )
        case "epoch":
            yield _epoch(event, epochs)
        case "stopped":
            yield Text(f"stopped after epoch {event['epoch']}: {event['reason']}")
        case "interrupted":
            yield Text(f"interrupted after epoch {event['epoch']}" if event["epoch"] else "interrupted")
        case "balanced":
            yield from _balance(event)
        case "evaluated":
            table = event.fields.get("labels", ())
            metrics = whole(event["metrics"]) if table else event["metrics"]
            yield Text.assemble(f"{event['part']}: ", (pairs(metrics), "bold"))
            for name, beside in event.fields.get("baselines", {}).items():
                yield Text(f"  beside it {name}: {pairs(whole(beside))}")
            yield from label_lines(table)
        case "counted":
            rows = ", ".join(f"{size:,} {part}" for part, size in event["rows"].items())
            yield Text(f"{_heading(event)}: {rows}")
        case "result":
            yield Text.assemble(f"{event['title']}: ", (pairs(whole(event["metrics"])), "bold"))
            yield from (Text(f"  {line}") for line in event["lines"])
        case "predicted":
            told = pairs(event.fields.get("metrics", {}))
            yield Text.assemble(
                f"predicted {count(event['rows'], 'row')}" + (": " if told else ""), (told, "bold")
            )
            yield from _predictions(event["shown"])
        case "finished":
            yield Text(f"finished in {clock(event['seconds'])}")
        case _:
            pass


def _heading(event: Event) -> str:
    return "row" if sum(size or 0 for size in event["rows"].values()) == 1 else "rows"


def _epoch(event: Event, epochs: int) -> Text:
    validation = {name: value for name, value in whole(event["validation"]).items() if name != "loss"}
    if "loss" in event["validation"]:
        validation = {"validation loss": event["validation"]["loss"]} | validation
    parts = [
        f"epoch {event['epoch']:>{len(str(epochs))}}/{epochs}",
        f"loss {measure(event['loss'])}",
        f"learning rate {number(event['learning_rate']):<8}",
        f"{clock(event['seconds']):>5}",
        pairs(validation),
    ]
    line = Text("  ".join(filter(None, parts)))
    if event["best"]:
        line.append(f"  {BEST}", style="bold green")
    return line


def _balance(event: Event) -> Iterator[Text]:
    """The least and the greatest weight that follow from the training rows, and what has none."""
    there = [row for row in event["weights"] if row["rows"]]
    weights = sorted(
        (row["weight"] if "weight" in row else row["yes"] / row["no"], row["label"]) for row in there
    )
    if weights:
        (low, rare), (high, frequent) = weights[0], weights[-1]
        what = "classes weigh" if "weight" in there[0] else "a yes weighs"
        times = "" if "weight" in there[0] else " times a no"
        yield Text(f"balanced: {what} {number(low)} ({rare}) to {number(high)} ({frequent}){times}")
    if event["missing"]:
        yield Text(f"no training row is {', '.join(event['missing'])}: it cannot be learned", style="yellow")


def label_lines(table: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """A table of labels in lines: rows that are a yes, areas under curves, and what deciding makes of it."""
    shown = table[:LABELS_SHOWN]
    if not shown:
        return
    width = min(32, max(5, *(len(row["label"]) for row in shown)))
    titles = ("positives", "AUC", "AP", "threshold", "precision", "recall", "F1")
    yield Text(f"  {'label':{width}} " + " ".join(f"{title:>9}" for title in titles), style="dim")
    for row in shown:
        cells = [f"{row['positives']:,}"]
        cells += [
            "" if row[name] is None else f"{row[name]:.3f}"
            for name in ("auc", "average_precision", "threshold", "precision", "recall", "f1")
        ]
        yield Text(f"  {row['label'][:width]:{width}} " + " ".join(f"{cell:>9}" for cell in cells))
    if len(table) > len(shown):
        yield Text(f"  and {len(table) - len(shown):,} more in labels.csv", style="dim")


def _predictions(shown: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """What is told of each row; of one alone, all of its labels."""
    for row in shown:
        yield Text.assemble(f"  {row['row']}: ", (row["text"], "bold"))
    if len(shown) == 1 and "yes" in shown[0]["answers"][0]:
        for answer in shown[0]["answers"]:
            mark = "yes" if answer["yes"] else ""
            yield Text(f"    {answer['score']:.3f}  {answer['label']}  {mark}".rstrip())


def pairs(values: Mapping[str, float | None]) -> str:
    """Metrics in a row: ``Accuracy 0.9750  validation loss 0.0812``."""
    return "  ".join(f"{name} {measure(value)}" for name, value in values.items())


def count(many: int, noun: str) -> str:
    """A number of things.

    >>> count(1, "epoch"), count(1200, "iteration")
    ('1 epoch', '1,200 iterations')
    """
    return f"{many:,} {noun}" + ("" if many == 1 else "s")


def number(value: float | None) -> str:
    """A number in four significant digits; None, which stands for one that is not finite, is ``nan``.

    >>> number(0.001), number(0.00012345), number(1234567.0), number(None)
    ('0.001', '0.0001234', '1.235e+06', 'nan')
    """
    return "nan" if value is None else f"{value:.4g}"


def measure(value: float | int | None) -> str:  # noqa: PYI041 - counts are told apart
    """A loss or a metric in four decimals, so that they stand well below each other; a count, or else, as it is.

    >>> measure(0.9), measure(2.30258), measure(0.00001), measure(None), measure(1200)
    ('0.9000', '2.3026', '1e-05', 'nan', '1,200')
    """
    if isinstance(value, int):
        return f"{value:,}"
    return number(value) if value is None or (value and not 1e-3 <= abs(value) < 1e4) else f"{value:.4f}"


def records(value: float | None) -> str:
    """Records a second, whole from ten on."""
    return "?" if value is None else f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def clock(seconds: float) -> str:
    """A duration in at most two units.

    >>> clock(0.84), clock(41.6), clock(125), clock(7300)
    ('0.8 s', '42 s', '2:05 min', '2:01 h')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"
