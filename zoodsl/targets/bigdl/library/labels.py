"""Labels: how a column becomes numbers that the network learns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.features import Teller

EXAMPLES = 3
"""How many offending values an error names."""

NEAR = 1e-6
"""Numbers closer than this are the same rating: 0.1 + 0.2 is 0.3."""


class LabelColumn:
    """What is learned: a frozen dataclass. Where its fields follow from the rows that train, ``fitted`` finds them."""

    @property
    def scale(self) -> tuple[float, float] | None:
        """The mean and the standard deviation by which the network learns it standardised; None: as it is."""
        return None

    def fitted(self, rows: DataFrame, tell: Teller) -> Self:  # noqa: ARG002 - nothing follows from rows
        """This label with what follows from ``rows``, those that train; ``tell`` is told it."""
        return self


@dataclass(frozen=True)
class ClassIndex(LabelColumn):
    """One class a row, counted from 0: whole numbers below ``classes``, or texts among them.

    ``signs``: as -1 and 1, for losses that take the side of a boundary.
    """

    column: str
    classes: int | tuple[str, ...]
    signs: bool = False

    size = 1

    def expression(self) -> Column:
        """The class as a double; null where there is none."""
        value = F.col(f"`{self.column}`")
        if isinstance(self.classes, int):
            number = value.cast("double")
            within = (number >= 0) & (number < self.classes) & (number == F.floor(number))
            return F.when(within, number)
        text = value.cast("string")
        return F.coalesce(*(F.when(text == name, float(place)) for place, name in enumerate(self.classes)))

    def check(self, frame: DataFrame, part: str) -> None:
        """A DataError that names values of ``frame`` that are no class."""
        wanted = (
            f"a whole number from 0 to {self.classes - 1}"
            if isinstance(self.classes, int)
            else "one of " + ", ".join(f'"{name}"' for name in self.classes)
        )
        _refuse(frame.where(self.expression().isNull()), self.column, part, wanted)


@dataclass(frozen=True)
class Rating(ClassIndex):
    """One class a step of a scale: ``classes`` are its numbers in digits, rising."""

    classes: tuple[str, ...]

    @property
    def values(self) -> tuple[float, ...]:
        """What the classes stand for."""
        return tuple(map(float, self.classes))

    def expression(self) -> Column:
        """The class as a double; null where the column holds no number of the scale."""
        number = F.col(f"`{self.column}`").cast("double")
        near = (F.when(F.abs(number - value) < NEAR, float(place)) for place, value in enumerate(self.values))
        return F.coalesce(*near)


@dataclass(frozen=True)
class MultiHot(LabelColumn):
    """Any number of labels a row, written in one text with ``separator``, as one 0 or 1 for each of ``names``.

    An empty or missing text, and the text ``none``, stand for no labels.
    """

    column: str
    names: tuple[str, ...]
    separator: str = "|"
    none: str | None = None
    signs: bool = False

    @property
    def size(self) -> int:
        """How many numbers a row has."""
        return len(self.names)

    def given(self) -> Column:
        """The labels of a row: an array of texts."""
        text = F.trim(F.coalesce(F.col(f"`{self.column}`").cast("string"), F.lit("")))
        parts = F.transform(F.split(text, "\\Q" + self.separator + "\\E"), F.trim)
        empty = text == "" if self.none is None else text.isin("", self.none)
        return F.when(empty, F.array().cast("array<string>")).otherwise(parts)

    def expression(self) -> Column:
        """The row's zeros and ones, an array of doubles."""
        given = self.given()
        return F.array(*(F.array_contains(given, name).cast("double") for name in self.names))

    def check(self, frame: DataFrame, part: str) -> None:
        """A DataError that names labels of ``frame`` that are unknown."""
        known = F.array(*map(F.lit, self.names))
        unknown = F.explode(F.array_except(self.given(), known)).alias(self.column)
        wanted = "one of " + ", ".join(f'"{name}"' for name in self.names)
        _refuse(frame.select(unknown), self.column, part, wanted)


@dataclass(frozen=True)
class Number(LabelColumn):
    """A number as it is."""

    column: str

    size = 1
    signs = False

    def expression(self) -> Column:
        """The number as a double."""
        return F.col(f"`{self.column}`").cast("double")

    def check(self, frame: DataFrame, part: str) -> None:
        """A DataError that names values of ``frame`` that are no finite number."""
        number = self.expression()
        wrong = number.isNull() | F.isnan(number) | number.isin(float("inf"), float("-inf"))
        _refuse(frame.where(wrong), self.column, part, "a number")


Label = ClassIndex | MultiHot | Number


def class_names(label: Label) -> tuple[str, ...]:
    """The names of a label's classes or entries: of classes that are numbers, these; none of a number."""
    if isinstance(label, MultiHot):
        return label.names
    if isinstance(label, Number):
        return ()
    return tuple(map(str, range(label.classes))) if isinstance(label.classes, int) else label.classes


def _refuse(wrong: DataFrame, column: str, part: str, wanted: str) -> None:
    """Raises a DataError if ``wrong``, the offending rows, has any."""
    value = F.coalesce(F.col(f"`{column}`").cast("string"), F.lit("nothing"))
    counts = wrong.groupBy(value.alias("value")).count().orderBy(F.desc("count"), "value").collect()
    if not counts:
        return
    named = ", ".join(f'"{row["value"]}" in {row["count"]:,}' for row in counts[:EXAMPLES])
    more = f" and {len(counts) - EXAMPLES:,} other values" if len(counts) > EXAMPLES else ""
    total = sum(row["count"] for row in counts)
    raise DataError(f"label `{column}` is not {wanted} in {total:,} of the {part} rows: {named}{more}")
