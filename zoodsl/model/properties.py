"""Properties: what a spec says must hold, for everything of some kind, of its own preprocessing, network, labels and splits."""

from __future__ import annotations

from dataclasses import dataclass

from zoodsl.catalog.operator import Domain
from zoodsl.model.nodes import Operation
from zoodsl.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """``forall name in domain``."""

    span: Span
    name: str
    domain: Operation[Domain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """The section ``property "name"``: all ``claims`` hold for all values of ``variables``."""

    span: Span
    name: str
    variables: tuple[Variable, ...]
