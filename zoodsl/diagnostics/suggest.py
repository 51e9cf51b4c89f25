"""Did-you-mean: the nearest known names to a wrong one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The candidates most like ``word``, best first, at most ``limit``; empty where none is near.

    Case and underscores do not count as differences; a candidate that begins with the word or is
    contained in it ranks by the same ratio. Near means a ratio of at least 0.6.
    """
    from difflib import SequenceMatcher  # a right spec is checked without it

    plain = word.lower().replace("_", "")
    scored = []
    for candidate in dict.fromkeys(candidates):
        other = candidate.lower().replace("_", "")
        matcher = SequenceMatcher(None, plain, other)
        if matcher.real_quick_ratio() < 0.6 or matcher.quick_ratio() < 0.6:
            continue
        ratio = 1.0 if plain == other else matcher.ratio()
        if ratio >= 0.6:
            scored.append((-ratio, candidate))
    return tuple(candidate for _, candidate in sorted(scored)[:limit])


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """``did you mean "x"?`` with the nearest one or two names, or an empty string."""
    near = nearest(word, candidates, 2)
    return f"did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""
