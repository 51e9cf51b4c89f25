"""How nodes of a network are written, and what is said of other things in their place."""

from __future__ import annotations

from zoodsl.catalog import registry
from zoodsl.catalog.operator import Layer
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Fix, nearest
from zoodsl.diagnostics.rules import network as rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.semantics.arguments import origin
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.functions import FUNCTIONS, is_called
from zoodsl.semantics.scope import Role, Scope
from zoodsl.semantics.values import Deferred, describe
from zoodsl.syntax.nodes import Call, Chain, Conditional, Expression, Name


def is_node(expression: Expression, scope: Scope) -> bool:
    """Whether an expression is written as a node: a chain, a layer's or block's call, a node's name."""
    match expression:
        case Chain():
            return True
        case Call(callee=Name(text=name)):
            return name not in FUNCTIONS
        case Call():
            return True
        case Name(text=name):
            binding = scope.find(name)
            return binding is not None and binding.role is Role.NODE
        case Conditional(then=then, otherwise=otherwise):
            return is_node(then, scope) or is_node(otherwise, scope)
        case _:
            return False


def computes(argument: Expression, layer: Layer, scope: Scope) -> bool:
    """Whether an argument calls a function misspelt: nothing has its name, and ``layer`` takes no second node."""
    match argument:
        case Conditional(then=then, otherwise=otherwise):
            return computes(then, layer, scope) or computes(otherwise, layer, scope)
        case Call(callee=Name(text=name)):
            return layer.inputs == (1, 1) and not is_called(name, scope)
        case _:
            return False


def is_unknown_name(expression: Expression, scope: Scope) -> bool:
    """Whether an expression is a bare name that nothing defines."""
    return isinstance(expression, Name) and scope.find(expression.text) is None


def named_layer(name: Name, scope: Scope) -> Deferred | None:
    """The layer's call that a ``let`` holds; None after a report of anything else in a layer's place."""
    binding = scope.find(name.text)
    if binding is None:
        _report_unbound(name, scope)
    elif binding.role in (Role.BLOCK, Role.BASE):
        _report_bare(name, f"a {binding.role.value}", scope)
    else:
        value = evaluate(name, scope)
        if isinstance(value, Deferred):
            return value
        if value is not None:
            not_a_node(name, scope)
    return None


def not_a_node(expression: Expression, scope: Scope) -> None:
    """Reports a value where a layer or a node belongs."""
    value = evaluate(expression, scope)
    if value is not None:
        scope.diagnostics.report(
            rules.NOT_A_NODE,
            expression.span,
            f"a layer or a node belongs here, and this is {describe(value)}",
            labels=origin(expression, scope),
        )


def _report_unbound(name: Name, scope: Scope) -> None:
    if registry.find(Kind.LAYER, name.text) is not None:
        _report_bare(name, "a layer", scope)
        return
    nodes = [f"`{each.name}`" for each in scope if each.role is Role.NODE]
    near = nearest(name.text, registry.names(Kind.LAYER), 1)
    if near:
        help_ = f"did you mean `{near[0]}(...)`?"
    else:
        help_ = f"the nodes here are {', '.join(nodes[:12])}" if nodes else ""
    scope.report_unknown("node ", name.text, name.span, help_, Role.NODE, Role.LET)


def _report_bare(name: Name, what: str, scope: Scope) -> None:
    scope.diagnostics.report(
        value_rules.WRONG_TYPE,
        name.span,
        f"`{name.text}` is {what}, and is called with parentheses",
        help=f"write `{name.text}()`",
        fix=Fix(name.span, f"{name.text}()"),
    )
