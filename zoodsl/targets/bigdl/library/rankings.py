"""Metrics of recommendations: how far up a held-out item stands among others that are drawn by hashes.

He et al., Neural Collaborative Filtering, 2017, section 4.1; what is drawn follows from keys and a seed alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import md5
from math import log2
from typing import Any


@dataclass(frozen=True)
class HitRatio:
    """The share of users whose held-out item is among the first ``k``.

    It stands among so many ``negatives``, which the user has not rated, and is rated ``least`` or better.
    """

    k: int = 10
    negatives: int = 99
    least: float | None = None

    def gain(self, rank: int) -> float:
        """What a held-out item counts at a rank, from 1."""
        return float(rank <= self.k)


@dataclass(frozen=True)
class NDCG:
    """The mean of ``1 / log2(1 + rank)`` of held-out items, 0 behind rank ``k``; for the rest as ``HitRatio``."""

    k: int = 10
    negatives: int = 99
    least: float | None = None

    def gain(self, rank: int) -> float:
        """What a held-out item counts at a rank, from 1."""
        return 1 / log2(1 + rank) if rank <= self.k else 0.0


Ranking = HitRatio | NDCG


@dataclass(frozen=True)
class Rated:
    """A row of the judged part: who rated what how, and the row's key."""

    user: Any
    item: Any
    rating: float
    key: Any


def held_out_items(rows: Sequence[Rated], least: float | None, seed: int) -> dict[Any, Any]:
    """One item of each user that has one rated ``least`` or better: of the row whose key has the least hash."""
    best: dict[Any, tuple[str, Any]] = {}
    for row in rows:
        if least is None or row.rating >= least:
            drawn = (hash_of(seed, row.key), row.item)
            if row.user not in best or drawn[0] < best[row.user][0]:
                best[row.user] = drawn
    return {user: best[user][1] for user in sorted(best)}


def drawn_negatives(
    user: Any, rated: Collection[Any], items: Sequence[Any], count: int, seed: int
) -> list[Any]:
    """``count`` of ``items`` that are not ``rated``, drawn by the user's hash; all of them, if there are not that many."""
    left = [item for item in items if item not in rated]
    if len(left) <= count:
        return left
    drawn: dict[Any, None] = {}
    turn = 0
    while len(drawn) < count:
        item = items[int(hash_of(seed, f"{user}:{turn}")[:8], 16) * len(items) >> 32]
        turn += 1
        if item not in rated:
            drawn[item] = None
    return list(drawn)


def hash_of(seed: int, key: Any) -> str:
    """The hexadecimal digits by which keys are ordered and drawn, as splits have them."""
    return md5(f"{seed}:{key}".encode(), usedforsecurity=False).hexdigest()


def rank_among(scores: Sequence[float]) -> int:
    """The place of the first score among all, from 1: behind those that are equal."""
    own, *others = scores
    return 1 + sum(other >= own for other in others)


def mean_gains(metric: Ranking, ranks: Sequence[int]) -> float:
    """The metric of these ranks; NaN without any."""
    return sum(map(metric.gain, ranks)) / len(ranks) if ranks else float("nan")
