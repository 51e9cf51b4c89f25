"""Recovery: all mistakes in one run, few echoes, human words, and a tree that still says what it can."""

from __future__ import annotations

import re

import pytest

from zoodsl.diagnostics import Diagnostic, Diagnostics
from zoodsl.source import SourceFile
from zoodsl.syntax import nodes
from zoodsl.syntax.grammar import grammar
from zoodsl.syntax.parser import parse


def mistakes(text: str) -> tuple[Diagnostic, ...]:
    diagnostics = Diagnostics()
    parse(SourceFile("wrong.zoo", text), diagnostics)
    return diagnostics.sorted()


def only(lines: str, section: str = "network") -> Diagnostic:
    found = mistakes(f"zoo 1\n{section} {{\n{lines}\n}}\n")
    assert len(found) == 1, [item.message for item in found]
    return found[0]


EIGHT = """zoo 1
param rate: float 0.1
data {
  images = Images("a/*.png", resize: 28x28)
  feature images.image
  label images["x" -> ClassIndex(10)
}
netwrk {
  input = Input(1)
  Dense(10 activation = relu)
  output Dense(
}
train {
  seed 42
  batch
}
"""


def test_eight_mistakes_give_eight_reports() -> None:
    found = mistakes(EIGHT)
    lines = [item.span.begin.line for item in found if item.span]
    assert set(lines) == {2, 4, 6, 8, 9, 10, 11, 15}
    assert len(found) == 8


INDEPENDENT = [
    ("  Dense(units: 3)", "ZOO108"),
    ("  Dense(10 activation = relu)", "ZOO101"),
    ("  x =", "ZOO101"),
    ("  Conv2D(3, kernel_size =)", "ZOO101"),
    ("  ReLU() ReLU()", "ZOO101"),
    ("  optimiser Adam()", "ZOO107"),
    ("  output = Dense(3)", "ZOO106"),
    ("  Dropout('x')", "ZOO108"),
    ("  Dropout(50 %)", "ZOO109"),
    ("  Dropout(3 parsecs)", "ZOO109"),
    ("  Dense(3, L2(0.1)", "ZOO103"),
    ("  seed 42,", "ZOO108"),
    ("  Dense(True)", "ZOO108"),
    ("  y = a ->", "ZOO101"),
    ("  z = (1 + )", "ZOO101"),
    ("  z = 3 ** 2", "ZOO108"),
    ("  z = a and b", "ZOO108"),
    ("  z = a == b == c", "ZOO101"),
    ("  z = .5 + 1", "ZOO109"),
    ("  Dense(3);", "ZOO108"),
    ("  Dense(3) // remark", "ZOO108"),
    ("  a => Dense(3)", "ZOO108"),
    ("  Dense(3, , 4)", "ZOO101"),
    ("  loss", "ZOO101"),
    ("  repeat k [1, 2] { Dense(k) }", "ZOO101"),
    ("  c = if a { b }", "ZOO101"),
    ('  load "x', "ZOO102"),
    ('  load "a\\qb"', "ZOO111"),
    ("  Dense(3) ?", "ZOO110"),
    ("  )", "ZOO103"),
]  # fmt: skip


@pytest.mark.parametrize("first", range(0, len(INDEPENDENT), 3))
def test_mistakes_on_lines_of_their_own_are_reported_once_each(first: int) -> None:
    chosen = [INDEPENDENT[(first + step * 5) % len(INDEPENDENT)] for step in range(6)]
    lines = ["zoo 1", "network {", "  input 3"]
    expected = []
    for text, code in chosen:
        lines += [text, "  Flatten()"]
        expected.append((code, len(lines) - 1))
    lines += ["}", "train {", "  seed 1", "}", ""]
    found = mistakes("\n".join(lines))
    places = [(item.code.name, item.span.begin.line) for item in found if item.span]
    assert set(expected) <= set(places)
    assert {line for _, line in places} == {line for _, line in expected}
    assert len(places) <= 7


@pytest.mark.parametrize(("line", "code"), INDEPENDENT)
def test_no_message_names_a_terminal(line: str, code: str) -> None:
    found = mistakes(f"zoo 1\nnetwork {{\n{line}\n}}\n")
    assert code in {item.code.name for item in found}
    terminals = {item.name for item in grammar().lark.terminals if len(item.name) > 3} - {"NAME", "DATA"}
    for item in found:
        words = set(re.findall(r"[A-Z_]{4,}", f"{item.message} {item.help}"))
        assert not words & terminals


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("input = Input(1)", "`input` is a keyword; choose another name"),
        ("* 3", 'unexpected "*"; expected a layer or "}"'),
        ("x =", 'expected a value after "="'),
        ("x = a ->", 'expected a layer or step after "->"'),
        ('load "x', "this string is not closed"),
        ("Dense(3", '"(" opened here is never closed'),
        ("Dense(3]", '"]" cannot close "("'),
        ("Dense(units: 3)", 'write "=" instead of ":"'),
        ("Dense(1 2)", 'expected "," before `2`'),
        ("loss", "expected a value after `loss`"),
        ("repeat k [1] { }", "expected `in` after `k`"),
        ("Dense 14", "unexpected `14` after `Dense`"),
        ("a = null", "there is no `null`"),
        ("optimiser Adam()", "`optimiser` is not a keyword"),
        ("epochs 5epochs", "write `5 epochs` instead of `5epochs`"),
        ("epochs 5 epcohs", "`epcohs` is not a unit"),
        ("x = 224 x 224", "write `224x224` instead of `224 x 224`"),
        ("x = 1_000", "write `1000` instead of `1_000`"),
    ],
)
def test_messages(line: str, message: str) -> None:
    assert only(line).message == message


