"""Something left out: an argument, a bracket, a comma, a section, a setting, a declaration, a header."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from zoodsl.catalog.operator import REQUIRED
from zoodsl.source import Span
from zoodsl.syntax.nodes import Block, Call, Definition, Let, Param, Section, Setting, Use
from zoodsl.syntax.tokens import CLOSERS, OPENERS, Token
from zoodsl.testing.mistaken.written import Found, Mistake, Written, bound, declared_name, operator_of

_NEEDED = {
    "data": ("feature", "label"),
    "base": ("load",),
    "optimize": ("loss", "optimizer"),
    "experiment": ("compare",),
    "predict": ("from",),
    "recommend": ("offer",),
    "detect": ("output",),
    "anomalies": ("flag",),
}
"""Settings without which their section says too little."""

_READ_ANYWAY = frozenset({"ZOO101", "ZOO102", "ZOO103", "ZOO107", "ZOO108", "ZOO109"})
_UNKNOWN = frozenset({"ZOO201", "ZOO202"})


def omissions(spec: Written, _: random.Random) -> Iterator[Mistake]:
    """Everything that the spec needs, left out once."""
    yield from _punctuation(spec)
    yield from _header(spec)
    for each in spec.found:
        match each.node:
            case Call() as call:
                yield from _required_arguments(spec, call)
                yield from _parentheses(spec, each, call)
            case Setting(keyword=keyword) as setting if keyword.text in _NEEDED.get(each.section, ()):
                yield from _needed(spec, each, setting)
            case Section(keyword=keyword) as section if keyword.text in ("data", "network", "optimize"):
                yield _section(spec, section)
            case Param() | Let() | Block() | Use() | Section() | Definition() as node:
                yield from _definition(spec, node)
            case _:
                pass


def _blank(span: Span) -> str:
    """Empty lines in place of a span's, so that what follows keeps its line."""
    return "\n" * span.text.count("\n")


def _section(spec: Written, section: Section) -> Mistake:
    """A section left out; what is missing is told at the end of what is there."""
    blank = _blank(section.span)
    rest = spec.edited((section.span, blank)).rstrip()
    end = spec.span(min(len(rest), section.span.start), len(spec.text.rstrip()))
    last = rest.count("\n") + 1
    made = spec.mistake("drop: section", (section.span, blank), codes={"ZOO226"}, at=(end,))
    return replace(made, lines=made.lines | {last})


def _required_arguments(spec: Written, call: Call) -> Iterator[Mistake]:
    operator = operator_of(call)
    if operator is None:
        return
    pairs = list(bound(call, operator))
    for argument, parameter in pairs:
        if parameter.default is not REQUIRED:
            continue
        at = call.arguments.index(argument)
        start, end = argument.span.start, argument.span.end
        if at + 1 < len(call.arguments):
            end = call.arguments[at + 1].span.start
        elif at:
            start = call.arguments[at - 1].span.end
        place = spec.span(start, end)
        # Without a name, the next one takes its place.
        follows = argument.name is None and at + 1 < len(call.arguments)
        yield spec.mistake(
            "drop: required argument",
            (place, ""),
            codes={"ZOO206"} | ({"ZOO209", "ZOO210", "ZOO211"} if follows else set()),
            at=(call.span, argument.span),
        )


def _parentheses(spec: Written, found: Found, call: Call) -> Iterator[Mistake]:
    if not call.arguments and operator_of(call) is not None:
        place = spec.span(call.callee.span.end, call.span.end)
        codes = {"ZOO209", "ZOO304", "ZOO201", "ZOO229"}
        yield spec.mistake("drop: parentheses", (place, ""), codes=codes, at=(found.node.span,))


def _needed(spec: Written, found: Found, setting: Setting) -> Iterator[Mistake]:
    home = next(each for each in found.around if isinstance(each, Section))
    yield spec.mistake(
        "drop: needed setting",
        (setting.span, _blank(setting.span)),
        codes={"ZOO227", "ZOO226"},
        at=(home.keyword.span, home.span),
    )


def _definition(spec: Written, node: Param | Let | Block | Use | Section | Definition) -> Iterator[Mistake]:
    name = declared_name(node)
    if name is None:
        return
    uses = [span for span in spec.uses(name.text) if not node.span.start <= span.start < node.span.end]
    if uses:
        codes = _UNKNOWN | {"ZOO203", "ZOO409", "ZOO212"}
        yield spec.mistake("drop: definition", (node.span, _blank(node.span)), codes=codes, at=uses)


def _header(spec: Written) -> Iterator[Mistake]:
    zoo, version, after = spec.tokens[:3]
    place = zoo.span.to(version.span)
    yield spec.mistake("drop: header", (place, ""), codes={"ZOO104"}, at=(place, after.span))


def _punctuation(spec: Written) -> Iterator[Mistake]:
    partners = _partners(spec)
    tokens = spec.tokens
    for index, token in enumerate(tokens):
        around = [each.span for each in tokens[max(0, index - 1) : index + 2]]
        span = token.span
        match token.type:
            case "COMMA" if tokens[index + 1].type not in CLOSERS:
                codes = _READ_ANYWAY | {"ZOO206"}  # `a [b]` is an item of `a`
                yield spec.mistake("drop: comma", (span, ""), codes=codes, at=around)
            case "EQUAL":
                codes = _READ_ANYWAY | {"ZOO204"}
                yield spec.mistake("drop: equals sign", (span, ""), codes=codes, at=around)
            case "ARROW":
                yield spec.mistake("drop: arrow", (span, ""), codes=_READ_ANYWAY, at=around)
            case "STRING":
                quote = spec.span(span.end - 1, span.end)
                yield spec.mistake("drop: quote", (quote, ""), codes=_READ_ANYWAY, at=around)
            case kind if kind in OPENERS or kind in CLOSERS:
                at = [*around, *([partners[index].span] if index in partners else [])]
                yield spec.mistake("drop: bracket", (span, ""), codes=_READ_ANYWAY, at=at)
            case _:
                pass


def _partners(spec: Written) -> dict[int, Token]:
    """The partner of each bracket, by the index of its token."""
    found: dict[int, Token] = {}
    waiting: list[int] = []
    for index, token in enumerate(spec.tokens):
        if token.type in OPENERS:
            waiting.append(index)
        elif token.type in CLOSERS and waiting:
            opener = waiting.pop()
            found[opener], found[index] = token, spec.tokens[opener]
    return found
