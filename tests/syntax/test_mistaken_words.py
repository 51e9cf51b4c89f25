"""Words of the language that are misspelt are known by their places."""

import pytest

from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile
from zoodsl.syntax.parser import parse


def only(text):
    diagnostics = Diagnostics()
    parse(SourceFile("wrong.zoo", f"zoo 1\n{text}\n"), diagnostics)
    (found,) = diagnostics.sorted()
    return found


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("train {\n  validate evry 1 epoch with AUC()\n}", "every"),
        ("train {\n  validate every 1 epoch wiht AUC()\n}", "with"),
        ("optimize {\n  schedule Poly(2.0) fro 3 epochs\n}", "for"),
        ("optimize {\n  schedule Poly(2.0) or 3 epochs\n}", "for"),
        ("optimize {\n  schedule Poly(2.0) for 3 epochs\n           thne Constant()\n}", "then"),
        ('base b {\n  freeze up ot "pool5"\n}', "up to"),
        ("network {\n  if deep { ReLU() } elsE { Dense(3) }\n}", "else"),
        ("network {\n  repeat k iN 1..3 { ReLU() }\n}", "in"),
        ('network {\n  ReLU() AS "relu"\n}', "as"),
        ("train {\n  bacth 32\n}", "batch"),
        ("tarin {\n  batch 32\n}", "train"),
        ("lte a = 3", "let"),
    ],
)
def test_a_misspelt_word_is_understood(text, meant):
    found = only(text)
    assert found.code.name == "ZOO107"
    assert f"`{meant}`" in found.help
    assert found.fix is not None
    assert found.fix.text == meant


@pytest.mark.parametrize("value", ["Dense(4)", "x -> Dense(4)", "library.piece(x)"])
def test_an_equals_sign_is_missed_before_any_node(value):
    assert only(f"network {{\n  hidden {value}\n}}").message == 'expected "=" after `hidden`'


def test_an_equals_sign_is_missed_before_a_call():
    found = only('data {\n  wines Sample("wine")\n}')
    assert (found.code.name, found.message) == ("ZOO101", 'expected "=" after `wines`')
    assert found.fix is not None
    assert (found.fix.span.start, found.fix.text) == (20, " =")


@pytest.mark.parametrize(
    "text",
    [
        "network {\n  Dense 8, activation = relu)\n}",
        "network {\n  Dense(8, activation = relu\n  ReLU()\n}",
        "block piece(x)\n  y = x -> ReLU()\n  output y\n}",
        "network {\n  repeat k in 1..3\n    ReLU()\n  }\n}",
        "preprocess {\n  training\n    HFlip()\n  }\n}",
        "network {\n  if deep ReLU() } else { Dense(3) }\n}",
        "network {\n  if deep { ReLU() else { Dense(3) }\n}",
        "network {\n  if deep { ReLU() } else { Dense(3)\n  Dense(4)\n}",
    ],
)
def test_a_bracket_that_is_missing_is_one_mistake(text):
    assert only(text).code.name == "ZOO103"


def test_a_call_whose_bracket_is_missing_is_read_as_it_was_meant():
    found = only("network {\n  Dense 8, activation = relu)\n}")
    assert found.message == '"(" is missing after `Dense`'
    assert found.fix is not None
    assert (found.fix.span.text, found.fix.text) == (" ", "(")


@pytest.mark.parametrize(
    "text",
    [
        'network {\n  ReLU() as "conv{k}\n  ReLU()\n}',
        'data {\n  a = CSV(["x.csv", "y.csv])\n}',
        'network {\n  stage("4b, "4c")\n}',
    ],
)
def test_a_quote_that_is_missing_is_one_mistake(text):
    assert only(text).code.name == "ZOO102"
