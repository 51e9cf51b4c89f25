"""What tests of computed columns share: terms over the columns ``text``, ``path``, ``time``, ``whole`` and ``part``."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from zoodsl.catalog import functions, registry
from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import Applied, Column, Combined, Operation, Term
from zoodsl.source import SourceFile, Span
from zoodsl.types import DType

NOWHERE = Span(SourceFile("drawn.zoo", ""), 0, 0)

PATTERNS = (
    ("(cat|dog)", 1),
    (r"^(\d+)_?", 1),
    (r"(?i)([a-c]+)\.", 1),
    (r"([^/.]*)\.([^.]+)$", 2),
    (r"\w+|\s", 0),
    (r"(?<!\w)(\w)(?=\W)", 1),
    ("a(x)?", 1),
    ("(.+)b", 1),
)

LETTERS = st.sampled_from([*"abcxAB019/._- \n:", "cat", "dog", "ä", "É", "ß", "٣", "\u2028", "//", ".jpg"])
missing = st.none()
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.lists(LETTERS, min_size=1, max_size=8).map("".join) | missing,
    "path": st.lists(st.sampled_from(["a", "b1", "cat.7", "c.tar.gz", ".x", "", "0013_05"]), min_size=1)
    .map("/".join)
    .filter(bool)
    | missing,
    "time": st.datetimes().map(str)
    | st.dates().map(str)
    | st.sampled_from(["2017-02-29", "2017-02-28T24:00", "x", "12"])
    | missing,
    "spelled": st.floats(-1e9, 1e9).map(str)
    | st.integers(-99, 99).map(str)
    | st.sampled_from(["1e3", ".5", "5.", "+1", "1,5", "nan"])
    | missing,
    "whole": st.integers(-(10**17), 10**17) | st.integers(-5, 5) | missing,
    "part": st.floats(-1e6, 1e6) | missing,
}
"""Values of each column, as a CSV file may hold them."""

TYPES = {"whole": "bigint", "part": "double"}
"""Spark's types of those that are not text."""

rows = st.lists(st.fixed_dictionaries(COLUMNS), min_size=1, max_size=10)


def column(name: str) -> Column:
    return Column(span=NOWHERE, frame="rows", name=name, type=None)


def applied(name: str, given: Term, **rest: Any) -> Applied:
    operator = registry.find(Kind.FUNCTION, name)
    assert operator is not None
    first, *others = operator.parameters
    arguments = {first.name: given, **{each.name: rest.get(each.name, each.default) for each in others}}
    operation: Operation[Any] = Operation(span=NOWHERE, operator=operator, arguments=arguments)
    return Applied(span=NOWHERE, operation=operation)


def combined(left: Term, operator: str, right: Term, type_: DType) -> Combined:
    return Combined(span=NOWHERE, operator=operator, left=left, right=right, type=type_)


def _every_term() -> dict[str, Term]:
    terms: dict[str, Term] = {}
    for each in functions.OPERATORS:
        home = {"path": "path", "time": "time", "number": "whole"}.get(each.parameters[0].name, "text")
        if each.name != "match":
            terms[each.name] = applied(each.name, column("spelled" if each.name == "number" else home))
    for number, (pattern, group) in enumerate(PATTERNS):
        terms[f"match {number}"] = applied("match", column("text"), pattern=pattern, group=group)
    for sign in "+-*/":
        terms[f"whole {sign}"] = combined(
            column("whole"), sign, 3, DType.FLOAT64 if sign == "/" else DType.INT64
        )
        terms[f"part {sign}"] = combined(column("part"), sign, column("whole"), DType.FLOAT64)
    for sign in ("==", "!=", "<", "<=", ">", ">="):
        terms[f"texts {sign}"] = combined(column("text"), sign, column("path"), DType.INT64)
        terms[f"numbers {sign}"] = combined(column("whole"), sign, column("part"), DType.INT64)
    terms["joined"] = combined(column("text"), "+", "/", DType.STRING)
    terms["turned"] = combined(0, "-", column("whole"), DType.INT64)
    terms["nested"] = combined(
        applied("stem", column("path")), "==", applied("lower", column("text")), DType.INT64
    )
    terms["deep"] = applied(
        "upper", applied("match", applied("stem", column("path")), pattern="(c.*)", group=1)
    )
    return terms


TERMS = _every_term()
"""A term, or several, of each function and operator."""
