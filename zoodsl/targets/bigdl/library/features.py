"""Features: which columns the network is fed from, and their form before its preprocessing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.errors import DataError

Teller = Callable[..., None]
"""Is told what happens: ``tell(event, **fields)``."""

KINDS: dict[str, Any] = {}
"""Each kind of features by its name, by which a saved pipeline is read."""


class Features:
    """What a network is fed from: a frozen dataclass whose fields are plain values, with which it is saved.

    Where fields follow from the rows that train, ``fitted`` finds them.
    """

    def __init_subclass__(cls) -> None:
        KINDS[cls.__name__] = cls

    def fitted(self, rows: DataFrame, tell: Teller) -> Features:  # noqa: ARG002 - nothing follows from rows
        """These features with what follows from ``rows``, those that train, as they are read; ``tell`` is told it."""
        return self

    def prepared(self, frame: DataFrame) -> DataFrame:
        """``frame`` as it is read, with what ``expression`` is computed of."""
        return frame

    def expression(self) -> Column:
        """What a row feeds to the preprocessing; null where it cannot be predicted."""
        raise NotImplementedError

    def checked(self, frame: DataFrame, part: str, tell: Teller) -> DataFrame:
        """``frame`` without the rows that cannot be fed; a DataError where none is left, or one should have been fed."""
        raise NotImplementedError


@dataclass(frozen=True)
class ImageColumn(Features):
    """A column of images. Rows without one are left out of predictions.

    ``least`` is the height and width below which crops of its preprocessing find no place; BigDL would crop less.
    """

    column: str
    least: tuple[int, int] | None = None

    def expression(self) -> Column:
        """The images; Spark fails with a sentence where one is too small."""
        image = F.col(f"`{self.column}`")
        if self.least is None:
            return image
        height, width = self.least
        size = F.concat_ws("x", image["height"], image["width"])
        text = F.concat(
            F.lit("the image "),
            image["origin"],
            F.lit(" is of "),
            size,
            F.lit(f", less than {height}x{width}"),
        )
        small = (image["height"] < height) | (image["width"] < width)
        return F.when(small, F.raise_error(text)).otherwise(image)

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
class NumberColumns(Features):
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
        check_gaps(self.columns, frame, part)
        return frame


def check_gaps(columns: tuple[str, ...], frame: DataFrame, part: str) -> None:
    """A DataError where a value of numeric ``columns`` is missing among the rows of a part."""
    numbers = {name: F.col(f"`{name}`").cast("double") for name in columns}
    gaps = frame.agg(
        *(F.sum((value.isNull() | F.isnan(value)).cast("long")) for value in numbers.values())
    ).first()
    missing = [(name, count) for name, count in zip(numbers, gaps or (), strict=True) if count]
    if missing:
        listed = ", ".join(f"`{name}` in {count:,} rows" for name, count in missing[:5])
        raise DataError(f"feature values are missing among the {part} rows: {listed}")


def _present(name: str) -> Column:
    value = F.col(f"`{name}`").cast("double")
    error = F.raise_error(F.lit(f"a value of `{name}` is missing")).cast("double")
    return F.when(value.isNotNull() & ~F.isnan(value), value).otherwise(error)
