"""The formatter: a tree and its comments to the canonical text.

Two blanks an indent, at most 100 columns where there is a place to break, settings' values and definitions'
``=`` aligned over neighbouring lines, the writer's single blank lines and comments kept. Formatting is
idempotent, and reading its result gives the tree it was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, assert_never

from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile, Span
from zoodsl.syntax import nodes
from zoodsl.syntax.document import HARD, SPACE, Align, Document, Group, Rest, render
from zoodsl.syntax.expressions import ExpressionPrinter, Part, quoted
from zoodsl.syntax.grammar import grammar
from zoodsl.syntax.parser import parse
from zoodsl.syntax.remarks import Remarks

Kind = TypeVar("Kind", bound=nodes.Node)

WIDTH = 100
"""The width of a line in columns."""

_INDENT = 2

# Neighbours of these kinds need no blank line between them.
_TERSE = (nodes.Param, nodes.Let, nodes.Use)

# Words that a line may not begin with where a name is meant: the line would go on the one before.
_CONTINUING = frozenset({"then", "else"})


def format_text(source: SourceFile, diagnostics: Diagnostics) -> str | None:
    """The canonical text of ``source``; None, with reports, where it has syntax errors."""
    before = len(diagnostics)
    file = parse(source, diagnostics)
    return format_file(file) if len(diagnostics) == before else None


def format_file(file: nodes.File) -> str:
    """The canonical text of a file without syntax errors; ends with a newline."""
    return _Formatter(file).file(file)


class _Formatter:
    def __init__(self, file: nodes.File) -> None:
        self._remarks = Remarks(file.comments)
        self._expressions = ExpressionPrinter(self._remarks)
        rules = grammar()
        self._reserved_heads = frozenset({*rules.words("KEYWORD"), *rules.words("REPEAT"), *_CONTINUING})
        self._reserved_links = frozenset({*rules.words("LINK"), *_CONTINUING})
        self._lines: list[str] = []
        # Where the last thing printed ends in the source, None where a blank line may not follow.
        self._end: Span | None = None
        # Whether a comment may still be put at the end of the last line.
        self._is_open = False

    # --- lines

    def _line(self, text: str, span: Span | None) -> None:
        self._lines.extend(text.split("\n"))
        self._end = span
        self._is_open = True

    def _blank(self) -> None:
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def _blank_as_written(self, span: Span) -> None:
        """A blank line where the writer left one or more before ``span``."""
        if self._end is not None and span.begin.line - self._end.finish.line > 1:
            self._blank()

    def _remark(self, remark: nodes.Comment, depth: int) -> None:
        if remark.trailing and self._is_open:
            self._lines[-1] += f"  {remark.text}"
        else:
            self._blank_as_written(remark.span)
            self._lines.append(" " * (depth * _INDENT) + remark.text)
        self._end = remark.span
        self._is_open = False

    def _remarks_before(self, offset: int, depth: int) -> None:
        for remark in self._remarks.before(offset):
            self._remark(remark, depth)

    # --- the file

    def file(self, file: nodes.File) -> str:
        if file.version is not None:
            self._remarks_before(file.version.span.start, 0)
            self._line(f"zoo {file.version.value}", file.version.span)
        if file.doc is not None:
            self._remarks_before(file.doc.span.start, 0)
            self._line(_docstring(file.doc), file.doc.span)
        previous: nodes.Declaration | None = None
        for index, declaration in enumerate(file.declarations):
            self._before_declaration(previous, declaration)
            self._declaration(declaration, _run(file.declarations, index))
            previous = declaration
        for index, remark in enumerate(self._remarks.rest()):
            if index == 0 and not (remark.trailing and self._is_open):
                self._blank()
            self._remark(remark, 0)
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        return "\n".join(self._lines) + "\n"

    def _before_declaration(self, previous: nodes.Declaration | None, declaration: nodes.Declaration) -> None:
        """The comments before a declaration, and the blank line that sets it off from the one before."""
        is_set_off = not (isinstance(declaration, _TERSE) and type(previous) is type(declaration))
        for remark in self._remarks.before(declaration.span.start):
            if is_set_off and not (remark.trailing and self._is_open):
                self._blank()
                is_set_off = False
            self._remark(remark, 0)
        if is_set_off:
            self._blank()
        else:
            self._blank_as_written(declaration.span)

    def _declaration(self, declaration: nodes.Declaration, run: Sequence[nodes.Declaration]) -> None:
        printer = self._expressions
        match declaration:
            case nodes.Param(name=name, type=kind, default=default):
                params = [item for item in run if isinstance(item, nodes.Param)]
                names = max(len(item.name.text) for item in params)
                head = f"param {f'{name.text}:':<{names + 1}} {kind.text}"
                if default is None:
                    self._line(head, declaration.span)
                else:
                    kinds = max(len(item.type.text) for item in params if item.default is not None)
                    head = f"param {f'{name.text}:':<{names + 1}} {kind.text:<{kinds}}"
                    self._assigned(head, default, declaration.span, 0)
            case nodes.Let(name=name, value=value):
                lets = [item for item in run if isinstance(item, nodes.Let)]
                width = max(len(item.name.text) for item in lets)
                self._assigned(f"let {name.text:<{width}}", value, declaration.span, 0)
            case nodes.Use(target=target, alias=alias):
                named = ".".join(part.text for part in target) if isinstance(target, tuple) else ""
                text = f"use {quoted(target.value) if isinstance(target, nodes.Text) else named}"
                self._line(text + (f" as {alias.text}" if alias else ""), declaration.span)
            case nodes.Block(name=name, parameters=parameters, body=body):
                parts: list[Part] = [(item, self._parameter(item)) for item in parameters]
                listed = printer.bracketed("(", parts, ")", body.span.start)
                self._opened(("block ", name.text, listed), body, 0)
            case nodes.Section(keyword=keyword, name=label, body=body):
                shown = ""
                if label is not None:
                    shown = f" {quoted(label.value) if isinstance(label, nodes.Text) else label.text}"
                self._opened(keyword.text + shown, body, 0)
            case _:
                assert_never(declaration)

    def _parameter(self, parameter: nodes.Parameter) -> Callable[[], Document]:
        def make() -> Document:
            text = parameter.name.text
            if parameter.type is not None:
                text += f": {parameter.type.text}"
            if parameter.default is None:
                return text
            return (text, " = ", self._expressions.expression(parameter.default))

        return make

    # --- bodies

    def _opened(self, head: Document, body: nodes.Body, depth: int) -> None:
        """A head, its body and the closing brace."""
        start = " " * (depth * _INDENT)
        indent = len(start)
        text = start + render((head, " {"), width=WIDTH, indent=indent, column=indent)
        has_remarks = self._remarks.has_before(body.span.end)
        if body.doc is None and not body.statements and not has_remarks:
            self._line(f"{text} }}", body.span)
            return
        self._line(text, None)
        self._remarks_before(body.span.start, depth + 1)
        self._end = None
        if body.doc is not None:
            self._remarks_before(body.doc.span.start, depth + 1)
            self._line(" " * (indent + _INDENT) + _docstring(body.doc), body.doc.span)
        for index, statement in enumerate(body.statements):
            self._remarks_before(statement.span.start, depth + 1)
            self._blank_as_written(statement.span)
            self._statement(statement, _run(body.statements, index), depth + 1)
        self._remarks_before(body.span.end, depth + 1)
        self._line(f"{start}}}", body.span)

    def _statement(self, statement: nodes.Statement, run: Sequence[nodes.Statement], depth: int) -> None:
        printer = self._expressions
        match statement:
            case nodes.Definition(name=name, value=value):
                width = max(len(item.name.text) for item in run if isinstance(item, nodes.Definition))
                self._assigned(f"{name.text:<{width}}", value, statement.span, depth)
            case nodes.Step(value=value, label=label):
                document = printer.headed(value, self._reserved_heads)
                self._document("", printer.labelled(document, label), statement.span, depth)
            case nodes.Setting(keyword=keyword, clauses=clauses):
                width = max(len(item.keyword.text) for item in run if isinstance(item, nodes.Setting))
                document = self._clauses(clauses)
                self._document(f"{keyword.text:<{width}} ", document, statement.span, depth)
            case nodes.Group(keyword=keyword, body=body):
                self._opened(keyword.text, body, depth)
            case nodes.Repeat(variable=variable, values=values, label=label, body=body):
                head = ("repeat ", variable.text, " in ", printer.compared(values))
                self._opened(printer.labelled(head, label), body, depth)
            case _:
                assert_never(statement)

    def _clauses(self, clauses: Sequence[nodes.Clause]) -> Document:
        parts: list[Document] = []
        for index, clause in enumerate(clauses):
            if index:
                parts.append(", ")
            parts.append(self._clause(clause))
        return Group(Align(tuple(parts)))

    def _clause(self, clause: nodes.Clause) -> Document:
        parts: list[Document] = []
        if clause.value is not None:
            parts.append(self._expressions.headed(clause.value, self._reserved_links))
        for link in clause.links:
            broken = SPACE if link.word.text == "then" else " "
            if parts:
                for remark in self._remarks.before(link.span.start):
                    parts.append(Rest(f"  {remark.text}") if remark.trailing else (HARD, Rest(remark.text)))
                    broken = HARD
                parts.append(broken)
            parts.append(link.word.text)
            if link.value is not None:
                parts += (" ", self._expressions.headed(link.value, self._reserved_links))
        return tuple(parts)

    # --- statements' text

    def _assigned(self, head: str, value: nodes.Expression, span: Span, depth: int) -> None:
        self._document(f"{head} = ", self._expressions.expression(value), span, depth)

    def _document(self, head: str, document: Document, span: Span, depth: int) -> None:
        start = " " * (depth * _INDENT) + head
        column = len(start)
        self._line(start + render(document, width=WIDTH, indent=column, column=column), span)
        # Remarks inside a statement that found no place there follow it, as if they had stood at its end.
        self._remarks_before(span.end, depth)
        self._end = span


def _docstring(doc: nodes.Text) -> str:
    return f'"""{doc.value}"""'


def _run(items: Sequence[Kind], index: int) -> Sequence[Kind]:
    """The neighbours of one kind, without a blank line between them, of which ``items[index]`` is one."""
    kind = type(items[index])
    first = last = index
    while first and _are_neighbours(items[first - 1], items[first], kind):
        first -= 1
    while last + 1 < len(items) and _are_neighbours(items[last], items[last + 1], kind):
        last += 1
    return items[first : last + 1]


def _are_neighbours(upper: nodes.Node, lower: nodes.Node, kind: type[nodes.Node]) -> bool:
    if type(upper) is not kind or type(lower) is not kind:
        return False
    lines = upper.span.file.text[upper.span.end : lower.span.start].split("\n")
    return not any(not line.strip() for line in lines[1:-1])
