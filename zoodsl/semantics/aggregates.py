"""What a whole column holds, as a number: ``max(ratings.user)``, ``min(ratings.user)``, ``distinct(ratings.user)``."""

from __future__ import annotations

from zoodsl.diagnostics import Label
from zoodsl.diagnostics.rules import ratings as rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import Column
from zoodsl.model.printer import show_column
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.values import FrameValue
from zoodsl.source import Span
from zoodsl.sources import ColumnFacts
from zoodsl.types import DType

AGGREGATES = ("max", "min", "distinct")
"""Functions of constant expressions that take a column too."""


def aggregate(name: str, column: Column, span: Span, scope: Scope) -> int | float | None:
    """The number that the function ``name`` gives for ``column``, over all rows that hold a value; None after a report."""
    binding = scope.find(column.frame)
    owner = None if binding is None else binding.value
    if not isinstance(owner, FrameValue):
        raise TypeError(f"{column.frame} is no frame")  # its column was found there
    kind = None if column.type is None else column.type.type
    if kind is not None and not (
        isinstance(kind, DType) and (name == "distinct" or kind is not DType.STRING)
    ):
        holds = "text" if kind is DType.STRING else "images" if name == "distinct" else "no numbers"
        takes = "of numbers or texts" if name == "distinct" else "of numbers"
        scope.diagnostics.report(
            value_rules.WRONG_TYPE,
            column.span,
            f"`{name}` takes a column {takes}, and `{column.name}` holds {holds}",
            help=f"`distinct({column.span.text})` counts its different values"
            if kind is DType.STRING
            else "",
        )
        return None
    facts = owner.facts(column)
    found = None if facts is None or facts.misfit is not None else _found(name, facts)
    if found is None:
        scope.diagnostics.report(
            rules.UNKNOWN_COUNT,
            span,
            f"`{span.text}` is not known before the program runs: {_why(column, facts)}",
            help="write the number itself, or a `param` that a run sets",
            labels=[Label(owner.span, "this frame")],
        )
        return None
    counted = int(found) if kind is not DType.FLOAT64 or name == "distinct" else found
    scope.budget.counts[f"{name}({show_column(column)})"] = counted
    return counted


def _found(name: str, facts: ColumnFacts) -> float | None:
    match name:
        case "max":
            return facts.maximum
        case "min":
            return facts.minimum
        case _:
            return facts.distinct


def _why(column: Column, facts: ColumnFacts | None) -> str:
    if facts is None:
        return "its data are far away, too large, or made of others that are"
    if facts.misfit is not None:
        return f"`{column.name}` holds `{facts.misfit}` among its numbers"
    return "no row holds a value" if facts.nulls else "its values are not looked at"
