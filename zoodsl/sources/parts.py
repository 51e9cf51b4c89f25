"""How many rows each part of a split gets, counted without Spark where that costs little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zoodsl.catalog.operator import Reader, Split
from zoodsl.catalog.readers import ROW
from zoodsl.catalog.splits import cuts, digest, place, position
from zoodsl.model.nodes import UNKNOWN_ROWS, Certainty, Operation, RowCount
from zoodsl.sources.look import values

MOST_HASHES = 100_000
"""Of more rows than this, counts are estimated from the shares: so many hashes take a tenth of a second."""

PartCounts = tuple[RowCount, RowCount, RowCount]
"""The rows that train, validate and test."""


def part_counts(
    split: Operation[Split] | None, reader: Operation[Reader], root: str, rows: RowCount
) -> PartCounts:
    """The rows of each part of ``reader``'s data, of which there are ``rows``. Without a split all train."""
    if split is None:
        return rows, _exact(0), _exact(0)
    if rows.count is None:
        return UNKNOWN_ROWS, UNKNOWN_ROWS, UNKNOWN_ROWS
    exact = _counted(split, reader, root, rows.count) if rows.certainty is Certainty.EXACT else None
    if exact is not None:
        return _exact(exact[0]), _exact(exact[1]), _exact(exact[2])
    if split.operator.name == "Fixed":
        return UNKNOWN_ROWS, UNKNOWN_ROWS, UNKNOWN_ROWS
    ends = [round(cut * rows.count) for cut in cuts(split.arguments)]
    return _about(ends[0]), _about(ends[1] - ends[0]), _about(rows.count - ends[1])


def _exact(count: int) -> RowCount:
    return RowCount(count=count, certainty=Certainty.EXACT)


def _about(count: int) -> RowCount:
    return RowCount(count=count, certainty=Certainty.ESTIMATED)


def _counted(
    split: Operation[Split], reader: Operation[Reader], root: str, rows: int
) -> tuple[int, int, int] | None:
    """The exact counts, None where they would cost too much or the data do not tell."""
    arguments = split.arguments
    match split.operator.name:
        case "Tail":
            return _ranked([rows], cuts(arguments))
        case "Random":
            if rows > MOST_HASHES:
                return None
            keys = _keys(reader, root, rows)
            return _hashed(dict.fromkeys(keys, 1), arguments["seed"], cuts(arguments))
    facts = values(reader, root, arguments["column"].name)
    if facts is None or facts.counts is None or facts.misfit is not None:
        return None
    groups = facts.counts
    match split.operator.name:
        case "Stratified":
            return _ranked([*groups.values(), facts.nulls], cuts(arguments))
        case "Grouped":
            texts = {str(group): count for group, count in groups.items()}
            if facts.nulls:
                texts[""] = facts.nulls
            return _hashed(texts, arguments["seed"], cuts(arguments))
        case _:
            by_text = {str(group): count for group, count in groups.items()}
            parts = [by_text.get(arguments[part], 0) for part in ("train", "validation", "test")]
            return parts[0], parts[1], parts[2]


def _keys(reader: Operation[Reader], root: str, rows: int) -> Iterable[str]:
    """The keys of all rows, as text."""
    if reader.operator.key == ROW:
        return map(str, range(rows))
    from zoodsl.sources.images import origins

    return origins(reader.arguments["path"], root)


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
