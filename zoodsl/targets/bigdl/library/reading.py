"""What comes up while data are read: what is told of joins, and files that are no images."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyspark import AccumulatorParam
from pyspark.sql import SparkSession

from zoodsl.targets.bigdl.library.errors import DataError

BadFile = tuple[str, str]
"""A file's origin, and why it is no image."""


class Collected(AccumulatorParam[frozenset[Any]]):
    """What tasks find, once each, however often they are run."""

    def zero(self, value: frozenset[Any]) -> frozenset[Any]:  # noqa: ARG002 - as Spark calls it
        """Nothing."""
        return frozenset()

    def addInPlace(self, value1: frozenset[Any], value2: frozenset[Any]) -> frozenset[Any]:  # noqa: N802 - Spark's
        """All of both."""
        return value1 | value2


class Reading:
    """Notes bad files while rows are computed, and tells ``tell(event, **fields)`` what joins find."""

    def __init__(self, spark: SparkSession, tell: Callable[..., None]) -> None:
        self.tell = tell
        self.skipped = spark.sparkContext.accumulator(frozenset(), Collected())
        self.fatal = spark.sparkContext.accumulator(frozenset(), Collected())

    def finish(self, out: Path) -> None:
        """Lists the files that were found to be bad in ``bad_files.csv`` in the folder ``out``, if there are any.

        A DataError where one of them was read with ``on_error="fail"``.
        """
        bad: list[BadFile] = sorted(self.skipped.value | self.fatal.value)
        if not bad:
            return
        out.mkdir(parents=True, exist_ok=True)
        with (out / "bad_files.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("origin", "reason"), *bad])
        named = f"{bad[0][0]} ({bad[0][1]})" + (", ..." if len(bad) > 1 else "")
        files = "1 file is" if len(bad) == 1 else f"{len(bad):,} files are"
        if self.fatal.value:
            raise DataError(f"{files} no image that can be read: {named}; bad_files.csv lists them")
        self.tell("phase", text=f"{files} no image that can be read, and left out: {named}")
        self.tell("saved", path=str(out / "bad_files.csv"), what="bad files")
