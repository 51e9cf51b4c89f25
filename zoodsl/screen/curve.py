"""A curve drawn in text: braille dots where the terminal can show them, else asterisks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import floor

from zoodsl.model.printer import show_number

BRAILLE = 0x2800
DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot in a braille cell, by column and row (Unicode, block "Braille Patterns")."""


def draw_curve(
    values: Sequence[float | None],
    *,
    width: int,
    height: int,
    until: int,
    axis: str,
    ascii_only: bool = False,
) -> tuple[str, ...]:
    """Lines of text that plot ``values`` upwards from 0 to their greatest, and to the right from 0 to ``until``.

    The lines are at most ``width`` columns wide; ``height`` of them, an odd number, are the plot. ``axis`` names what
    is counted to the right ("epochs"). Values that are None are left out. Without any value above 0 there is
    nothing to draw: no lines.
    """
    top = max((value for value in values if value is not None), default=0.0)
    if top <= 0:
        return ()
    marks = {0: _mark(top), height // 2: _mark(top / 2), height - 1: "0"}
    margin = max(map(len, marks.values()))
    columns = width - margin - 3
    rows = _asterisks(values, top, columns, height) if ascii_only else _braille(values, top, columns, height)
    tick, wall, corner, floor_ = ("+", "|", "+", "-") if ascii_only else ("┤", "│", "└", "─")
    lines = [
        f"{marks.get(number, ''):>{margin}} {tick if number in marks else wall}{row.rstrip()}"
        for number, row in enumerate(rows)
    ]
    lines.append(" " * (margin + 1) + corner + floor_ * columns)
    lines.append(" " * (margin + 2) + _ruler(until, axis, columns))
    return tuple(line.rstrip() for line in lines)


def _mark(value: float) -> str:
    return show_number(float(f"{value:.3g}"))


def _ruler(until: int, axis: str, columns: int) -> str:
    """``0     5     10     15     20 epochs``: round numbers below their places, as many as fit."""
    step = next(
        step for power in range(12) for step in (10**power, 2 * 10**power, 5 * 10**power) if until <= 6 * step
    )
    end = f"{until} {axis}"
    text = [" "] * columns
    text[-len(end) :] = end
    for value in range(0, until, step):
        at = value * columns // until
        label = str(value)
        if at + len(label) < columns - len(end) - 1:
            text[at : at + len(label)] = label
    return "".join(text)


def _sampled(values: Sequence[float | None], top: float, columns: int, rows: int) -> list[int | None]:
    """For each column the row of its value, counted from below; None where the value is unknown."""
    last = len(values) - 1
    picked = (values[round(column * last / max(1, columns - 1))] for column in range(columns))
    return [None if value is None else floor(value / top * (rows - 1) + 0.5) for value in picked]


def _braille(values: Sequence[float | None], top: float, columns: int, height: int) -> list[str]:
    places = _sampled(values, top, 2 * columns, 4 * height)
    cells = [[0] * columns for _ in range(height)]
    for column, (before, place) in enumerate(pairwise([places[0], *places])):
        if place is None:
            continue
        # A steep piece is one unbroken line: it goes on from the height at which the last column ended.
        begin = place if before is None or before == place else before + (1 if place > before else -1)
        for dot in range(min(begin, place), max(begin, place) + 1):
            row = 4 * height - 1 - dot
            cells[row // 4][column // 2] |= DOTS[column % 2][row % 4]
    return ["".join(chr(BRAILLE + cell) if cell else " " for cell in row) for row in cells]


def _asterisks(values: Sequence[float | None], top: float, columns: int, height: int) -> list[str]:
    places = _sampled(values, top, columns, height)
    return ["".join("*" if place == height - 1 - row else " " for place in places) for row in range(height)]
