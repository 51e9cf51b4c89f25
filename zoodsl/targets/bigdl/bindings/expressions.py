"""What is computed of columns, and steps from frame to frame, as calls of the target's helpers."""

from __future__ import annotations

import keyword
from typing import assert_never

from zoodsl.model.nodes import Applied, Column, Combined, Joined, Kept, Term
from zoodsl.targets.bigdl.bindings.library import HELPERS, helper
from zoodsl.targets.inlining import homes
from zoodsl.targets.pyast import Call, Expression, Infix, Listing, Name, Table, call
from zoodsl.types import DType

READING = Name("reading")
"""What a program notes while it reads: the parameter of ``rows``."""


def variable(frame: str) -> str:
    """The variable of a frame, which hides no other name of the program."""
    taken = keyword.iskeyword(frame) or frame in ("spark", "root", "reading") or frame in homes(HELPERS)
    return f"{frame}_frame" if taken else frame


def expression(term: Term) -> Expression:
    """A term as a column of Spark, a constant as it is."""
    match term:
        case Column(name=name):
            return call(helper("column"), name) if term.expression is None else expression(term.expression)
        case Applied(operation=operation):
            first, *others = operation.operator.parameters
            rest = [
                operation.arguments[each.name]
                for each in others
                if operation.arguments[each.name] != each.default
            ]
            return call(helper(operation.operator.name), expression(operation.arguments[first.name]), *rest)
        case Combined():
            return _combined(term)
        case str() | int() | float():
            return term
        case _:
            assert_never(term)


def _combined(node: Combined) -> Expression:
    left, right = expression(node.left), expression(node.right)
    if node.operator in COMPARISONS:
        return call(helper("holds"), Infix(left, node.operator, right))
    if node.type is DType.STRING:
        return call(helper("joined_text"), left, right)
    if node.type is DType.INT64:
        return call(helper(WHOLE[node.operator]), left, right)
    return Infix(left, node.operator, right)


COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
WHOLE = {"+": "whole_sum", "-": "whole_difference", "*": "whole_product"}
"""The helpers for whole numbers, which may come out larger than they can be."""


def condition(node: Combined) -> Infix:
    """A comparison as Spark takes it to keep rows."""
    return Infix(expression(node.left), node.operator, expression(node.right))


def step(frame: str, made: Joined | Kept) -> Call:
    """The call that takes a step from the frame that a program calls ``frame``."""
    match made:
        case Joined():
            renamed = {"renamed": _renamed(made)} if made.renamed else {}
            on = Listing((expression(made.left), expression(made.right)))
            return call(
                helper("join"), Name(frame), Name(variable(made.frame)), on=on, **renamed, reading=READING
            )
        case Kept():
            return call(Name(f"{frame}.where"), condition(made.condition))
        case _:
            assert_never(made)


def _renamed(made: Joined) -> Table:
    return Table(tuple((name, names) for name, names in made.renamed.items()))
