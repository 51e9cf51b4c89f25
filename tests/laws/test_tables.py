"""Laws of what is learned from tables before training: scales, indices and words follow from the rows that train alone."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.compiler import Compilation
from zoodsl.targets.numpy.splits import TRAIN
from zoodsl.testing.subjects.interpreted import Interpreted

ROWS = 20
TRAINING = 14
"""So many of the rows train, those of the beginning."""

SPEC = """zoo 1
data {{
  rows    = CSV("rows.csv")
  feature {feature}
  label   rows.target -> Number()
  split   Tail(train = 70%, validation = 10%, test = 20%)
}}
{preprocess}
network {{
  {network}
  Flatten()
  Dense(1)
}}
optimize {{
  loss MeanSquaredError()
  optimizer SGD()
}}
train {{
  batch 2
}}
"""


def interpreted(columns: dict[str, list[Any]], **parts: str) -> Interpreted:
    """The spec of a table with these columns, with all that follows from its rows."""
    with tempfile.TemporaryDirectory() as folder:
        columns = columns | {"target": list(range(ROWS))}
        rows = (",".join(map(str, row)) for row in zip(*columns.values(), strict=True))
        lines = [",".join(columns), *rows]
        Path(folder, "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        compilation = Compilation(
            str(Path(folder, "drawn.zoo")), text=SPEC.format(**{"preprocess": ""} | parts)
        )
        spec = compilation.spec
        assert not compilation.has_errors, [each.message for each in compilation.diagnostics]
        assert spec is not None
        made = Interpreted(spec)
        assert (made.readings.parts == TRAIN).tolist() == [True] * TRAINING + [False] * (ROWS - TRAINING)
        for row in made.readings.training_rows(1):
            made.preprocess(
                made.readings.feature(row)
            )  # reads what follows from the rows, while they are there
        return made


NUMBERS = st.lists(st.integers(-100, 100), min_size=ROWS, max_size=ROWS)


@pytest.mark.law("what a row that trains is fed does not change with rows that do not train, or come later")
@given(
    values=NUMBERS.filter(lambda values: len(set(values[:TRAINING])) > 1),
    other=NUMBERS,
    length=st.integers(0, 4),
    horizon=st.integers(1, 3),
)
def test_what_trains_never_sees_the_future(
    values: list[int], other: list[int], length: int, horizon: int
) -> None:
    steps = "Standardize()" + (f"\n  Window({length}, horizon = {horizon})" if length else "")
    fed = []
    for later in (values[TRAINING:], other[TRAINING:]):
        made = interpreted(
            {"x": [*values[:TRAINING], *later]},
            feature="rows.x",
            preprocess=f"preprocess {{\n  {steps}\n}}",
            network=f"input {length}x1" if length else "input 1",
        )
        rows = made.readings.training_rows(ROWS)
        fed.append({row: made.preprocess(made.readings.feature(row)) for row in rows})
    assert fed[0].keys() == fed[1].keys()
    for row, one in fed[0].items():
        np.testing.assert_array_equal(one, fed[1][row])
    scaled = (np.array(values, float) - np.mean(values[:TRAINING])) / np.std(values[:TRAINING])
    for row, one in fed[0].items():
        end = row - horizon + 1
        wanted = scaled[end - length : end, None] if length else scaled[[row]]
        np.testing.assert_allclose(one, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.law(
    "indices: decode(encode(value)) = value for what trains, and all else shares the place after the last"
)
@given(st.lists(st.integers(-9, 99), min_size=ROWS, max_size=ROWS))
def test_indices(values: list[int]) -> None:
    made = interpreted(
        {"x": values}, feature="rows.x -> Index()", network=f"input 1\n  Embedding({ROWS + 1}, 2)"
    )
    known = sorted(set(values[:TRAINING]))
    for value in values:
        (place,) = made.preprocess([value]).tolist()
        assert place == (known.index(value) if value in known else len(known))


@pytest.mark.law(
    "tokens: decode(encode(text)) = the text's words, but for those that did not train and those past its length"
)
@given(
    st.lists(
        st.lists(st.sampled_from("abcdeFg"), min_size=1, max_size=6).map(" ".join),
        min_size=ROWS,
        max_size=ROWS,
    ),
    st.integers(1, 7),
    st.integers(4, 12),
)
def test_tokens(texts: list[str], length: int, words: int) -> None:
    made = interpreted(
        {"x": texts},
        feature=f"rows.x -> Tokens(words = {words}, length = {length})",
        network=f"input {length}\n  Embedding({words}, 2)",
    )
    counts = Counter(word for text in texts[:TRAINING] for word in text.lower().split())
    ranked = sorted(counts, key=lambda word: (-counts[word], word))[: words - 2]
    decode = dict(enumerate(ranked, 2))
    for text in texts:
        found = made.preprocess(text).tolist()
        assert len(found) == length
        wanted = re.findall(r"\w+", text.lower())[:length]
        assert found[: length - len(wanted)] == [0] * (length - len(wanted))
        told = [decode.get(int(index)) for index in found[length - len(wanted) :]]
        assert told == [word if word in ranked else None for word in wanted]
