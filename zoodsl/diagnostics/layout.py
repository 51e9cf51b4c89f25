"""The picture of a diagnostic: source lines with line numbers, marks under them, and words beside the marks.

The picture is data, rows of pieces with a role each, so that a plain renderer and a coloured one show the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from zoodsl.diagnostics.diagnostic import Diagnostic, Severity
from zoodsl.source import SourceFile, Span

Role = Literal["error", "warning", "note", "frame", "title", "source", "plain"]
"""What a piece of text is; a coloured renderer gives each role a style."""

WIDTH = 120
"""Columns of a source line that are shown; a longer line is cut around its first mark."""

TAB = 4


class Piece(NamedTuple):
    """A run of text of one role."""

    text: str
    role: Role = "plain"


Row = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A span to underline and the words beside it. ``role`` is the severity's for the main place, else ``note``."""

    span: Span
    text: str
    role: Role

    @property
    def first(self) -> int:
        """The number of the line where it begins."""
        return self.span.begin.line

    @property
    def last(self) -> int:
        """The number of the line where it ends; a span that ends just past a line end stays on that line."""
        return self.span.file.position(max(self.span.start, self.span.end - 1)).line

    @property
    def sign(self) -> str:
        """What it is underlined with."""
        return "-" if self.role == "note" else "^"


def rows(diagnostic: Diagnostic) -> Iterator[Row]:
    """The picture of ``diagnostic``, a row after the other."""
    role: Role = "warning" if diagnostic.severity is Severity.WARNING else "error"
    yield (
        Piece(f"{diagnostic.severity.value}[{diagnostic.code.name}]", role),
        Piece(f": {visible(diagnostic.message)}", "title"),
    )
    margin = 0
    if diagnostic.span is not None:
        marks = [Mark(diagnostic.span, "", role)]
        marks += [Mark(label.span, visible(label.text), "note") for label in diagnostic.labels]
        margin = len(str(max(mark.last for mark in marks)))
        files = list(dict.fromkeys(mark.span.file for mark in marks))
        for number, file in enumerate(files):
            here = [mark for mark in marks if mark.span.file is file]
            if number:
                yield _gutter(margin)
            yield _place(here[0].span, margin, arrow="-->" if number == 0 else ":::")
            yield _gutter(margin)
            yield from _excerpt(file, here, margin)
    notes = list(_notes(diagnostic))
    if notes and diagnostic.span is not None:
        yield _gutter(margin)
    for word, text in notes:
        yield from _note(word, text, margin)


def _notes(diagnostic: Diagnostic) -> Iterator[tuple[str, str]]:
    if diagnostic.help:
        yield "help", diagnostic.help
    if diagnostic.fix is not None:
        old, new = diagnostic.fix.span.text, diagnostic.fix.text
        if not old:
            yield "fix", f"insert {_quoted(new)}"
        elif not new:
            yield "fix", f"remove {_quoted(old)}"
        else:
            yield "fix", f"replace {_quoted(old)} with {_quoted(new)}"


def _quoted(text: str) -> str:
    line = text.strip("\n")
    return f"`{line}`" if line.strip() else repr(text)


def _note(word: str, text: str, margin: int) -> Iterator[Row]:
    lead = " " * margin + " "
    for number, line in enumerate(text.splitlines()):
        head = f"= {word}: " if number == 0 else " " * (len(word) + 4)
        yield (Piece(lead), Piece(head, "frame"), Piece(visible(line)))


def _place(span: Span, margin: int, arrow: str) -> Row:
    return (Piece(" " * margin), Piece(arrow, "frame"), Piece(f" {visible(str(span))}"))


def _gutter(margin: int, number: int | None = None) -> Row:
    return (Piece(f"{'' if number is None else number:>{margin}} |", "frame"),)


def _excerpt(file: SourceFile, marks: list[Mark], margin: int) -> Iterator[Row]:
    """The marked lines of ``file``, lines between them when they are few, and the marks below each line."""
    long = sorted(
        (mark for mark in marks if mark.first != mark.last), key=lambda mark: (mark.first, -mark.last)
    )
    shown = sorted(_shown_lines(marks, len(file.line_starts)))
    for before, number in pairwise([shown[0], *shown]):
        if number > before + 1:
            yield (
                Piece("." * max(3, margin), "frame"),
                *_bars(long, before + 1, " " * (margin - 2 if margin > 2 else 0)),
            )
        line = file.line(number)
        here = [mark for mark in marks if mark.first == mark.last == number]
        view = _view(
            line, [*here, *(mark for mark in long if number in (mark.first, mark.last))], file, number
        )
        yield (*_gutter(margin, number), *_bars(long, number, " "), Piece(view.text, "source"))
        for mark in long:
            if number in (mark.first, mark.last):
                yield _arm(mark, long, number, view, margin)
        for below in _underline(here, view):
            yield (*_gutter(margin), *_bars(long, number, " ", after=True), *below)


def _shown_lines(marks: Iterable[Mark], lines: int) -> set[int]:
    """The lines to show: where marks begin and end, and a line that would be the only one left out."""
    ends = sorted({number for mark in marks for number in (mark.first, mark.last)})
    shown = set(ends)
    for low, high in pairwise(ends):
        if high - low == 2:
            shown.add(low + 1)
    return {min(number, lines) for number in shown}


