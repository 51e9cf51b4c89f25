"""A column of a frame by its name, and what is said where there is none."""

from __future__ import annotations

from zoodsl.catalog.operator import ColumnType
from zoodsl.diagnostics import Label, did_you_mean
from zoodsl.diagnostics.rules import data as data_rules
from zoodsl.diagnostics.rules import frames as frame_rules
from zoodsl.model.nodes import Column
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.values import FrameValue
from zoodsl.source import Span

_NUMBERED = "column_"
"""What the columns of a file without a header are called, with their numbers behind."""


def column_of(owner: FrameValue, name: str, place: Span, span: Span, scope: Scope) -> Column | None:
    """The column of this name, written at ``place`` of ``span``; None after a report."""
    if name in owner.clashes:
        ways = [f'`{owner.name}["{each}"]`' for each in owner.clashes[name]]
        scope.diagnostics.report(
            frame_rules.AMBIGUOUS_COLUMN,
            place,
            f"`{name}` is a column of each frame that `{owner.name}` was joined from",
            help=f"write {' or '.join(ways)}",
            labels=[Label(owner.span, "joined here")],
        )
        return None
    if name in owner.left_out:
        scope.diagnostics.report(
            data_rules.UNKNOWN_COLUMN,
            place,
            f"`{name}` holds {owner.left_out[name]}, and a column is one number or text a row",
            help="put what is needed of it into columns of their own, in the data",
            labels=[Label(owner.span, "this frame")],
        )
        return None
    if (owner.columns or owner.left_out) and name not in owner.columns:
        if not _is_news(owner, scope):
            return None
        listed = (
            ", ".join(f"`{each}`" for each in list(owner.columns)[:12]) or "none: it holds lists and objects"
        )
        scope.diagnostics.report(
            data_rules.UNKNOWN_COLUMN,
            place,
            f"`{owner.name}` has no column `{name}`",
            help=did_you_mean(name, owner.columns)
            or f"its columns are {listed}"
            + ("; leave `header = false` out if the file names them" if _is_nameless(owner) else ""),
            labels=[Label(owner.span, "this frame")],
        )
        return None
    kind = owner.columns.get(name)
    return Column(
        span=span,
        frame=owner.name,
        name=name,
        type=None if kind is None else ColumnType(name, kind),
    )


def _is_nameless(owner: FrameValue) -> bool:
    """Whether the columns of a frame have numbers instead of names."""
    return bool(owner.columns) and all(each.startswith(_NUMBERED) for each in owner.columns)


def _is_news(owner: FrameValue, scope: Scope) -> bool:
    """Whether an unknown column is to be told: where all lack their names, the first tells of the others."""
    if not _is_nameless(owner):
        return True
    first = ("column", owner.name) not in scope.budget.unknown
    scope.budget.unknown.add(("column", owner.name))
    return first
