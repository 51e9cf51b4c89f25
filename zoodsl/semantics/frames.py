"""Frames that are made of others: ``rows = images -> Join(findings, on = ...) -> Where(...)``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from zoodsl.catalog.operator import ColumnType
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Applicability, Fix, Label
from zoodsl.diagnostics.rules import frames as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import (
    UNKNOWN_ROWS,
    Applied,
    Column,
    Combined,
    Frame,
    Joined,
    Kept,
    Operation,
    Term,
)
from zoodsl.model.printer import show_number
from zoodsl.semantics.arguments import bind
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.scope import Role, Scope
from zoodsl.semantics.values import Deferred, FrameValue, Symbol, describe
from zoodsl.source import Span
from zoodsl.sources import Frames, Value, columns_of
from zoodsl.sources.joins import Meeting, better_functions, doubtful
from zoodsl.sources.terms import Values
from zoodsl.syntax.nodes import Chain, Definition
from zoodsl.types import ImageType


@dataclass(slots=True)
class Making:
    """A frame under construction. ``homes`` are the frames whose columns it has: what each of them is called in it."""

    frame: Frame
    homes: dict[str, dict[str, str]]
    clashes: dict[str, tuple[str, ...]]


def derive(statement: Definition, chain: Chain, scope: Scope, frames: Frames) -> FrameValue | None:
    """The frame that a chain makes, which is added to ``frames``; None after a report."""
    head = _head(chain, scope, frames)
    if head is None:
        return None
    name = statement.name
    source = frames.known[head.name]
    frame = replace(source, span=statement.span, name=name.text, source=source.name, steps=())
    making = Making(frame, {head.name: {column: column for column in head.columns}}, dict(head.clashes))
    for step in chain.steps:
        if step.label is not None:
            scope.diagnostics.report(
                statement_rules.MISPLACED,
                step.label.span,
                "steps of a frame have no names",
                help="remove the `as`",
            )
        operation: Operation[Any] | None = bind(step.value, Kind.FRAME_STEP, scope)
        if operation is None or not _add(operation, making, scope, frames):
            return None
    making.frame = replace(making.frame, columns=tuple(map(_of_any_size, making.frame.columns)))
    frames.known[name.text] = making.frame
    columns = {column.name: column.type for column in making.frame.columns}
    return FrameValue(name.text, name.span, columns, making.clashes, facts=frames.counted)


def _of_any_size(column: ColumnType) -> ColumnType:
    """A column of images without the sizes that occur among all files: rows with some of them may be left out."""
    if not isinstance(column.type, ImageType):
        return column
    return replace(column, type=replace(column.type, sizes=()))


def _head(chain: Chain, scope: Scope, frames: Frames) -> FrameValue | None:
    """The frame that a chain begins with."""
    value = evaluate(chain.head, scope)
    match value:
        case None:
            return None
        case FrameValue():
            return value if value.name in frames.known else None
        case Symbol(text, place):
            scope.report_unknown("frame ", text, place, "define it in `data`: `rows = CSV(...)`", Role.FRAME)
        case Deferred():
            scope.diagnostics.report(
                value_rules.WRONG_TYPE,
                chain.head.span,
                "a chain begins with a frame, and this is a call",
                help=f"give what is read a name of its own first: `images = {chain.head.span.text}`",
            )
        case _:
            scope.diagnostics.report(
                value_rules.WRONG_TYPE,
                chain.head.span,
                f"a chain begins with a frame, and this is {describe(value)}",
            )
    return None


def _add(operation: Operation[Any], making: Making, scope: Scope, frames: Frames) -> bool:
    if operation.operator.name == "Where":
        return _where(operation, making, scope, frames)
    return _join(operation, making, scope, frames)


def _where(operation: Operation[Any], making: Making, scope: Scope, frames: Frames) -> bool:
    condition = _placed(operation.arguments["condition"], making, scope)
    if not isinstance(condition, Combined):
        return False
    step = Kept(span=operation.span, operation=operation, condition=condition)
    before = making.frame
    making.frame = replace(before, steps=(*before.steps, step))
    _count(making, frames)
    if making.frame.rows.count == 0 and before.rows.count:
        _report_nothing_kept(before, condition, operation, scope, frames)
        making.frame = replace(making.frame, rows=UNKNOWN_ROWS)
    return True


def _report_nothing_kept(
    before: Frame, condition: Combined, operation: Operation[Any], scope: Scope, frames: Frames
) -> None:
    """Reports a condition that none of the rows fulfils, with what its columns hold."""
    columns = {column.name: column for column in columns_of(condition)}
    found = {name: frames.values(before, column) for name, column in columns.items()}
    scope.diagnostics.report(
        rules.NOTHING_KEPT,
        operation.places["condition"],
        f"none of the {before.rows.count:,} rows fulfils this",
        help="; ".join(f"`{name}` {_held(values)}" for name, values in found.items() if values is not None),
    )


def _held(values: Values) -> str:
    """What a column holds: its range where it has numbers, else some of its texts."""
    texts = sorted({value for value in values if isinstance(value, str)})
    numbers = [value for value in values if isinstance(value, int | float)]
    if texts:
        return f"holds {_examples(tuple(texts[:3]))}{', ...' if len(texts) > 3 else ''}"
    if not numbers:
        return "holds nothing"
    return f"goes from {show_number(min(numbers))} to {show_number(max(numbers))}"


def _join(operation: Operation[Any], making: Making, scope: Scope, frames: Frames) -> bool:
    other = frames.known.get(operation.arguments["frame"])
    if other is None:
        return False  # it was reported where it is defined
    place = operation.places["frame"]
    if other.name in making.homes:
        scope.diagnostics.report(
            rules.JOINED_TWICE,
            place,
            f"`{other.name}` is in this chain already",
            help=f"read its file by another name too: `again = {other.reader.span.text}`",
            labels=[Label(other.span, "the frame")],
        )
        return False
    equality: Combined = operation.arguments["on"]
    sides = _sides(equality, other, making, scope)
    if sides is None:
        return False
    left, right = sides
    renamed = _renamed(left, right, other, making)
    step = Joined(
        span=operation.span, operation=operation, frame=other.name, left=left, right=right, renamed=renamed
    )
    meeting = frames.meeting(making.frame, step)
    if meeting is not None:
        _check(meeting, step, making, scope, frames)
    _enter(step, other, making)
    if meeting is None or meeting.pairs:
        _count(making, frames)
    else:
        # It was reported: that parts of nothing have no rows is not another mistake.
        making.frame = replace(making.frame, rows=UNKNOWN_ROWS)
    return True


def _sides(equality: Combined, other: Frame, making: Making, scope: Scope) -> tuple[Term, Term] | None:
    """The side of the chain so far and the side of the other frame."""
    of_other = [
        {column.frame == other.name for column in columns_of(side)}
        for side in (equality.left, equality.right)
    ]
    if of_other == [{False}, {True}]:
        left, right = equality.left, equality.right
    elif of_other == [{True}, {False}]:
        left, right = equality.right, equality.left
    else:
        first = next(iter(making.homes))
        scope.diagnostics.report(
            rules.WRONG_JOIN,
            equality.span,
            f"a join's equality has a side of `{other.name}` and one of what it is joined to, and this one has not",
            help=f"write such as `on = {first}.id == {other.name}.id`",
        )
        return None
    placed = _placed(left, making, scope)
    return None if placed is None else (placed, right)


def _placed(term: Term, making: Making, scope: Scope) -> Term | None:
    """A term with its columns as the chain calls them; None after a report of one that it does not have."""
    good = True
    for column in columns_of(term):
        if column.frame not in making.homes:
            known = " and ".join(f"`{name}`" for name in making.homes)
            scope.diagnostics.report(
                rules.FOREIGN_COLUMN,
                column.span,
                f"`{column.frame}` is not in this chain: here are columns of {known}",
                help=f"join it before: `-> Join({column.frame}, on = ...)`",
            )
            good = False
    return _renamed_in(term, making.homes) if good else None


def _renamed_in(term: Term, homes: Mapping[str, Mapping[str, str]]) -> Term:
    match term:
        case Column(expression=None):
            return replace(term, name=homes[term.frame].get(term.name, term.name))
        case Applied(operation=operation):
            arguments = {
                name: _renamed_in(value, homes) if isinstance(value, Column | Applied | Combined) else value
                for name, value in operation.arguments.items()
            }
            return replace(term, operation=replace(operation, arguments=arguments))
        case Combined(left=left, right=right):
            return replace(term, left=_renamed_in(left, homes), right=_renamed_in(right, homes))
        case _:
            return term


def _renamed(left: Term, right: Term, other: Frame, making: Making) -> dict[str, tuple[str, str | None]]:
    """What columns of both sides are called: by the name of their frame, but for one that the frames are joined by."""
    mine = {column.name for column in making.frame.columns}
    found: dict[str, tuple[str, str | None]] = {}
    for column in other.columns:
        name = column.name
        if isinstance(left, Column) and isinstance(right, Column) and left.name == right.name == name:
            found[name] = (name, None)
        elif name in making.clashes:
            found[name] = (name, f"{other.name}.{name}")
        elif name in mine:
            home = next(frame for frame, names in making.homes.items() if name in names.values())
            found[name] = (f"{home}.{name}", f"{other.name}.{name}")
    return found


def _enter(step: Joined, other: Frame, making: Making) -> None:
    """Adds the columns of a frame that is joined."""
    mine = {name: new for name, (new, _) in step.renamed.items()}
    theirs = {name: new for name, (_, new) in step.renamed.items()}
    for names in making.homes.values():
        names.update({column: mine.get(old, old) for column, old in names.items()})
    making.homes[other.name] = {
        column.name: theirs.get(column.name, column.name) or column.name for column in other.columns
    }
    for name, (new, new_right) in step.renamed.items():
        if new_right is not None:
            making.clashes[name] = (*making.clashes.get(name, (new,)), new_right)
    columns = [
        *(ColumnType(mine.get(each.name, each.name), each.type) for each in making.frame.columns),
        *(
            ColumnType(called, column.type)
            for column in other.columns
            if (called := theirs.get(column.name, column.name)) is not None
        ),
    ]
    making.frame = replace(making.frame, columns=tuple(columns), steps=(*making.frame.steps, step))


def _count(making: Making, frames: Frames) -> None:
    making.frame = replace(making.frame, rows=frames.count(making.frame) or UNKNOWN_ROWS)


def _check(meeting: Meeting, step: Joined, making: Making, scope: Scope, frames: Frames) -> None:
    """Reports keys that do not meet, meet little, or meet several times."""
    place = step.operation.places["on"]
    if doubtful(meeting):
        code = rules.LITTLE_JOINED if meeting.pairs else rules.NOTHING_JOINED
        message = (
            f"{_share(meeting.left_met, meeting.left)} and {_share(meeting.right_met, meeting.right)} of "
            f"`{step.frame}` have a partner"
            if meeting.pairs
            else f"none of the {meeting.left:,} rows has a partner among the {meeting.right:,} of `{step.frame}`"
        )
        help_, fix = _remedy(step, making, frames)
        scope.diagnostics.report(
            code,
            place,
            message,
            help=help_,
            labels=[
                Label(_span(side, place), f"without a partner: {_examples(keys)}")
                for side, keys in ((step.left, meeting.left_alone), (step.right, meeting.right_alone))
                if keys
            ],
            fix=fix,
        )
    if meeting.repeated and meeting.twice is not None:
        scope.diagnostics.report(
            rules.REPEATED_KEYS,
            place,
            f"{meeting.repeated:,} rows of `{step.frame}` repeat a key, such as {_examples((meeting.twice,))}: "
            f"{meeting.left_met:,} rows become {meeting.pairs:,}",
            help=f"keep one row of each in its file, or before it is joined: `once = {step.frame} -> Where(...)`",
        )


def _share(met: int, of: int) -> str:
    return f"{met:,} of {of:,} rows"


def _examples(keys: tuple[Value, ...]) -> str:
    return ", ".join(f'"{key}"' if isinstance(key, str) else show_number(key) for key in keys)


def _span(term: Term, place: Span) -> Span:
    return term.span if isinstance(term, Column | Applied | Combined) else place


def _remedy(step: Joined, making: Making, frames: Frames) -> tuple[str, Fix | None]:
    """What would make most keys meet, and the change that does it."""
    left = frames.values(making.frame, step.left)
    right = frames.values(frames.known[step.frame], step.right)
    functions = None if left is None or right is None else better_functions(left, right)
    if functions is None:
        return "`stem`, `basename`, `lower` and `match` make keys alike", None
    equality: Combined = step.operation.arguments["on"]
    swapped = {column.frame for column in columns_of(equality.left)} == {step.frame}
    first, second = reversed(functions.names) if swapped else functions.names
    text = f"{_wrapped(first, _span(equality.left, equality.span))} == {_wrapped(second, _span(equality.right, equality.span))}"
    help_ = f"write `on = {text}`: then {functions.share:.0%} of the keys of one side are among those of the other"
    return help_, Fix(equality.span, text, Applicability.MAYBE)


def _wrapped(functions: tuple[str, ...], span: Span) -> str:
    return "".join(f"{name}(" for name in functions) + span.text + ")" * len(functions)
