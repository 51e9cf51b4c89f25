"""Words of texts, and the indices that stand for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

PADDING = 0
"""The index before a text that is too short."""

UNKNOWN = 1
"""The index of a word that is not known; known words follow."""


def words_of(text: str | None) -> list[str]:
    """The words of a text, in lower case: runs of letters of any alphabet. Numerals such as ``²`` are none.

    >>> words_of("It's 2 o'clock, Zoë!")
    ['it', 's', 'o', 'clock', 'zoë']
    """
    runs = groupby((text or "").lower(), str.isalpha)
    return ["".join(run) for letters, run in runs if letters]


def indices_of(text: str, places: Mapping[str, int], length: int) -> list[float]:
    """The indices of a text's first ``length`` words, with padding before them where there are fewer.

    >>> indices_of("the cat sat", {"the": 2, "cat": 3}, 4)
    [0.0, 2.0, 3.0, 1.0]
    """
    found: Sequence[int] = [places.get(word, UNKNOWN) for word in words_of(text)[:length]]
    return [float(index) for index in (*[PADDING] * (length - len(found)), *found)]
