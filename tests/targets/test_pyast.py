"""Python code as data: what is rendered is valid, means what was built, and says where it comes from."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.source import SourceFile, Span
from zoodsl.targets.pyast import (
    WIDTH,
    Branch,
    Function,
    Listing,
    Name,
    Noted,
    Page,
    Statement,
    Symbol,
    Table,
    call,
    import_lines,
    render,
    symbols,
)

SOURCE = SourceFile("folder/x.zoo", "one\ntwo\nthree\n")
TWO = Span(SOURCE, 4, 7)
THREE = Span(SOURCE, 8, 13)

literals = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=12,
)


def text(expression: Any, **places: Any) -> str:
    return "\n".join(line.text for line in render(expression, **places))


@pytest.mark.law("a literal of a program evaluates to its value")
@given(value=literals, indent=st.sampled_from([0, 4, 60]))
def test_a_literal_reads_back_as_itself(value, indent):
    assert ast.literal_eval(text(value, indent=indent).strip()) == value


@pytest.mark.law("a call of a program passes the arguments it was given")
@given(arguments=st.lists(literals, max_size=3), named=st.dictionaries(st.sampled_from("abc"), literals))
def test_a_call_passes_what_it_was_given(arguments, named):
    found = eval(text(call(Name("f"), *arguments, **named)), {"f": lambda *a, **k: (a, k)})
    assert found == (tuple(arguments), named)


def test_what_is_too_long_is_broken_an_argument_a_line():
    layer = call(Symbol("layers", "Dense"), 100, activation="tanh", name="x" * WIDTH)
    applied = call(layer, Name("x"))
    lines = text(applied, indent=4, before="x = ").splitlines()
    assert lines[0] == "    x = Dense("
    assert lines[1] == "        100,"
    assert lines[-1] == "    )(x)"


def test_infinite_numbers_can_be_written():
    assert eval(text(float("inf"))) == float("inf")


def test_symbols_are_found_wherever_they_stand():
    one, two, three = (Symbol("m", name) for name in ("one", "two", "three"))
    expression = Table((("k", Listing((Noted(call(one, two), TWO),))), ("l", call(Name("f"), a=three))))
    assert set(symbols(expression)) == {one, two, three}


def test_origins_stand_behind_their_lines_and_in_the_map():
    page = Page()
    body = (
        Statement(before="x = ", value=call(Name("f"), 1), span=TWO, remark="why"),
        Statement(before="return ", value=Listing((Noted(Name("x"), THREE), 2))),
    )
    page.function(Function(name="g", doc="G.", body=body))
    assert page.text.splitlines() == [
        "def g():",
        '    """G."""',
        "    x = f(1)  # x.zoo:2  why",
        "    return [",
        "        x,  # x.zoo:3",
        "        2,",
        "    ]",
    ]
    assert page.origins == {3: TWO, 5: THREE}


def test_a_branch_is_indented():
    page = Page()
    page.function(Function(name="g", doc="G.", body=(Branch("x", (Statement(value=Name("f()")),)),)))
    assert page.lines[2:] == ["    if x:", "        f()"]


def test_pages_below_one_another_keep_their_origins():
    above, below = Page(), Page()
    above.add("a\nb")
    below.statement(Statement(value=Name("c"), span=TWO))
    above.extend(below)
    assert above.origins == {3: TWO}


def test_imports_are_sorted_and_broken_where_long():
    names = [("b", f"Name{number:02}") for number in range(20)]
    lines = import_lines([("a", "x"), ("a", "Y"), ("a", "Z_Z"), *names])
    assert lines[0] == "from a import Z_Z, Y, x" or lines[0] == "from a import Y, Z_Z, x"
    assert lines[1] == "from b import ("
    assert lines[-1] == ")"
