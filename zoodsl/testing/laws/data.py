"""Laws of a spec's data: its labels are what the network learns, and its split divides the rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from hypothesis import strategies as st

from zoodsl.catalog.operator import Split, Target
from zoodsl.model.nodes import Label, Operation
from zoodsl.targets.numpy.labels import encode
from zoodsl.targets.numpy.splits import TEST, TRAIN, VALIDATION, parts
from zoodsl.testing.laws.law import Example, Law
from zoodsl.testing.subjects.readings import Readings
from zoodsl.testing.subjects.subject import Subject

MOST_DIVIDED = 500_000
"""Rows that a law of splits divides in all."""

LARGEST_SEED = 999

NAMES = {TRAIN: "train", VALIDATION: "validation", TEST: "test"}

GROUPED = ("Grouped", "GroupedFold")
"""Splits that keep the rows of a value together."""


def data_laws(subject: Subject, readings: Readings) -> Iterator[Law]:
    """The laws of labels and splits, of the rows that are read without Java."""
    spec = subject.spec
    label, network, split = spec.data.label, spec.network, spec.data.split
    nothing: st.SearchStrategy[Example] = st.just({})
    if label is not None and network is not None and spec.optimize is not None:
        outputs = int(np.prod(network.shape))
        yield Law(
            name=f"every label is one of those that {_outputs(outputs)} can learn",
            span=label.span,
            stated=False,
            examples=nothing,
            holds=lambda _: _strange_label(label, outputs, readings),
            once=True,
        )
    if split is None:
        return
    if split.operator.name == "Tail":
        yield Law(
            name="the rows are divided in their order, each to one part",
            span=split.span,
            stated=False,
            examples=nothing,
            holds=lambda _: _out_of_order(readings),
            once=True,
        )
    else:
        rows = spec.data.parts and sum(each.count or 0 for each in spec.data.parts.values())
        yield Law(
            name="every row is in the same part, in whatever order rows come",
            span=split.span,
            stated=False,
            examples=st.fixed_dictionaries({"order": st.integers(0, LARGEST_SEED)}),
            holds=lambda example: _moved(split, example["order"], readings),
            most=max(2, MOST_DIVIDED // max(1, rows or 1)),
        )
    if split.operator.name in GROUPED:
        column = split.arguments["column"].name
        yield Law(
            name=f"rows of one `{column}` are in one part",
            span=split.span,
            stated=False,
            examples=nothing,
            holds=lambda _: _divided_group(column, readings),
            once=True,
        )


def _outputs(count: int) -> str:
    return "one output" if count == 1 else f"{count:,} outputs"


def _strange_label(label: Label, outputs: int, readings: Readings) -> str | None:
    """The first row whose label cannot be learned, and why; None without one."""
    seen = set()
    for row, value in enumerate(readings.values(label.column)):
        if value in seen:
            continue
        seen.add(value)
        why = _why_strange(label, value, outputs)
        if why is not None:
            return f"row {row + 1:,} (key `{readings.keys[row]}`) has the label `{value}`, {why}"
    return None


def _why_strange(label: Label, value: object, outputs: int) -> str | None:
    target = label.codec.operator.target
    if value is None and target is not Target.MULTI_HOT:
        return "which is missing"
    try:
        found = encode(label.codec, ["" if value is None else value])  # type: ignore[list-item]
    except (ValueError, TypeError):
        return f"which `{label.codec.operator.name}` does not know"
    if not np.isfinite(found).all():
        return "which is no number"
    if target is Target.CLASS:
        most = 2 if outputs == 1 else outputs
        return None if 0 <= found[0] < most else f"class {found[0]} of {most}"
    return None if found.shape[1] == outputs else f"{found.shape[1]} numbers for {outputs}"


def _moved(split: Operation[Split], order: int, readings: Readings) -> str | None:
    """A row that is in another part where rows come in another order; None without one."""
    keys, values = np.array(readings.keys, object), np.array(readings.divided_by, object)
    turned = np.random.default_rng(order).permutation(len(keys))
    again = np.empty_like(readings.parts)
    again[turned] = parts(split, keys[turned].tolist(), values[turned].tolist() if len(values) else ())
    # Rows of one key are the same row: which of them comes first is nobody's to say.
    wrong = np.flatnonzero(again != readings.parts)
    for row in wrong:
        same = keys == keys[row]
        if sorted(again[same]) != sorted(readings.parts[same]):
            before, after = (NAMES.get(int(each[row]), "no part") for each in (readings.parts, again))
            return f"the row `{keys[row]}` moves from {before} to {after}"
    return None


def _out_of_order(readings: Readings) -> str | None:
    """The first row that is in an earlier part than one before it; None without one."""
    found = readings.parts
    back = np.flatnonzero(np.diff(found.astype(int)) < 0)
    return None if not len(back) else f"row {back[0] + 2:,} is in an earlier part than the row before it"


def _divided_group(column: str, readings: Readings) -> str | None:
    """A value whose rows are in several parts; None without one."""
    homes: dict[str, int] = {}
    for value, part in zip(readings.divided_by, readings.parts.tolist(), strict=True):
        if homes.setdefault(value, part) != part:
            both = " and ".join(NAMES.get(each, "no part") for each in (homes[value], part))
            return f"rows whose `{column}` is `{value}` are in {both}"
    return None
