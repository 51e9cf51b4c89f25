"""Baselines: simple answers that are judged beside the network's, as the column ``prediction`` of the same rows."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.series import LAST_VALUE, WINDOW_ROWS


def last_values(rows: DataFrame) -> DataFrame:
    """The rows that have a window, each answered with the label's value at the window's last row."""
    return rows.where(F.col(WINDOW_ROWS).isNotNull()).withColumn("prediction", F.array(LAST_VALUE))
