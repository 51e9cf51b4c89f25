"""What is written amiss in a ``property`` is told once, and with what to write."""

from __future__ import annotations

import pytest

from tests.syntax.test_mistaken_words import only


@pytest.mark.parametrize(
    ("line", "message", "help_"),
    [
        (
            "not Finite(t)", "a claim has no word before it: `not`",
            "write its opposite, such as `!=` in place of `==`",
        ),
        ("assert row.age > 3", "a claim has no word before it: `assert`", "leave `assert` out"),
        (
            "label < 10", "`label` is of a row, and none is named",
            "write `label(row)` of a variable that is drawn by `forall row in AnyRow(...)`",
        ),
        ("Shape(t) == (1, 8, 8)", "a size has no brackets and commas", "write `1x8x8`"),
    ],
)  # fmt: skip
def test_a_claim_of_another_language(line, message, help_):
    found = only(f'property "p" {{\n  forall t in AnyTensor(3)\n  {line}\n  Finite(t)\n}}')
    assert (found.message, found.help) == (message, help_)


@pytest.mark.parametrize("text", ["not Finite(t)", "assert Finite(t)"])
def test_a_word_before_a_claim_defines_nothing(text):
    assert only(f'property "p" {{\n  forall t in AnyTensor(3)\n  {text}\n}}').fix is None


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("forall t AnyTensor(3)", "forall t in AnyTensor(3)"),
        ("forall t: AnyTensor(3)", "forall t in AnyTensor(3)"),
        ("forall t, u AnyTensor(3)", "forall t, u in AnyTensor(3)"),
        ("forall t in AnyTensor(3), u AnyTensor(3)", "forall t in AnyTensor(3), u in AnyTensor(3)"),
    ],
)
def test_in_is_missed(line, mended):
    found = only(f'property "p" {{\n  {line}\n  Finite(t)\n}}')
    assert found.message.startswith("`in` is missing between ")
    assert found.fix is not None
    span, text = found.fix.span, found.fix.span.file.text
    assert mended in text[: span.start] + found.fix.text + text[span.end :]


@pytest.mark.parametrize("claim", [": Finite(t)", " { Finite(t) }", " {\n    Finite(t)\n  }"])
def test_a_claim_stands_on_a_line_of_its_own(claim):
    found = only(f'property "p" {{\n  forall t in AnyTensor(3){claim}\n}}')
    assert (found.code.name, found.message) == ("ZOO108", "claims are lines of their own")
