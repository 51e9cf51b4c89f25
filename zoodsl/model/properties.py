"""Properties: what a spec says must hold, for everything of some kind, of its own preprocessing, network, labels and splits.

What a claim speaks of is a ``Term`` of its own: it knows variables, images and tensors, where terms of the data know columns.
"""

from __future__ import annotations

from dataclasses import dataclass

from zoodsl.catalog.operator import Domain, Measure
from zoodsl.model.nodes import Column, Operation, Part, PreprocessStep
from zoodsl.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Forall:
    """``forall names in domain``: variables that are drawn together, of one domain."""

    span: Span
    names: tuple[str, ...]
    domain: Operation[Domain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A value that does not vary: a number, a text, a size as a tuple, or a part of the data."""

    span: Span
    value: int | float | str | tuple[int, ...] | Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A variable, by its name."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """``row.column`` or ``row["column"]``: what the row that the variable ``row`` stands for has there."""

    span: Span
    row: str
    column: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """``image -> HFlip()``: an image after steps of its own, which are no part of the spec's preprocessing."""

    span: Span
    image: Term
    steps: tuple[PreprocessStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A measure of terms, which are among the operation's arguments."""

    span: Span
    operation: Operation[Measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculated:
    """Arithmetic of two numbers, ``+ - * /``."""

    span: Span
    operator: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``left operator right``, one of ``== != < <= > >=``."""

    span: Span
    operator: str
    left: Term
    right: Term


Term = Constant | Drawn | Cell | Altered | Measurement | Calculated | Comparison
"""What a claim is made of."""

Claim = Measurement | Comparison
"""What is true or false."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """The section ``property "name"``: all ``claims`` hold for all values of all variables."""

    span: Span
    name: str
    variables: tuple[Forall, ...]
    claims: tuple[Claim, ...]
