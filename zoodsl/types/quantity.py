"""Numbers with units."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Unit(Enum):
    """The units of the language. ``dimension`` groups those that convert into each other."""

    EPOCH = ("epochs", "training time", 1)
    ITERATION = ("iterations", "training steps", 1)
    SECOND = ("s", "time", 1)
    MINUTE = ("min", "time", 60)
    MEGABYTE = ("MB", "memory", 1_000_000)
    GIGABYTE = ("GB", "memory", 1_000_000_000)
    PERCENT = ("%", "a share", 0.01)

    def __init__(self, symbol: str, dimension: str, scale: float) -> None:
        self.symbol = symbol
        self.dimension = dimension
        self.scale = scale


UNITS_BY_SYMBOL = {unit.symbol: unit for unit in Unit} | {
    "epoch": Unit.EPOCH,
    "iteration": Unit.ITERATION,
}
"""Every spelling of a unit, singular forms included."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit, such as ``5 epochs``."""

    value: float
    unit: Unit

    @property
    def base(self) -> float:
        """The value in the dimension's base unit (seconds, bytes, share of one; counts as they are)."""
        return self.value * self.unit.scale

    def __str__(self) -> str:
        number = f"{self.value:g}"
        if self.unit is Unit.PERCENT:
            return f"{number}%"
        singular = self.value == 1 and self.unit in (Unit.EPOCH, Unit.ITERATION)
        return f"{number} {self.unit.symbol.removesuffix('s') if singular else self.unit.symbol}"
