"""The baseline of recommendations: a matrix of ratings as a product of two, by Spark's alternating least squares."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.ml.recommendation import ALS
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.engine import cores
from zoodsl.targets.bigdl.library.labels import Label, Rating


@dataclass(frozen=True)
class Factors:
    """How ratings are told by the factors of who rates and of what is rated.

    Args:
        user: the column that says whose rating it is.
        item: the column that says of what.
        rank: how many factors there are.
        regularization: what large factors cost, times the number of ratings that they are found from.
        iterations: how often both sides are found anew.
        seed: what the first factors are drawn by.
    """

    user: str
    item: str
    rank: int = 10
    regularization: float = 0.1
    iterations: int = 10
    seed: int = 42

    def answers(self, train: DataFrame, part: DataFrame, label: Label) -> DataFrame:
        """``part`` with the column ``prediction``, an array of one rating, by factors that are found from ``train``.

        Ratings are held within the scale of ``label``; where one side did not train, it is the mean of those that did.
        """
        rating = F.col(f"`{label.column}`").cast("double").alias("_rating")
        known = train.select(F.col(f"`{self.user}`"), F.col(f"`{self.item}`"), rating).persist()
        numbers = [_numbers(known, name) for name in (self.user, self.item)]
        mean = known.agg(F.avg("_rating")).collect()[0][0]
        found = ALS(
            userCol=_numbered(self.user),
            itemCol=_numbered(self.item),
            ratingCol="_rating",
            rank=self.rank,
            regParam=self.regularization,
            maxIter=self.iterations,
            numUserBlocks=cores(),
            numItemBlocks=cores(),
            seed=self.seed,
        ).fit(_with(known, numbers))
        known.unpersist()
        told = found.setPredictionCol("_told").transform(_with(part, numbers))
        prediction = F.array(_within(F.col("_told"), label, mean))
        return told.withColumn("prediction", prediction).drop(
            "_told", *map(_numbered, (self.user, self.item))
        )


def _numbered(column: str) -> str:
    return f"_{column}_number"


def _numbers(known: DataFrame, column: str) -> DataFrame:
    """The different values of a column, each with a number from 0: ALS takes no texts and no large ids."""
    values = sorted(row[0] for row in known.select(F.col(f"`{column}`")).distinct().collect())
    kind = known.schema[column].dataType.simpleString()
    rows = [(value, number) for number, value in enumerate(values)]
    return known.sparkSession.createDataFrame(rows, f"`{column}` {kind}, `{_numbered(column)}` int")


def _with(frame: DataFrame, numbers: list[DataFrame]) -> DataFrame:
    """``frame`` with the numbers of its values; -1, which ALS has no factors of, where a value did not train."""
    for each in numbers:
        name, number = each.columns
        frame = frame.join(F.broadcast(each), name, "left").fillna(-1, subset=[number])
    return frame


def _within(rating: Column, label: Label, mean: float) -> Column:
    """A rating that is within the scale, and the mean where there is none."""
    told = rating.cast("double")
    known = F.when(told.isNull() | F.isnan(told), F.lit(mean)).otherwise(told)
    if not isinstance(label, Rating):
        return known
    return F.least(F.greatest(known, F.lit(label.values[0])), F.lit(label.values[-1]))
