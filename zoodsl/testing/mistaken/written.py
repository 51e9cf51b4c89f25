"""A right spec taken apart: its tokens, its tree, every node with those around it, and what it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from zoodsl.catalog import registry
from zoodsl.catalog.operator import Operator, Parameter
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile, Span
from zoodsl.syntax.grammar import grammar
from zoodsl.syntax.lexer import tokenize
from zoodsl.syntax.nodes import (
    Argument,
    Block,
    Call,
    Clause,
    Definition,
    File,
    Let,
    Name,
    Node,
    Param,
    Repeat,
    Section,
    Setting,
    Text,
    Use,
)
from zoodsl.syntax.nodes import Parameter as BlockParameter
from zoodsl.syntax.parser import parse
from zoodsl.syntax.tokens import NEWLINE, Token


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong spec with exactly one mistake, and what a good answer to it is.

    ``kind`` says what was done, ``changed`` what stood there and what stands there now. An answer is right if it has one of
    ``codes`` at one of ``lines`` (several where the fault lies as much with either, as where a name is defined and where it is
    used). Of a misspelling, ``meant`` is the word that should be suggested.
    """

    kind: str
    path: str
    text: str
    changed: str
    lines: frozenset[int]
    codes: frozenset[str]
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A node and the nodes around it, the innermost first."""

    node: Node
    around: tuple[Node, ...]

    @property
    def parent(self) -> Node:
        """The node right around it."""
        return self.around[0]

    @property
    def section(self) -> str:
        """The keyword of the section that it is in: ``block`` in a block, empty outside."""
        for each in self.around:
            if isinstance(each, Section):
                return each.keyword.text
            if isinstance(each, Block):
                return "block"
        return ""


class Written:
    """A right spec as it is written."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.source = SourceFile(path, text)

    @cached_property
    def tree(self) -> File:
        """Its syntax tree."""
        return parse(self.source, Diagnostics())

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its tokens without newlines."""
        lexed = tokenize(self.source, grammar(), Diagnostics())
        return tuple(token for token in lexed.tokens if token.type != NEWLINE)

    @cached_property
    def found(self) -> tuple[Found, ...]:
        """Every node, those around before those within."""
        return tuple(_within(self.tree, ()))

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that is written in it."""
        return frozenset(each.node.text for each in self.found if isinstance(each.node, Name))

    @cached_property
    def declared(self) -> dict[str, Name]:
        """The names that it defines, with the first place where it does."""
        found: dict[str, Name] = {}
        for each in self.found:
            if (name := declared_name(each.node)) is not None:
                found.setdefault(name.text, name)
        return found

    def uses(self, name: str) -> Iterator[Span]:
        """Where a name is written, its definitions and texts that interpolate it included."""
        for each in self.found:
            match each.node:
                case Name(text=text, span=span) if text == name:
                    yield span
                case Text(value=value, span=span) if f"{{{name}}}" in value:
                    yield span
                case _:
                    pass

    def edited(self, *changes: tuple[Span, str]) -> str:
        """The text with each span replaced."""
        text = self.text
        for span, new in sorted(changes, key=lambda change: change[0].start, reverse=True):
            text = text[: span.start] + new + text[span.end :]
        return text

    def span(self, start: int, end: int) -> Span:
        """A span of its text."""
        return Span(self.source, start, end)

    def mistake(
        self,
        kind: str,
        *changes: tuple[Span, str],
        codes: Iterable[str],
        at: Iterable[Span] = (),
        meant: str = "",
    ) -> Mistake:
        """The mistake that changes make; its lines are those where ``at``, or else the changes, begin."""
        places = tuple(at) or tuple(span for span, _ in changes)
        return Mistake(
            kind=kind,
            path=self.path,
            text=self.edited(*changes),
            changed="; ".join(f"{_short(span.text)} -> {_short(new)}" for span, new in changes),
            lines=frozenset(span.begin.line for span in places),
            codes=frozenset(codes),
            meant=meant,
        )

    def call_of(self, found: Found) -> tuple[Call, Operator] | None:
        """The call of an operator whose argument or callee a node is."""
        for each in found.around[:2]:
            if isinstance(each, Call):
                operator = operator_of(each)
                return None if operator is None else (each, operator)
        return None


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= 40 else f"{flat[:37]}...")


def _within(node: Node, around: tuple[Node, ...]) -> Iterator[Found]:
    yield Found(node, around)
    inner = (node, *around)
    for field in type(node).__slots__:
        part = getattr(node, field)
        for each in part if isinstance(part, tuple) else (part,):
            if isinstance(each, Node):
                yield from _within(each, inner)


def declared_name(node: Node) -> Name | None:
    """The name that a node defines, if it defines one."""
    match node:
        case Param(name=name) | Let(name=name) | Block(name=name) | Definition(name=name):
            return name
        case BlockParameter(name=name) | Repeat(variable=name) | Use(alias=Name() as name):
            return name
        case Section(name=Name() as name):
            return name
        case Setting(keyword=Name(text="forall"), clauses=(Clause(value=Name() as name), *_)):
            return name
        case Use(target=(*_, Name() as name)):
            return name
        case _:
            return None


def operator_of(call: Call) -> Operator | None:
    """The operator that a call names; None where there is none, or one of several kinds."""
    if not isinstance(call.callee, Name):
        return None
    name = call.callee.text
    operators = [one for one in (registry.find(kind, name) for kind in Kind) if one is not None]
    return operators[0] if len(operators) == 1 else None


def bound(call: Call, operator: Operator) -> Iterator[tuple[Argument, Parameter]]:
    """The arguments of a right call with their parameters."""
    positional = [each for each in operator.parameters if not each.keyword_only]
    if any(getattr(each.type, "pair", False) for each in positional):
        positional = []
    count = 0
    for argument in call.arguments:
        if argument.name is not None:
            parameter = operator.parameter(argument.name.text)
            if parameter is not None:
                yield argument, parameter
        elif count < len(positional):
            yield argument, positional[count]
            count += 1


Make = Callable[[Written], Iterator[Mistake]]
"""Gives the mistakes of a family that a spec can have."""
