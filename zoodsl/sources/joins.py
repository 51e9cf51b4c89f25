"""How the keys of two frames meet: how many do, which of those that do not stand for the others, and what would help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zoodsl.sources.terms import FUNCTIONS, Value, Values

EXAMPLES = 3
"""How many keys stand for the others in a message."""

LITTLE = 0.5
"""A join that finds no partner for this share of either side is doubtful."""

_TRIED: tuple[tuple[str, ...], ...] = (
    (),
    ("basename",),
    ("stem",),
    ("lower",),
    ("trim",),
    ("number",),
    ("text",),
    ("lower", "stem"),
)
"""The functions that are tried on a key, outermost first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """How two sides meet: rows of each, and how many of them have a partner; ``pairs`` is what an inner join gives.

    ``repeated`` is how many rows of the right side have a key that an earlier one has, among keys that the left side has.
    ``left_alone`` and ``right_alone`` are examples of keys without a partner, ``twice`` one that is repeated.
    """

    left: int
    right: int
    left_met: int
    right_met: int
    pairs: int
    repeated: int
    left_alone: tuple[Value, ...]
    right_alone: tuple[Value, ...]
    twice: Value | None

    @property
    def share(self) -> float:
        """The share of rows with a partner on the side that has the larger one."""
        return max(self.left_met / max(1, self.left), self.right_met / max(1, self.right))


def meet(left: Values, right: Values) -> Meeting:
    """How the keys ``left`` and ``right`` meet; missing keys meet nothing."""
    mine, others = _counted(left), _counted(right)
    both = mine.keys() & others.keys()
    twice = next((key for key in others if others[key] > 1 and key in both), None)
    return Meeting(
        left=len(left),
        right=len(right),
        left_met=sum(mine[key] for key in both),
        right_met=sum(others[key] for key in both),
        pairs=sum(mine[key] * others[key] for key in both),
        repeated=sum(others[key] - 1 for key in both),
        left_alone=_alone(mine, others),
        right_alone=_alone(others, mine),
        twice=twice,
    )


def joined_places(left: Values, right: Values) -> tuple[list[int], list[int]]:
    """The rows of an inner join, as places in ``left`` and in ``right``, in the order of the left side."""
    places: dict[Value, list[int]] = {}
    for place, key in enumerate(right):
        if key is not None:
            places.setdefault(_comparable(key), []).append(place)
    found = [
        (mine, other)
        for mine, key in enumerate(left)
        if key is not None
        for other in places.get(_comparable(key), ())
    ]
    return [mine for mine, _ in found], [other for _, other in found]


def doubtful(meeting: Meeting) -> bool:
    """Whether nothing, or little, meets; a side without rows is reported elsewhere."""
    return meeting.left > 0 and meeting.right > 0 and meeting.share < LITTLE


@dataclass(frozen=True, slots=True)
class Remedy:
    """Functions of each side, outermost first, and the share of the keys of the side with fewer that meet after them."""

    names: tuple[tuple[str, ...], tuple[str, ...]]
    share: float


def better_functions(left: Values, right: Values) -> Remedy | None:
    """The fewest functions that make most keys meet; None if nothing does better than none."""
    first, second = _tried(left), _tried(right)
    best = (_share(first[()], second[()]), 0)
    remedy = None
    for mine, keys in first.items():
        for other, others in second.items():
            found = (_share(keys, others), -len(mine) - len(other))
            if found > best and found[0] > 0:
                best, remedy = found, Remedy((mine, other), found[0])
    return remedy


def _tried(keys: Values) -> Mapping[tuple[str, ...], frozenset[Value]]:
    """The different keys as they are, and after each function that applies to them, by its name."""
    different = {key for key in keys if key is not None}
    textual = any(isinstance(key, str) for key in different)
    whole = all(isinstance(key, int) for key in different)
    found = {}
    for names in _TRIED:
        if names and not (whole if names == ("text",) else textual):
            continue
        made: Iterable[Value | None] = different
        for name in reversed(names):
            made = [None if key is None else FUNCTIONS[name](key) for key in made]
        found[names] = frozenset(_comparable(key) for key in made if key is not None)
    return found


def _share(left: frozenset[Value], right: frozenset[Value]) -> float:
    """The share of the smaller side's keys that the other side has too."""
    return len(left & right) / max(1, min(len(left), len(right)))


def _comparable(key: Value) -> Value:
    """A key such that equal ones are equal: numbers with and without a fraction compare as with one."""
    return key if isinstance(key, str) else float(key)


def _counted(keys: Values) -> Counter[Value]:
    return Counter(_comparable(key) for key in keys if key is not None)


def _alone(mine: Counter[Value], others: Counter[Value]) -> tuple[Value, ...]:
    found = []
    for key in mine:
        if key not in others:
            found.append(key)
            if len(found) == EXAMPLES:
                break
    return tuple(found)
