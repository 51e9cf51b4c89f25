"""Tensors of a file as views of the nodes of a network.

Files lay images out channels last, transpose, flatten, slice and shuffle. None of that computes anything: it only says
which number of a node stands where. A view records just that, so that layouts cancel out where they can, and a
dense layer after a channels-last flatten has its rows reordered instead of the image turned round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from zoodsl.types import Shape

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class View:
    """A tensor of a file: ``order`` has its shape, and holds for each number its place in the record of ``node``.

    ``name`` is that of the file's node that made the view, empty where the view is the node itself.
    """

    node: str
    order: Array
    name: str = ""

    @property
    def shape(self) -> Shape:
        """The tensor's shape as the file has it."""
        return self.order.shape

    def arranged(self, order: Array, name: str = "") -> View:
        """The same numbers, or some of them, as ``order`` says, which is made of this view's."""
        return replace(self, order=order, name=name or self.name)

    def reshaped(self, shape: Shape) -> View:
        """The same numbers in another shape."""
        return replace(self, order=self.order.reshape(shape))

    def is_whole(self, record: Shape) -> bool:
        """Whether it has each number of a record of this shape, once."""
        if self.order.size != prod(record):
            return False
        seen = np.zeros(self.order.size, bool)
        seen[self.order.ravel()] = True
        return bool(seen.all())

    def is_plain(self, record: Shape) -> bool:
        """Whether it has all numbers of a record of this shape, in their order."""
        flat = self.order.ravel()
        return bool(flat.size == prod(record) and (flat == np.arange(flat.size)).all())


def whole(node: str, record: Shape, shape: Shape | None = None) -> View:
    """The view of all numbers of a node whose record has the shape ``record``, as ``shape`` if given."""
    return View(node=node, order=np.arange(prod(record), dtype=np.int32).reshape(shape or record))


@dataclass(frozen=True, slots=True)
class Loop:
    """``count`` places, ``step`` apart."""

    count: int
    step: int


@dataclass(frozen=True, slots=True)
class Box:
    """A cut-out of a record and the order in which it is read.

    The record is reshaped to ``sizes``; of each dimension ``counts`` places from ``starts`` on are kept; ``axes`` are then
    read from the outermost to the innermost.
    """

    sizes: Shape
    starts: Shape
    counts: Shape
    axes: tuple[int, ...]


def box(order: Array, total: int) -> Box | None:
    """The cut-out of a record of ``total`` numbers that ``order`` reads; None where it is none."""
    first, loops = _loops(order.ravel())
    if loops is None or any(loop.step <= 0 for loop in loops):
        return None
    nested = sorted(loops, key=lambda loop: -loop.step)
    steps = [loop.step for loop in nested]
    counts = [loop.count for loop in nested]
    if not steps or steps[-1] > 1:  # the numbers between the places that are read
        steps, counts = [*steps, 1], [*counts, 1]
    sizes, starts, outer = [], [], total
    for step, count in zip(steps, counts, strict=True):
        size, rest = divmod(outer, step)
        start, first = divmod(first, step)
        if rest or start + count > size:
            return None
        sizes.append(size)
        starts.append(start)
        outer = step
    axes = [nested.index(loop) for loop in loops]
    axes += [len(sizes) - 1] * (len(sizes) - len(axes))
    return Box(tuple(sizes), tuple(starts), tuple(counts), tuple(axes))


def _loops(places: Array) -> tuple[int, Sequence[Loop] | None]:
    """The first place, and the loops that walk over ``places``, outermost first; None where no loops do."""
    found: list[Loop] = []
    while places.size > 1:
        steps = np.diff(places)
        breaks = np.flatnonzero(steps != steps[0])
        count = int(breaks[0]) + 1 if breaks.size else int(places.size)
        if places.size % count:
            return 0, None
        rows = places.reshape(-1, count)
        if (np.diff(rows, axis=1) != steps[0]).any():
            return 0, None
        found.append(Loop(count, int(steps[0])))
        places = rows[:, 0]
    return int(places[0]), found[::-1]
