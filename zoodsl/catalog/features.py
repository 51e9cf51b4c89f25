"""Feature codecs: how a column becomes what the network is fed, where its values are not fed as they are."""

from __future__ import annotations

from zoodsl.catalog.operator import Arguments, FeatureCodec, Parameter
from zoodsl.catalog.values import Integer
from zoodsl.types import DType, TensorType


def _tokens(arguments: Arguments) -> TensorType:
    return TensorType(
        shape=(arguments["length"],), dtype=DType.INT64, low=0.0, high=float(arguments["words"] - 1)
    )


OPERATORS = (
    FeatureCodec(
        name="Index",
        doc="The place of a value among all different values that train, sorted, from 0: what `Embedding` looks up. Values "
        "that did not train share the place after the last one, so that a table has `distinct(...) + 1` rows. Of whole "
        "numbers and texts.",
        source="scikit-learn preprocessing.OrdinalEncoder, handle_unknown = use_encoded_value",
    ),
    FeatureCodec(
        name="Tokens",
        doc="The words of a text as indices, which `Embedding` looks up: 2 is the word that the texts that train have most "
        "often, 3 the next, of equally frequent ones the first in order; 1 is any other word. Words are runs of letters, in "
        "lower case. Of a longer text the first `length` words are fed; a shorter one has zeros before it.",
        source="Keras TextVectorization, with padding in front as pad_sequences has it",
        parameters=(
            Parameter(
                "words",
                Integer(minimum=3),
                default=10_000,
                doc="how many indices there are, 0 and 1 among them: `Embedding(10000, ...)`",
                old_names=("max_tokens", "num_words", "max_words_num"),
            ),
            Parameter(
                "length",
                Integer(minimum=1),
                default=100,
                doc="how many words are fed: `input 100`",
                old_names=("output_sequence_length", "maxlen", "len"),
            ),
        ),
        old_names=("TextVectorization", "Tokenizer", "TextSet"),
        gives=_tokens,
    ),
)
"""Every feature codec of the language."""
