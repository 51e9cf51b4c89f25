"""``--values FILE.yaml``: params set from a YAML file, each value read as an expression of the language.

YAML gives names and nesting alone. What a scalar means is decided by the language, so that ``on``, ``1:30`` and
``2020-01-01`` mean here what they mean in a ``.zoo`` file. Anchors and tags are not read.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.environment import UNREADABLE_VALUES
from zoodsl.source import SourceFile, Span
from zoodsl.syntax.nodes import Expression, Sequence, Text, Unreadable
from zoodsl.syntax.parser import parse_expression

TEXT_TYPES = ("string", "path")
"""Types of params for which a value stands for itself, without the language's quotes."""

DEEPEST = 20
"""How deep lists may be nested: deeper than any value is."""


def read_values(
    source: SourceFile, types: Mapping[str, str], diagnostics: Diagnostics
) -> dict[str, Expression]:
    """The params that the YAML text of ``source`` sets. ``types`` gives each declared param's type by name."""
    try:
        _refuse_bombs(source.text)
        root = yaml.compose(source.text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as problem:
        at = getattr(problem, "problem_mark", None)
        start = at.index if at is not None else 0
        detail = getattr(problem, "problem", None) or "it cannot be read"
        diagnostics.report(
            UNREADABLE_VALUES,
            Span(source, start, min(start + 1, len(source.text))),
            f"this is not YAML: {detail}",
            help="write one `name: value` a line",
        )
        return {}
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        diagnostics.report(
            UNREADABLE_VALUES,
            _span(source, root),
            "a values file has names and values, this has neither",
            help="write one `name: value` a line",
        )
        return {}
    values: dict[str, Expression] = {}
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode):
            diagnostics.report(
                UNREADABLE_VALUES,
                _span(source, key),
                "the name of a param belongs here",
                help="write `name: value`",
            )
        elif key.value in values:
            diagnostics.report(
                UNREADABLE_VALUES,
                _span(source, key),
                f"`{key.value}` is set twice",
                help="leave one of the two lines out",
            )
        else:
            values[key.value] = _expression(
                source, value, is_text=types.get(key.value) in TEXT_TYPES, diagnostics=diagnostics
            )
    return values


class _BombError(yaml.YAMLError):
    """What makes a small file cost without bound, told as PyYAML tells its own errors."""

    def __init__(self, problem: str, event: yaml.Event) -> None:
        super().__init__(problem)
        self.problem = problem
        self.problem_mark = event.start_mark


def _refuse_bombs(text: str) -> None:
    """Raises for aliases, which can stand for billions of values, and for deep nesting."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise _BombError("aliases are not read here", event)
        if depth > DEEPEST:
            raise _BombError("it is nested too deeply", event)


def _expression(
    source: SourceFile, node: yaml.Node, *, is_text: bool, diagnostics: Diagnostics
) -> Expression:
    """The expression that ``node`` stands for; a list's quoted items are texts."""
    span = _span(source, node)
    match node:
        case yaml.ScalarNode(value=str(value)) if is_text:
            return Text(span=span, value=value)
        case yaml.ScalarNode(value=str(value)):
            read = parse_expression(_masked(source, span, value), diagnostics)
            return read if read is not None else Unreadable(span=span)
        case yaml.SequenceNode():
            items = tuple(
                _expression(
                    source,
                    item,
                    is_text=isinstance(item, yaml.ScalarNode) and item.style is not None,
                    diagnostics=diagnostics,
                )
                for item in node.value
            )
            return Sequence(span=span, items=items)
        case _:
            diagnostics.report(
                UNREADABLE_VALUES,
                span,
                "a value is a number, a text or a list; this is a table",
                help="set each param by its own line",
            )
            return Unreadable(span=span)


def _span(source: SourceFile, node: yaml.Node) -> Span:
    return Span(source, node.start_mark.index, node.end_mark.index)


def _masked(source: SourceFile, span: Span, value: str) -> SourceFile:
    """A file in which ``value`` stands alone, at its own line and column of the YAML file where YAML left it as it was.

    So what the parser says of it points into the values file.
    """
    start = source.text.find(value, span.start, span.end)
    if start < 0:
        return SourceFile(source.path, value)
    before = "".join(character if character == "\n" else " " for character in source.text[:start])
    return SourceFile(source.path, before + value)
