"""What came of the laws of a spec: a table, and for each law that is broken its place, the smallest example, the command."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from zoodsl.diagnostics.diagnostic import Diagnostic
from zoodsl.diagnostics.rules.laws import BROKEN_LAW
from zoodsl.source import Span
from zoodsl.targets.arrays import Array
from zoodsl.testing.laws.law import Finding, Verdict

VERSION = 1
"""Of the JSON form: a field may be added, none changes meaning."""

STYLES = {Finding.HOLDS: "green", Finding.BROKEN: "bold red", Finding.SKIPPED: "dim"}

FEW = 6
"""So many numbers are told one by one."""

IMAGE_AXES = 3


def render_table(path: str, verdicts: Sequence[Verdict], console: Console) -> None:
    """Prints a line a law: what it says, who says it, how many examples were tried, and what came of it."""
    console.print(Text(path, style="bold"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("law", ratio=1)
    table.add_column("")
    table.add_column("examples", justify="right")
    table.add_column("verdict")
    for verdict in verdicts:
        style = STYLES[verdict.finding]
        said = Text(verdict.name)
        if verdict.finding is Finding.SKIPPED:
            said.append(f"\n{verdict.reason}", style="dim")
        table.add_row(
            said,
            "stated" if verdict.stated else "derived",
            "" if verdict.finding is Finding.SKIPPED else f"{verdict.examples:,}",
            Text(verdict.finding.value, style=style),
        )
    console.print(table)


def summary(verdicts: Sequence[Verdict], path: str) -> str:
    """``9 laws hold, 1 is broken, 2 are skipped in mnist.zoo``."""
    counts = {finding: sum(each.finding is finding for each in verdicts) for finding in Finding}
    holding = counts[Finding.HOLDS]
    parts = [f"{holding} law{'s hold' if holding != 1 else ' holds'}"]
    parts += [
        f"{counts[finding]} {'is' if counts[finding] == 1 else 'are'} {finding.value}"
        for finding in (Finding.BROKEN, Finding.SKIPPED)
        if counts[finding]
    ]
    return f"{', '.join(parts)} in {path}"


def diagnosed(verdict: Verdict, picture: Path | None, again: str) -> Diagnostic:
    """A broken law as a diagnostic, at its place in the spec; ``again`` is the command that repeats it."""
    lines = [f"{name}: {in_words(value)}" for name, value in verdict.smallest.items()]
    told = []
    if lines:
        told.append("the smallest example is\n" + "\n".join(f"  {line}" for line in lines))
    if picture is not None:
        told.append(f"it is drawn in `{picture}`")
    told.append(f"try it again: {again}")
    return Diagnostic(
        code=BROKEN_LAW,
        span=_first_line(verdict.span),
        message=f'"{verdict.name}" does not hold: {verdict.reason}',
        help="\n".join(told),
    )


def _first_line(span: Span) -> Span:
    """The line on which a place begins: a section by its head."""
    end = span.file.text.find("\n", span.start, span.end)
    return span if end < 0 else Span(span.file, span.start, end)


def command(path: str, options: Mapping[str, Any]) -> str:
    """``zoodsl test FILE`` with these options, those that are None or empty left out; a list repeats its option."""
    words = ["zoodsl", "test", path]
    for option, value in options.items():
        for each in value if isinstance(value, list) else [value]:
            if each is not None:
                words += [option, str(each)]
    return shlex.join(words)


def described(verdict: Verdict, picture: Path | None) -> dict[str, Any]:
    """A verdict in JSON's types. Arrays are summarised; ``picture`` is the file that shows the example, or null."""
    return {
        "law": verdict.name,
        "stated": verdict.stated,
        **_place(verdict.span),
        "verdict": verdict.finding.value,
        "examples": verdict.examples,
        "seconds": round(verdict.seconds, 3),
        "reason": verdict.reason or None,
        "smallest": {name: _plain(value) for name, value in verdict.smallest.items()},
        "picture": None if picture is None else str(picture),
    }


def in_words(value: Any) -> str:
    """A value of an example: ``8x8 pixels, all 0``, ``[0.5, 12]``, ``"not good"``.

    >>> in_words(np.zeros((8, 8, 1), np.uint8)), in_words([0.5, 12]), in_words("not good")
    ('8x8 pixels, all 0', '[0.5, 12]', '"not good"')
    """
    match value:
        case np.ndarray():
            return _array_in_words(value)
        case str():
            return f'"{value}"'
        case float():
            return f"{value:g}"
        case list() | tuple() if len(value) > FEW:
            first = ", ".join(in_words(each) for each in value[:2])
            return f"{len(value)} of them: {first}, ..."
        case list() | tuple():
            return f"[{', '.join(in_words(each) for each in value)}]"
        case _:
            return str(value)


def _array_in_words(value: Array) -> str:
    is_image = value.dtype == np.uint8 and value.ndim == IMAGE_AXES
    size = "x".join(map(str, value.shape[:2] if is_image else value.shape))
    what = f"{size} pixels" if is_image else f"{size} numbers"
    if not value.size:
        return what
    if not is_image:
        if value.size <= FEW:
            return f"[{', '.join(f'{each:g}' for each in value.ravel())}]"
        return f"{what} from {value.min():g} to {value.max():g}"
    colours, counts = np.unique(value.reshape(-1, value.shape[2]), axis=0, return_counts=True)
    most = colours[counts.argmax()]
    if len(colours) == 1:
        return f"{what}, all {_colour(most)}"
    if counts.max() == value.shape[0] * value.shape[1] - 1:
        row, column = np.argwhere((value != most).any(axis=2))[0]
        other = _colour(value[row, column])
        return f"{what}, all {_colour(most)} but {other} in row {row + 1}, column {column + 1}"
    return f"{what} of {len(colours):,} colours, from {value.min()} to {value.max()}"


def _colour(values: Array) -> str:
    if len(set(values.tolist())) == 1:
        return str(values[0])
    return f"({', '.join(map(str, values))})"


def _plain(value: Any) -> Any:
    match value:
        case np.ndarray():
            bounds = {"min": value.min().item(), "max": value.max().item()} if value.size else {}
            return {"shape": list(value.shape), "dtype": str(value.dtype), **bounds}
        case list() | tuple():
            return [_plain(each) for each in value]
        case bool() | int() | float() | str() | None:
            return value
        case _:
            return str(value)


def _place(span: Span) -> dict[str, Any]:
    return {
        "file": span.file.path,
        "range": {"start": span.begin._asdict(), "end": span.finish._asdict()},
    }
