"""Blocks that nothing calls, as those of a library: what can be said of them without their arguments.

Whatever depends on an argument is unknown, and unknown values are passed over in silence; so names, operators, arguments
that are written out and the forms of statements are checked, once a block.
"""

from __future__ import annotations

from zoodsl.diagnostics.rules import network as rules
from zoodsl.semantics.block_calls import match_parameters
from zoodsl.semantics.declarations import known_type, typed
from zoodsl.semantics.evaluation import choose, evaluate
from zoodsl.semantics.functions import is_unknown
from zoodsl.semantics.graph import Graph
from zoodsl.semantics.network import NOTHING, Feed, Unfolding
from zoodsl.semantics.scope import Binding, Role, Scope
from zoodsl.semantics.written import is_node
from zoodsl.syntax.nodes import Block, Call, Conditional, Expression, File, Repeat, Text


def check_uncalled(file: File, scope: Scope) -> None:
    """Checks the blocks of ``file`` that no network has unfolded."""
    for each in file.declarations:
        if isinstance(each, Block) and each not in scope.budget.seen:
            _check(each, scope)


def _check(block: Block, scope: Scope) -> None:
    inner = scope.inner()
    nodes = [each for each in block.parameters if each.type is None]
    for parameter in block.parameters:
        name, default = parameter.name, parameter.default
        if parameter.type is not None and known_type(parameter.type, scope) and default is not None:
            value = evaluate(default, inner)
            if value is not None:
                typed(value, parameter.type, name, default.span, inner)
        role = Role.NODE if parameter.type is None else Role.PARAMETER
        inner.define(Binding(name.text, role, name.span, used=True))
    result = _Reading(Graph(scope.diagnostics)).body(
        block.body, inner, None if len(nodes) == 1 else NOTHING, "block"
    )
    if result is NOTHING:
        scope.diagnostics.report(
            rules.NO_OUTPUT,
            block.name.span,
            f"the block `{block.name.text}` gives nothing",
            help="end it with `output NODE` or a layer",
        )


class _Reading(Unfolding):
    """Reads statements where no value is known: both branches of a choice, a repeat's body once, no block within."""

    def report_unused(self, binding: Binding) -> None:
        """Of what an unknown choice might use, nothing is said."""

    def repeat(self, statement: Repeat, scope: Scope, feed: Feed) -> Feed:
        values = evaluate(statement.values, scope)
        if values is not None and not is_unknown(values, scope):
            self.items(values, statement.values.span)
        inner = scope.inner()
        inner.define(Binding(statement.variable.text, Role.VARIABLE, statement.variable.span))
        self.body(statement.body, inner, feed, "repeat")
        return None

    def apply(
        self, expression: Expression, scope: Scope, feed: Feed, label: Text | None, *, chained: bool
    ) -> Feed:
        if not isinstance(expression, Conditional):
            return super().apply(expression, scope, feed, label, chained=chained)
        choose(expression, scope)
        for branch in (expression.then, expression.otherwise):
            if chained:
                self.apply(branch, scope, feed, label, chained=True)
            else:
                self.tensor(branch, scope, feed, label)
        return None

    def called(
        self,
        binding: Binding,
        call: Call,
        scope: Scope,
        feed: Feed,  # noqa: ARG002 - nothing is unfolded
        label: Text | None,  # noqa: ARG002
        *,
        chained: bool,
    ) -> Feed:
        if binding.block is not None:
            self._arguments(binding.block, call, scope, chained=chained)
        return None

    def _arguments(self, block: Block, call: Call, scope: Scope, *, chained: bool) -> None:
        """Looks at the arguments of a call, without unfolding it."""
        chosen = match_parameters(block, call, scope, fed=chained)
        for parameter in block.parameters if chosen is not None else ():
            argument = None if chosen is None else chosen.get(parameter.name.text)
            if argument is None:
                continue
            if parameter.type is None or is_node(argument.value, scope):
                self.tensor(argument.value, scope, NOTHING)
                continue
            value = evaluate(argument.value, scope)
            if value is not None and known_type(parameter.type, scope):
                typed(value, parameter.type, parameter.name, argument.value.span, scope)
