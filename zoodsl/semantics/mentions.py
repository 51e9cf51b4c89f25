"""Which names are written anywhere in a tree: what tells a name that is never used from one in a branch not taken."""

from __future__ import annotations

from collections.abc import Iterable

from zoodsl.semantics.labels import BETWEEN_BRACES
from zoodsl.syntax.nodes import Name, Node, Text


def mentioned(nodes: Iterable[Node]) -> frozenset[str]:
    """Every name in the nodes, those that label texts interpolate among them."""
    found: set[str] = set()
    waiting: list[object] = list(nodes)
    while waiting:
        node = waiting.pop()
        match node:
            case Name(text=text):
                found.add(text)
            case Text(value=value):
                found.update(BETWEEN_BRACES.findall(value))
            case tuple():
                waiting.extend(node)
            case Node():
                waiting.extend(getattr(node, field) for field in type(node).__slots__)
            case _:
                pass
    return frozenset(found)
