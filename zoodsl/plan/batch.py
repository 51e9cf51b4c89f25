"""How a global batch is shared by cores: every core takes the same number of records, so cores divide it."""

from __future__ import annotations


def divisions(batch: int, most: int = 64) -> tuple[tuple[int, int], ...]:
    """All pairs of cores and records a core whose product is ``batch``, for up to ``most`` cores, fewest first.

    >>> divisions(64, most=8)
    ((1, 64), (2, 32), (4, 16), (8, 8))
    """
    return tuple((cores, batch // cores) for cores in range(1, min(batch, most) + 1) if batch % cores == 0)
