"""Claims that those write who know other languages: what they are told."""

from __future__ import annotations

import pytest

from tests.semantics.analysis import analysis
from tests.semantics.test_properties import DIGITS, IMAGE, stated
from zoodsl.semantics.typed import on_one_line

ALL = f"image in {IMAGE}, row in AnyRow(digits), t in AnyTensor(3)"
SPEAK = ("Finite(image)", "part(row) == train", "Finite(t)")


def told(*lines: str, drawn: str = ALL) -> list[tuple[str, str, str]]:
    return [(item.code.name, item.message, item.help) for item in stated(*lines, drawn=drawn).diagnostics]


@pytest.mark.parametrize(
    ("claim", "code", "message", "help_"),
    [
        (
            "image -> HFlip() == image", "ZOO209",
            "`==` belongs to the step before it here, not to the chain",
            "put brackets around the chain: `(image -> HFlip()) == ...`",
        ),
        (
            "Within(Mean(image), 0, 1)", "ZOO209",
            "`Within` takes a range, and these are two numbers", "write `0..1`",
        ),
        (
            "min(Sum(t), 3) < 1", "ZOO209",
            "`min` is computed when the spec is read, and this varies", "compare each by a claim of its own",
        ),
        (
            "max(t) < 1", "ZOO209",
            "`max` is computed when the spec is read, and this varies",
            "the measure of a tensor is `Max(t)`",
        ),
        ("Sum(t) / 0 < 1", "ZOO905", "this claim can never hold: `Sum(t) / 0` divides by zero", ""),
        (
            "1 + -(Sum(t) / 0) < 1", "ZOO905",
            "this claim can never hold: `(Sum(t) / 0)` divides by zero", "",
        ),
        (
            "label(row) == 1.5", "ZOO905",
            "this claim can never hold: `label(row)` is a whole number, and not 1.5", "",
        ),
        (
            "2.5 == Argmax(t)", "ZOO905",
            "this claim can never hold: `Argmax(t)` is a whole number, and not 2.5", "",
        ),
    ],
)  # fmt: skip
def test_a_claim_that_means_nothing_is_told_with_what_helps(claim, code, message, help_):
    assert told(*SPEAK, claim) == [(code, message, help_)]


@pytest.mark.parametrize("claim", ["label(row) == 2.0", "label(row) != 1.5", "Sum(t) / 2 == 1.5"])
def test_what_may_hold_is_no_mistake(claim):
    assert told(*SPEAK, claim) == []


def test_a_claim_is_made_once():
    found = stated("Max(image) >= 0", "Finite(image)", "Max(image)  >=  0")
    (item,) = found.diagnostics
    assert (item.code.name, item.message) == ("ZOO224", "`Max(image) >= 0` is claimed twice")
    assert [label.text for label in item.labels] == ["first claimed here"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('row["y  z"]\n  == 1', 'row["y  z"] == 1'),
        ("f(a,  # why\n  b)", "f(a, b)"),
        (r'row["a \"  b"]  > 2', r'row["a \"  b"] > 2'),
    ],
)
def test_spaces_count_within_quotes_alone(written, said):
    assert on_one_line(written) == said


@pytest.mark.parametrize(
    ("drawn", "code", "message", "help_"),
    [
        (
            "t in AnyTensor(100000x100000)", "ZOO907",
            "an example would take 80.0 GB, as 10,000,000,000 numbers of float64",
            "draw fewer numbers: 67,108,864 numbers at most",
        ),
        (
            "t in AnyImage(height = 1..10000, width = 1..20000)", "ZOO907",
            "an example would take 4.8 GB, as 600,000,000 numbers of float64",
            "draw smaller images: 67,108,864 numbers at most",
        ),
        (
            "t in AnyTensor(9x9, values = -1e300..1e300, whole = true)", "ZOO907",
            "whole numbers are drawn up to 9,007,199,254,740,992, beyond which a float64 leaves some out",
            "draw from a narrower range, such as `-1e15..1e15`",
        ),
        (
            "t in AnyImage(height = 8)", "ZOO209",
            "`height` takes a range such as `0..1`, not a whole number",
            "one number alone is a range too: write `8..8`",
        ),
        (
            "digits in AnyTensor(3), t in AnyTensor(3)", "ZOO213",
            "the name `digits` is defined twice", "give the variable another name",
        ),
    ],
)  # fmt: skip
def test_a_domain_that_nobody_can_draw_from(drawn, code, message, help_):
    claims = ["Finite(t)"] + ["Finite(digits)"] * ("digits" in drawn)
    assert told(*claims, drawn=drawn) == [(code, message, help_)]


@pytest.mark.parametrize(("written", "chain"), [
    ("CenterCrop(7x7)", "CenterCrop(7x7) -> HFlip()"), ("RandomApply(HFlip(), 50%)", "HFlip() -> VFlip()")
])  # fmt: skip
def test_preprocess_has_no_arrows(written, chain):
    (found,) = analysis(DIGITS.replace(written, chain).replace('  wines  = Sample("wine")\n', "")).diagnostics
    assert (found.code.name, found.message) == ("ZOO209", "a chain `->` has no place here")
    assert found.help == "in `preprocess`, write a step a line, without arrows"
