"""Words of texts, and the indices that stand for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

WORD = re.compile(r"[^\W\d_]+")
"""A run of letters, of any alphabet."""

PADDING = 0
"""The index before a text that is too short."""

UNKNOWN = 1
"""The index of a word that is not known; known words follow."""


def words_of(text: str | None) -> list[str]:
    """The words of a text, in lower case.

    >>> words_of("It's 2 o'clock, Zoë!")
    ['it', 's', 'o', 'clock', 'zoë']
    """
    return WORD.findall((text or "").lower())


def indices_of(text: str, places: Mapping[str, int], length: int) -> list[float]:
    """The indices of a text's first ``length`` words, with padding before them where there are fewer.

    >>> indices_of("the cat sat", {"the": 2, "cat": 3}, 4)
    [0.0, 2.0, 3.0, 1.0]
    """
    found: Sequence[int] = [places.get(word, UNKNOWN) for word in words_of(text)[:length]]
    return [float(index) for index in (*[PADDING] * (length - len(found)), *found)]
