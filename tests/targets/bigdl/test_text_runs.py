"""Whole programs on texts: what they learn, and that the words that they know are saved with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.targets.bigdl.test_layers import assert_agrees
from tests.targets.bigdl.test_table_runs import compiled
from zoodsl.diagnostics import Diagnostics
from zoodsl.semantics.architecture import architecture
from zoodsl.types import Shape

SPECS = Path(__file__).parents[3] / "specs" / "text"

pytestmark = pytest.mark.spark


def test_texts_are_classified_by_the_order_of_their_words(spark: Any, tmp_path: Path) -> None:
    program = compiled(SPECS / "convolution.zoo", tmp_path / "text_program.py")
    told: dict[str, dict[str, Any]] = {}
    out = tmp_path / "run"
    program.main(
        spark, hooks=lambda event, **fields: told.setdefault(event, fields), root=str(SPECS), out=str(out)
    )
    # A classifier that does not see "not" is right in three of five.
    assert told["evaluated"]["metrics"]["Accuracy"] > 0.9

    texts = [
        "The play was NOT splendid!",
        "All in all, the play was splendid",
        "the room was not gloomy",
        "a gloomy room",
    ]
    rows = spark.createDataFrame([(text,) for text in texts], "text string").coalesce(1)
    loaded = program.load(spark, str(out / "prediction"))
    assert len(loaded.stages[0].features.known) == 54
    predicted = {row["text"]: row["prediction"] for row in loaded.transform(rows).collect()}
    assert [predicted[text][1] > 0.5 for text in texts[:3]] == [False, True, True]


@pytest.mark.parametrize(
    ("block", "shape"),
    [
        ("text.lstm(20, 3, vector = 4, units = 5)", (7,)),
        ("text.gru(20, 3, vector = 4, units = 5)", (7,)),
        ("text.cnn(20, 3, vector = 4, units = 5, width = 3)", (7,)),
        ("seq2seq.seq2seq(6, outputs = 2, units = 5)", (4, 3)),
        ("seq2seq.words_to_words(20, 6, 9, vector = 4, units = 5)", (4,)),
    ],
)
def test_networks_of_sequences_mean_on_bigdl_what_they_mean_in_the_language(
    spark: Any, block: str, shape: Shape
) -> None:
    """A repeated vector feeds a recurrent layer in some of them, which refuses it as BigDL repeats it."""
    network = architecture(f"zoo.{block}", shape, Diagnostics())
    assert network is not None
    assert_agrees(network, seed=3)
