"""Curves in text: where the line runs, what the axes say, and what a poor terminal gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.screen.curve import draw_curve

RISING = [step / 100 for step in range(101)]


def test_a_rising_line_in_braille():
    assert draw_curve(RISING, width=32, height=5, until=20, axis="epochs") == (
        "  1 ┤                     ⣀⡠⠤⠒⠉",
        "    │               ⢀⣀⠤⠔⠒⠉",
        "0.5 ┤          ⢀⡠⠤⠒⠊⠁",
        "    │     ⣀⠤⠔⠒⠉⠁",
        "  0 ┤⣀⠤⠒⠊⠉",
        "    └──────────────────────────",
        "     0     5      10  20 epochs",
    )


def test_a_poor_terminal_gets_asterisks():
    assert draw_curve(RISING, width=32, height=5, until=20, axis="epochs", ascii_only=True) == (
        "  1 +                      ****",
        "    |                ******",
        "0.5 +          ******",
        "    |    ******",
        "  0 +****",
        "    +--------------------------",
        "     0     5      10  20 epochs",
    )


def test_a_cut_is_one_unbroken_line():
    lines = draw_curve([1.0] * 50 + [0.0] * 50, width=40, height=5, until=2, axis="epochs")
    assert [len(line) for line in lines[:5]] == [23, 23, 23, 23, 39]


def test_unknown_values_leave_a_gap():
    lines = draw_curve([1.0] * 50 + [None] * 50, width=40, height=5, until=2, axis="epochs")
    assert lines[0] == "  1 ┤" + "⠉" * 17
    assert lines[1:5] == ("    │", "0.5 ┤", "    │", "  0 ┤")


@pytest.mark.parametrize("values", [[], [None, None], [0.0, 0.0]])
def test_there_is_nothing_to_draw_without_a_rate(values):
    assert draw_curve(values, width=40, height=5, until=2, axis="epochs") == ()


@pytest.mark.law("every line of a drawn curve fits its width")
@given(
    values=st.lists(st.none() | st.floats(min_value=0, max_value=1e3), min_size=1, max_size=300),
    width=st.integers(min_value=40, max_value=160),
    until=st.integers(min_value=1, max_value=100_000),
    ascii_only=st.booleans(),
)
def test_every_line_fits_the_width(values, width, until, ascii_only):
    lines = draw_curve(values, width=width, height=9, until=until, axis="epochs", ascii_only=ascii_only)
    assert all(len(line) <= width for line in lines)
    assert not ascii_only or all(line.isascii() for line in lines)
