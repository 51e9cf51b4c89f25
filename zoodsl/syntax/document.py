"""A document printer: text with places where lines may break, laid out within a width.

After Wadler, "A prettier printer" (2003), with alignment and with filling: as many items a line as fit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A place to break; ``flat`` stands there where it is not broken, None where it always is."""

    flat: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Either all of the breaks directly inside are taken or none is."""

    content: Document


@dataclass(frozen=True, slots=True)
class Fill:
    """Items, each with the break before it, which is taken only where the item would not fit.

    The first item's break is never taken.
    """

    items: tuple[tuple[Line, Document], ...]


@dataclass(frozen=True, slots=True)
class Align:
    """Lines broken inside begin ``offset`` columns right of where the content begins."""

    content: Document
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Indent:
    """Lines broken inside begin ``offset`` columns further right than the lines around."""

    content: Document
    offset: int = 2


@dataclass(frozen=True, slots=True)
class Rest:
    """Text that takes the rest of its line, such as a comment: what follows must begin a new one."""

    text: str


Document = str | Rest | tuple["Document", ...] | Line | Group | Fill | Align | Indent

HARD = Line(None)
SPACE = Line(" ")


def render(document: Document, *, width: int, indent: int = 0, column: int = 0) -> str:
    """The text of a document whose first character stands at ``column`` of a line."""
    return _Printer(width, column).print(document, indent)


class _Printer:
    def __init__(self, width: int, column: int) -> None:
        self._width = width
        self._column = column
        self._parts: list[str] = []

    def print(self, document: Document, indent: int) -> str:
        self._put(document, indent, flat=False, after=0)
        return "".join(self._parts)

    def _put(self, document: Document, indent: int, *, flat: bool, after: int) -> None:
        """Puts a document; ``after`` columns must stay free for what follows it on its last line."""
        match document:
            case str():
                self._parts.append(document)
                self._column += len(document)
            case Rest(text):
                self._put(text, indent, flat=True, after=0)
            case tuple():
                for index, part in enumerate(document):
                    rest = _leading_width(document[index + 1 :], after)
                    self._put(part, indent, flat=flat, after=rest)
            case Line(text):
                if flat and text is not None:
                    self._put(text, indent, flat=True, after=0)
                else:
                    self._parts.append("\n" + " " * indent)
                    self._column = indent
            case Group(content):
                fits = flat or self._fits(content, after)
                self._put(content, indent, flat=fits, after=after)
            case Fill(items):
                for index, (line, item) in enumerate(items):
                    rest = after if index + 1 == len(items) else 0
                    if index:
                        fits = line.flat is not None and self._fits((line, _before_rest(item)), rest)
                        self._put(line, indent, flat=fits, after=0)
                    self._put(item, indent, flat=self._fits(item, rest), after=rest)
            case Align(content, offset):
                self._put(content, self._column + offset, flat=flat, after=after)
            case Indent(content, offset):
                self._put(content, indent + offset, flat=flat, after=after)

    def _fits(self, document: Document, after: int) -> bool:
        width = flat_width(document)
        return width is not None and self._column + width + after <= self._width


def flat_width(document: Document) -> int | None:
    """The width of a document on one line; None where it must break."""
    match document:
        case str():
            return len(document)
        case Rest():
            return None
        case Line(flat):
            return None if flat is None else len(flat)
        case tuple():
            return _sum(flat_width(part) for part in document)
        case Group(content) | Align(content) | Indent(content):
            return flat_width(content)
        case Fill(items):
            return _sum(flat_width(part) for part in items)


def _sum(widths: Iterable[int | None]) -> int | None:
    total = 0
    for width in widths:
        if width is None:
            return None
        total += width
    return total


def _leading_width(parts: tuple[Document, ...], after: int) -> int:
    """The width of the text that follows at once, up to the first place where a line may break."""
    total = 0
    for part in parts:
        if not isinstance(part, str):
            return total
        total += len(part)
    return total + after


def _before_rest(document: Document) -> Document:
    """A document without the comment at its end, which may run over the width."""
    if isinstance(document, tuple) and document and isinstance(document[-1], Rest):
        return document[:-1]
    return document
