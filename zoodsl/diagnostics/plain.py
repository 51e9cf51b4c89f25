"""Diagnostics as plain text: for pipes, files and logs, without a character of colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zoodsl.diagnostics.diagnostic import Diagnostic, Severity


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """The pictures of ``diagnostics``, an empty line after each; empty for none."""
    from zoodsl.diagnostics.layout import rows  # a right spec is checked without it

    return "".join(
        "".join("".join(piece.text for piece in row).rstrip() + "\n" for row in rows(diagnostic)) + "\n"
        for diagnostic in diagnostics
    )


def summary(diagnostics: Sequence[Diagnostic], paths: Sequence[str]) -> str:
    """``3 errors, 1 warning in mnist.zoo``, or ``no errors in 5 files``."""
    counts = {severity: sum(item.severity is severity for item in diagnostics) for severity in Severity}
    found = [_count(number, severity.value) for severity, number in counts.items() if number]
    where = paths[0] if len(paths) == 1 else _count(len(paths), "file")
    return f"{', '.join(found) or 'no errors'} in {where}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
