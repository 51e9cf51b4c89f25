"""Python code as data: expressions and functions, rendered to tidy text with their origin in the spec behind each line.

Only what generated programs need: calls, names, literals, assignments and functions. A literal is the Python value
itself; a ``Symbol`` is a name together with the module that it comes from.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from zoodsl.source import Span

WIDTH = 100
"""Columns for code; the comment with its origin stands behind."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """``name``, imported from ``module``."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Name:
    """A local name, or any expression that is written as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """``function(*arguments, **keywords)``."""

    function: Expression
    arguments: tuple[Expression, ...] = ()
    keywords: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """``value.name``."""

    value: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Infix:
    """``left operator right``; operands that are such themselves stand in parentheses."""

    left: Expression
    operator: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Listing:
    """``[a, b, c]`` of expressions."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``{"a": x, "b": y}``."""

    items: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """An argument or item that stands on a line of its own, with its origin behind it."""

    value: Expression
    span: Span


Literal = int | float | bool | str | tuple["Literal", ...] | None
Expression = Symbol | Name | Call | Attribute | Infix | Listing | Table | Noted | Literal


def call(function: Expression, /, *arguments: Expression, **keywords: Expression) -> Call:
    """A call in the notation of the call itself."""
    return Call(function, arguments, tuple(keywords.items()))


def symbols(expression: Expression) -> Iterator[Symbol]:
    """Every imported name in the expression."""
    match expression:
        case Symbol():
            yield expression
        case Call(function, arguments, keywords):
            for part in (function, *arguments, *(value for _, value in keywords)):
                yield from symbols(part)
        case Infix(left, _, right):
            yield from symbols(left)
            yield from symbols(right)
        case Listing(items):
            for item in items:
                yield from symbols(item)
        case Table(pairs):
            for _, value in pairs:
                yield from symbols(value)
        case Noted(value) | Attribute(value):
            yield from symbols(value)
        case _:
            return


