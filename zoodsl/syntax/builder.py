"""The tree builder: one method a grammar rule, called as the parser reduces it.

It only makes nodes. It reports nothing and keeps no state, so that one instance serves all parses.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from zoodsl.source import Span
from zoodsl.syntax import nodes
from zoodsl.syntax.tokens import Token

# What Lark hands over: the tokens and nodes on a rule's right side.
Children = list[Any]

ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}
"""What may follow a backslash in a string, and what the two stand for."""

_ESCAPE = re.compile(r"\\(.)")


def _across(children: Children) -> Span:
    first, last = children[0].span, children[-1].span
    return first if first is last else Span(first.file, first.start, last.end)


def _name(token: Token) -> nodes.Name:
    return nodes.Name(span=token.span, text=token.value)


def _text(token: Token) -> nodes.Text:
    value = token.value[1:-1]
    if "\\" in value:
        value = _ESCAPE.sub(lambda found: ESCAPES.get(found[1], found[0]), value)
    return nodes.Text(span=token.span, value=value)


def _doc(token: Token) -> nodes.Text:
    value = token.value[3:-3]
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    return nodes.Text(span=token.span, value=value)


def number_of(text: str) -> int | float:
    """The value of a number's spelling: an int unless it has a point or an exponent."""
    return int(text) if text.isdecimal() else float(text)


def _nodes_in(children: Children) -> tuple[Any, ...]:
    return tuple(child for child in children if not isinstance(child, Token))


def _after(children: Children, kind: str) -> Any:
    """The child that follows the token of ``kind``, or None where there is no such token."""
    for index, child in enumerate(children):
        if isinstance(child, Token) and child.type == kind:
            return children[index + 1]
    return None


def tree_builder() -> object:
    """What Lark calls with the children of each rule, by the rule's name."""
    return _TreeBuilder()


