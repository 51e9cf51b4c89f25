"""The picture of a diagnostic, as plain text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.diagnostics import Diagnostic, Fix, Label
from zoodsl.diagnostics.codes import Code
from zoodsl.diagnostics.plain import render, summary
from zoodsl.source import SourceFile, Span

WRONG = Code("ZOO301", "title", "teach")
DOUBTFUL = Code("ZOO302", "title", "teach", warning=True)


def place(file: SourceFile, text: str) -> Span:
    start = file.text.index(text)
    return Span(file, start, start + len(text))


def drawn(span, *, message="what is wrong", code=WRONG, **more) -> str:
    return render([Diagnostic(code=code, span=span, message=message, **more)])


def test_place_excerpt_help_and_fix():
    file = SourceFile("a.zoo", "zoo 1\n  Dense(10, activaton = relu)\n")
    picture = drawn(
        place(file, "activaton"),
        message="`Dense` has no parameter `activaton`",
        help="did you mean `activation`?",
        fix=Fix(place(file, "activaton"), "activation"),
    )
    assert (
        picture
        == """\
error[ZOO301]: `Dense` has no parameter `activaton`
 --> a.zoo:2:13
  |
2 |   Dense(10, activaton = relu)
  |             ^^^^^^^^^
  |
  = help: did you mean `activation`?
  = fix: replace `activaton` with `activation`

"""
    )


def test_words_of_several_marks_hang_below_their_line():
    file = SourceFile("a.zoo", "batch 64 with cores 3 of 4\n")
    picture = drawn(
        place(file, "64"),
        labels=(Label(place(file, "batch"), "the batch"), Label(place(file, "cores 3"), "the cores")),
    )
    assert (
        picture
        == """\
error[ZOO301]: what is wrong
 --> a.zoo:1:7
  |
1 | batch 64 with cores 3 of 4
  | ----- ^^      ------- the cores
  | the batch

"""
    )


def test_lines_between_two_marks_are_left_out_and_one_alone_is_shown():
    file = SourceFile("a.zoo", "one\ntwo\nthree\nfour\nfive\nsix\nseven\n")
    near = drawn(place(file, "three"), labels=(Label(place(file, "one"), "here"),))
    far = drawn(place(file, "seven"), labels=(Label(place(file, "one"), "here"),))
    assert "2 | two" in near
    assert "two" not in far
    assert "\n...\n" in far


def test_a_place_in_another_file():
    file, library = SourceFile("a.zoo", "resnet()\n"), SourceFile("lib/resnet.zoo", "zoo 1\nblock net(x) {\n")
    picture = drawn(place(file, "resnet"), labels=(Label(place(library, "net"), "declared here"),))
    assert (
        picture
        == """\
error[ZOO301]: what is wrong
 --> a.zoo:1:1
  |
1 | resnet()
  | ^^^^^^
  |
 ::: lib/resnet.zoo:2:7
  |
2 | block net(x) {
  |       --- declared here

"""
    )


def test_a_span_over_several_lines_has_an_arm():
    file = SourceFile("a.zoo", "x\nnetwork {\n  a\n  b\n  c\n}\n")
    assert (
        drawn(place(file, file.text[2:-1]))
        == """\
error[ZOO301]: what is wrong
 --> a.zoo:2:1
  |
2 |   network {
  |  _^
...|
6 | | }
  | |_^

"""
    )


def test_tabs_and_wide_characters_keep_marks_in_place():
    file = SourceFile("a.zoo", '\tlayer("日本é", é̈x)\n')
    lines = drawn(place(file, "é̈x")).splitlines()
    before = lines[3].index("é̈")
    columns = sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 0 if unicodedata.combining(character) else 1
        for character in lines[3][:before]
    )
    assert lines[4].index("^") == columns
    assert lines[4].count("^") == 2


def test_control_characters_cannot_reach_the_terminal():
    file = SourceFile("a\x1b[31m.zoo", "x \x1b[31m \u202e y\x00\n")
    picture = drawn(
        place(file, "y"), message="\x1b[2J", help="\x07", labels=(Label(place(file, "x"), "\x9b"),)
    )
    assert all(character == "\n" or unicodedata.category(character)[0] != "C" for character in picture)


def test_a_long_line_is_cut_around_the_mark():
    file = SourceFile("a.zoo", "x" * 10_000 + " wrong " + "y" * 10_000)
    picture = drawn(place(file, "wrong"))
    source, marks = picture.splitlines()[3:5]
    assert len(source) < 140
    assert source[marks.index("^") : marks.rindex("^") + 1] == "wrong"


def test_without_a_place_there_is_no_excerpt():
    assert drawn(None, help="first\nsecond") == (
        "error[ZOO301]: what is wrong\n = help: first\n         second\n\n"
    )


def test_inserting_and_removing_are_said_so():
    file = SourceFile("a.zoo", "ab\n")
    assert "= fix: insert `,`" in drawn(None, fix=Fix(Span(file, 1, 1), ","))
    assert "= fix: insert `zoo 1`\n" in drawn(None, fix=Fix(Span(file, 0, 0), "zoo 1\n"))
    assert "= fix: remove `b`" in drawn(None, fix=Fix(place(file, "b"), ""))


def test_the_summary_counts():
    wrong, doubtful = (Diagnostic(code=code, span=None, message="m") for code in (WRONG, DOUBTFUL))
    assert summary([], ["a.zoo"]) == "no errors in a.zoo"
    assert summary([wrong], ["a.zoo"]) == "1 error in a.zoo"
    assert summary([wrong, wrong, doubtful], ["a.zoo"]) == "2 errors, 1 warning in a.zoo"
    assert summary([doubtful], ["a.zoo", "b.zoo"]) == "1 warning in 2 files"


@pytest.mark.law("any spans of any text can be shown")
@given(st.text(alphabet="a \t\n\r\u00e9\u65e5\x00\u0301", max_size=60), st.data())
def test_any_spans_can_be_drawn(text, data):
    file = SourceFile("a.zoo", text)
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    spans = [Span(file, *data.draw(ends)) for _ in range(3)]
    labels = tuple(Label(span, word) for span, word in zip(spans[1:], ("one", ""), strict=True))
    picture = drawn(spans[0], labels=labels)
    assert "^" in picture
    assert picture.count("one") >= 1
