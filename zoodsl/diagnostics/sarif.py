"""Diagnostics as SARIF 2.1.0, which code-scanning services read.

The form: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from zoodsl.diagnostics.diagnostic import Diagnostic
from zoodsl.source import Span
from zoodsl.version import VERSION


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """A SARIF log with one run; its rules are the codes that occur."""
    items = list(diagnostics)
    rules = {item.code.name: item.code for item in items}
    driver = {
        "name": "zoodsl",
        "version": VERSION,
        "rules": [
            {
                "id": code.name,
                "shortDescription": {"text": code.title},
                "help": {"text": code.teach, "markdown": code.teach},
            }
            for code in rules.values()
        ],
    }
    log = {
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(item) for item in items],
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False)


def _result(item: Diagnostic) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": item.code.name,
        "level": item.severity.value,
        "message": {"text": f"{item.message}\n{item.help}" if item.help else item.message},
    }
    if item.span is not None:
        result["locations"] = [_location(item.span)]
    if item.labels:
        result["relatedLocations"] = [
            {**_location(label.span), "message": {"text": label.text}} for label in item.labels
        ]
    if item.fix is not None:
        result["fixes"] = [
            {
                "artifactChanges": [
                    {
                        "artifactLocation": _artifact(item.fix.span),
                        "replacements": [
                            {
                                "deletedRegion": _region(item.fix.span),
                                "insertedContent": {"text": item.fix.text},
                            }
                        ],
                    }
                ]
            }
        ]
    return result


def _location(span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(span), "region": _region(span)}}


def _artifact(span: Span) -> dict[str, str]:
    return {"uri": quote(span.file.path)}


def _region(span: Span) -> dict[str, int]:
    begin, finish = span.begin, span.finish
    return {
        "startLine": begin.line,
        "startColumn": begin.column,
        "endLine": finish.line,
        "endColumn": finish.column,
    }
