"""Ranking metrics of recommendations in plain Python, by the protocol of ``zoodsl.catalog.rankings``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import count, islice
from math import floor, log2
from typing import Any

from zoodsl.catalog.operator import Arguments, Ranking
from zoodsl.catalog.splits import digest, position
from zoodsl.model.nodes import Operation

Row = tuple[Any, Any, float, Any]
"""Who rated what how, and the row's key."""


def ranks(
    arguments: Arguments,
    held_out: Sequence[Row],
    trained: Collection[Any],
    rated: Mapping[Any, Collection[Any]],
    score: Callable[[Any, Any], float],
    seed: int,
) -> list[int]:
    """The rank, from 1, of each user's held-out item, by user.

    ``held_out`` are the rows of the judged part, ``trained`` the items that train, ``rated`` what each user has rated in any
    part, and ``score`` what the network expects of a user and an item.
    """
    found = []
    for user in sorted({row[0] for row in held_out}):
        rows = [row for row in held_out if row[0] == user and _counts(row[2], arguments["least"])]
        if rows:
            item = min(rows, key=lambda row: digest(seed, str(row[3])))[1]
            others = _others(user, sorted(trained), rated[user], arguments["negatives"], seed)
            found.append(1 + len([other for other in others if score(user, other) >= score(user, item)]))
    return found


def _counts(rating: float, least: float | None) -> bool:
    return least is None or rating >= least


def _others(
    user: Any, items: Sequence[Any], rated: Collection[Any], negatives: int, seed: int
) -> Collection[Any]:
    free = set(items) - set(rated)
    return free if len(free) <= negatives else list(islice(_drawn(user, items, free, seed), negatives))


def _drawn(user: Any, items: Sequence[Any], free: set[Any], seed: int) -> Iterator[Any]:
    for turn in count():
        item = items[floor(position(digest(seed, f"{user}:{turn}")) * len(items))]
        if item in free:
            free.remove(item)
            yield item


def measure(operation: Operation[Ranking], ranks: Sequence[int]) -> float:
    """The metric of these ranks, of which there is at least one."""
    k = operation.arguments["k"]
    hits = [rank for rank in ranks if rank <= k]
    match operation.operator.name:
        case "HitRatio":
            return len(hits) / len(ranks)
        case "NDCG":
            return sum(1 / log2(1 + rank) for rank in hits) / len(ranks)
        case name:
            raise NotImplementedError(f"the reference has no ranking {name}")
