"""Words: texts as the indices of their words, which an embedding looks up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.features import Features, Teller
from zoodsl.targets.bigdl.library.words import UNKNOWN, indices_of, words_of


@dataclass(frozen=True)
class TokenColumn(Features):
    """A column of text as indices of its words: ``length`` numbers below ``words``.

    ``known`` are the most frequent words of the rows that train, once they are fitted, in the order of their indices.
    """

    column: str
    words: int
    length: int
    known: tuple[str, ...] = ()

    def fitted(self, rows: DataFrame, tell: Teller) -> Self:
        """The column with the words of ``rows``; a DataError where they have none."""
        split = F.udf(words_of, "array<string>")
        found = rows.select(F.explode(split(F.col(f"`{self.column}`"))).alias("word")).groupBy("word").count()
        found = found.persist()
        different = found.count()
        if not different:
            raise DataError(f"the training texts of `{self.column}` have no words")
        first = found.orderBy(F.desc("count"), "word").limit(self.words - UNKNOWN - 1).collect()
        found.unpersist()
        told = f"{different:,} different words in the training texts"
        tell("phase", text=told if len(first) == different else f"{told}, of which {len(first):,} are known")
        return replace(self, known=tuple(row["word"] for row in first))

    def expression(self) -> Column:
        """The indices, an array of doubles; null where there is no text."""
        places = {word: index for index, word in enumerate(self.known, UNKNOWN + 1)}
        length = self.length
        look_up = F.udf(
            lambda text: None if text is None else indices_of(text, places, length), "array<double>"
        )
        return look_up(F.col(f"`{self.column}`"))

    def checked(self, frame: DataFrame, part: str, tell: Teller) -> DataFrame:  # noqa: ARG002 - as of images
        """``frame``; a DataError where a text is missing."""
        count = frame.where(F.col(f"`{self.column}`").isNull()).count()
        if count:
            raise DataError(f"texts are missing among the {part} rows: `{self.column}` in {count:,} rows")
        return frame
