"""Expressions as documents: their canonical spelling, with the comments that stand inside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import assert_never

from zoodsl.syntax import nodes
from zoodsl.syntax.builder import number_of
from zoodsl.syntax.document import HARD, SPACE, Align, Document, Fill, Group, Indent, Line, Rest
from zoodsl.syntax.remarks import Remarks
from zoodsl.syntax.words import CALLED

# How tightly an expression binds: what binds less than its place asks for wants parentheses.
_LOOSE, _COMPARISON, _RANGE, _SUM, _PRODUCT, _SIGNED, _POSTFIX = range(7)

_BINARY_LEVELS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}

NO_BREAK = Line("")

_NUMBER_SPELLING = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}

Part = tuple[nodes.Node, Callable[[], Document]]


def quoted(value: str) -> str:
    """A string literal of ``value``."""
    return '"' + "".join(_ESCAPED.get(character, character) for character in value) + '"'


class ExpressionPrinter:
    """Makes documents of expressions; consumes the remarks inside them in order."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks

    def expression(self, node: nodes.Expression, level: int = _LOOSE) -> Document:
        """The document of ``node`` in a place that binds as tightly as ``level``."""
        document = self._bare(node)
        if _level(node) < level or _has_kept_parentheses(node):
            return ("(", Align(document), ")")
        return document

    def headed(self, node: nodes.Expression, reserved: frozenset[str]) -> Document:
        """An expression that begins a statement or clause, where ``reserved`` words are no names."""
        document = self.expression(node)
        if _first_name(node) in reserved and not _has_kept_parentheses(node):
            return ("(", Align(document), ")")
        return document

    def compared(self, node: nodes.Expression) -> Document:
        """An expression in a place where no chain may stand."""
        return self.expression(node, _COMPARISON)

    def labelled(self, document: Document, label: nodes.Text | None) -> Document:
        """``document as "label"``."""
        return document if label is None else (document, " as ", quoted(label.value))

    def bracketed(self, opening: str, parts: Sequence[Part], closing: str, end: int) -> Document:
        """Parts between brackets, as many a line as fit, with the remarks between them.

        ``end`` is where the closing bracket ends in the source.
        """
        items: list[tuple[Line, Document]] = []
        line = NO_BREAK
        for index, (node, make) in enumerate(parts):
            line = self._remarks_between(items, node.span.start, line)
            document = make()
            if index + 1 < len(parts):
                document = (document, ",")
            items.append((line, document))
            line = SPACE
            # Remarks inside the part that found no place there follow it.
            line = self._remarks_between(items, node.span.end, line)
        line = self._remarks_between(items, end, line)
        ending: Document = (HARD, closing) if line is HARD else closing
        return (opening, Align((Fill(tuple(items)), ending)))

    def _remarks_between(self, items: list[tuple[Line, Document]], offset: int, line: Line) -> Line:
        """Puts the remarks before ``offset`` among the items; gives the break that follows."""
        for remark in self._remarks.before(offset):
            if remark.trailing and line is not HARD:
                before = items.pop() if items else (NO_BREAK, "")
                items.append((before[0], (before[1], Rest(f"  {remark.text}"))))
            else:
                items.append((HARD if items else line, Rest(remark.text)))
            line = HARD
        return line

    def _bare(self, node: nodes.Expression) -> Document:
        match node:
            case nodes.Name(text=text):
                return text
            case nodes.Text(value=value):
                return quoted(value)
            case nodes.Number(value=value):
                return _number(value, node)
            case nodes.Flag(value=flag):
                return "true" if flag else "false"
            case nodes.Measure(value=value, unit=unit):
                return f"{_number(value, node)}{'' if unit == '%' else ' '}{unit}"
            case nodes.Size(dimensions=dimensions):
                return "x".join(map(str, dimensions))
            case nodes.Sequence(items=items):
                return self.bracketed("[", self._parts(items), "]", node.span.end)
            case nodes.Range(low=low, high=high):
                return (self.expression(low, _SUM), "..", self.expression(high, _SUM))
            case nodes.Unary(operator=operator, operand=operand):
                return (operator, self.expression(operand, _SIGNED))
            case nodes.Binary(operator=operator, left=left, right=right):
                level = _level(node)
                least = level + 1 if level == _COMPARISON else level
                return (
                    self.expression(left, least),
                    f" {operator} ",
                    self.expression(right, level + 1),
                )
            case nodes.Attribute(value=value, name=name):
                return (self.expression(value, _POSTFIX), ".", name.text)
            case nodes.Index(value=value, index=index):
                return (self.expression(value, _POSTFIX), "[", Align(self.expression(index)), "]")
            case nodes.Call(callee=callee, arguments=arguments):
                head = self.expression(callee, _POSTFIX)
                parts = [(item, self._argument(item)) for item in arguments]
                return (head, self.bracketed("(", parts, ")", node.span.end))
            case nodes.Chain():
                return self._chain(node)
            case nodes.Conditional():
                return self._conditional(node)
            case nodes.Unreadable(span=span):
                return span.text
            case _:
                assert_never(node)

    def _parts(self, items: Iterable[nodes.Expression]) -> list[Part]:
        return [(item, lambda item=item: self.expression(item)) for item in items]  # type: ignore[misc]

    def _argument(self, argument: nodes.Argument) -> Callable[[], Document]:
        def make() -> Document:
            value = self.expression(argument.value)
            return value if argument.name is None else (argument.name.text, " = ", value)

        return make

    def _chain(self, chain: nodes.Chain) -> Document:
        items: list[tuple[Line, Document]] = [
            (NO_BREAK, self.labelled(self.compared(chain.head), chain.label))
        ]
        for step in chain.steps:
            line = self._remarks_between(items, step.span.start, SPACE)
            document = self.labelled(self.compared(step.value), step.label)
            items.append((line, ("-> ", document)))
        return Align(Fill(tuple(items)), 2)

    def _conditional(self, node: nodes.Conditional) -> Document:
        condition = self.expression(node.condition)
        opening = self._own_lines(node.then.span.start)
        then = self.expression(node.then)
        middle = self._own_lines(node.otherwise.span.start)
        otherwise = self.expression(node.otherwise)
        ending = self._own_lines(node.span.end)
        return Group((
            "if ", condition, " {", Indent((SPACE, *_each_on_line(opening), then)), SPACE,
            "} else {", Indent((SPACE, *_each_on_line(middle), otherwise, *_after_line(ending))), SPACE, "}",
        ))  # fmt: skip

    def _own_lines(self, offset: int) -> list[str]:
        return [remark.text for remark in self._remarks.before(offset)]


