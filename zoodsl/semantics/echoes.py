"""Echoes: what would not be said but for another mistake, and is left out.

A statement that could not be read whole has lost a part of its meaning; and what stands in a statement that is not
understood is used by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zoodsl.diagnostics import Diagnostic, Severity
from zoodsl.diagnostics.rules.bases import SHARE_OF_FROZEN
from zoodsl.diagnostics.rules.experiments import METRIC_NOT_COMPUTED
from zoodsl.diagnostics.rules.names import UNUSED_NAME
from zoodsl.diagnostics.rules.network import INPUT_SHAPE, UNUSED_LAYER
from zoodsl.diagnostics.rules.properties import NOTHING_TO_MEASURE
from zoodsl.diagnostics.rules.training import OUTPUT_SIZE
from zoodsl.source import Span
from zoodsl.syntax.nodes import Body, Declaration, File, Statement

_FOLLOWING = frozenset({UNUSED_NAME, UNUSED_LAYER, METRIC_NOT_COMPUTED, SHARE_OF_FROZEN, NOTHING_TO_MEASURE})
"""What is said of parts that lie far from each other, and may be owed to either."""

_AFTER = {OUTPUT_SIZE: INPUT_SHAPE}
"""What follows from another mistake: a network that is fed otherwise gives something else."""

_NOT_UNDERSTOOD = ("ZOO1", "ZOO2")
"""The groups of codes of what could not be read, or whose names, values and forms are wrong."""


def without_echoes(
    file: File, read: Iterable[Diagnostic], found: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """What the analysis of ``file`` found and is no echo; ``read`` is what was wrong with its text before."""
    found = tuple(found)
    spoilt = [each.span for each in read if each.span is not None and each.severity is Severity.ERROR]
    torn = [_around(file, span) for span in spoilt]
    unclear = bool(spoilt) or any(
        each.severity is Severity.ERROR and each.code.name.startswith(_NOT_UNDERSTOOD) for each in found
    )
    for each in found:
        if unclear and each.code in _FOLLOWING:
            continue
        if each.code in _AFTER and any(other.code is _AFTER[each.code] for other in found):
            continue
        if spoilt and each.severity is Severity.WARNING:
            continue
        if each.span is not None and any(_begins_in(each.span, lines) for lines in torn):
            continue
        yield each


Lines = tuple[str, int, int]
"""A file's path, a first and a last line."""


def _begins_in(span: Span, lines: Lines) -> bool:
    path, first, last = lines
    return span.file.path == path and first <= span.begin.line <= last


def _around(file: File, span: Span) -> Lines:
    """The lines of the statement that a span is in, or those of the span."""
    first, last = span.begin.line, span.finish.line
    if span.file is file.source:
        for each in _statements(file.declarations):
            if each.span.start <= span.start <= each.span.end:
                first, last = min(first, each.span.begin.line), max(last, each.span.finish.line)
    return span.file.path, first, last


def _statements(nodes: Iterable[Declaration | Statement]) -> Iterator[Declaration | Statement]:
    """The statements and declarations that hold no others."""
    for each in nodes:
        body = getattr(each, "body", None)
        if isinstance(body, Body):
            yield from _statements(body.statements)
        else:
            yield each
