"""How a global batch is shared by cores: every core takes the same number of records, so cores divide it."""

from __future__ import annotations

from math import ceil


def divisions(batch: int, most: int = 64) -> tuple[tuple[int, int], ...]:
    """All pairs of cores and records a core whose product is ``batch``, for up to ``most`` cores, fewest first.

    >>> divisions(64, most=8)
    ((1, 64), (2, 32), (4, 16), (8, 8))
    """
    return tuple((cores, batch // cores) for cores in range(1, min(batch, most) + 1) if batch % cores == 0)


def iterations_per_epoch(rows: int | None, batch: int) -> int | None:
    """The ceiling of rows by batch: an epoch ends with the iteration that has seen its last row.

    The engine fills the last batch with rows of the next round, so no row is dropped. None without rows.
    """
    return None if rows is None else ceil(rows / batch)
