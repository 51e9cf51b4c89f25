"""Splits: the rows of each part, by hashes and ranks that do not depend on the order or partitioning of rows."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.image_rows import KEY

PART = "_part"
Parts = dict[str, DataFrame]


def all_train(frame: DataFrame) -> Parts:
    """Every row trains."""
    return {"train": frame.persist()}


def all_test(frame: DataFrame) -> Parts:
    """Every row is tested on: nothing trains."""
    return {"test": frame.persist()}


def split_random(frame: DataFrame, train: float, validation: float, test: float, seed: int) -> Parts:
    """Each row by the hash of its key."""
    return _by_position(frame, F.col(KEY), train, validation, test, seed)


def split_grouped(
    frame: DataFrame, column: str, train: float, validation: float, test: float, seed: int
) -> Parts:
    """Each row by the hash of its value of ``column``, so that rows of one value stay together."""
    return _by_position(frame, F.col(f"`{column}`"), train, validation, test, seed)


def split_grouped_fold(
    frame: DataFrame, column: str, *, fold: int, folds: int, validation: bool, seed: int
) -> Parts:
    """Rows of one value of ``column`` are in one of ``folds`` folds: ``fold`` tests, the next may validate, the rest trains."""
    number = F.floor(_number(F.col(f"`{column}`"), seed) * folds / 2.0**32)
    part = F.when(number == fold, "test")
    if validation:
        part = part.when(number == (fold + 1) % folds, "validation")
    return _parts(frame, part.otherwise("train"), [("validation", float(validation)), ("test", 1.0)])


def split_stratified(
    frame: DataFrame, column: str, train: float, validation: float, test: float, seed: int
) -> Parts:
    """The same shares of every value of ``column``: its rows are ranked by digest, then key."""
    values = Window.partitionBy(f"`{column}`")
    ranks = values.orderBy(_digest(F.col(KEY), seed), F.col(KEY).cast("string"))
    return _by_rank(
        frame, F.row_number().over(ranks), F.count(F.lit(1)).over(values), train, validation, test
    )


def split_tail(frame: DataFrame, train: float, validation: float, test: float) -> Parts:
    """The first rows train, then come those that validate, and the last ones test."""
    ranks = Window.orderBy(KEY)
    return _by_rank(frame, F.row_number().over(ranks), F.lit(frame.count()), train, validation, test)


def split_fixed(
    frame: DataFrame, column: str, train: str, validation: str | None = None, test: str | None = None
) -> Parts:
    """As the texts of ``column`` say; rows of other texts are left out."""
    text = F.col(f"`{column}`").cast("string")
    part = F.when(text == train, "train")
    for name, mark in (("validation", validation), ("test", test)):
        if mark is not None:
            part = part.when(text == mark, name)
    return _parts(frame, part, [("validation", validation), ("test", test)])


def _digest(key: Column, seed: int) -> Column:
    return F.md5(F.concat(F.lit(f"{seed}:"), F.coalesce(key.cast("string"), F.lit(""))))


def _number(key: Column, seed: int) -> Column:
    """The first 32 bits of the key's digest, as a double."""
    return F.conv(F.substring(_digest(key, seed), 1, 8), 16, 10).cast("double")


def _cuts(train: float, validation: float, test: float) -> tuple[float, float]:
    """Where training and validation end; 1 where no later part has a share, whatever rounding says."""
    return (train if validation or test else 1.0), (train + validation if test else 1.0)


def _by_position(
    frame: DataFrame, key: Column, train: float, validation: float, test: float, seed: int
) -> Parts:
    position = _number(key, seed) / 2.0**32
    first, second = _cuts(train, validation, test)
    part = F.when(position < first, "train").when(position < second, "validation").otherwise("test")
    return _parts(frame, part, [("validation", validation), ("test", test)])


def _by_rank(
    frame: DataFrame, rank: Column, rows: Column, train: float, validation: float, test: float
) -> Parts:
    """By ``rank``, from 1, among ``rows``: those before a cut are floor(cut * rows + 1/2)."""
    first, second = (F.floor(F.lit(cut) * rows + 0.5) for cut in _cuts(train, validation, test))
    part = F.when(rank <= first, "train").when(rank <= second, "validation").otherwise("test")
    return _parts(frame, part, [("validation", validation), ("test", test)])


def _parts(frame: DataFrame, part: Column, others: list[tuple[str, float | str | None]]) -> Parts:
    """The parts that were asked for, of rows that are computed once and kept."""
    divided = frame.withColumn(PART, part).persist()
    names = ["train", *(name for name, asked in others if asked)]
    return {name: divided.where(F.col(PART) == name).drop(PART) for name in names}
