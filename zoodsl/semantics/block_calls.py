"""Calls of blocks: which block is meant, and which argument goes to which parameter."""

from __future__ import annotations

from collections.abc import Iterator

from zoodsl.diagnostics import Label, did_you_mean
from zoodsl.diagnostics.rules import names as rules
from zoodsl.semantics.declarations import known_type, typed
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.scope import Role, Scope
from zoodsl.semantics.values import Value
from zoodsl.semantics.written import is_node
from zoodsl.syntax.nodes import Argument, Attribute, Block, Call, Name, Parameter


def imported_block(callee: Attribute, scope: Scope) -> tuple[Block, Scope] | None:
    """The block that ``alias.block`` names, and the scope it was declared in; None after a report."""
    owner = scope.find(callee.value.text) if isinstance(callee.value, Name) else None
    if owner is None or owner.role is not Role.IMPORT:
        shown = callee.value.span.text
        help_ = f'import it: `use "{shown}.zoo" as {shown}`'
        scope.report_unknown("import ", shown, callee.value.span, help_, Role.IMPORT)
        return None
    if owner.module is None:
        return None
    target = owner.module.bindings.get(callee.name.text)
    if target is not None and target.block is not None and target.home is not None:
        return target.block, target.home
    blocks = [each.name for each in owner.module.bindings.values() if each.role is Role.BLOCK]
    listed = ", ".join(f"`{each}`" for each in blocks)
    scope.diagnostics.report(
        rules.UNKNOWN_NAME,
        callee.name.span,
        f"`{owner.name}` has no block `{callee.name.text}`",
        help=did_you_mean(callee.name.text, blocks) or (f"it has {listed}" if blocks else "it has no blocks"),
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
