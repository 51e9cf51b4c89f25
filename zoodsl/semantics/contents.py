"""What the data hold against what the spec says of them, as far as a look without Java tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from zoodsl.catalog.operator import Split, Target
from zoodsl.catalog.readers import CONTENT
from zoodsl.catalog.splits import column_mismatch
from zoodsl.diagnostics import Diagnostics, nearest
from zoodsl.diagnostics import Label as Place
from zoodsl.diagnostics.rules import data as rules
from zoodsl.diagnostics.rules import tables as table_rules
from zoodsl.model.nodes import Certainty, Column, Label, Operation, Part, RowCount
from zoodsl.semantics.data import DataDraft
from zoodsl.semantics.ratings import check_ratings
from zoodsl.sources import ColumnFacts, gap_problem

SEPARATORS = {mark: f'"{mark}"' for mark in "|;,/ "} | {"\t": '"\\t"'}
"""What texts of several labels are separated with, and how the language spells it."""

SHOWN = 5
"""How many values of the data a message names."""


def check_contents(draft: DataDraft, diagnostics: Diagnostics) -> None:
    """Gaps in columns that are fed or learned, labels that are no class, parts without rows.

    A label whose classes are not those of the data is taken out of ``draft``.
    """
    columns = list(draft.feature.columns if draft.feature else ())
    # An empty value is a row without labels where a row may have any number of them.
    if draft.label is not None and draft.label.codec.operator.target is not Target.MULTI_HOT:
        columns.append(draft.label.column)
    for column in columns:
        _check_gaps(column, draft, diagnostics)
    if draft.label is not None:
        facts = draft.facts(draft.label.column)
        if facts is not None and facts.misfit is None:
            before = len(diagnostics)
            _check_classes(draft.label, facts, diagnostics)
            if len(diagnostics) > before:
                draft.label = None  # nothing more can be said by how many classes there are
    if draft.split is not None:
        fits = [
            _fits(each, draft, diagnostics)
            for each in draft.split.arguments.values()
            if isinstance(each, Column)
        ]
        if all(fits) and _has_order(draft, draft.split, diagnostics) and draft.parts is not None:
            _check_parts(draft.split, draft.parts, diagnostics)


def _check_gaps(column: Column, draft: DataDraft, diagnostics: Diagnostics) -> None:
    computed = column.expression is not None
    problem = gap_problem(
        draft.facts(column), column.span.text if computed else column.name, computed=computed
    )
    if problem is not None:
        diagnostics.report(problem.code, column.span, problem.message, help=problem.help)


def _fits(column: Column, draft: DataDraft, diagnostics: Diagnostics) -> bool:
    """Whether a split can go by a column."""
    mismatch = (
        None
        if column.type is None or draft.split is None
        else column_mismatch(draft.split.operator.name, column.type.type)
    )
    if mismatch is None:
        return True
    labels = [Place(draft.frame(column.frame).span, "of this frame")]
    diagnostics.report(
        rules.WRONG_SPLIT_COLUMN, column.span, mismatch.message, help=mismatch.help, labels=labels
    )
    return False


def _has_order(draft: DataDraft, split: Operation[Split], diagnostics: Diagnostics) -> bool:
    """Whether the rows have an order, if a split goes by it."""
    if split.operator.name != "Tail" or draft.feature is None:
        return True
    frame = draft.frame(draft.feature.columns[0].frame)
    reader = frame.reader
    if reader.operator.key != CONTENT or reader.arguments["key"] is not None:
        return True
    diagnostics.report(
        table_rules.UNORDERED_ROWS,
        split.span,
        f"`Tail` takes the last rows, and those of `{reader.operator.name}` come in no order",
        help='name a column to order them by, in the reader: `key = "time"`',
        labels=[Place(frame.span, "read here")],
    )
    return False


def _check_parts(split: Operation[Split], parts: Mapping[Part, RowCount], diagnostics: Diagnostics) -> None:
    """Each part that the split asks for has rows."""
    for part, rows in parts.items():
        if rows.count != 0 or rows.certainty is not Certainty.EXACT:
            continue
        asked = split.arguments.get(part.value)
        if isinstance(asked, str):
            column = split.arguments["column"]
            message = f'no row has "{asked}" in `{column.name}`'
            help_ = "spell it as the column does"
        else:
            message = f"no row falls to `{part.value}`"
            fewer = split.operator.name == "GroupedFold"
            help_ = "take fewer `folds`" if fewer else f"give `{part.value}` a larger share"
            help_ += ", or take another `seed`" if "seed" in split.arguments else ""
        diagnostics.report(rules.EMPTY_PART, split.places.get(part.value, split.span), message, help=help_)


def _check_classes(label: Label, facts: ColumnFacts, diagnostics: Diagnostics) -> None:
    codec = label.codec
    texts = [text for text in facts.counts or () if isinstance(text, str) and text]
    if codec.operator.target is Target.MULTI_HOT:
        _check_entries(label, [text for text in texts if text != codec.arguments["none"]], diagnostics)
    elif codec.operator.target is Target.CLASS:
        classes = codec.arguments.get("classes")
        if classes is None:
            check_ratings(label, facts, diagnostics)
        elif isinstance(classes, tuple):
            _check_texts(label, texts, classes, diagnostics)
        else:
            _check_numbers(label, facts, classes, diagnostics)


def _entries(texts: Iterable[str], separator: str) -> set[str]:
    """The labels that are written in texts with a separator."""
    return {entry.strip() for text in texts for entry in text.split(separator)} - {""}


def _check_entries(label: Label, texts: Sequence[str], diagnostics: Diagnostics) -> None:
    """Every label of every row is one of the list."""
    codec = label.codec
    names, separator = codec.arguments["names"], codec.arguments["separator"]
    found = _entries(texts, separator)
    strangers = found - {*names}
    if not strangers:
        return
    other = _separator(texts, names, len(strangers))
    if other is not None:
        help_ = f"its labels seem to be separated otherwise: write `separator = {other}`"
        _report(label, "separator", _unlisted(label, strangers), help_, diagnostics)
        return
    help_ = _remedy(strangers, found, names)
    rows = [_entries([text], separator) for text in texts]
    if len(strangers) == 1 and all(entries == strangers for entries in rows if entries & strangers):
        help_ += f"; if it stands for none of them, write `none = {_quoted(strangers)}`"
    _report(label, "names", _unlisted(label, strangers), help_, diagnostics)


def _check_texts(
    label: Label, texts: Sequence[str], classes: tuple[str, ...], diagnostics: Diagnostics
) -> None:
    """Every text in the data is one of the classes."""
    strangers = {*texts} - {*classes}
    if strangers:
        other = _separator(texts, classes, len(strangers))
        help_ = (
            _remedy(strangers, {*texts}, classes)
            if other is None
            else f"rows hold several of them: write `MultiHot(..., separator = {other})`"
        )
        _report(label, "classes", _unlisted(label, strangers), help_, diagnostics)


def _separator(texts: Iterable[str], names: tuple[str, ...], strangers: int) -> str | None:
    """The separator, as the language spells it, by which fewer than half as many labels are unknown; None if none is."""
    left = {
        spelt: len(entries - {*names})
        for mark, spelt in SEPARATORS.items()
        for entries in [_entries(texts, mark)]
        if entries & {*names}
    }
    best = min(left, key=lambda spelt: left[spelt], default=None)
    return best if best is not None and 2 * left[best] < strangers else None


def _unlisted(label: Label, strangers: Iterable[str]) -> str:
    ordered = sorted(strangers)
    more = f" and {len(ordered) - SHOWN:,} more" if len(ordered) > SHOWN else ""
    return f"`{label.column.name}` holds {_quoted(ordered[:SHOWN])}{more}, which the list has not"


def _remedy(strangers: Iterable[str], found: Collection[str], known: tuple[str, ...]) -> str:
    """What to change so that texts are in the list: a name of it that no row has is most likely misspelt."""
    ordered = sorted(strangers)
    unused = [name for name in known if name not in found]
    meant = {near[0]: text for text in ordered if (near := nearest(text, unused, 1))}
    if meant:
        pairs = [f'"{text}" where the list has "{name}"' for name, text in meant.items()]
        return f"did you mean {', and '.join(pairs[:SHOWN])}?"
    near = nearest(ordered[0], known, 1)
    if near:
        return f'did you mean "{near[0]}" in the data? else add "{ordered[0]}" to the list'
    return f"add {_quoted(ordered[:SHOWN])} to the list"


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts)


def _check_numbers(label: Label, facts: ColumnFacts, classes: int, diagnostics: Diagnostics) -> None:
    """Class numbers are 0 to ``classes`` - 1."""
    low, high = facts.minimum, facts.maximum
    if low is None or high is None or (low >= 0 and high < classes):
        return
    if low < 0:
        help_ = "classes are counted from 0"
    elif low == 1 and high == classes:
        help_ = (
            f"classes count from 0: subtract 1 in the data, or write `ClassIndex({classes + 1})`; of ratings, "
            f"`Rating(1..{classes})`"
        )
    else:
        help_ = f"write `ClassIndex({int(high) + 1})`"
    held = f"{low:g} to {high:g}" if low != high else f"{low:g}"
    _report(
        label,
        "classes",
        f"`{label.column.name}` holds {held}, and {classes} classes are the numbers 0 to {classes - 1}",
        help_,
        diagnostics,
    )


def _report(label: Label, parameter: str, message: str, help_: str, diagnostics: Diagnostics) -> None:
    codec = label.codec
    diagnostics.report(
        rules.LABEL_OUT_OF_RANGE,
        codec.places.get(parameter, codec.span),
        message,
        help=help_,
        labels=[Place(label.column.span, "the column")],
    )
