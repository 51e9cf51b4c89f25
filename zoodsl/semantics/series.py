"""Series: rows in order, windows of them, and columns on the scale of those that train."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from zoodsl.catalog.functions import DATE_PARTS
from zoodsl.catalog.operator import Split, Transform
from zoodsl.catalog.readers import CONTENT
from zoodsl.catalog.series import rows_before
from zoodsl.catalog.splits import cuts, place
from zoodsl.diagnostics import Diagnostics, Label
from zoodsl.diagnostics.rules import data as data_rules
from zoodsl.diagnostics.rules import series as rules
from zoodsl.diagnostics.rules import tables as table_rules
from zoodsl.model.nodes import (
    Applied,
    Certainty,
    Column,
    Combined,
    Operation,
    Part,
    Preprocess,
    RowCount,
    Term,
)
from zoodsl.model.series import is_label_standardized, standardize_of, window_of
from zoodsl.semantics.data import DataDraft, check_label_is_not_fed
from zoodsl.sources.terms import Values


def check_series(data: DataDraft, preprocess: Preprocess, diagnostics: Diagnostics) -> None:
    """Checks what steps of series need of the rows, and counts the windows of each part in ``data``."""
    for step in preprocess.steps:
        if step.training_only and step.operation.operator.name in ("Window", "Standardize"):
            diagnostics.report(
                data_rules.WRONG_STEP,
                step.span,
                f"`{step.operation.operator.name}` shapes what the network is fed, in prediction as in training",
                help="take it out of `training`",
            )
            return
    window = window_of(preprocess)
    if window is None:
        check_label_is_not_fed(data, diagnostics)
    else:
        _check_split(window, data, diagnostics)
        _check_order(window, data, diagnostics)
    if standardize_of(preprocess) is not None:
        _check_scales(preprocess, data, diagnostics)
    if window is not None and data.parts is not None:
        windows = windows_of_parts(window, data, data.parts)
        if _check_rows(window, data.parts, windows, diagnostics):
            data.parts = windows


def _check_split(window: Operation[Transform], data: DataDraft, diagnostics: Diagnostics) -> None:
    """No window that trains holds rows of other parts."""
    split, by = data.split, window.arguments["by"]
    if split is None or split.operator.name == "Tail":
        return
    column = split.arguments.get("column")
    if by is not None and column is not None and column.name == by.name and "Grouped" in split.operator.name:
        return
    diagnostics.report(
        rules.SPLIT_OF_SERIES,
        split.span,
        f"`{split.operator.name}` puts the rows of one window into different parts",
        help="divide by order: `split Tail(train = 80%, validation = 10%, test = 10%)`"
        + ("" if by is None else f", or by series: `split Grouped({by.span.text}, ...)`"),
        labels=[Label(window.span, "windows of rows in their order")],
    )


def _check_order(window: Operation[Transform], data: DataDraft, diagnostics: Diagnostics) -> None:
    """The rows have an order, and times among what is fed rise in it."""
    if data.feature is None:
        return
    reader = data.frame(data.feature.columns[0].frame).reader
    if reader.operator.key == CONTENT and reader.arguments.get("key") is None:
        if data.split is None or data.split.operator.name != "Tail":  # of that it is told already
            diagnostics.report(
                table_rules.UNORDERED_ROWS,
                window.span,
                f"a window is of rows in their order, and those of `{reader.operator.name}` come in none",
                help='name a column to order them by, in the reader: `key = "time"`',
                labels=[Label(reader.span, "read here")],
            )
        return
    times = {column.name: column for fed in data.feature.columns for column in _times(fed)}
    for column in times.values():
        check_rising(column, window.arguments["by"], data, diagnostics)


def check_rising(column: Column, by: Column | None, data: DataDraft, diagnostics: Diagnostics) -> bool:
    """Whether the times of a column rise from row to row, of each series by itself; reports the first that does not."""
    frame = data.frame(column.frame)
    times = data.looked.values(frame, column)
    series: Values | None = [None] * len(times or ()) if by is None else data.looked.values(frame, by)
    if times is None or series is None:
        return True
    last: dict[str | int | float | None, str] = {}
    for row, (time, name) in enumerate(zip(times, series, strict=True), 1):
        if time is None:
            continue
        this = str(time).replace("T", " ").removesuffix("Z")
        if name in last and this < last[name]:
            diagnostics.report(
                rules.NOT_RISING,
                column.span,
                f"the rows are not in order of time: row {row:,} is of {time}, and the one before it of {last[name]}",
                help="sort the file by time"
                + ("" if by is not None else ", or write `by = ...` where it holds several series"),
            )
            return False
        last[name] = this
    return True


def _times(term: Term) -> Iterator[Column]:
    """The columns whose date or time of day is computed in a term."""
    match term:
        case Column(expression=expression) if expression is not None:
            yield from _times(expression)
        case Applied(operation=operation) if operation.operator.name in DATE_PARTS:
            given = operation.arguments[operation.operator.parameters[0].name]
            if isinstance(given, Column) and given.expression is None:
                yield given
        case Applied(operation=operation):
            for value in operation.arguments.values():
                yield from _times(value)
        case Combined(left=left, right=right):
            yield from _times(left)
            yield from _times(right)
        case _:
            return


def _check_scales(preprocess: Preprocess, data: DataDraft, diagnostics: Diagnostics) -> None:
    """No column that is standardised has one value alone in the rows whose deviation it is divided by."""
    scaled = standardize_of(preprocess)
    if data.feature is None or scaled is None:
        return
    columns = list(data.feature.columns)
    if data.label is not None and is_label_standardized(preprocess, data.label):
        columns.append(data.label.column)
    for column in {each.name: each for each in columns}.values():
        values = data.looked.values(data.frame(column.frame), column)
        if values is None:
            continue
        training = scaled.arguments["fit"] == "train"
        held = {
            value for value in (_training(values, data.split) if training else values) if value is not None
        }
        if len(held) == 1:
            diagnostics.report(
                rules.CONSTANT_COLUMN,
                column.span,
                f"`{column.span.text}` is {next(iter(held))} in all rows{' that train' if training else ''}: "
                "it has no deviation to be standardised by",
                help="leave the column out: a network learns nothing of what never changes",
                labels=[Label(scaled.span, "standardised here")],
            )


def _training(values: Values, split: Operation[Split] | None) -> Values:
    """The values of the rows that train, where they are the first ones; else all."""
    if split is None or split.operator.name != "Tail":
        return values
    return values[: place(cuts(split.arguments)[0], len(values))]


def windows_of_parts(
    window: Operation[Transform], data: DataDraft, parts: dict[Part, RowCount]
) -> dict[Part, RowCount]:
    """How many rows of each part have a window; those of several series are estimated where they are not in order."""
    reach, by = rows_before(window.arguments), window.arguments["by"]
    if by is None:
        return dict(_counted(parts, range(reach)))
    frame = data.frame(by.frame)
    names = data.looked.values(frame, by)
    if names is None:
        return {part: _about(rows.count) for part, rows in parts.items()}
    if data.split is not None and data.split.operator.name != "Tail":
        several = Counter(names)
        share = sum(max(0, count - reach) for count in several.values()) / max(1, len(names))
        return {
            part: _about(None if rows.count is None else round(rows.count * share))
            for part, rows in parts.items()
        }
    seen: Counter[str | int | float | None] = Counter()
    alone = []
    for row, name in enumerate(names):
        if seen[name] < reach:
            alone.append(row)
        seen[name] += 1
    return dict(_counted(parts, alone))


def _counted(parts: dict[Part, RowCount], alone: Collection[int]) -> Iterator[tuple[Part, RowCount]]:
    """The rows of each part, which follow one another, without those ``alone`` before which there are too few."""
    start: int | None = 0
    for part in Part:
        if part not in parts:
            continue
        rows = parts[part]
        if rows.count is None or start is None:
            start = None
            yield part, rows
            continue
        end = start + rows.count
        left = rows.count - sum(start <= row < end for row in alone)
        yield part, RowCount(count=left, certainty=rows.certainty)
        start = end


def _about(count: int | None) -> RowCount:
    return RowCount(count=count, certainty=Certainty.UNKNOWN if count is None else Certainty.ESTIMATED)


def _check_rows(
    window: Operation[Transform],
    rows: Mapping[Part, RowCount],
    windows: Mapping[Part, RowCount],
    diagnostics: Diagnostics,
) -> bool:
    """Whether some row of each part that has ``rows`` has a window."""
    empty = next((part for part, found in windows.items() if found.count == 0 and rows[part].count), None)
    if empty is not None:
        needed = rows_before(window.arguments)
        diagnostics.report(
            rules.TOO_FEW_ROWS,
            window.places.get("length", window.span),
            f"no {empty.value} row has a window: it takes {needed:,} rows before it",
            help="write a shorter window",
        )
    return empty is None
