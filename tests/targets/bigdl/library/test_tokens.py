"""Texts as the indices of their words: which words are known, and what becomes of each text."""

from __future__ import annotations

import doctest
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from zoodsl.targets.bigdl.library import tokens
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.tokens import TokenColumn
from zoodsl.targets.bigdl.library.words import indices_of, words_of

TEXTS = ["The cat, the dog & the END.", "a dog; 2 cats_and zebras", "Ünï-cödé: Ζωή end", "", "1 2 3"]


def test_examples() -> None:
    assert doctest.testmod(tokens).failed == 0


@pytest.mark.law("every text has as many indices as its length says")
@given(st.text(max_size=40), st.lists(st.text("ab", min_size=1), unique=True, max_size=5), st.integers(1, 12))
@example("a² ½ Ⅷ", [], 3)
def test_every_text_has_as_many_indices(text: str, known: list[str], length: int) -> None:
    places = {word: index for index, word in enumerate(known, 2)}
    found = indices_of(text, places, length)
    words = words_of(text)[:length]
    assert len(found) == length
    assert found[: length - len(words)] == [0.0] * (length - len(words))
    assert [word in places for word in words] == [index > 1 for index in found[length - len(words) :]]
    assert all(word.isalpha() and word == word.lower() for word in words)


@pytest.mark.spark
def test_words_that_train_are_known_by_how_often_they_are_there(spark: SparkSession) -> None:
    told = []
    rows = spark.createDataFrame([(text,) for text in TEXTS], "text string").repartition(3)
    fitted = TokenColumn("text", words=6, length=4).fitted(
        rows, lambda _, **fields: told.append(fields["text"])
    )
    # The rest occurs once: of these, the first in order.
    assert fitted.known == ("the", "dog", "end", "a")
    assert told == ["11 different words in the training texts, of which 4 are known"]
    assert TokenColumn("text", words=99, length=4).fitted(rows, lambda *_, **__: None).known == (
        *("the", "dog", "end", "a", "and", "cat", "cats", "cödé", "zebras", "ünï", "ζωή"),
    )
    places = {word: index for index, word in enumerate(fitted.known, 2)}
    with_none = spark.createDataFrame([*((text,) for text in TEXTS), (None,)], "text string")
    found = {
        row["text"]: row["found"] for row in with_none.withColumn("found", fitted.expression()).collect()
    }
    assert found == {text: indices_of(text, places, 4) for text in TEXTS} | {None: None}
    assert found[TEXTS[0]] == [2.0, 1.0, 2.0, 3.0]
    assert found[TEXTS[2]] == [1.0, 1.0, 1.0, 4.0]
    assert found[""] == [0.0] * 4


@pytest.mark.spark
def test_what_has_no_words_is_told(spark: SparkSession) -> None:
    column = TokenColumn("text", words=9, length=4)
    with pytest.raises(DataError, match="the training texts of `text` have no words"):
        column.fitted(spark.createDataFrame([("1 2",), ("",)], "text string"), print)
    missing = spark.createDataFrame([("a",), (None,)], "text string")
    with pytest.raises(DataError, match="texts are missing among the test rows: `text` in 1 rows"):
        replace(column, known=("a",)).checked(missing, "test", print)
