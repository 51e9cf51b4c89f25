"""Columns of text as features: what their words give the network, and what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.data import WRONG_FEATURE
from zoodsl.diagnostics.rules.network import INPUT_SHAPE
from zoodsl.diagnostics.rules.ratings import INDEX_OUT_OF_RANGE
from zoodsl.semantics.architecture import architecture
from zoodsl.types import DType, TensorType, elements

SPEC = """zoo 1
data {
  notes   = CSV("notes.csv")
  feature FEATURE
  label   notes.stars -> Number()
}
preprocess {
}
network {
  input 16
  Embedding(50, 8)
  GlobalAveragePooling1D()
  Dense(1)
}
optimize {
  loss      MeanSquaredError()
  optimizer Adam()
}
train {
  batch 2
}
"""
TOKENS = "notes.text -> Tokens(words = 50, length = 16)"


def compiled(folder: Path, feature: str = TOKENS, *changes: tuple[str, str]) -> Compilation:
    (folder / "notes.csv").write_text("text,stars,kind\na good one,4,1\nbad,1,2\n")
    text = SPEC.replace("FEATURE", feature)
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return Compilation(str(folder / "notes.zoo"), text=text)


def reports(made: Compilation) -> list:
    return [(each.code, each.message, each.help) for each in made.diagnostics]


def test_words_are_indices(tmp_path):
    made = compiled(tmp_path)
    assert reports(made) == []
    assert made.spec.preprocess.input == TensorType(shape=(16,), dtype=DType.INT64, low=0.0, high=49.0)


def test_a_longer_text_needs_a_larger_input(tmp_path):
    [(code, _, help_)] = reports(compiled(tmp_path, TOKENS.replace("16", "20")))
    assert code is INPUT_SHAPE
    assert "input 20" in help_


def test_a_table_has_a_row_for_every_index(tmp_path):
    [(code, message, help_)] = reports(compiled(tmp_path, TOKENS.replace("50", "60")))
    assert code is INDEX_OUT_OF_RANGE
    assert message == "`Tokens` gives indices 0 to 59, and the table of `embedding` has 50 rows"
    assert help_ == "write `Embedding(60, ...)`, or take fewer words"


@pytest.mark.parametrize(
    ("feature", "message", "help_"),
    [
        ("notes.text", "`text` holds text, and a network is fed numbers", "`notes.text -> Tokens()`"),
        (
            "notes.kind -> Tokens()",
            "`Tokens` takes texts, and `kind` holds numbers",
            "feed the column as it is",
        ),
        (
            f"{TOKENS}, notes.kind",
            "`Tokens` makes many numbers of `text`, which is fed alone, not beside other columns",
            "`feature notes.text -> Tokens(...)`",
        ),
    ],
)
def test_what_cannot_be_fed(tmp_path, feature, message, help_):
    found = reports(compiled(tmp_path, feature))
    assert found[0][:2] == (WRONG_FEATURE, message)
    assert help_ in found[0][2]


def test_indices_are_fed_as_they_are(tmp_path):
    changed = ("preprocess {\n", "preprocess {\n  Normalize(mean = 1)\n")
    [(code, message, _)] = reports(compiled(tmp_path, TOKENS, changed))
    assert (code, message) == (INDEX_OUT_OF_RANGE, "`Normalize` changes `text`, which is an index")


@pytest.mark.parametrize(
    ("block", "shape", "expected"),
    [
        # Embedding, the gates of the encoder, and two dense layers, as Keras counts them.
        ("text.lstm(5000, 2)", (100,), 5000 * 200 + 4 * 256 * (200 + 256 + 1) + 257 * 128 + 129 * 2),
        ("text.gru(5000, 2)", (100,), 5000 * 200 + 3 * 256 * (200 + 256 + 1) + 257 * 128 + 129 * 2),
        ("text.cnn(5000, 2)", (100,), 5000 * 200 + 256 * (5 * 200 + 1) + 257 * 128 + 129 * 2),
        ("seq2seq.seq2seq(7, outputs = 3)", (12, 3), 4 * 64 * (3 + 65) + 4 * 64 * (64 + 65) + 65 * 3),
        (
            "seq2seq.words_to_words(500, 7, 600)",
            (12,),
            500 * 128 + 4 * 256 * (128 + 257) + 4 * 256 * (256 + 257) + 257 * 600,
        ),
    ],
)
def test_the_librarys_networks_of_sequences(block, shape, expected):
    network = architecture(f"zoo.{block}", shape, Diagnostics())
    shapes = [weight.shape for node in network.layers for weight in node.weights]
    assert sum(map(elements, shapes)) == expected


def test_a_decoder_gives_a_step_for_each_that_is_asked(tmp_path):
    network = architecture("zoo.seq2seq.words_to_words(500, 7, 600)", (12,), Diagnostics())
    assert (network.output, network.shape) == ("prob", (7, 600))
