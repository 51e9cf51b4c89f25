"""Series: windows of the rows before, as features of a row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.features import Features, Teller
from zoodsl.targets.bigdl.library.image_rows import KEY

WINDOW_ROWS = "_history"
"""The column of the rows before a row: an array of arrays of numbers, as they are read."""

WINDOW_GAPS = "_gaps"
"""The column that names the columns of which a value is missing in the window of a row; null where none is."""

LAST_VALUE = "_last"
"""The column of the label's value at the window's last row."""


@dataclass(frozen=True)
class WindowColumns(Features):
    """Numeric columns of ``length`` rows, of which the last is ``horizon`` rows before the row that is predicted.

    Each number is ``(value - mean) / std``; ``mean`` and ``std`` have one entry for all columns or each. Rows are in the
    order of their key, those without one as they come; with ``by``, in a series for each of that column's values. Rows
    before which there are too few have no window, and are neither trained on nor predicted.
    """

    columns: tuple[str, ...]
    length: int
    horizon: int
    by: str | None = None
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)

    def prepared(self, frame: DataFrame) -> DataFrame:
        """``frame`` with the column ``_history``, null where there is no window, and ``_gaps``."""
        if WINDOW_ROWS in frame.columns:
            return frame
        if KEY not in frame.columns:
            return self.prepared(frame.withColumn(KEY, F.monotonically_increasing_id())).drop(KEY)
        values = [F.col(f"`{name}`").cast("double") for name in self.columns]
        known = F.lit(True)  # noqa: FBT003 - as pyspark takes it
        for value in values:
            known &= value.isNotNull() & ~F.isnan(value)
        first, last = -(self.length + self.horizon - 1), -self.horizon
        window = self.order().rowsBetween(first, last)
        # A row with a gap gives null, which the list leaves out: its windows are too short.
        before = F.collect_list(F.when(known, F.array(*values))).over(window)
        gaps = (
            F.when(F.max(value.isNull() | F.isnan(value)).over(window), F.lit(f"`{name}`"))
            for name, value in zip(self.columns, values, strict=True)
        )
        enough = F.count(F.lit(1)).over(window) == self.length
        return frame.withColumns(
            {
                WINDOW_ROWS: F.when(F.size(before) == self.length, before),
                WINDOW_GAPS: F.when(enough & (F.size(before) < self.length), F.concat_ws(", ", *gaps)),
            }
        )

    def order(self) -> WindowSpec:
        """The rows of a series, in order."""
        return Window.partitionBy(*([f"`{self.by}`"] if self.by else [])).orderBy(KEY)

    def expression(self) -> Column:
        """The window's numbers, row after row, an array of doubles; null where there is no window."""
        scales = [*zip(range(len(self.columns)), cycle(self.mean), cycle(self.std), strict=False)]

        def scaled(row: Column) -> Column:
            return F.array(*((row[place] - mean) / std for place, mean, std in scales))

        return F.flatten(F.transform(F.col(WINDOW_ROWS), scaled))

    def checked(self, frame: DataFrame, part: str, tell: Teller) -> DataFrame:
        """The rows that have a window; a DataError where none has, or a value is missing in one."""
        if KEY not in frame.columns:
            return self.checked(frame.withColumn(KEY, F.monotonically_increasing_id()), part, tell).drop(KEY)
        whole = self.prepared(frame)
        check_windows(whole, part)
        kept = whole.where(F.col(WINDOW_ROWS).isNotNull())
        if kept.isEmpty():
            reach = self.length + self.horizon - 1
            raise DataError(
                f"none of the {frame.count():,} {part} rows has a window: before it come fewer than {reach:,} rows"
            )
        return kept


def with_history(frame: DataFrame, features: WindowColumns, last: str | None = None) -> DataFrame:
    """``frame`` with the windows of its rows, and the value of the column ``last`` at each window's end."""
    whole = features.prepared(frame)
    if last is None:
        return whole
    value = F.col(f"`{last}`").cast("double")
    return whole.withColumn(LAST_VALUE, F.lag(value, features.horizon).over(features.order()))


def check_windows(prepared: DataFrame, part: str) -> None:
    """A DataError where a value is missing in the windows of a part's rows, in their own part or in the one before."""
    found = prepared.agg(F.count(WINDOW_GAPS), F.first(WINDOW_GAPS, ignorenulls=True)).first()
    count, columns = found or (0, None)
    if count:
        raise DataError(
            f"feature values are missing in the windows of {count:,} {part} rows: {columns} has gaps "
            "among the rows before them"
        )
