"""The rows of frames, as far as a look without Java gives them: those that readers find, joined and kept as the spec says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, assert_never

from zoodsl.model.nodes import Certainty, Column, Combined, Frame, Joined, Kept, RowCount, Term
from zoodsl.sources.findings import ColumnFacts, facts_of
from zoodsl.sources.look import read, values, whole_values
from zoodsl.sources.terms import Values, columns_of, compute
from zoodsl.types import DType

if TYPE_CHECKING:
    from zoodsl.sources.joins import Meeting  # what looks into joins is loaded when there is one

KEY = "_key"
"""The name of the rows' key among their columns, which no column of a table has."""

MOST_ROWS = 2_000_000
"""Joins of more rows are counted, and not looked into."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The values of some columns, each a list as long as there are rows; ``KEY`` is among them."""

    count: int
    columns: Mapping[str, Values]


@dataclass(slots=True)
class Frames:
    """The frames of a ``data`` section, whose data lie at the folder ``root``.

    ``mentioned`` are all names that the section mentions: columns among them are read together, once.
    """

    root: str
    mentioned: Collection[str] = ()
    known: dict[str, Frame] = field(default_factory=dict)
    _seen: dict[tuple[str, int, frozenset[str]], Rows | None] = field(default_factory=dict)
    _counted: dict[tuple[str, str], ColumnFacts | None] = field(default_factory=dict)

    def facts(self, column: Column) -> ColumnFacts | None:
        """What the values of a column are, None where that is not known."""
        frame = self.known[column.frame]
        if frame.source is None and column.expression is None:
            counted = self._counted.get((frame.name, column.name))
            return counted or values(frame.reader, self.root, column.name)
        kind = None if column.type is None else column.type.type
        found = self.values(frame, column) if isinstance(kind, DType) else None
        return facts_of(found, kind) if found is not None and isinstance(kind, DType) else None

    def counted(self, column: Column) -> ColumnFacts | None:
        """As ``facts``, even where a large file has to be read to its end for them, which is done once."""
        frame = self.known[column.frame]
        if frame.source is not None or column.expression is not None:
            return self.facts(column)
        place = frame.name, column.name
        if place not in self._counted:
            self._counted[place] = whole_values(frame.reader, self.root, column.name)
        return self._counted[place]

    def values(self, frame: Frame, term: Term) -> Values | None:
        """The values of what is computed of a frame's columns, None where they are not known."""
        rows = self.rows(frame, {column.name for column in columns_of(term)})
        return None if rows is None else compute(term, rows.columns, rows.count)

    def keys(self, frame: Frame) -> Sequence[str] | None:
        """The keys of a frame's rows as text, None where they are not known."""
        rows = self.rows(frame, ())
        return None if rows is None else [str(key) for key in rows.columns[KEY]]

    def meeting(self, frame: Frame, step: Joined) -> Meeting | None:
        """How the rows of ``frame`` meet those that ``step`` joins to them; None where they are not known."""
        from zoodsl.sources.joins import meet

        mine = self.values(frame, step.left)
        others = None if mine is None else self.values(self.known[step.frame], step.right)
        return None if mine is None or others is None else meet(mine, others)

    def count(self, frame: Frame) -> RowCount | None:
        """How many rows a frame has that is made of others; None where that is not known."""
        rows = self.rows(frame, ())
        return None if rows is None else RowCount(count=rows.count, certainty=Certainty.EXACT)

    def rows(self, frame: Frame, names: Iterable[str]) -> Rows | None:
        """The rows of a frame, with the columns of these names and those that the section mentions; None if unknown."""
        wanted = frozenset((*names, *self.mentioned))
        key = (frame.name, len(frame.steps), wanted)
        if key not in self._seen:
            self._seen[key] = self._rows(frame, wanted)
        return self._seen[key]

    def _rows(self, frame: Frame, wanted: frozenset[str]) -> Rows | None:
        if frame.source is None:
            return self._base(frame, wanted)
        if not frame.steps:
            return self.rows(self.known[frame.source], wanted)
        *before, last = frame.steps
        # What the steps before have made is a frame too.
        earlier = replace(frame, steps=tuple(before))
        match last:
            case Joined():
                return self._joined(earlier, last, wanted)
            case Kept(condition=condition):
                return self._kept(earlier, condition, wanted)
            case _:
                assert_never(last)

    def _base(self, frame: Frame, wanted: frozenset[str]) -> Rows | None:
        columns = [
            column for column in frame.columns if isinstance(column.type, DType) and column.name in wanted
        ]
        found = None if frame.rows.count is None else read(frame.reader, self.root, columns)
        return None if found is None else Rows(len(found[KEY]), found)

    def _joined(self, earlier: Frame, step: Joined, wanted: frozenset[str]) -> Rows | None:
        from zoodsl.sources.joins import joined_places, meet

        mine = {name: new for name, (new, _) in step.renamed.items()}
        others = {name: new for name, (_, new) in step.renamed.items()}
        first = self.rows(earlier, wanted | _before(mine, wanted) | _names(step.left))
        if first is None:
            return None
        second = self.rows(self.known[step.frame], wanted | _before(others, wanted) | _names(step.right))
        if second is None:
            return None
        keys = (
            compute(step.left, first.columns, first.count),
            compute(step.right, second.columns, second.count),
        )
        if meet(*keys).pairs > MOST_ROWS:
            return None
        here, there = joined_places(*keys)
        # The left side comes last: its key is the joined row's.
        taken = {
            name: [column[place] for place in there]
            for name, column in _renamed(second.columns, others).items()
            if name != KEY
        } | {
            name: [column[place] for place in here] for name, column in _renamed(first.columns, mine).items()
        }
        return Rows(len(here), taken)

    def _kept(self, earlier: Frame, condition: Combined, wanted: frozenset[str]) -> Rows | None:
        rows = self.rows(earlier, wanted | _names(condition))
        if rows is None:
            return None
        holds = compute(condition, rows.columns, rows.count)
        places = [place for place, one in enumerate(holds) if one]
        return Rows(
            len(places), {name: [column[place] for place in places] for name, column in rows.columns.items()}
        )


def _before(renamed: Mapping[str, str | None], wanted: frozenset[str]) -> set[str]:
    """The names that wanted columns had before they were renamed."""
    return {name for name, new in renamed.items() if new in wanted}


def _renamed(columns: Mapping[str, Values], renamed: Mapping[str, str | None]) -> dict[str, Values]:
    called = {name: renamed.get(name, name) for name in columns}
    return {new: columns[name] for name, new in called.items() if new is not None}


def _names(term: Term) -> set[str]:
    return {column.name for column in columns_of(term)}
