"""Applying fixes to a text."""

from __future__ import annotations

from collections.abc import Iterable

from zoodsl.diagnostics.diagnostic import Applicability, Diagnostic
from zoodsl.source import SourceFile


def apply_fixes(source: SourceFile, diagnostics: Iterable[Diagnostic]) -> tuple[str, int]:
    """The text of ``source`` with its safe fixes applied, and how many were.

    A fix that overlaps an earlier one is left for the next round, when what it mends is looked at anew.
    """
    fixes = sorted(
        {
            (item.fix.span.start, item.fix.span.end, item.fix.text)
            for item in diagnostics
            if item.fix is not None
            and item.fix.applicability is Applicability.SAFE
            and item.fix.span.file is source
        }
    )
    pieces: list[str] = []
    done, applied, last = 0, 0, (-1, -1)
    for start, end, text in fixes:
        if start < done or (start, end) == last:
            continue
        pieces += [source.text[done:start], text]
        done, applied, last = end, applied + 1, (start, end)
    return "".join([*pieces, source.text[done:]]), applied
