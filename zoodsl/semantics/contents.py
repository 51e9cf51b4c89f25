"""What the data hold against what the spec says of them, as far as a look without Java tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zoodsl.catalog.operator import Split, Target
from zoodsl.catalog.splits import column_mismatch
from zoodsl.diagnostics import Diagnostics, did_you_mean
from zoodsl.diagnostics import Label as Place
from zoodsl.diagnostics.rules import data as rules
from zoodsl.model.nodes import Certainty, Column, Label, Operation, Part, RowCount
from zoodsl.semantics.data import DataDraft
from zoodsl.sources import ColumnFacts, gap_problem


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
        if all(fits) and draft.parts is not None:
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
    if codec.operator.target is Target.MULTI_HOT:
        separator, none = codec.arguments["separator"], codec.arguments["none"]
        texts = [text for text in facts.counts or () if isinstance(text, str) and text not in ("", none)]
        entries = {entry.strip() for text in texts for entry in text.split(separator)}
        _check_texts(label, entries, codec.arguments["names"], "names", diagnostics)
    elif codec.operator.target is Target.CLASS:
        classes = codec.arguments["classes"]
        if isinstance(classes, tuple):
            texts = [text for text in facts.counts or () if isinstance(text, str)]
            _check_texts(label, texts, classes, "classes", diagnostics)
        else:
            _check_numbers(label, facts, classes, diagnostics)


def _check_texts(
    label: Label, found: Iterable[str], known: tuple[str, ...], parameter: str, diagnostics: Diagnostics
) -> None:
    """Every text in the data is one of the list."""
    strangers = sorted(set(found) - {*known, ""})
    if strangers:
        listed = ", ".join(f'"{text}"' for text in strangers[:5]) + (", ..." if len(strangers) > 5 else "")
        _report(
            label,
            parameter,
            f"`{label.column.name}` holds {listed}, which the list has not",
            did_you_mean(strangers[0], known) or "add it to the list",
            diagnostics,
        )


def _check_numbers(label: Label, facts: ColumnFacts, classes: int, diagnostics: Diagnostics) -> None:
    """Class numbers are 0 to ``classes`` - 1."""
    low, high = facts.minimum, facts.maximum
    if low is None or high is None or (low >= 0 and high < classes):
        return
    if low < 0:
        help_ = "classes are counted from 0"
    elif low == 1 and high == classes:
        help_ = f"classes count from 0: subtract 1 in the data, or write `ClassIndex({classes + 1})`"
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