# --- rendering


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code and where it comes from."""

    text: str
    span: Span | None = None


def render(expression: Expression, indent: int = 0, before: str = "", after: str = "") -> list[Line]:
    """The lines of ``before``, the expression and ``after``, indented by ``indent`` columns.

    What does not fit ``WIDTH``, or has noted parts, is broken: a part a line.
    """
    if isinstance(expression, Noted):
        first, *rest = render(expression.value, indent, before, after)
        return [Line(first.text, expression.span), *rest]
    flat = f"{' ' * indent}{before}{_flat(expression)}{after}"
    parts = _parts(expression)
    if parts is None or (len(flat) <= WIDTH and not _is_noted(expression)):
        return [Line(flat)]
    opening, items, closing = parts
    lines = [Line(f"{' ' * indent}{before}{opening}")]
    for label, item in items:
        lines += render(item, indent + 4, label, ",")
    return [*lines, Line(f"{' ' * indent}{closing}{after}")]


def _is_noted(expression: Expression) -> bool:
    match expression:
        case Noted():
            return True
        case Call(function, arguments, keywords):
            return any(map(_is_noted, (function, *arguments, *(value for _, value in keywords))))
        case Listing(items):
            return any(map(_is_noted, items))
        case Table(pairs):
            return any(_is_noted(value) for _, value in pairs)
        case _:
            return False


def _flat(expression: Expression) -> str:
    match expression:
        case Symbol():
            return expression.name
        case Name():
            return expression.text
        case Noted():
            return _flat(expression.value)
        case Attribute(value, name):
            return f"{_flat(value)}.{name}"
        case Call(function, arguments, keywords):
            inside = [_flat(argument) for argument in arguments]
            inside += [f"{name}={_flat(value)}" for name, value in keywords]
            return f"{_flat(function)}({', '.join(inside)})"
        case Infix(left, operator, right):
            sides = [f"({_flat(side)})" if isinstance(side, Infix) else _flat(side) for side in (left, right)]
            return f"{sides[0]} {operator} {sides[1]}"
        case Listing(items):
            return f"[{', '.join(map(_flat, items))}]"
        case Table(pairs):
            return "{" + ", ".join(f"{_text(key)}: {_flat(value)}" for key, value in pairs) + "}"
        case str():
            return _text(expression)
        case float():
            return repr(expression) if math.isfinite(expression) else f'float("{expression}")'
        case tuple():
            comma = "," if len(expression) == 1 else ""
            return f"({', '.join(map(_flat, expression))}{comma})"
        case _:
            return repr(expression)


Parts = tuple[str, list[tuple[str, Expression]], str]


def _parts(expression: Expression) -> Parts | None:
    """The opening, the labelled items and the closing of what may be broken into lines; None for what may not."""
    match expression:
        # A layer applied to its input, `Dense(...)(x)`: it is the layer's own arguments that are long.
        case Call(Call() as function, arguments, ()) if parts := _parts(function):
            opening, items, closing = parts
            return opening, items, f"{closing}({', '.join(map(_flat, arguments))})"
        case Call(function, arguments, keywords) if arguments or keywords:
            items = [("", argument) for argument in arguments]
            items += [(f"{name}=", value) for name, value in keywords]
            return f"{_flat(function)}(", items, ")"
        case Listing(values) if values:
            return "[", [("", item) for item in values], "]"
        case Table(pairs) if pairs:
            return "{", [(f"{_text(key)}: ", value) for key, value in pairs], "}"
        case tuple() if expression:
            return "(", [("", item) for item in expression], ")"
        case _:
            return None


def _text(value: str) -> str:
    """A string literal in double quotes, or as Python writes it where it holds some."""
    quoted = repr(value)
    if quoted.startswith("'") and '"' not in value:
        return f'"{quoted[1:-1]}"'
    return quoted


# --- statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """``before`` and a value, such as ``x = `` or ``return ``; ``span``: its origin; ``remark`` follows it."""

    before: str = ""
    value: Expression
    span: Span | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """``if condition:`` and what is done then."""

    condition: str
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """``def name(parameters):`` with a docstring."""

    name: str
    parameters: str = ""
    doc: str
    body: tuple[Statement | Branch, ...]


@dataclass(slots=True)
class Page:
    """Lines of a program with the origin of those that have one, counted from 1."""

    lines: list[str] = field(default_factory=list)
    origins: dict[int, Span] = field(default_factory=dict)
    symbols: set[Symbol] = field(default_factory=set)

    def add(self, text: str) -> None:
        """Adds lines without an origin."""
        self.lines.extend(text.split("\n"))

    def statement(self, statement: Statement, indent: int = 0) -> None:
        """Adds a statement; its origin is named behind its first line, noted parts' behind theirs."""
        self.symbols.update(symbols(statement.value))
        first, *rest = render(statement.value, indent, statement.before)
        self._line(Line(first.text, statement.span or first.span), statement.remark)
        for line in rest:
            self._line(line)

    def function(self, function: Function) -> None:
        """Adds a function."""
        self.add(f"def {function.name}({function.parameters}):")
        self.add(f'    """{function.doc}"""')
        for part in function.body:
            if isinstance(part, Branch):
                self.add(f"    if {part.condition}:")
                for statement in part.body:
                    self.statement(statement, 8)
            else:
                self.statement(part, 4)

    def _line(self, line: Line, remark: str = "") -> None:
        note = f"{origin(line.span)}  {remark}".strip() if line.span else remark
        self.lines.append(f"{line.text}  # {note}" if note else line.text)
        if line.span is not None:
            self.origins[len(self.lines)] = line.span

    def extend(self, page: Page) -> None:
        """Adds another page's lines below."""
        shift = len(self.lines)
        self.lines.extend(page.lines)
        self.origins.update({number + shift: span for number, span in page.origins.items()})
        self.symbols.update(page.symbols)

    @property
    def text(self) -> str:
        """The whole page, with a newline at its end."""
        return "\n".join(self.lines) + "\n"


def origin(span: Span) -> str:
    """``mnist.zoo:12``."""
    return f"{file_name(span.file.path)}:{span.begin.line}"


def file_name(path: str) -> str:
    """The file's name without its folders, on which a program's text must not depend.

    What could end a comment or a docstring is replaced: a name must not become code.
    """
    return re.sub(r"[^\w .,+@()<>=-]", "_", path.replace("\\", "/").rsplit("/", 1)[-1])


def escaped(text: str) -> str:
    """Text as it stands in a docstring."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def import_lines(modules: Iterable[tuple[str, str]]) -> list[str]:
    """``from module import names`` for pairs of module and name, a module a line, sorted; broken where long."""
    names_of: dict[str, set[str]] = {}
    for module, name in modules:
        names_of.setdefault(module, set()).add(name)
    lines = []
    for module, names in sorted(names_of.items()):
        ordered = sorted(names, key=lambda name: (not name.isupper(), not name[:1].isupper(), name))
        flat = f"from {module} import {', '.join(ordered)}"
        if len(flat) <= WIDTH:
            lines.append(flat)
        else:
            lines += [f"from {module} import (", *(f"    {name}," for name in ordered), ")"]
    return lines
