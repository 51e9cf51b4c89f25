"""Nearest neighbours by the cosine of two vectors' angle: exact, and in blocks, so that memory is bounded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zoodsl.targets.arrays import Array

BLOCK = 64 * 2**20
"""So many bytes of similarities are held at once."""

INDEX_VERSION = 1
"""Of the file ``index.npz``, whose vectors are searched."""

DIGITS = 6
"""Similarities are told apart by so many digits: beyond them stands what the order of a sum has left."""

SHORTEST = 1e-12
"""What is shorter has no direction, and is similar to nothing."""


def unit(vectors: Array) -> Array:
    """``vectors`` (rows, numbers) as float32 of length 1, so that the dot product of two is the cosine; zeros stay."""
    single = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(single, axis=-1, keepdims=True)
    found: Array = single / np.maximum(lengths, np.float32(SHORTEST))
    return found


def ranked(scores: Array, top: int) -> Array:
    """The places of the ``top`` highest of ``scores``, the highest first; of equal ones the first. -inf is left out."""
    top = min(top, int(np.isfinite(scores).sum()))
    if not top:
        return np.array([], int)
    least = np.partition(scores, len(scores) - top)[len(scores) - top]
    places = np.flatnonzero(scores >= least)
    return places[np.argsort(-scores[places], kind="stable")][:top]


def nearest_rows(
    vectors: Array,
    queries: Array,
    top: int,
    *,
    identities: Array | None = None,
    classes: Array | None = None,
) -> list[tuple[Array, Array]]:
    """For each of the rows ``queries`` the places of the ``top`` rows nearest to it, and their similarities.

    Args:
        vectors: unit vectors (rows, numbers).
        queries: places of rows.
        top: how many neighbours each has; fewer where there are fewer rows.
        identities: a number for each row; a query is not told rows of its own number. Without them it is told itself.
        classes: a number for each row; rows of the query's class come first, all of them before any other.

    Memory: besides ``vectors``, BLOCK bytes of similarities.
    """
    found = []
    size = max(1, BLOCK // (8 * len(vectors)))
    for begin in range(0, len(queries), size):
        block = queries[begin : begin + size]
        similarities = np.round(vectors[block] @ vectors.T, DIGITS).astype(float)
        for query, row in zip(block, similarities, strict=True):
            # Cosines are 2 apart at most.
            scores = row if classes is None else row + 4.0 * (classes == classes[query])
            if identities is not None:
                scores = np.where(identities == identities[query], -np.inf, scores)
            places = ranked(scores, top)
            found.append((places, row[places]))
    return found


def precision_at(neighbours: Sequence[tuple[Array, Array]], queries: Array, labels: Array, k: int) -> Array:
    """For each query the share of its ``k`` nearest that have its label; of all it has, where these are fewer.

    Source: Manning, Raghavan, Schütze, Introduction to Information Retrieval, 2008, section 8.4. A query without
    neighbours has none.
    """
    shares = [
        (labels[places[:k]] == labels[query]).mean() if len(places) else np.nan
        for query, (places, _) in zip(queries, neighbours, strict=True)
    ]
    return np.array(shares)
