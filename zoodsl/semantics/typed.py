"""What is known of the terms of a property before it is tried."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from zoodsl.catalog.values import Sort
from zoodsl.model.properties import Term
from zoodsl.semantics.drawn import channels_first
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.tasks import Whole
from zoodsl.source import Span
from zoodsl.types import Shape, ValueType

_TEXT_OR_SPACE = re.compile(r'("(?:[^"\\\n]|\\.)*")|(?:\s|#[^\n]*)+')


def on_one_line(text: str) -> str:
    """What a claim or a part of it says, on one line: spaces count within quotes alone, and comments nowhere."""
    return _TEXT_OR_SPACE.sub(lambda found: found[1] or " ", text).strip()


@dataclass(frozen=True, slots=True)
class Typed:
    """A term with what is known of it: None where the data could not be looked at, or after a mistake elsewhere.

    ``type`` is of images and tensors, ``size`` of sizes, ``frame`` of rows. ``names`` are the variables that it speaks of.
    ``whole``: all numbers that it may be are whole. ``denied`` says why a claim that it is part of can never hold.
    """

    term: Term
    sort: Sort | None
    type: ValueType | None = None
    size: Shape | None = None
    frame: str = ""
    names: frozenset[str] = frozenset()
    whole: bool = False
    denied: str = ""

    @property
    def shape(self) -> Shape | None:
        """What ``Shape`` tells of it, where that does not vary."""
        return None if self.type is None else channels_first(self.type)

    def __str__(self) -> str:
        return "a value" if self.sort is None else self.sort.value


@dataclass(frozen=True, slots=True)
class Known:
    """A variable, defined at ``span``: what it stands for, and the place of its domain, None where that is in error."""

    value: Typed
    span: Span
    domain: Span | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the claims of a property are read beside.

    ``unfit`` are the places of domains, and of what else is drawn, that were reported not to fit: one mistake, one report.
    """

    whole: Whole
    scope: Scope
    variables: dict[str, Known] = field(default_factory=dict)
    unfit: set[Span] = field(default_factory=set)
