"""What the variables of a property are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Any

import numpy as np
from hypothesis import strategies as st

from zoodsl.catalog.operator import Domain
from zoodsl.model.nodes import Column, Operation
from zoodsl.model.printer import show_number
from zoodsl.model.properties import Forall
from zoodsl.sources import Value, columns_of
from zoodsl.targets.arrays import Array
from zoodsl.testing.images import images
from zoodsl.testing.subjects.readings import Readings
from zoodsl.testing.subjects.subject import Unavailable
from zoodsl.types import elements

FEW_NUMBERS = 64
"""So many numbers of a tensor are drawn one by one; of larger ones all are equal, or noise."""

PARTS_OF_RANGE = 1000
"""Numbers are drawn in so many steps of their range, so that the smallest are short to read."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the data: its number from 0, its key, and what its columns hold, None where a value is missing."""

    number: int
    key: str
    cells: Mapping[str, Value | None]

    def __str__(self) -> str:
        held = ", ".join(f"{name} = {_shown(value)}" for name, value in self.cells.items())
        return f"row {self.number + 1:,} (key `{self.key}`){': ' if held else ''}{held}"


def _shown(value: Value | None) -> str:
    if value is None:
        return "missing"
    return f'"{value}"' if isinstance(value, str) else show_number(value)


def strategy(
    drawn: Forall, readings: Readings, columns: Sequence[Column] = ()
) -> st.SearchStrategy[Mapping[str, Any]]:
    """What ``drawn`` draws, by the names of its variables: images, arrays and rows, of which ``columns`` are told.

    Rows are of the frame that ``readings`` reads. Drawing raises Unavailable where they cannot be read without Java, or where
    none is as the domain says.
    """
    match drawn.domain.operator.name:
        case "AnyImage":
            return _each(drawn.names, _images(drawn.domain))
        case "AnyTensor":
            return _each(drawn.names, _tensors(drawn.domain))
        case _:
            return _rows(drawn, readings, columns)


def _each(names: Sequence[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Mapping[str, Any]]:
    return st.fixed_dictionaries(dict.fromkeys(names, values))


def _images(domain: Operation[Domain]) -> st.SearchStrategy[Array]:
    arguments = domain.arguments
    height, width = ((int(low), int(high)) for low, high in (arguments["height"], arguments["width"]))
    return images(channels=arguments["channels"], height=height, width=width)


# --- tensors


def _tensors(domain: Operation[Domain]) -> st.SearchStrategy[Array]:
    """Arrays of float64 within the bounds of an ``AnyTensor``: few numbers one by one, many at once."""
    arguments = domain.arguments
    shape, (low, high) = arguments["shape"], arguments["values"]
    one = _whole(low, high) if arguments["whole"] else _fractions(low, high)
    count = elements(shape)
    if count <= FEW_NUMBERS:
        alone = st.lists(one, min_size=count, max_size=count)
        return alone.map(lambda numbers: np.array(numbers, float).reshape(shape))
    flat = one.map(lambda number: np.full(shape, number, float))
    noise = st.integers(1, PARTS_OF_RANGE).map(
        lambda seed: _noise(shape, low, high, seed=seed, whole=arguments["whole"])
    )
    return flat | noise


def _whole(low: float, high: float) -> st.SearchStrategy[float]:
    return st.integers(ceil(low), floor(high)).map(float)


def _fractions(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers that lie so many parts of the range from the one nearest to zero, its ends among them, or any others.

    Examples shrink towards the first of what is offered: the number of parts comes first, and its smallest is 0.
    """
    nearest, part = min(max(0.0, low), high), (Fraction(high) - Fraction(low)) / PARTS_OF_RANGE
    if not part:
        return st.just(low)
    below, above = (ceil(abs(Fraction(end) - Fraction(nearest)) / part) for end in (low, high))
    steps = st.integers(-below, above)
    return steps.map(lambda count: _between(Fraction(nearest) + count * part, low, high)) | st.floats(
        low, high
    )


def _between(number: Fraction, low: float, high: float) -> float:
    return low if number <= low else high if number >= high else float(number)


def _noise(shape: tuple[int, ...], low: float, high: float, *, seed: int, whole: bool) -> Array:
    generator = np.random.default_rng(seed)
    if whole:
        return generator.integers(ceil(low), floor(high), shape, endpoint=True).astype(float)
    # The width of the widest ranges is no float64: the ends are weighed instead.
    weight = generator.random(shape)
    return np.clip(low * (1 - weight) + high * weight, low, high)


# --- rows


def _rows(
    drawn: Forall, readings: Readings, columns: Sequence[Column]
) -> st.SearchStrategy[Mapping[str, Any]]:
    together = len(drawn.names)
    groups = cache(lambda: _groups(drawn.domain, readings, together))

    @st.composite
    def rows(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Mapping[str, Row]:
        group = draw(st.sampled_from(groups()))
        places = draw(st.lists(st.sampled_from(group), min_size=together, max_size=together, unique=True))
        return dict(zip(drawn.names, (_row(place, readings, columns) for place in places), strict=True))

    return rows()


def _row(place: int, readings: Readings, columns: Sequence[Column]) -> Row:
    cells = {column.name: readings.values(column)[place] for column in columns}
    return Row(place, str(readings.keys[place]), cells)


def _groups(domain: Operation[Domain], readings: Readings, together: int) -> Sequence[Sequence[int]]:
    """The places of rows from which so many are drawn ``together``: all that fit, or those that are equal in a column."""
    frame, same, where = (domain.arguments[name] for name in ("frame", "same", "where"))
    places: Sequence[int] = range(len(readings.keys))
    if where is not None:
        condition = Column(span=domain.span, frame=frame, name="", type=None, expression=where)
        places = [place for place, holds in enumerate(readings.values(condition)) if holds]
    found: Mapping[Any, Sequence[int]] = {None: places}
    if same is not None:
        values = readings.values(same)
        by_value: dict[Any, list[int]] = {}
        for place in places:
            if values[place] is not None:
                by_value.setdefault(values[place], []).append(place)
        found = by_value
    groups = [group for group in found.values() if len(group) >= together]
    if not groups:
        raise Unavailable(f"it was never tried: {_lack(frame, len(places), together, same, where)}")
    return groups


def _lack(frame: str, rows: int, together: int, same: Column | None, where: Any) -> str:
    """Why there is nothing to draw, as a clause."""
    kept = "" if where is None else " for which `where` holds"
    if same is not None and rows >= together:
        names = {column.name for column in columns_of(same)}
        return f"no {together} rows of `{frame}`{kept} are equal in `{'`, `'.join(sorted(names))}`"
    return f"`{frame}` has {rows or 'no'} row{'s' * (rows != 1)}{kept}"
