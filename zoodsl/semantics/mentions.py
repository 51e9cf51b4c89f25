"""Which names are written anywhere in a tree: what tells a name that is never used from one in a branch not taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zoodsl.semantics.labels import BETWEEN_BRACES
from zoodsl.syntax.nodes import Name, Node, Text


def mentioned(nodes: Iterable[Node]) -> frozenset[str]:
    """Every name in the nodes, those that label texts interpolate among them."""
    found: set[str] = set()
    for node in _within(nodes):
        match node:
            case Name(text=text):
                found.add(text)
            case Text(value=value):
                found.update(BETWEEN_BRACES.findall(value))
            case _:
                pass
    return frozenset(found)


def mentioned_columns(node: Node) -> frozenset[str]:
    """Every name and every text in a tree: among them are those of all columns that it names."""
    found: set[str] = set()
    for each in _within((node,)):
        match each:
            case Name(text=text) | Text(value=text):
                found.add(text)
            case _:
                pass
    return frozenset(found)


def _within(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes, and every node below them."""
    waiting: list[object] = list(nodes)
    while waiting:
        match waiting.pop():
            case Node() as node:
                yield node
                waiting.extend(getattr(node, field) for field in type(node).__slots__)
            case tuple() as parts:
                waiting.extend(parts)
            case _:
                pass
