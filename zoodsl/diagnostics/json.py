"""Diagnostics as JSON, for editors and programs. The form is versioned: a field may be added, none changes meaning."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from zoodsl.diagnostics.diagnostic import Diagnostic
from zoodsl.source import Position, Span

VERSION = 1


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON document: ``{"version": 1, "diagnostics": [...]}``.

    Lines and columns count from 1, offsets from 0, all in characters (Unicode code points); a range ends just past
    its last character. ``file`` and ``range`` are null where a mistake has no place; ``fix`` where none is certain.
    """
    return json.dumps(
        {"version": VERSION, "diagnostics": [_diagnostic(item) for item in diagnostics]},
        indent=2,
        ensure_ascii=False,
    )


def _diagnostic(item: Diagnostic) -> dict[str, Any]:
    return {
        "code": item.code.name,
        "severity": item.severity.value,
        "message": item.message,
        "help": item.help,
        **_place(item.span),
        "labels": [{"text": label.text, **_place(label.span)} for label in item.labels],
        "fix": None
        if item.fix is None
        else {
            "text": item.fix.text,
            "applicability": item.fix.applicability.value,
            **_place(item.fix.span),
        },
    }


def _place(span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"file": None, "range": None}
    return {"file": span.file.path, "range": {"start": _position(span.begin), "end": _position(span.finish)}}


def _position(position: Position) -> dict[str, int]:
    return position._asdict()
