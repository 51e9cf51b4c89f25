"""Draws `ratings.dat`, in the form of MovieLens 1M: `user::item::rating::time`. Nobody rated anything.

    python draw.py

How a user rates an item follows from what both are like (a mean of each, and three tastes that they share or not) and from
chance. Some users rate often and some items are rated often, as it is with films. Equal seeds give equal files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "ratings.dat"
USERS, ITEMS, TASTES = 300, 200, 3
LEAST, MOST = 20, 70
BEGIN = 946_684_800


def draw(seed: int = 7) -> list[tuple[int, int, int, int]]:
    """Rows of user, item, rating from 1 to 5, and the second of it."""
    chance = np.random.default_rng(seed)
    mild, liked = chance.normal(0, 0.4, USERS), chance.normal(0, 0.5, ITEMS)
    users, items = chance.normal(size=(USERS, TASTES)), chance.normal(size=(ITEMS, TASTES))
    fame = 1 / np.arange(1, ITEMS + 1) ** 0.6
    rows = []
    for user in range(USERS):
        count = int(chance.integers(LEAST, MOST))
        for item in chance.choice(ITEMS, count, replace=False, p=fame / fame.sum()):
            shared = 0.25 * users[user] @ items[item]
            rating = 3.5 + mild[user] + liked[item] + shared + chance.normal(0, 0.8)
            rows.append((user + 1, int(item) + 1, int(np.clip(round(rating), 1, 5))))
    order = chance.permutation(len(rows))
    return [(*rows[place], BEGIN + 600 * turn) for turn, place in enumerate(order)]


if __name__ == "__main__":
    FILE.write_text("".join("::".join(map(str, row)) + "\n" for row in draw()), encoding="ascii")