def test_an_unclosed_bracket_shows_where_it_was_opened() -> None:
    found = only("  Dense(3, L2(0.1)\n  Flatten()\n  x = 3")
    assert found.span is not None
    assert found.span.begin.line == 3
    (label,) = found.labels
    assert label.span.begin.line == 3


def test_an_unclosed_block_ends_where_the_next_declaration_begins() -> None:
    (found,) = mistakes("zoo 1\nnetwork {\n  input 3\ntrain {\n  seed 1\n}\n")
    assert found.span is not None
    assert (found.code.name, found.span.begin.line) == ("ZOO103", 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("zoo 1\nlet x 3", 'expected "=" after `x`'),
        ("zoo 1\nparam x = 3", 'expected ":" and a type after the parameter\'s name'),
        ("zoo 1\nx = 3", "outside blocks a definition begins with `let`: `let x = ...`"),
        ("zoo 1\nbatch 64", "`batch` stands outside any block"),
        ("zoo 1\nnetwrk { }", "`netwrk` begins no declaration"),
        ("zoo 1\nnetwork\n  input 3\n}", 'expected "{" after `network`'),
        ("zoo 1\n}", '"}" closes nothing'),
        ('zoo 1\ntrain { }\n"""x"""', "a docstring stands under the header or first in a block"),
        ("let x = 3", "the header `zoo 1` is missing"),
        ("let x = 3\nzoo 1", "the header must be the first thing in the file"),
        ("zoo", "the header is `zoo` and the version of the language"),
        ("zoo 2\nlet x = 3", "version 2 of the language is not known"),
        ("zoo 1.0\nlet x = 3", "version 1.0 of the language is not known"),
        ("zoo 1 let x = 3", "unexpected `let`; expected a new line"),
    ],
)  # fmt: skip
def test_messages_outside_blocks(text: str, message: str) -> None:
    (found,) = mistakes(text)
    assert found.message == message


def test_what_was_being_defined_is_still_known() -> None:
    diagnostics = Diagnostics()
    file = parse(
        SourceFile("wrong.zoo", "zoo 1\nlet a = 1 2 3\nnetwork {\n  x = and and\n  loss ,\n  y = 1\n}\n"),
        diagnostics,
    )
    let, network = file.declarations
    assert isinstance(let, nodes.Let)
    assert isinstance(network, nodes.Section)
    heads = [
        item.name.text if isinstance(item, nodes.Definition) else item.keyword.text
        for item in network.body.statements
        if isinstance(item, nodes.Definition | nodes.Setting)
    ]
    assert heads == ["x", "loss", "y"]


def test_certain_fixes_give_a_right_file() -> None:
    text = (
        "network {\n  Dense(units: 3, use_bias = True);\n  Dropout('a')\n  x = a => b\n"
        "  seed 42,\n  y = .5 + 224 x 224\n  epochs 5epochs // five\n}\n"
    )
    fixes = [item.fix for item in mistakes(text) if item.fix]
    for fix in sorted(fixes, key=lambda fix: -fix.span.start):
        text = text[: fix.span.start] + fix.text + text[fix.span.end :]
    assert [item.message for item in mistakes(text)] == []


@pytest.mark.parametrize(
    "text", [".3.939", "..5", ".5 min", ".1e5", "1.e5", "5..", "0x1F", "1e", "3x", "x3x3"]
)
def test_odd_numbers_are_read_or_reported(text: str) -> None:
    found = mistakes(f"zoo 1\nlet x = {text}\n")
    assert len(found) <= 1


def test_prose_is_one_mistake_not_one_a_line() -> None:
    prose = "zoo 1\n" + "these words are not a spec at all\n" * 40
    assert len(mistakes(prose)) == 1


def test_reports_are_bounded() -> None:
    assert len(mistakes("zoo 1\ntrain {\n" + "  x = = =\n" * 2_000 + "}\n")) <= 60
    assert len(mistakes("zoo 1\n" + "\x00 \x01 " * 5_000)) <= 60


def test_many_brackets_that_close_nothing_end() -> None:
    assert {each.code.name for each in mistakes(f"zoo 1\nlet a = f(1){')' * 200}\n")} == {"ZOO103"}
