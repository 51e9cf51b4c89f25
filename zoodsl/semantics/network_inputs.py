"""A network's inputs: ``input 3x224x224``, and ``x = Input(3x224x224)`` for networks of several."""

from __future__ import annotations

from zoodsl.catalog.values import ShapeOf
from zoodsl.diagnostics.rules import names as name_rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.semantics.arguments import INPUT, origin
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.graph import Graph
from zoodsl.semantics.labels import read_label
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import one_value
from zoodsl.semantics.values import Tensor
from zoodsl.source import Span
from zoodsl.syntax.nodes import Argument, Call, Chain, Definition, Expression, Name, Setting, Text


def unnamed_input(statement: Setting, graph: Graph, scope: Scope) -> Tensor | None:
    """The input that a setting ``input`` declares; its node is called ``input``."""
    value = one_value(statement, "input 3x224x224", scope)
    return None if value is None else _add("input", value, statement.span, graph, scope)


def input_call(value: Expression) -> tuple[Call, Text | None] | None:
    """The call of ``Input`` that ``value`` is, and the name that ``as`` gives it; None for anything else."""
    # `x = Input(1) as "user"` is the head of a chain, with a name, and no steps.
    call, label = (value.head, value.label) if isinstance(value, Chain) and not value.steps else (value, None)
    if isinstance(call, Call) and isinstance(call.callee, Name) and call.callee.text == INPUT:
        return call, label
    return None


def named_input(
    statement: Definition, call: Call, label: Text | None, graph: Graph, scope: Scope
) -> Tensor | None:
    """The input that a definition declares; its node is called as the definition or, if given, as the label."""
    match call.arguments:
        case [Argument(name=None | Name(text="shape"), value=shape)]:
            name = (statement.name.text, statement.name.span) if label is None else read_label(label, scope)
            return None if name is None else _add(name[0], shape, statement.span, graph, scope)
        case _:
            scope.diagnostics.report(
                name_rules.MISSING_ARGUMENT,
                call.span,
                "`Input` takes one shape",
                help="write `Input(3x224x224)`",
            )
            return None


def report_misplaced(call: Call, scope: Scope) -> None:
    """Reports an ``Input`` in a block or a repeat."""
    scope.diagnostics.report(
        statement_rules.MISPLACED,
        call.span,
        "`Input` belongs in `network`",
        help="a block is fed through a parameter without a type: `block name(x) { ... }`",
    )


def report_only_in_network(statement: Setting, keyword: str, scope: Scope) -> None:
    """Reports an ``output`` in a repeat, or an ``input`` in it or in a block."""
    scope.diagnostics.report(
        statement_rules.MISPLACED,
        statement.span,
        f"`{keyword}` has no place in a {'repeat' if keyword == 'output' else 'block'}",
        help="the last step of the body is what it gives"
        if keyword == "output"
        else "a block is fed through a parameter without a type: `block name(x) { ... }`",
    )


def _add(name: str, shape: Expression, span: Span, graph: Graph, scope: Scope) -> Tensor | None:
    value = evaluate(shape, scope)
    if value is None:
        return None
    slot = Slot("an input", shape.span, scope, origin(shape, scope))
    dimensions = convert(value, ShapeOf(), slot)
    return None if dimensions is None else graph.add_input(name, dimensions, span)
