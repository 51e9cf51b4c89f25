"""What the lexer cannot read: other languages' spellings, broken literals, stray characters.

Each is reported and read as what it must mean, so that the parser goes on as if it had been right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from zoodsl.diagnostics import Applicability, Code, Diagnostics, Fix
from zoodsl.diagnostics.rules.syntax import (
    FOREIGN,
    MALFORMED_NUMBER,
    UNCLOSED_TEXT,
    UNKNOWN_CHARACTER,
    UNKNOWN_ESCAPE,
)
from zoodsl.source import SourceFile, Span
from zoodsl.syntax.builder import ESCAPES, number_of
from zoodsl.syntax.tokens import NEWLINE, WORD, Token, token_at
from zoodsl.syntax.words import UNITS

LARGEST_INTEGER = 2**63 - 1
"""The largest whole number: what a Java long holds."""

UNREADABLE = "UNREADABLE"

# A file of binary rubbish needs no more than this to be recognised as such.
_MOST_REPORTS = 50

FOREIGN_WORDS = {
    "True": "true",
    "TRUE": "true",
    "False": "false",
    "FALSE": "false",
    "None": None,
    "null": None,
    "nil": None,
}
"""Constants of other languages and what they are here; None where there is no such thing."""

# What opens a text in other languages and in typography.
_QUOTES = "\"'\u201c\u201d\u2018\u2019\u201e\u00ab"

_UNITS = "|".join(sorted((unit for unit in UNITS if unit != "%"), key=len, reverse=True))
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


class Mended(NamedTuple):
    """Where reading goes on, and the token read instead, if any."""

    position: int
    token: Token | None


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    # Compiled only where a text needs it: a right file pays nothing for these.
    return re.compile(pattern)


class Speller:
    """Mends and checks the spelling of one text's tokens."""

    def __init__(self, source: SourceFile, diagnostics: Diagnostics) -> None:
        self._source = source
        self._diagnostics = diagnostics
        self._reports = 0

    def check(self, kind: str, value: str, start: int) -> str:
        """Checks what a pattern alone cannot; gives the kind to go on with."""
        if kind == "STRING":
            if "\\" in value:
                self._check_escapes(value, start)
            return kind
        return kind if self._is_moderate(value, start) else UNREADABLE

    def word(self, value: str, start: int, before: Sequence[Token]) -> tuple[str, str]:
        """The terminal and the value of a name that may be another language's constant."""
        end = start + len(value)
        if value in FOREIGN_WORDS:
            if (before and before[-1].type == "DOT") or self._is_assigned(end):
                return "NAME", value
            right = FOREIGN_WORDS[value]
            if right is None:
                self._report(
                    FOREIGN, (start, end), f"there is no `{value}`",
                    "leave out what has no value; every default is documented",
                )  # fmt: skip
                return UNREADABLE, value
            self._report(FOREIGN, (start, end), f"`{value}` is written `{right}`", "", right)
            return WORD, right
        if not value.isidentifier():
            self._report(
                UNKNOWN_CHARACTER, (start, end), f"`{_shortened(value)}` cannot be a name",
                "names are letters, digits and `_`",
            )  # fmt: skip
        return "NAME", value

    def _is_assigned(self, end: int) -> bool:
        return _pattern(r"[ \t]*=(?!=)").match(self._source.text, end) is not None

    def mend(self, position: int) -> Mended | None:
        """Reads what stands at ``position``, where no token matches; None at the end of the text."""
        text = self._source.text
        while position < len(text) and text[position] in " \t":
            position += 1
        if position >= len(text):
            return None
        character = text[position]
        if character in _QUOTES:
            return self._quoted(position)
        if character.isdecimal() and character.isascii():
            return self._number(position)
        return self._operator(position) or self._stray(position)

    # --- texts

    def _quoted(self, start: int) -> Mended:
        text = self._source.text
        if text.startswith(('"""', "'''"), start):
            return self._docstring(start)
        foreign = _pattern(
            r"'((?:[^'\\\r\n]|\\.)*)'"
            '|[\u201c\u201d\u201e\u00ab]([^\u201c\u201d\u00ab\u00bb"\r\n]*)[\u201c\u201d\u00bb"]'
            "|\u2018([^\u2018\u2019\r\n]*)\u2019"
        ).match(text, start)
        if foreign is not None:
            inner = foreign[foreign.lastindex or 1].replace("\\'", "'").replace('"', '\\"')
            right = f'"{inner}"'
            self._report(
                FOREIGN, (start, foreign.end()), "a string is written in double quotes",
                f"write `{right}`", right,
            )  # fmt: skip
            return self._token("STRING", right, start, foreign.end())
        end = self._line_end(start)
        # What closes the brackets around it most likely does not belong to the string.
        end = _without_closers(text, start + 1, end)
        line = self._source.position(start).line
        self._diagnostics.withdraw(
            lambda each: (
                each.code is MALFORMED_NUMBER
                and each.span is not None
                and each.span.file is self._source
                and each.span.begin.line == line
            )
        )
        self._report(
            UNCLOSED_TEXT, (start, end), "this string is not closed",
            'end it with `"` on the same line', text[start:end] + '"', Applicability.MAYBE,
        )  # fmt: skip
        inner = text[start + 1 : end].replace('"', '\\"')
        if (len(inner) - len(inner.rstrip("\\"))) % 2:
            inner += "\\"
        return self._token("STRING", f'"{inner}"', start, end)

    def _docstring(self, start: int) -> Mended:
        text = self._source.text
        mark = text[start : start + 3]
        close = text.find(mark, start + 3)
        if close >= 0:
            end = close + 3
            inner = text[start + 3 : close]
            self._report(
                FOREIGN, (start, end), "a docstring is written in double quotes",
                'write `"""` at both ends', f'"""{inner}"""' if '"""' not in inner else None,
            )  # fmt: skip
        else:
            blank = _pattern(r"\n[ \t\r]*\n").search(text, start)
            end = blank.start() if blank else len(text)
            inner = text[start + 3 : end]
            self._report(
                UNCLOSED_TEXT, (start, start + 3), "this docstring is not closed",
                f"end it with `{mark}`",
            )  # fmt: skip
        return self._token("DOC", f'"""{inner}"""', start, end)

    def _check_escapes(self, value: str, start: int) -> None:
        for found in _pattern(r"\\(.)").finditer(value):
            if found[1] not in ESCAPES:
                at = start + found.start()
                self._report(
                    UNKNOWN_ESCAPE, (at, at + 2), f"`{found[0]}` is not an escape",
                    'write `\\\\` for a backslash; known are `\\"`, `\\\\`, `\\n` and `\\t`',
                    f"\\{found[0]}", Applicability.MAYBE,
                )  # fmt: skip

    # --- numbers

    def _is_moderate(self, value: str, start: int) -> bool:
        """Whether the numbers in a literal are within what a machine holds; reports where not."""
        for found in _DIGITS.finditer(value):
            spelling = found[0]
            if len(spelling) < 15 and "e" not in spelling and "E" not in spelling:
                continue
            digits = spelling.lstrip("0") or "0"
            whole = digits.isdecimal()
            if whole and (len(digits) > 19 or int(digits) > LARGEST_INTEGER):
                limit = f"the largest whole number is {LARGEST_INTEGER}"
            elif not whole and number_of(spelling) == float("inf"):
                limit = "the largest number is about 1.8e308"
            else:
                continue
            self._report(MALFORMED_NUMBER, (start, start + len(value)), "this number is too large", limit)
            return False
        return True

    def _number(self, start: int) -> Mended:
        text = self._source.text
        for kind, pattern, separator, help_ in (
            ("MEASURE", rf"({_DIGITS.pattern})({_UNITS})\b", " ", "a space stands before a unit"),
            ("MEASURE", rf"({_DIGITS.pattern})[ \t]+(%)", "", "`%` follows its number at once"),
            ("SIZE", r"([0-9]+)(?:[ \t]*[xX×][ \t]*[0-9]+)+(?!\w)", "x", "a size has no blanks and a small `x`"),
            ("NUMBER", r"[0-9]+(?:_[0-9]+)+(?![\w.])", "", "digits are not grouped"),
        ):  # fmt: skip
            found = _pattern(pattern).match(text, start)
            if found is None:
                continue
            if kind == "MEASURE":
                right = f"{found[1]}{separator}{found[2]}"
            else:
                right = separator.join(re.findall("[0-9]+", found[0]))
            self._report(
                MALFORMED_NUMBER, (start, found.end()), f"write `{right}` instead of `{found[0]}`",
                help_, right,
            )  # fmt: skip
            mended = kind if self._is_moderate(right, start) else UNREADABLE
            return self._token(mended, right, start, found.end())
        bad = _pattern(r"[0-9]\w*(?:\.[0-9]\w*)*").match(text, start)
        end = bad.end() if bad else start + 1
        spelling = text[start:end]
        self._report(
            MALFORMED_NUMBER, (start, end), f"`{_shortened(spelling)}` is not a number",
            "a number is written like `3`, `0.5` or `1e-4`, a quantity like `5 epochs`, `4 GB` or `50%`",
        )  # fmt: skip
        return self._token(UNREADABLE, spelling, start, end)

    # --- operators and characters

    def _operator(self, start: int) -> Mended | None:
        text = self._source.text
        two = text[start : start + 2]
        if two == "//":
            end = self._line_end(start)
            self._report(
                FOREIGN, (start, start + 2), "a comment begins with `#`", "write `#` instead of `//`", "#"
            )
            return Mended(end, None)
        if two == "/*":
            close = text.find("*/", start + 2)
            end = close + 2 if close >= 0 else self._line_end(start)
            self._report(
                FOREIGN, (start, start + 2), "a comment begins with `#` and ends with its line",
                "write `#` before each line of it",
            )  # fmt: skip
            return Mended(end, None)
        if two == "=>":
            self._report(FOREIGN, (start, start + 2), "`=>` is written `->`", "write `->`", "->")
            return self._token("ARROW", "->", start, start + 2)
        if two in {"**", "&&", "||"}:
            what = "power" if two == "**" else "logical"
            self._report(
                FOREIGN, (start, start + 2), f"there is no {what} operator `{two}`",
                "there are `+ - * /` and `== != < <= > >=`",
            )  # fmt: skip
            return self._token("MULTIPLY", "*", start, start + 2)
        if text[start] == ";":
            return self._semicolon(start)
        return None

    def _semicolon(self, start: int) -> Mended:
        text = self._source.text
        end = start
        while end < len(text) and text[end] in "; \t":
            end += 1
        ends_line = end == len(text) or text[end] in "\r\n#}"
        self._report(
            FOREIGN, (start, start + 1), "a statement ends with its line; `;` is not needed",
            "leave it out" if ends_line else "write what follows on a line of its own",
            "" if ends_line else "\n",
        )  # fmt: skip
        if ends_line:
            return Mended(end, None)
        return self._token(NEWLINE, "\n", start, end)

    def _stray(self, start: int) -> Mended:
        text = self._source.text
        end = start + 1
        while end < len(text) and _is_stray(text[end]):
            end += 1
        character = text[start]
        help_ = "remove it"
        fix: str | None = ""
        if character.isspace() or unicodedata.category(character) in {"Zs", "Cf"}:
            message = f"{_named(character)} stands where a plain space belongs"
            help_ = "replace it by a space"
            fix = " "
        elif end - start == 1:
            message = f"{_named(character)} means nothing here"
        else:
            message = f"{end - start} characters that mean nothing, beginning with {_named(character)}"
        self._report(UNKNOWN_CHARACTER, (start, end), message, help_, fix, Applicability.MAYBE)
        return Mended(end, None)

    # ---

    def _token(self, kind: str, value: str, start: int, end: int) -> Mended:
        return Mended(end, token_at(kind, value, self._source, start, end))

    def _line_end(self, start: int) -> int:
        found = _pattern(r"[\r\n]").search(self._source.text, start)
        return found.start() if found else len(self._source.text)

    def _report(
        self,
        code: Code,
        place: tuple[int, int],
        message: str,
        help_: str,
        fix: str | None = None,
        applicability: Applicability = Applicability.SAFE,
    ) -> None:
        self._reports += 1
        if self._reports > _MOST_REPORTS:
            return
        span = Span(self._source, *place)
        self._diagnostics.report(
            code,
            span,
            message,
            help=help_,
            fix=Fix(span, fix, applicability) if fix is not None else None,
        )


def _is_stray(character: str) -> bool:
    """Whether a character can begin no token and no foreign spelling."""
    return not (character.isalnum() or character in " \t\r\n_#()[]{}=:,.+-*/<>!;&|" + _QUOTES)


def _named(character: str) -> str:
    if character.isprintable() and not character.isspace():
        return f"`{character}`"
    name = unicodedata.name(character, "")
    return f"the character {name or f'U+{ord(character):04X}'}"


def _without_closers(text: str, start: int, end: int) -> int:
    """Where an unclosed string ends before the brackets that close others than its own, as that of ``"conv{k}``."""
    last = start + len(text[start:end].rstrip(" \t)]},{"))
    inner = text[start:last]
    if inner.count("{") > inner.count("}") and text.startswith("}", last):
        last += 1
    return last


def _shortened(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:27]}..."
