"""The canonical form, by examples."""

from __future__ import annotations

import pytest

from tests.syntax.specimens import CHEST_XRAY
from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile
from zoodsl.syntax.formatter import WIDTH, format_text


def formatted(text: str) -> str:
    result = format_text(SourceFile("x.zoo", text), Diagnostics())
    assert result is not None
    return result


def body(lines: str) -> str:
    text = formatted(f"zoo 1\nnetwork {{\n{lines}\n}}\n")
    inside = text.split("{\n", 1)[1].removesuffix("}\n")
    return inside.removesuffix("\n")


def test_settings_and_definitions_are_aligned() -> None:
    assert body("loss A()\noptimizer B()\n\nxyz = 1\na = 2") == (
        "  loss      A()\n  optimizer B()\n\n  xyz = 1\n  a   = 2"
    )


def test_params_are_aligned() -> None:
    assert formatted('zoo 1\nparam a: int = 1\nparam longer: string = "x"\nparam b: reader') == (
        'zoo 1\n\nparam a:      int    = 1\nparam longer: string = "x"\nparam b:      reader\n'
    )


def test_one_blank_line_between_declarations_and_at_most_one_inside() -> None:
    assert formatted(
        "zoo 1\nlet a = 1\nlet b = 2\n\n\ntrain {\n\n\nseed 1\n\n\n\nbatch 2\n\n}\ndata { }"
    ) == ("zoo 1\n\nlet a = 1\nlet b = 2\n\ntrain {\n  seed 1\n\n  batch 2\n}\n\ndata { }\n")


def test_long_calls_are_filled_under_their_bracket() -> None:
    arguments = ", ".join(f"argument_{index} = {index}" for index in range(8))
    assert body(f"Dense({arguments})") == (
        "  Dense(argument_0 = 0, argument_1 = 1, argument_2 = 2, argument_3 = 3, argument_4 = 4,\n"
        "        argument_5 = 5, argument_6 = 6, argument_7 = 7)"
    )


def test_long_chains_break_before_arrows() -> None:
    steps = " -> ".join(f"Convolution(width_{index})" for index in range(5))
    assert body(f"x = input_image -> {steps}") == (
        "  x = input_image -> Convolution(width_0) -> Convolution(width_1) -> Convolution(width_2)\n"
        "        -> Convolution(width_3) -> Convolution(width_4)"
    )


def test_long_settings_break_before_then() -> None:
    first = "Warmup(from = 0.00001, to = 0.0001, curve = linear) for 5 epochs"
    second = "Plateau(monitor = loss, factor = 0.1) for 10 epochs"
    assert body(f"schedule {first} then {second}") == f"  schedule {first}\n           then {second}"


def test_long_conditions_break_at_their_braces() -> None:
    long = "some_rather_long_name_of_a_node -> Convolution(width, 3x3)"
    assert body(f"x = if project {{ {long} }} else {{ {long} }}") == (
        f"  x = if project {{\n        {long}\n      }} else {{\n        {long}\n      }}"
    )


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("f( a ,b=( c ) )", "f(a, b = c)"),
        ("f(b = (c == d))", "f(b = (c == d))"),
        ("f(b = c==d)", "f(b = c == d)"),
        ("f((a+b)*c)", "f((a + b) * c)"),
        ("f((a*b)+c)", "f((a * b) + c)"),
        ("f(a-(b-c))", "f(a - (b - c))"),
        ("f(-(1), - 2, 1 .. 3)", "f(-1, -2, 1..3)"),
        ("f(1e-7, 1E5, 1.50, 5  epochs, 50%)", "f(1e-7, 1E5, 1.50, 5 epochs, 50%)"),
        ('f("a\\tb\tc")', 'f("a\\tb\\tc")'),
        ("f(1,)", "f(1)"),
        ("(loss)", "(loss)"),
        ("(x) -> (A())", "x -> A()"),
        ('freeze  up  to   "a"', 'freeze up to "a"'),
        ("training{}", "training { }"),
        ("forall one,other  in AnyRow( rows )", "forall one, other in AnyRow(rows)"),
        ("label(row)==row.label", "label(row) == row.label"),
        ("(label)(row)==3", "label(row) == 3"),
        ("label (row)", "label row"),
        ("label (a+b) -> Number()", "label (a + b) -> Number()"),
        ("(training(image)==preprocess(image))", "(training(image) == preprocess(image))"),
    ],
)  # fmt: skip
def test_spellings(written: str, canonical: str) -> None:
    assert body(written) == f"  {canonical}"


COMMENTS = """\
# top
zoo 1  # version
# before the doc
\"\"\"doc\"\"\"

# about a
let a = [1,  # one
         2,
         # own
         3  # three
         ]  # end

train {  # opening
  # first

  seed     1  # seed
  schedule Warmup() for 5 epochs  # first part
           then Plateau(a,
                        # inside
                        b = 1) for 3 epochs
  x = y -> A()  # step
        # own
        -> B()
  training {  # alone
  }
  # last
}

# end
"""


def test_comments_stay_where_they_are() -> None:
    assert formatted(COMMENTS) == COMMENTS


def test_the_designs_example_changes_only_where_alignment_says_so() -> None:
    before = [" ".join(line.split()) for line in CHEST_XRAY.split("\n")]
    after = [" ".join(line.split()) for line in formatted(CHEST_XRAY).split("\n")]
    # The list of diseases is filled up to the width.
    changed = [line for line in after if line not in before]
    assert len(changed) == 2
    assert all("Emphysema" in line or "Hernia" in line for line in changed)


def test_lines_are_at_most_the_width_where_they_can_be() -> None:
    assert max(map(len, formatted(CHEST_XRAY).split("\n"))) <= WIDTH


def test_a_file_with_mistakes_is_not_formatted() -> None:
    diagnostics = Diagnostics()
    assert format_text(SourceFile("x.zoo", "zoo 1\nlet x ="), diagnostics) is None
    assert diagnostics.has_errors
