"""Scaling: the mean and the standard deviation of columns, as the rows that train have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Self

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.features import NumberColumns, Teller
from zoodsl.targets.bigdl.library.labels import Number
from zoodsl.targets.bigdl.library.series import WindowColumns

ROUNDING = 1e-12
"""A standard deviation that is a smaller part of the mean is an error of rounding."""


@dataclass(frozen=True)
class StandardizedColumns(NumberColumns):
    """Numeric columns that are standardised by the rows that train, before ``mean`` is subtracted and ``std`` divided by."""

    def fitted(self, rows: DataFrame, tell: Teller) -> NumberColumns:
        """The columns with the scale of ``rows``."""
        mean, std = joined_scales(fitted_scales(self.columns, rows, tell), self.mean, self.std)
        return NumberColumns(self.columns, mean, std)


@dataclass(frozen=True)
class StandardizedWindows(WindowColumns):
    """Windows whose columns are standardised by the rows that train, before ``mean`` is subtracted and ``std`` divided by."""

    def fitted(self, rows: DataFrame, tell: Teller) -> WindowColumns:
        """The windows with the scale of ``rows``."""
        mean, std = joined_scales(fitted_scales(self.columns, rows, tell), self.mean, self.std)
        return WindowColumns(self.columns, self.length, self.horizon, self.by, mean, std)


@dataclass(frozen=True)
class StandardizedNumber(Number):
    """A number that is learned standardised by the rows that train; it is judged and predicted as it is."""

    mean: float = 0.0
    std: float = 1.0

    @property
    def scale(self) -> tuple[float, float]:
        """The mean and the standard deviation."""
        return self.mean, self.std

    def fitted(self, rows: DataFrame, tell: Teller) -> Self:
        """The label with the scale of ``rows``."""
        [(mean, std)] = fitted_scales((self.column,), rows, tell, label=True)
        return replace(self, mean=mean, std=std)

    def expression(self) -> Column:
        """The number as a double, standardised once it is fitted."""
        return (super().expression() - self.mean) / self.std


def all_rows(parts: Mapping[str, DataFrame]) -> DataFrame:
    """The rows of all parts together."""
    return reduce(DataFrame.union, parts.values())


def fitted_scales(
    columns: Sequence[str], rows: DataFrame, tell: Teller, *, label: bool = False
) -> list[tuple[float, float]]:
    """The mean and the population's standard deviation of each column, as scikit-learn's StandardScaler has them.

    They are told. A DataError where a column has one value alone, or none.
    """
    numbers = [F.col(f"`{name}`").cast("double") for name in columns]
    found = rows.agg(*(of(value) for value in numbers for of in (F.mean, F.stddev_pop))).first()
    values = list(found or ())
    scales = list(zip(values[::2], values[1::2], strict=True))
    for name, (mean, std) in zip(columns, scales, strict=True):
        if mean is None or std <= ROUNDING * abs(mean):
            held = "no value" if mean is None else f"the value {mean:g} alone"
            raise DataError(f"column `{name}` has {held} in the training rows: it cannot be standardised")
    tell(
        "scaled",
        label=label,
        columns=[
            {"column": name, "mean": mean, "std": std}
            for name, (mean, std) in zip(columns, scales, strict=True)
        ],
    )
    return scales


def joined_scales(
    scales: Sequence[tuple[float, float]], mean: Sequence[float], std: Sequence[float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """``((x - m) / s - mean) / std`` as one scale: ``(x - (m + s * mean)) / (s * std)``."""
    places = range(len(scales))
    return (
        tuple(m + s * mean[place % len(mean)] for place, (m, s) in zip(places, scales, strict=True)),
        tuple(s * std[place % len(std)] for place, (_, s) in zip(places, scales, strict=True)),
    )
