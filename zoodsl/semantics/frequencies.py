"""How often each class or label occurs in the data, as far as a look without Java tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from zoodsl.catalog.labels import NEAR
from zoodsl.catalog.operator import Target
from zoodsl.model.nodes import Frequency, Label
from zoodsl.semantics.ratings import scale_of
from zoodsl.sources import ColumnFacts


def counted(label: Label, facts: ColumnFacts | None) -> Label:
    """``label`` with its frequencies over all rows; without them where the column's values are unknown."""
    if facts is None or facts.counts is None or facts.misfit is not None:
        return label
    if label.codec.operator.target is Target.NUMBER:
        return label
    return replace(label, frequencies=tuple(_frequencies(label, facts)))


def _frequencies(label: Label, facts: ColumnFacts) -> Iterator[Frequency]:
    arguments, counts = label.codec.arguments, facts.counts or {}
    rows = sum(counts.values()) + facts.nulls
    if label.codec.operator.target is Target.MULTI_HOT:
        separator = arguments["separator"]
        given = {
            value: {part.strip() for part in str(value).split(separator)}
            for value in counts
            if value not in ("", arguments["none"])
        }
        for name in arguments["names"]:
            yes = sum(counts[value] for value, parts in given.items() if name in parts)
            yield Frequency(name=name, rows=yes, others=rows - yes)
        return
    if scale := scale_of(label.codec):
        for number in scale:
            own = sum(found for value, found in counts.items() if abs(float(value) - number) < NEAR)
            yield Frequency(name=f"{number:g}", rows=own, others=rows - own)
        return
    classes: int | tuple[str, ...] = arguments["classes"]
    for value in range(classes) if isinstance(classes, int) else classes:
        own = counts.get(value, 0)
        yield Frequency(name=str(value), rows=own, others=rows - own)