def _each_on_line(texts: Iterable[str]) -> Iterable[Document]:
    for text in texts:
        yield from (text, HARD)


def _after_line(texts: Iterable[str]) -> Iterable[Document]:
    for text in texts:
        yield from (HARD, text)


def _number(value: float, node: nodes.Number | nodes.Measure) -> str:
    """The number as it was written, where that still says the same."""
    written = _NUMBER_SPELLING.match(node.span.text)
    if written is not None:
        read = number_of(written[0])
        if read == value and type(read) is type(value):
            return written[0]
    return repr(value)


def _level(node: nodes.Expression) -> int:
    match node:
        case nodes.Chain():
            return _LOOSE
        case nodes.Binary(operator=operator):
            return _BINARY_LEVELS.get(operator, _COMPARISON)
        case nodes.Range():
            return _RANGE
        case nodes.Unary():
            return _SIGNED
        case _:
            return _POSTFIX


def _has_kept_parentheses(node: nodes.Expression) -> bool:
    """Whether the writer put parentheses around an operation; around an atom they say nothing."""
    match node:
        case nodes.Binary(left=first) | nodes.Range(low=first) | nodes.Chain(head=first):
            return node.span.start < first.span.start
        case nodes.Unary() | nodes.Conditional():
            return node.span.text.startswith("(")
        case _:
            return False


def _first_name(node: nodes.Expression) -> str | None:
    """The name an expression begins with, if it begins with one that its place could take for a keyword."""
    while True:
        match node:
            case nodes.Call(callee=nodes.Name(text=text)) if text in CALLED:
                return None
            case nodes.Name(text=text):
                return text
            case nodes.Chain(head=first) | nodes.Binary(left=first) | nodes.Range(low=first):
                node = first
            case nodes.Attribute(value=first) | nodes.Index(value=first):
                node = first
            case nodes.Call(callee=first):
                node = first
            case _:
                return None
