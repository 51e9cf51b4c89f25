"""How many rows each part of a split gets, counted without Spark where that costs little."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from zoodsl.catalog.operator import Arguments, Split
from zoodsl.catalog.readers import ROW
from zoodsl.catalog.splits import cuts, digest, fold, held_out, place, position
from zoodsl.model.nodes import UNKNOWN_ROWS, Certainty, Column, Frame, Operation, RowCount
from zoodsl.sources.frames import Frames

MOST_HASHES = 100_000
"""Of more rows than this, counts are estimated from the shares: so many hashes take a tenth of a second."""

PartCounts = tuple[RowCount, RowCount, RowCount]
"""The rows that train, validate and test."""


def part_counts(split: Operation[Split] | None, frame: Frame, frames: Frames) -> PartCounts:
    """The rows of each part of a frame's rows. Without a split all train."""
    rows = frame.rows
    if split is None:
        return rows, _exact(0), _exact(0)
    if rows.count is None:
        return UNKNOWN_ROWS, UNKNOWN_ROWS, UNKNOWN_ROWS
    exact = _counted(split, frame, frames, rows.count) if rows.certainty is Certainty.EXACT else None
    if exact is not None:
        return _exact(exact[0]), _exact(exact[1]), _exact(exact[2])
    if split.operator.name == "Fixed":
        return UNKNOWN_ROWS, UNKNOWN_ROWS, UNKNOWN_ROWS
    if split.operator.name == "GroupedFold":
        each = round(rows.count / split.arguments["folds"])
        validation = each if split.arguments["validation"] else 0
        return _about(rows.count - each - validation), _about(validation), _about(each)
    ends = [round(cut * rows.count) for cut in cuts(split.arguments)]
    return _about(ends[0]), _about(ends[1] - ends[0]), _about(rows.count - ends[1])


def _exact(count: int) -> RowCount:
    return RowCount(count=count, certainty=Certainty.EXACT)


def _about(count: int) -> RowCount:
    return RowCount(count=count, certainty=Certainty.ESTIMATED)


def _counted(split: Operation[Split], frame: Frame, frames: Frames, rows: int) -> tuple[int, int, int] | None:
    """The exact counts, None where they would cost too much or the data do not tell."""
    arguments = split.arguments
    match split.operator.name:
        case "Tail":
            return _ranked([rows], cuts(arguments))
        case "Random":
            keys = None if rows > MOST_HASHES else _keys(frame, frames, rows)
            return None if keys is None else _hashed(Counter(keys), arguments["seed"], cuts(arguments))
    groups = _groups(arguments["column"], frames)
    if groups is None:
        return None
    match split.operator.name:
        case "Stratified":
            return _ranked([*groups.values()], cuts(arguments))
        case "Grouped":
            return _hashed(groups, arguments["seed"], cuts(arguments))
        case "GroupedFold":
            return _folded(groups, arguments)
        case _:
            parts = [groups.get(arguments[part], 0) for part in ("train", "validation", "test")]
            return parts[0], parts[1], parts[2]


def _keys(frame: Frame, frames: Frames, rows: int) -> Iterable[str] | None:
    """The keys of all rows, as text."""
    if frame.source is None and frame.reader.operator.key == ROW:
        return map(str, range(rows))
    return frames.keys(frame)


def _groups(column: Column, frames: Frames) -> Mapping[str, int] | None:
    """How many rows have each value of a column, as text; missing values are one, the empty text."""
    facts = frames.facts(column)
    if facts is None or facts.misfit is not None:
        return None
    counts = facts.counts
    if counts is None:
        found = frames.values(frames.known[column.frame], column)
        several = None if found is None else Counter("" if value is None else str(value) for value in found)
        return several if several is not None and len(several) <= MOST_HASHES else None
    groups = {str(group): count for group, count in counts.items()}
    return groups | ({"": facts.nulls} if facts.nulls else {})


def _ranked(sizes: list[int], ends: tuple[float, float]) -> tuple[int, int, int]:
    """Counts where each group is cut by rank."""
    first = sum(place(ends[0], size) for size in sizes)
    second = sum(place(ends[1], size) for size in sizes)
    return first, second - first, sum(sizes) - second


def _hashed(groups: Mapping[str, int], seed: int, ends: tuple[float, float]) -> tuple[int, int, int]:
    """Counts where each group goes by the hash of its key."""
    counts = [0, 0, 0]
    for key, count in groups.items():
        where = position(digest(seed, key))
        counts[0 if where < ends[0] else 1 if where < ends[1] else 2] += count
    return counts[0], counts[1], counts[2]


def _folded(groups: Mapping[str, int], arguments: Arguments) -> tuple[int, int, int]:
    """Counts where each group goes to the fold of its hash."""
    counts = {"train": 0, "validation": 0, "test": 0}
    validation, test = held_out(arguments)
    names = {validation: "validation", test: "test"}
    for key, count in groups.items():
        number = fold(digest(arguments["seed"], key), arguments["folds"])
        counts[names.get(number, "train")] += count
    return counts["train"], counts["validation"], counts["test"]
