import pytest

from zoodsl.diagnostics import did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "candidates", "near"),
    [
        ("Desne", ("Dense", "Dropout"), ("Dense",)),
        ("dense", ("Dense", "Dropout"), ("Dense",)),
        ("fro", ("from", "for"), ("for", "from")),  # exchanged letters before one too few
        ("aelu", ("elu", "relu", "gelu"), ("elu", "gelu", "relu")),
        ("treu", ("stored", "true"), ("true",)),  # a slip alone
        ("units_", ("units",), ("units",)),
        ("kernel", ("kernel_size", "filters"), ("kernel_size",)),  # no slip, but alike
        ("a", ("b", "c"), ()),
        ("on", ("or",), ()),
        ("xyz", ("Dense",), ()),
        ("", ("a", "Dense"), ()),
    ],
)
def test_the_nearest_come_first(word, candidates, near):
    assert nearest(word, candidates) == near


def test_words_that_are_only_alike_can_be_left_out():
    assert nearest("kernel", ("kernel_size",), alike=1.0) == ()
    assert nearest("kernal", ("kernel",), alike=1.0) == ("kernel",)


def test_two_are_named_at_most():
    assert did_you_mean("aelu", ("elu", "relu", "gelu")) == "did you mean `elu` or `gelu`?"
    assert did_you_mean("xyz", ("elu",)) == ""
