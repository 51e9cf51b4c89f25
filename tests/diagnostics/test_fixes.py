"""Applying fixes."""

from __future__ import annotations

from zoodsl.diagnostics import Applicability, Diagnostic, Fix
from zoodsl.diagnostics.codes import Code
from zoodsl.diagnostics.fixes import apply_fixes
from zoodsl.source import SourceFile, Span

FILE = SourceFile("a.zoo", "one two three")


def fixing(start, end, text, applicability=Applicability.SAFE, file=FILE):
    fix = Fix(Span(file, start, end), text, applicability)
    return Diagnostic(code=Code("ZOO203", "t", "t"), span=fix.span, message="m", fix=fix)


def test_fixes_are_applied_in_source_order():
    assert apply_fixes(FILE, [fixing(8, 13, "3"), fixing(0, 3, "1")]) == ("1 two 3", 2)


def test_a_doubtful_fix_and_one_of_another_file_are_left():
    other = SourceFile("b.zoo", "one")
    found = [fixing(0, 3, "1", Applicability.MAYBE), fixing(0, 3, "1", file=other)]
    assert apply_fixes(FILE, found) == (FILE.text, 0)


def test_of_overlapping_fixes_the_first_is_applied():
    assert apply_fixes(FILE, [fixing(0, 7, "x"), fixing(4, 13, "y")]) == ("x three", 1)
    assert apply_fixes(FILE, [fixing(4, 4, "a "), fixing(4, 4, "b ")]) == ("one a two three", 1)


def test_the_same_fix_twice_counts_once():
    assert apply_fixes(FILE, [fixing(0, 3, "1"), fixing(0, 3, "1")]) == ("1 two three", 1)


def test_neighbouring_fixes_are_both_applied():
    assert apply_fixes(FILE, [fixing(0, 3, "1"), fixing(3, 4, "-")]) == ("1-two three", 2)
