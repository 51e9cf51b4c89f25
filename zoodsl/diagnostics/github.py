"""Diagnostics as GitHub Actions workflow commands, which annotate the lines of a pull request.

The form: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable

from zoodsl.diagnostics.diagnostic import Diagnostic


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """One ``::error ...::message`` a line."""
    return "".join(_annotation(item) + "\n" for item in diagnostics)


def _annotation(item: Diagnostic) -> str:
    properties = {"title": f"{item.code.name} {item.code.title}"}
    if item.span is not None:
        begin, finish = item.span.begin, item.span.finish
        properties |= {
            "file": item.span.file.path,
            "line": str(begin.line),
            "col": str(begin.column),
            "endLine": str(finish.line),
            "endColumn": str(finish.column),
        }
    text = f"{item.message}\n{item.help}" if item.help else item.message
    listed = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{item.severity.value} {listed}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    """``text`` with the characters that end a command, or a property, written as percent codes."""
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
