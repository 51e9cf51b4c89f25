"""Branches that are not taken: their names are looked up, and nothing else is said of them.

Their values may well make no sense where the condition is false, which is why there is a condition.
"""

from __future__ import annotations

from functools import cache

from zoodsl.catalog import registry
from zoodsl.catalog.values import Kind, choices
from zoodsl.semantics.functions import FUNCTIONS, is_called, report_unknown_call
from zoodsl.semantics.scope import Scope
from zoodsl.syntax.nodes import Binary, Call, Chain, Conditional, Expression, Name, Node, Sequence, Unary


def look_over(branch: Expression, choice: Conditional, scope: Scope) -> None:
    """Looks up the names of a choice's ``branch`` that is not taken, the first time that it is not."""
    if choice in scope.budget.seen:
        return
    scope.budget.seen.add(choice)
    _look(branch, scope, bare=True)


def _look(node: Node, scope: Scope, *, bare: bool) -> None:
    """Looks up the names in a tree; ``bare``: a name that nothing defines may stand for itself here."""
    match node:
        case Name(text=text, span=span):
            if not bare and text not in _bare_names() and scope.find(text) is None:
                scope.report_unknown("", text, span, "define it with `param` or `let`")
        case Call(callee=Name() as callee, arguments=arguments):
            if callee.text not in FUNCTIONS and not is_called(callee.text, scope):
                report_unknown_call(callee, scope)
            # What a block takes may be any bare name; what operators take is known.
            binding = scope.find(callee.text)
            for argument in arguments:
                _look(argument.value, scope, bare=binding is not None)
        case Chain(head=head, steps=steps):
            for part in (head, *(step.value for step in steps)):
                _look(part, scope, bare=False)
        case Unary(operand=operand):
            _look(operand, scope, bare=False)
        case Binary(left=left, right=right, operator="+" | "-" | "*" | "/"):
            _look(left, scope, bare=False)
            _look(right, scope, bare=False)
        case Conditional(then=then, otherwise=otherwise):
            _look(then, scope, bare=bare)
            _look(otherwise, scope, bare=bare)
        case Sequence(items=items):
            for each in items:
                _look(each, scope, bare=bare)
        case _:
            pass  # columns of frames that may not have been read yet, and what has no names in it


@cache
def _bare_names() -> frozenset[str]:
    """Every bare name that an operator takes, and the names of operators, which a metric goes by."""
    found: set[str] = {"Input", "loss"}
    for kind in Kind:
        for operator in registry.operators(kind):
            found.add(operator.name)
            for parameter in operator.parameters:
                found |= set(choices(parameter.type))
    return frozenset(found)
