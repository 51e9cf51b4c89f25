"""Indices: values as their places among those that train, which an embedding looks up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.features import Features, Teller, check_gaps


@dataclass(frozen=True)
class IndexedColumns(Features):
    """Columns as one vector, those that are ``indexed`` as places among the different values that train, sorted.

    ``known`` has these values for each of ``indexed``, once they are fitted. All others share the place after the last one.
    """

    columns: tuple[str, ...]
    indexed: tuple[str, ...]
    known: tuple[tuple[Any, ...], ...] = ()

    def fitted(self, rows: DataFrame, tell: Teller) -> Self:
        """The columns with the values of ``rows``."""
        found = []
        for name in self.indexed:
            values = (
                rows.select(F.col(f"`{name}`")).where(F.col(f"`{name}`").isNotNull()).distinct().collect()
            )
            found.append(tuple(sorted(row[0] for row in values)))
        listed = ", ".join(
            f"{len(values):,} of `{name}`" for name, values in zip(self.indexed, found, strict=True)
        )
        tell("phase", text=f"indices of the different values that train: {listed}")
        return replace(self, known=tuple(found))

    def expression(self) -> Column:
        """The vector, an array of doubles."""
        places = dict(zip(self.indexed, self.known, strict=True))
        return F.array(
            *(
                _looked_up(name, {value: place for place, value in enumerate(places[name])})
                if name in places
                else F.col(f"`{name}`").cast("double")
                for name in self.columns
            )
        )

    def checked(self, frame: DataFrame, part: str, tell: Teller) -> DataFrame:  # noqa: ARG002 - as of images
        """``frame``; a DataError where a value is missing."""
        others = tuple(name for name in self.columns if name not in self.indexed)
        if others:
            check_gaps(others, frame, part)
        for name in self.indexed:
            count = frame.where(F.col(f"`{name}`").isNull()).count()
            if count:
                raise DataError(
                    f"feature values are missing among the {part} rows: `{name}` in {count:,} rows"
                )
        return frame


def _looked_up(name: str, places: Mapping[Any, int]) -> Column:
    """A column's places as doubles."""
    find = F.udf(lambda value: float(places.get(value, len(places))), "double")
    return find(F.col(f"`{name}`"))