def _bars(long: list[Mark], number: int, lead: str, *, after: bool = False) -> Row:
    """The vertical bars, beside line ``number`` or below it, of the spans that reach over several lines."""
    if not long:
        return (Piece(lead),) if lead else ()
    pieces = [Piece(lead)]
    for mark in long:
        inside = mark.first <= number < mark.last if after else mark.first < number <= mark.last
        pieces.append(Piece("|" if inside else " ", mark.role))
    pieces.append(Piece(" "))
    return tuple(pieces)


def _arm(mark: Mark, long: list[Mark], number: int, view: View, margin: int) -> Row:
    """The row under the first or last line of a long span: an arm from its bar to where it begins or ends."""
    opening = number == mark.first
    offset = mark.span.start if opening else mark.span.end - 1
    column = view.column(offset - view.start)
    pieces = [*_gutter(margin), Piece(" ")]
    reached = False
    for other in long:
        if other is mark:
            pieces.append(Piece(" " if opening else "|", mark.role))
            reached = True
        elif reached:
            pieces.append(Piece("_", mark.role))
        else:
            inside = other.first < number < other.last or (other.first == number and not opening)
            pieces.append(Piece("|" if inside else " ", other.role))
    pieces.append(Piece("_" * (column + 1) + mark.sign, mark.role))
    if mark.text and not opening:
        pieces.append(Piece(f" {mark.text}", mark.role))
    return tuple(pieces)


class View:
    """A source line as it is shown: tabs expanded, control characters made visible, a long line cut.

    ``start`` is the offset of the line in its file.
    """

    def __init__(self, line: str, start: int, around: int) -> None:
        self.start = start
        first = max(0, around - WIDTH // 2) if len(line) > WIDTH else 0
        cut = line[first : first + WIDTH]
        cells = ["…"] if first else []
        self._columns = [0] * first
        width = len(cells)
        for character in cut:
            self._columns.append(width)
            shown, taken = _cell(character, width)
            cells.append(shown)
            width += taken
        self._columns.append(width)
        if first + WIDTH < len(line):
            cells.append("…")
        self.text = "".join(cells)

    def column(self, index: int) -> int:
        """The column, from 0, at which character ``index`` of the line is shown; past the end, the end's."""
        return self._columns[min(max(index, 0), len(self._columns) - 1)]


def _view(line: str, marks: Iterable[Mark], file: SourceFile, number: int) -> View:
    start = file.line_starts[number - 1]
    around = min((mark.span.start - start for mark in marks if mark.first == number), default=0)
    return View(line, start, around)


def _cell(character: str, column: int) -> tuple[str, int]:
    """How a character is shown at ``column``, and how many columns that takes."""
    if " " <= character <= "~":
        return character, 1
    if character == "\t":
        taken = TAB - column % TAB
        return " " * taken, taken
    return _wide_cell(character)


def _wide_cell(character: str) -> tuple[str, int]:
    import unicodedata  # most specs are ASCII and never need it

    category = unicodedata.category(character)
    if character < " ":
        return chr(0x2400 + ord(character)), 1
    if category in ("Mn", "Me"):
        return character, 0
    if category[0] == "C" or category in ("Zl", "Zp"):
        return "\ufffd", 1
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1


def visible(text: str) -> str:
    """``text`` without characters that could move the cursor, change colours or reorder what is read."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if character in "\t\n\r" else _cell(character, 0)[0] for character in text)


def _underline(marks: list[Mark], view: View) -> Iterator[Row]:
    """The rows below a line: its marks, the words of the rightmost beside it, the others' words hanging below."""
    placed = sorted(
        (
            (view.column(mark.span.start - view.start), view.column(mark.span.end - view.start), mark)
            for mark in marks
        ),
        key=lambda place: (place[0], place[1]),
    )
    if not placed:
        return
    signs: list[Piece] = []
    for begin, end, mark in sorted(placed, key=lambda place: place[2].role != "note"):
        stop = max(end, begin + 1)
        signs += [Piece(" ")] * (stop - len(signs))
        signs[begin:stop] = [Piece(mark.sign, mark.role)] * (stop - begin)
    hanging = [(begin, mark) for begin, _, mark in placed if mark.text]
    beside = placed[-1][2]
    ends_last = max(end for _, end, _ in placed) == placed[-1][1]
    if beside.text and ends_last:
        hanging.pop()
        yield (*_joined(signs), Piece(f" {beside.text}", beside.role))
    else:
        yield _joined(signs)
    while hanging:
        begin, mark = hanging.pop()
        lead: list[Piece] = [Piece(" ")] * begin
        for at, other in hanging:
            if at < begin:
                lead[at] = Piece("|", other.role)
        yield (*_joined(lead), Piece(mark.text, mark.role))


def _joined(pieces: list[Piece]) -> Row:
    """Neighbouring pieces of one role as one."""
    row: list[Piece] = []
    for piece in pieces:
        if row and row[-1].role == piece.role:
            row[-1] = Piece(row[-1].text + piece.text, piece.role)
        else:
            row.append(piece)
    return tuple(row)
