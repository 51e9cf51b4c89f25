"""Did-you-mean: the nearest known names to a wrong one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

ALIKE = 0.6
"""The least ratio of matching letters of words that are near."""

_NO_SLIP = 2


def nearest(word: str, candidates: Iterable[str], limit: int = 3, *, alike: float = ALIKE) -> tuple[str, ...]:
    """The candidates most like ``word``, best first, at most ``limit``; empty where none is near.

    Case and underscores do not count as differences. Near are those of which one slip of the keys makes the word (Damerau,
    "A technique for computer detection and correction of spelling errors", 1964), two exchanged letters before others;
    where there are none, those whose ratio of matching letters is at least ``alike``.
    """
    return _nearest(word, tuple(candidates), limit, alike)


@lru_cache(maxsize=256)  # a wrong name in a `repeat` is looked for each time round
def _nearest(word: str, candidates: tuple[str, ...], limit: int, alike: float) -> tuple[str, ...]:
    from difflib import SequenceMatcher  # a right spec is checked without it

    plain = word.lower().replace("_", "")
    scored = []
    for candidate in dict.fromkeys(candidates):
        other = candidate.lower().replace("_", "")
        matcher = SequenceMatcher(None, plain, other)
        slip = _slip(plain, other)
        if slip is None and (matcher.real_quick_ratio() < alike or matcher.quick_ratio() < alike):
            continue
        ratio = matcher.ratio()
        if slip is not None or ratio >= alike:
            scored.append((_NO_SLIP if slip is None else slip, -ratio, candidate))
    scored.sort()
    slips = [each for each in scored if each[0] < _NO_SLIP]
    return tuple(candidate for *_, candidate in (slips or scored)[:limit])


def _slip(word: str, other: str) -> int | None:
    """How little lies between two words: 0 nothing, or two letters exchanged, 1 one letter; None: more.

    Of words of two letters or fewer, one letter is too much.
    """
    if word == other:
        return 0
    start = next((at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), None)
    if start is None:
        start = min(len(word), len(other))
    rest, others = word[start:], other[start:]
    if rest[:2] == others[:2][::-1] and rest[2:] == others[2:] and len(rest) > 1:
        return 0
    one_letter = rest[1:] == others[1:] or rest[1:] == others or rest == others[1:]
    return 1 if one_letter and max(len(word), len(other)) > 2 else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """``did you mean "x"?`` with the nearest one or two names, or an empty string."""
    near = nearest(word, candidates, 2)
    return f"did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""
