"""Joins: the rows of two frames whose keys are equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.image_rows import KEY
from zoodsl.targets.bigdl.library.reading import Reading

LEFT = "_left"
RIGHT = "_right"
"""The columns that a join goes by, while it is made."""

LITTLE = 0.5
"""Where a smaller share of the rows of either side has a partner, that is told."""


def join(
    left: DataFrame,
    right: DataFrame,
    on: Sequence[Column],
    *,
    renamed: Mapping[str, tuple[str, str | None]] | None = None,
    reading: Reading | None = None,
) -> DataFrame:
    """Each row of ``left`` with those of ``right`` whose key equals its own, in the order of its ``_key``.

    Args:
        left: rows that keep their ``_key``.
        right: what is joined to them.
        on: the key of either side; missing ones equal nothing.
        renamed: names that both sides have, with what each is called then; a right one that is None is left out.
        reading: is told where few rows have a partner.

    Raises:
        DataError: no row has a partner.
    """
    mine = left.withColumn(LEFT, on[0])
    others = right.drop(KEY).withColumn(RIGHT, on[1])
    equal = F.col(LEFT) == F.col(RIGHT)
    check_keys(mine.select(LEFT), others.select(RIGHT), reading)
    for name, (here, there) in (renamed or {}).items():
        mine = mine.withColumnRenamed(name, here)
        others = others.drop(name) if there is None else others.withColumnRenamed(name, there)
    return mine.join(others, equal).drop(LEFT, RIGHT).sortWithinPartitions(KEY)


def check_keys(left: DataFrame, right: DataFrame, reading: Reading | None) -> None:
    """A DataError where no key of either side is one of the other; where few are, that is told."""
    mine = left.groupBy(LEFT).agg(F.count(F.lit(1)).alias("mine"))
    others = right.groupBy(RIGHT).agg(F.count(F.lit(1)).alias("others"))
    met = mine.join(others, F.col(LEFT) == F.col(RIGHT), "full").cache()
    both = F.col("mine").isNotNull() & F.col("others").isNotNull()
    counts = met.agg(
        F.sum("mine"),
        F.sum("others"),
        F.sum(F.when(both, F.col("mine"))),
        F.sum(F.when(both, F.col("others"))),
    ).first()
    rows, other_rows, rows_met, others_met = (count or 0 for count in counts or (0, 0, 0, 0))
    found = max(rows_met / max(1, rows), others_met / max(1, other_rows))
    if rows and other_rows and found < LITTLE:
        alone = [
            [
                f'"{row[0]}"'
                for row in met.where(~both & F.col(key).isNotNull()).select(key).limit(3).collect()
            ]
            for key in (LEFT, RIGHT)
        ]
        examples = f"without one are {', '.join(alone[0])} on the left and {', '.join(alone[1])} on the right"
        if not rows_met:
            raise DataError(
                f"none of the {rows:,} rows has a partner among the {other_rows:,} joined: {examples}"
            )
        text = f"{rows_met:,} of {rows:,} rows and {others_met:,} of {other_rows:,} joined have a partner: {examples}"
        if reading is None:
            print(text, flush=True)  # noqa: T201 - a program without hooks tells on its own
        else:
            reading.tell("phase", text=text)
    met.unpersist()
