"""A law: what must hold of everything that is drawn; and what came of trying it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from hypothesis.strategies import SearchStrategy

from zoodsl.source import Span

Example = Mapping[str, Any]
"""What was drawn, by name: images (height, width, channels) of uint8 in RGB, arrays, rows, numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A sentence that must hold for all that ``examples`` draws.

    ``holds(example)`` gives None where it does, else what is the case instead, as a clause for people: ``its largest value is
    260.1``. ``stated``: the spec says it, at ``span``; other laws are derived, and ``span`` is what they are of. ``once``: nothing
    varies, and one example tells all. ``most``: more examples than so many would take too long.
    """

    name: str
    span: Span
    stated: bool
    examples: SearchStrategy[Example]
    holds: Callable[[Example], str | None]
    once: bool = False
    most: int | None = None


class Finding(Enum):
    """What came of a law."""

    HOLDS = "holds"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of trying a law with so many ``examples``.

    A law that is broken has the smallest example that was found, ``reason`` says what is the case with it; of one that was skipped, ``reason`` says why. ``seconds`` is wall-clock time.
    """

    name: str
    span: Span
    stated: bool
    finding: Finding
    examples: int
    seconds: float
    reason: str = ""
    smallest: Example = field(default_factory=dict)
