"""What would not be said but for another mistake is not said."""

import pytest

from tests.semantics.analysis import analysis

SPEC = """param rate: float = 0.1

data {
  wines   = Sample("wine")
  feature wines.alcohol, wines.ash
  label   wines.target -> ClassIndex(3)
}

network {
  input 2
  hidden = Dense(8)
  Dense(3, activation = softmax)
}

optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer SGD(learning_rate = rate)
}
"""
RIGHT = SPEC.replace("  hidden = Dense(8)\n", "  Dense(8)\n")


def changed(old, new, text=RIGHT):
    assert old in text
    return analysis(text.replace(old, new, 1)).codes


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        # A statement that could not be read uses what it would have used.
        ("SGD(learning_rate = rate)", "SGD(learning_rate = rate", "ZOO103"),
        ("SGD(learning_rate = rate)", "SGD learning_rate = rate)", "ZOO103"),
        ("SGD(learning_rate = rate)", "SGD(learning_rat = rate)", "ZOO204"),
        ("SGD(learning_rate = rate)", "SDG(learning_rate = rate)", "ZOO202"),
        # The network that does not take the data is not told that it does not give the label either.
        ("input 2", "input 2x5", "ZOO311"),
        ('Sample("wine")', 'Sample("wine)', "ZOO102"),
        ('wines   = Sample("wine")', 'wines   Sample("wine")', "ZOO101"),
        ("  label   wines.target -> ClassIndex(3)\n", "", "ZOO227"),
    ],
)
def test_one_mistake_one_report(old, new, code):
    assert changed(old, new) == [code]


def test_what_is_not_used_is_told_where_all_else_is_understood():
    assert "ZOO214" in changed("learning_rate = rate", "learning_rate = 0.1")
    assert changed("learning_rate = rate", "learning_rate = reat") == ["ZOO201"]


def test_mistakes_of_other_statements_are_told_beside_one_of_syntax():
    text = RIGHT.replace("Dense(8)", "Dense 8)")
    assert changed("feature wines.alcohol", "feature wines.alcool", text) == ["ZOO409", "ZOO103"]
