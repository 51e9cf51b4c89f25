"""Patterns have one meaning in Python and in Java, or are refused."""

from __future__ import annotations

import pytest

from zoodsl.catalog.functions import pattern_mismatch


def problem(pattern, group=1):
    return pattern_mismatch({"pattern": pattern, "group": group})


@pytest.mark.parametrize(
    "pattern",
    [
        r"(cat|dog)\.",
        r"^(\d+)_",
        r"(?i)(a|b)$",
        r"([\w.-]{2,3}?)[^/\]]*",
        r"(?:a+)(?=b)(?!c)(?<=a)(?<!b)(\s*)x",
        r"(a)\1",
        r"(\.\*\[)",
        "(ä)",
    ],
)
def test_patterns_of_the_common_part(pattern):
    assert problem(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "strange"),
    [
        ("(?P<x>a)", "(?P<"),
        ("(a)(?(1)b|c)", "(?(1"),
        (r"(a\Z)", r"\Z"),
        (r"(\u0041)", r"\u"),
        (r"(\N{DIGIT ONE})", r"\N"),
        ("([[a])", "[[a]"),
        ("([a&&b])", "[a&&b]"),
        ("([]a])", "[]"),
        (r"\b(a)", r"\b"),
        (r"([\b])", r"[\b]"),
        (r"(\0)", r"\0"),
        ("(a{,3})", "{"),
        ("(😀)", "😀"),
    ],
)
def test_what_java_reads_otherwise_is_refused(pattern, strange):
    """Among it are word boundaries: beside an `ä` Java sees another one than Python does over ASCII."""
    assert (
        problem(pattern).message
        == f"`{strange}` in the pattern does not mean the same in Python and on Spark"
    )


@pytest.mark.parametrize("pattern", ["(a", "a)", "(*a)", "[a"])
def test_what_is_no_pattern_is_refused(pattern):
    assert problem(pattern).message.startswith("the pattern cannot be read")


def test_the_group_is_there():
    assert problem("a", 0) is None
    assert problem("a").message == "the pattern has no group `(...)`, and group 1 is asked for"
    assert problem("(a)", 2).message == "the pattern has 1 group, and group 2 is asked for"
