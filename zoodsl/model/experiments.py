"""Experiments: a spec under every combination of some params' values, and the cluster that a run takes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

from zoodsl.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """``name in [...]``: a param, and the values that an experiment gives it, each as it is written."""

    span: Span
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """The ``experiment`` section.

    ``metric`` is the name by which combinations are compared ("loss", or a metric's), and ``better`` whether more (``max``)
    or less (``min``) of it is; None where nothing is measured.
    """

    span: Span
    compared: tuple[Compared, ...]
    metric: str | None
    better: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The ``cluster`` section: processes that train, the cores of each, and the Java heap of each in bytes (None: sized)."""

    span: Span
    executors: int
    cores: int
    memory: int | None

    @property
    def all_cores(self) -> int:
        """The cores of all executors together, which share a batch equally."""
        return self.executors * self.cores


@dataclass(frozen=True, slots=True)
class Combination:
    """One value for each compared param, as pairs of a name and the value as it is written."""

    values: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return ", ".join(f"{name} = {value}" for name, value in self.values)


def combinations(compared: tuple[Compared, ...]) -> tuple[Combination, ...]:
    """The whole grid, the last param's values changing fastest."""
    names = [each.name for each in compared]
    return tuple(
        Combination(tuple(zip(names, values, strict=True)))
        for values in product(*(each.values for each in compared))
    )


def grid_size(compared: tuple[Compared, ...]) -> int:
    """How many combinations there are."""
    return prod(len(each.values) for each in compared)
