"""Calls of blocks and bases: which one is meant, and which argument goes to which parameter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from zoodsl.diagnostics import Label, did_you_mean, nearest
from zoodsl.diagnostics.rules import names as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.semantics.declarations import known_type, typed
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.graph import Graph
from zoodsl.semantics.scope import Binding, Role, Scope
from zoodsl.semantics.values import Tensor, Value
from zoodsl.semantics.written import is_node
from zoodsl.source import Span
from zoodsl.syntax.nodes import Argument, Attribute, Block, Call, Name, Parameter

CALLED = (Role.BLOCK, Role.BASE)
"""What is called in a network besides layers."""


class Bases(Protocol):
    """What knows the pretrained bases that a network may call."""

    def call(
        self,
        binding: Binding,
        call: Span,
        feeds: tuple[Tensor, ...],
        label: tuple[str, Span] | None,
        graph: Graph,
    ) -> Tensor | None:
        """Puts the layers of a base into the graph; None after a report."""


def imported(callee: Attribute, scope: Scope) -> Binding | None:
    """The block or base that ``alias.name`` names; None after a report."""
    owner = scope.find(callee.value.text) if isinstance(callee.value, Name) else None
    if owner is None or owner.role is not Role.IMPORT:
        shown = callee.value.span.text
        unread = [each.name for each in scope if each.role is Role.IMPORT and each.module is None]
        if near := nearest(shown, unread, 1):
            scope.find(near[0])  # the import is what is misspelt, and that was reported
            return None
        help_ = f'import it: `use "{shown}.zoo" as {shown}`'
        scope.report_unknown("import ", shown, callee.value.span, help_, Role.IMPORT)
        return None
    if owner.module is None:
        return None
    target = owner.module.bindings.get(callee.name.text)
    if target is not None and target.role in CALLED:
        return target
    blocks = [each.name for each in owner.module.bindings.values() if each.role in CALLED]
    listed = ", ".join(f"`{each}`" for each in blocks)
    scope.diagnostics.report(
        rules.UNKNOWN_NAME,
        callee.name.span,
        f"`{owner.name}` has no block `{callee.name.text}`",
        help=did_you_mean(callee.name.text, blocks) or (f"it has {listed}" if blocks else "it has none"),
        labels=[Label(owner.span, "imported here")],
    )
    return None


def match_parameters(block: Block, call: Call, scope: Scope, *, fed: bool) -> dict[str, Argument] | None:
    """The argument for each parameter that is given one; None after a report.

    By position nodes go to the parameters without a type, values to those with one, each in their order. If
    ``fed``, the first parameter without a type has its node from the chain already.
    """
    nodes = [each.name.text for each in block.parameters if each.type is None]
    values = [each.name.text for each in block.parameters if each.type is not None]
    first = nodes[0] if fed and nodes else None
    free_nodes, free_values = iter(nodes[1:] if fed else nodes), iter(values)
    chosen: dict[str, Argument] = {}
    # Whether an unknown name was to be a node or a value, nobody can say, but that a choice may be any name.
    choices = any(each.type is not None and each.type.text == "choice" for each in block.parameters)
    for argument in call.arguments if not choices else ():
        value = argument.value
        unknown = argument.name is None and isinstance(value, Name) and scope.find(value.text) is None
        if unknown and scope.report_misspelt(value.span.text, value.span, Role.NODE):
            return None
    for argument in call.arguments:
        node = argument.name is None and is_node(argument.value, scope)
        name = _target(argument, free_nodes if node else free_values, block, scope, node=node)
        if name is None:
            return None
        if name in chosen or name == first:
            scope.diagnostics.report(
                rules.REPEATED_ARGUMENT,
                argument.span,
                f"`{name}` is given twice",
                help="keep one of them",
                labels=[Label(chosen[name].span, "first given here")] if name in chosen else (),
            )
            return None
        chosen[name] = argument
    return chosen


def _target(argument: Argument, free: Iterator[str], block: Block, scope: Scope, *, node: bool) -> str | None:
    """The parameter that an argument goes to."""
    known = [each.name.text for each in block.parameters]
    labels = [Label(block.name.span, "declared here")]
    if argument.name is None:
        name = next(free, None)
        if name is None:
            scope.diagnostics.report(
                rules.SURPLUS_ARGUMENT,
                argument.span,
                f"the block `{block.name.text}` does not take so many {'nodes' if node else 'values'}",
                help=f"it is declared `{block.name.text}({', '.join(known)})`",
                labels=labels,
            )
        return name
    if argument.name.text in known:
        return argument.name.text
    listed = ", ".join(f"`{each}`" for each in known)
    if (block.name.text, argument.name.text) in scope.budget.unknown:
        return None  # it may be misspelt where it is declared
    scope.budget.unknown.add((block.name.text, argument.name.text))
    scope.diagnostics.report(
        rules.UNKNOWN_ARGUMENT,
        argument.name.span,
        f"the block `{block.name.text}` has no parameter `{argument.name.text}`",
        help=did_you_mean(argument.name.text, known) or (f"it has {listed}" if known else "it has none"),
        labels=labels,
    )
    return None


def parameter_value(
    parameter: Parameter, argument: Argument | None, call: Call, scope: Scope, inner: Scope
) -> Value | None:
    """The value of a parameter with a type: its argument's in ``scope``, else its default's in ``inner``."""
    if parameter.type is None or not known_type(parameter.type, inner):
        return None
    if argument is not None:
        expression, home = argument.value, scope
    elif parameter.default is not None:
        expression, home = parameter.default, inner
    else:
        inner.diagnostics.report(
            rules.MISSING_ARGUMENT,
            call.span,
            f"`{call.callee.span.text}` needs `{parameter.name.text}`",
            labels=[Label(parameter.span, "this parameter has no default")],
        )
        return None
    value = evaluate(expression, home)
    return None if value is None else typed(value, parameter.type, parameter.name, expression.span, inner)


def report_misused_base(binding: Binding, call: Call, values: list[Argument], graph: Graph) -> None:
    """Reports a base that is called with ``values``, or in a network that the weights of a file are for."""
    if values:
        graph.diagnostics.report(
            rules.SURPLUS_ARGUMENT,
            values[0].span,
            f"the base `{binding.name}` takes what feeds it, and no values",
            help=f"write `{call.callee.span.text}()`",
            labels=[Label(binding.span, "the base")],
        )
        return
    graph.diagnostics.report(
        statement_rules.MISPLACED,
        call.span,
        f"the base `{binding.name}` has weights of its own, and this network is given those of a file",
        help="after `into` comes a block of layers",
        labels=[Label(binding.span, "the base"), *graph.call_labels()],
    )
