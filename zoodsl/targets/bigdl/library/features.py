"""Features: which columns the network is fed from, and their form before its preprocessing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.errors import DataError

Teller = Callable[..., None]
"""Is told what happens: ``tell(event, **fields)``."""


@dataclass(frozen=True)
class ImageColumn:
    """A column of images. Rows without one are left out of predictions."""

    column: str

    def expression(self) -> Column:
        """The images."""
        return F.col(f"`{self.column}`")

    def checked(self, frame: DataFrame, part: str, tell: Teller) -> DataFrame:
        """``frame`` without the rows whose image could not be read, which are told; a DataError if none is left."""
        image = self.expression()
        missing = frame.where(image.isNull())
        count = missing.count()
        if not count:
            return frame
        examples = (
            [row[0] for row in missing.select("origin").limit(3).collect()]
            if "origin" in frame.columns
            else []
        )
        named = f": {', '.join(examples)}{', ...' if count > len(examples) else ''}" if examples else ""
        kept = frame.where(image.isNotNull())
        if kept.isEmpty():
            raise DataError(f"none of the {count:,} images of the {part} rows can be read{named}")
        tell("phase", text=f"{count:,} of the {part} images cannot be read and are left out{named}")
        return kept


@dataclass(frozen=True)
class NumberColumns:
    """Numeric columns as one vector, each ``(value - mean) / std``; ``mean`` and ``std`` have one entry for all or each."""

    columns: tuple[str, ...]
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)

    def expression(self) -> Column:
        """The vector, an array of doubles; Spark fails with a sentence where a value is missing."""
        scales = zip(self.columns, cycle(self.mean), cycle(self.std), strict=False)
        return F.array(*((_present(name) - mean) / std for name, mean, std in scales))

    def checked(self, frame: DataFrame, part: str, tell: Teller) -> DataFrame:  # noqa: ARG002 - as of images
        """``frame``; a DataError where a value is missing, which training would take as a number."""
        columns = {name: F.col(f"`{name}`").cast("double") for name in self.columns}
        gaps = frame.agg(
            *(F.sum((value.isNull() | F.isnan(value)).cast("long")) for value in columns.values())
        ).first()
        missing = [(name, count) for name, count in zip(columns, gaps or (), strict=True) if count]
        if missing:
            listed = ", ".join(f"`{name}` in {count:,} rows" for name, count in missing[:5])
            raise DataError(f"feature values are missing among the {part} rows: {listed}")
        return frame


def _present(name: str) -> Column:
    value = F.col(f"`{name}`").cast("double")
    error = F.raise_error(F.lit(f"a value of `{name}` is missing")).cast("double")
    return F.when(value.isNotNull() & ~F.isnan(value), value).otherwise(error)


Features = ImageColumn | NumberColumns