class _TreeBuilder:
    """Makes the nodes of ``zoodsl.syntax.nodes`` from what the parser has read."""

    # --- file and declarations

    def file(self, children: Children) -> nodes.File:
        version = children[1]
        doc = children[2] if len(children) > 2 and _kind(children[2]) == "DOC" else None
        return nodes.File(
            span=_across(children),
            source=version.span.file,
            version=nodes.Number(span=version.span, value=number_of(version.value)),
            doc=_doc(doc) if doc else None,
            declarations=_nodes_in(children),
            comments=(),
        )

    def lone(self, children: Children) -> nodes.Expression:
        (expression,) = _nodes_in(children)
        return expression  # type: ignore[no-any-return]

    def param(self, children: Children) -> nodes.Param:
        return nodes.Param(
            span=_across(children),
            name=_name(children[1]),
            type=_name(children[3]),
            default=_after(children, "EQUAL"),
        )

    def let(self, children: Children) -> nodes.Let:
        return nodes.Let(span=_across(children), name=_name(children[1]), value=children[3])

    def use(self, children: Children) -> nodes.Use:
        target = children[1]
        alias = _after(children, "AS")
        return nodes.Use(
            span=_across(children),
            target=_text(target) if isinstance(target, Token) else target.children,
            alias=_name(alias) if alias is not None else None,
        )

    def dotted(self, children: Children) -> _Dotted:
        return _Dotted(children)

    def block(self, children: Children) -> nodes.Block:
        return nodes.Block(
            span=_across(children),
            name=_name(children[1]),
            parameters=_nodes_in(children[3:-1]),
            body=children[-1],
        )

    def parameter(self, children: Children) -> nodes.Parameter:
        kind = _after(children, "COLON")
        return nodes.Parameter(
            span=_across(children),
            name=_name(children[0]),
            type=_name(kind) if kind is not None else None,
            default=_after(children, "EQUAL"),
        )

    def section(self, children: Children) -> nodes.Section:
        name: nodes.Name | nodes.Text | None = None
        if len(children) == 3:
            name = _text(children[1]) if children[1].type == "STRING" else _name(children[1])
        return nodes.Section(span=_across(children), keyword=_name(children[0]), name=name, body=children[-1])

    # --- bodies and statements

    def body(self, children: Children) -> nodes.Body:
        doc = children[1] if _kind(children[1]) == "DOC" else None
        return nodes.Body(
            span=_across(children),
            doc=_doc(doc) if doc else None,
            statements=_nodes_in(children),
        )

    def definition(self, children: Children) -> nodes.Definition:
        return nodes.Definition(span=_across(children), name=_name(children[0]), value=children[2])

    def step(self, children: Children) -> nodes.Step:
        (value,) = children
        if isinstance(value, nodes.Chain) and not value.steps:
            return nodes.Step(span=value.span, value=value.head, label=value.label)
        return nodes.Step(span=value.span, value=value, label=None)

    def setting(self, children: Children) -> nodes.Setting:
        return nodes.Setting(span=_across(children), keyword=_name(children[0]), clauses=_nodes_in(children))

    def clause(self, children: Children) -> nodes.Clause:
        if isinstance(children[0], nodes.Link):
            return nodes.Clause(span=_across(children), value=None, links=tuple(children))
        return nodes.Clause(span=_across(children), value=children[0], links=tuple(children[1:]))

    def link(self, children: Children) -> nodes.Link:
        word = children[0]
        return nodes.Link(
            span=_across(children),
            word=nodes.Name(span=word.span, text=" ".join(word.value.split())),
            value=children[1] if len(children) > 1 else None,
        )

    def group(self, children: Children) -> nodes.Group:
        return nodes.Group(span=_across(children), keyword=_name(children[0]), body=children[1])

    def repeat(self, children: Children) -> nodes.Repeat:
        label = _after(children, "AS")
        return nodes.Repeat(
            span=_across(children),
            variable=_name(children[1]),
            values=children[3],
            label=_text(label) if label is not None else None,
            body=children[-1],
        )

    # --- expressions

    def alone(self, children: Children) -> nodes.Chain:
        return nodes.Chain(span=_across(children), head=children[0], label=_text(children[2]), steps=())

    def element(self, children: Children) -> nodes.Labelled:
        label = _text(children[2]) if len(children) > 1 else None
        return nodes.Labelled(span=_across(children), value=children[0], label=label)

    def chain(self, children: Children) -> nodes.Chain:
        head, *steps = _nodes_in(children)
        return nodes.Chain(span=_across(children), head=head.value, label=head.label, steps=tuple(steps))

    def binary(self, children: Children) -> nodes.Binary:
        left, operator, right = children
        return nodes.Binary(span=_across(children), operator=operator.value, left=left, right=right)

    def range(self, children: Children) -> nodes.Range:
        return nodes.Range(span=_across(children), low=children[0], high=children[2])

    def unary(self, children: Children) -> nodes.Unary:
        return nodes.Unary(span=_across(children), operator=children[0].value, operand=children[1])

    def attribute(self, children: Children) -> nodes.Attribute:
        return nodes.Attribute(span=_across(children), value=children[0], name=_name(children[2]))

    def index(self, children: Children) -> nodes.Index:
        return nodes.Index(span=_across(children), value=children[0], index=children[2])

    def call(self, children: Children) -> nodes.Call:
        return nodes.Call(span=_across(children), callee=children[0], arguments=_nodes_in(children[2:]))

    def argument(self, children: Children) -> nodes.Argument:
        name = _name(children[0]) if len(children) > 1 else None
        return nodes.Argument(span=_across(children), name=name, value=children[-1])

    def name(self, children: Children) -> nodes.Name:
        return _name(children[0])

    def text(self, children: Children) -> nodes.Text:
        return _text(children[0])

    def number(self, children: Children) -> nodes.Number:
        (token,) = children
        return nodes.Number(span=token.span, value=number_of(token.value))

    def measure(self, children: Children) -> nodes.Measure:
        (token,) = children
        unit = token.value.lstrip("0123456789.eE+-").lstrip()
        number = token.value.removesuffix(unit).rstrip()
        return nodes.Measure(span=token.span, value=number_of(number), unit=unit)

    def size(self, children: Children) -> nodes.Size:
        (token,) = children
        return nodes.Size(span=token.span, dimensions=tuple(map(int, token.value.split("x"))))

    def flag(self, children: Children) -> nodes.Flag:
        return nodes.Flag(span=children[0].span, value=children[0].value == "true")

    def sequence(self, children: Children) -> nodes.Sequence:
        return nodes.Sequence(span=_across(children), items=_nodes_in(children))

    def parenthesised(self, children: Children) -> nodes.Expression:
        # The parentheses belong to the node's place, so that whatever encloses it covers them too.
        return replace(children[1], span=_across(children))  # type: ignore[no-any-return]

    def conditional(self, children: Children) -> nodes.Conditional:
        condition, then, otherwise = _nodes_in(children)
        return nodes.Conditional(span=_across(children), condition=condition, then=then, otherwise=otherwise)

    def unreadable(self, children: Children) -> nodes.Unreadable:
        return nodes.Unreadable(span=children[0].span)


class _Dotted:
    """A dotted name on its way into a ``Use``."""

    def __init__(self, children: Children) -> None:
        self.children = tuple(_name(child) for child in children if child.type == "NAME")
        self.span = _across(children)


def _kind(child: Any) -> str | None:
    return child.type if isinstance(child, Token) else None
