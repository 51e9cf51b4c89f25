"""The ``network`` section: layers, named nodes, blocks and repeats unfolded into one graph with shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import assert_never

from zoodsl.catalog.operator import Layer, Mismatch
from zoodsl.catalog.values import Kind, OperationOf
from zoodsl.diagnostics import Label
from zoodsl.diagnostics.rules import names as name_rules
from zoodsl.diagnostics.rules import network as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import Network, Operation
from zoodsl.semantics.arguments import INPUT, bind_arguments, find_operator
from zoodsl.semantics.block_calls import (
    CALLED,
    Bases,
    imported,
    match_parameters,
    parameter_value,
    report_misused_base,
)
from zoodsl.semantics.evaluation import DEEPEST, choose, evaluate
from zoodsl.semantics.functions import FUNCTIONS, is_unknown
from zoodsl.semantics.graph import Graph, inputs_words
from zoodsl.semantics.labels import read_label
from zoodsl.semantics.network_inputs import (
    input_call,
    named_input,
    report_misplaced,
    report_only_in_network,
    unnamed_input,
)
from zoodsl.semantics.scope import Binding, Role, Scope
from zoodsl.semantics.settings import once, one_value, unknown_keyword
from zoodsl.semantics.values import Bounds, Tensor, Value, describe
from zoodsl.semantics.written import computes, is_node, is_unknown_name, named_layer, not_a_node
from zoodsl.source import Span
from zoodsl.syntax.nodes import (
    Argument,
    Attribute,
    Block,
    Body,
    Call,
    Chain,
    Conditional,
    Definition,
    Expression,
    Group,
    Name,
    Repeat,
    Section,
    Setting,
    Step,
    Text,
    Unreadable,
)
from zoodsl.types import show


class Nothing(Enum):
    """What feeds the first layer before any input was declared."""

    NOTHING = "nothing"


NOTHING = Nothing.NOTHING

Feed = Tensor | Nothing | None
"""What the next layer reads; None after a mistake, about which nothing more is said."""


def resolve_network(section: Section, scope: Scope, bases: Callable[[], Bases]) -> Network | None:
    """The network of a section; None after a report. ``bases`` is asked for when one is called."""
    graph = Graph(scope.diagnostics)
    result = Unfolding(graph, bases).body(section.body, scope.inner(), NOTHING, "network")
    if graph.full or result is None:
        return None
    if result is NOTHING:
        scope.diagnostics.report(
            rules.NO_OUTPUT,
            section.keyword.span,
            "this network is empty",
            help="begin with `input 3x224x224`, then write one layer a line",
        )
        return None
    return graph.finish(section.span, result)


class Unfolding:
    """Unfolds statements into ``graph``: blocks and bases by their calls, repeats by their values.

    Without ``bases`` there is no place for one.
    """

    def __init__(self, graph: Graph, bases: Callable[[], Bases] | None = None) -> None:
        self.graph = graph
        self.bases = bases
        self.diagnostics = graph.diagnostics
        self.blocks: list[Block] = []

    # --- statements

    def body(self, body: Body, scope: Scope, feed: Feed, section: str) -> Feed:
        """What the statements give: ``output``, or the last step."""
        output: Setting | None = None
        result: Feed = NOTHING
        inputs: dict[str, Setting] = {}
        for statement in body.statements:
            if not self.graph.spend(statement.span):
                return None
            if output is not None:
                self.diagnostics.report(
                    statement_rules.MISPLACED,
                    statement.span,
                    "nothing may follow `output`",
                    help="move it above",
                    labels=[Label(output.span, "the output")],
                )
                break
            match statement:
                case Setting(keyword=Name(text="output")):
                    if section == "repeat":
                        report_only_in_network(statement, "output", scope)
                        continue
                    output = statement
                    value = one_value(statement, "output NODE", scope)
                    result = None if value is None else self.tensor(value, scope, feed)
                case Setting(keyword=Name(text="input")):
                    if section != "network":
                        report_only_in_network(statement, "input", scope)
                    elif once(statement, inputs, scope):
                        feed = unnamed_input(statement, self.graph, scope)
                case Setting() | Group():
                    unknown_keyword(statement.keyword, "network", scope)
                case Definition():
                    self._define(statement, scope, feed)
                case Step():
                    feed = self.tensor(statement.value, scope, feed, statement.label)
                case Repeat():
                    feed = self.repeat(statement, scope, feed)
                case _:
                    assert_never(statement)
        for binding in scope.bindings.values():
            self.report_unused(binding)
        return feed if output is None else result

    def report_unused(self, binding: Binding) -> None:
        """Warns of a node that nothing reads, unless it is a layer, of which the graph warns itself."""
        if not binding.used and binding.role is Role.LET:
            self.diagnostics.report(
                name_rules.UNUSED_NAME,
                binding.span,
                f"`{binding.name}` is never used",
                help="remove it, or use it",
            )

    def _define(self, statement: Definition, scope: Scope, feed: Feed) -> None:
        name, value = statement.name, statement.value
        binding = Binding(name.text, Role.NODE, name.span)
        if (given := input_call(value)) is not None:
            if len(self.blocks) or scope.parent is None:
                report_misplaced(given[0], scope)
            else:
                binding.value = named_input(statement, *given, self.graph, scope)
        elif is_node(value, scope):
            tensor = self.tensor(value, scope, NOTHING if feed is not None else None)
            binding.value = tensor if isinstance(tensor, Tensor) else None
        else:
            binding.role = Role.LET
            binding.value = evaluate(value, scope)
        scope.define(binding)

    def repeat(self, statement: Repeat, scope: Scope, feed: Feed) -> Feed:
        """What the turns of a repeat give, one after the other."""
        values = evaluate(statement.values, scope)
        if values is None:
            return None
        items = None if is_unknown(values, scope) else self.items(values, statement.values.span)
        if items is None:
            return None
        prefix = self.graph.prefix
        for item in items:
            if not self.graph.spend(statement.span):
                return None
            inner = scope.inner()
            variable = statement.variable
            inner.define(Binding(variable.text, Role.VARIABLE, variable.span, value=item))
            if statement.label is not None:
                label = read_label(statement.label, inner)
                self.graph.prefix = f"{prefix}{label[0]}/" if label is not None else prefix
            feed = self.body(statement.body, inner, feed, "repeat")
            self.graph.prefix = prefix
            if feed is None:
                break  # what is wrong once is wrong in every turn
        return feed

    def items(self, values: Value, span: Span) -> Iterable[Value] | None:
        """What a repeat goes through; None after a report."""
        match values:
            case tuple():
                return values
            case Bounds(int() as low, int() as high):
                return range(low, high + 1)
            case _:
                self.diagnostics.report(
                    value_rules.WRONG_TYPE,
                    span,
                    f"`repeat` goes through a list or a range of whole numbers, not {describe(values)}",
                    help='write `repeat k in 1..3 { ... }` or `repeat k in ["a", "b"] { ... }`',
                )
                return None

    # --- expressions

    def tensor(self, expression: Expression, scope: Scope, feed: Feed, label: Text | None = None) -> Feed:
        """The node that an expression gives; a layer without a written input reads ``feed``."""
        budget = scope.budget
        if budget.depth >= DEEPEST:
            self.diagnostics.report(
                value_rules.TOO_BIG,
                expression.span,
                f"this is nested more than {DEEPEST} deep",
                help="name parts of it",
                labels=self.graph.call_labels(),
            )
            return None
        budget.depth += 1
        try:
            return self._tensor(expression, scope, feed, label)
        finally:
            budget.depth -= 1

    def _tensor(self, expression: Expression, scope: Scope, feed: Feed, label: Text | None) -> Feed:
        match expression:
            case Chain(head=head, label=name, steps=steps):
                result = self.tensor(head, scope, feed, name)
                for step in steps:
                    result = self.apply(step.value, scope, result, step.label, chained=True)
                return result
            case Name():
                return self._node(expression, scope, feed, label)
            case _:
                return self.apply(expression, scope, feed, label, chained=False)

    def _node(self, name: Name, scope: Scope, feed: Feed, label: Text | None) -> Feed:
        binding = scope.find(name.text)
        if binding is not None and binding.role is Role.NODE:
            return binding.value if isinstance(binding.value, Tensor) else None
        return self.apply(name, scope, feed, label, chained=False)

    def apply(
        self, expression: Expression, scope: Scope, feed: Feed, label: Text | None, *, chained: bool
    ) -> Feed:
        """The node that a layer or block gives, which reads ``feed`` first if ``chained``."""
        match expression:
            case Unreadable():
                return None
            case Conditional():
                chosen = choose(expression, scope)
                if chosen is None:
                    return None
                if chained:
                    return self.apply(chosen, scope, feed, label, chained=True)
                return self.tensor(chosen, scope, feed, label)
            case Call(callee=Name(text=name)) if name not in FUNCTIONS:
                binding = scope.find(name)
                if binding is not None and binding.role in CALLED:
                    return self.called(binding, expression, scope, feed, label, chained=chained)
                return self._layer(expression, scope, feed, label, chained=chained)
            case Call(callee=Attribute() as callee):
                found = imported(callee, scope)
                if found is None:
                    return None
                return self.called(found, expression, scope, feed, label, chained=chained)
            case Name():
                held = named_layer(expression, scope)
                if held is None:
                    return None
                return self.apply(held.call, held.scope, feed, label, chained=chained)
            case _:
                not_a_node(expression, scope)
                return None

    # --- layers

    def _layer(self, call: Call, scope: Scope, feed: Feed, label: Text | None, *, chained: bool) -> Feed:
        name = call.callee
        if not isinstance(name, Name):
            raise TypeError(f"the callee of a layer is a name, not {name}")
        if name.text == INPUT:
            self.diagnostics.report(
                statement_rules.MISPLACED,
                call.span,
                "an input needs a name",
                help="write `x = Input(3x224x224)`",
            )
            return None
        found = find_operator(name, Kind.LAYER, scope)
        if not isinstance(found, Layer):
            return None
        nodes, others = self._split(call, found, scope)
        explicit = [self.tensor(node.value, scope, NOTHING) for node in nodes]
        bound = bind_arguments(found, others, call, scope)
        wanted = None if label is None else read_label(label, scope)
        inputs = self._inputs(call, found, explicit, feed, chained=chained)
        if bound is None or inputs is None or (label is not None and wanted is None):
            return None
        arguments, places = bound
        operation = Operation(span=call.span, operator=found, arguments=arguments, places=places)
        shapes = tuple(tensor.shape for tensor in inputs)
        shape = found.shape(arguments, shapes)
        if isinstance(shape, Mismatch):
            self.diagnostics.report(
                rules.SHAPE_MISMATCH,
                places.get(shape.parameter or "", call.span),
                shape.message,
                help=shape.help,
                labels=[
                    *(Label(each.span, f"`{each.name}` gives {show(each.shape)}") for each in inputs),
                    *self.graph.call_labels(),
                ],
            )
            return None
        if found.integer_input and not self.graph.reads_indices(found, call.span, inputs):
            return None
        return self.graph.add_layer(operation, inputs, shape, wanted)

    def _split(self, call: Call, layer: Layer, scope: Scope) -> tuple[list[Argument], list[Argument]]:
        """The arguments that are nodes, and the others."""
        takes_layer = any(
            isinstance(each.type, OperationOf) and each.type.kind is Kind.LAYER for each in layer.parameters
        )
        merges = layer.inputs != (1, 1)
        nodes: list[Argument] = []
        others: list[Argument] = []
        for argument in call.arguments:
            node = argument.name is None and (
                is_node(argument.value, scope) or (merges and is_unknown_name(argument.value, scope))
            )
            wrapped = takes_layer and isinstance(argument.value, Call)
            if wrapped or computes(argument.value, layer, scope):
                node = False
            (nodes if node else others).append(argument)
        return nodes, others

    def _inputs(
        self, call: Call, layer: Layer, explicit: list[Feed], feed: Feed, *, chained: bool
    ) -> tuple[Tensor, ...] | None:
        """What a layer reads; None after a report, or if an input is in error."""
        least, most = layer.inputs
        feeds = [feed, *explicit] if chained or len(explicit) < least else explicit
        if any(each is None for each in feeds):
            return None
        tensors = tuple(each for each in feeds if isinstance(each, Tensor))
        if not tensors:
            self.graph.report_unfed(call.span, layer.name)
            return None
        if len(tensors) < least or (most is not None and len(tensors) > most):
            takes = inputs_words(least, most)
            self.diagnostics.report(
                rules.INPUT_COUNT,
                call.span,
                f"`{layer.name}` takes {takes}, and gets {len(tensors)}",
                help=f"write `{layer.name}(a, b)`"
                if least > 1
                else "join them first with `Concatenate(a, b)` or `Add(a, b)`",
                labels=[Label(each.span, f"`{each.name}`") for each in tensors[:4]],
            )
            return None
        return tensors

    # --- blocks and bases

    def called(
        self, binding: Binding, call: Call, scope: Scope, feed: Feed, label: Text | None, *, chained: bool
    ) -> Feed:
        """What a block or a base gives that is called."""
        if binding.block is not None and binding.home is not None:
            return self._block(binding.block, binding.home, call, scope, feed, label, chained=chained)
        return self._base(binding, call, scope, feed, label, chained=chained)

    def _base(
        self, binding: Binding, call: Call, scope: Scope, feed: Feed, label: Text | None, *, chained: bool
    ) -> Feed:
        """Puts a base in the place of its call."""
        values = [each for each in call.arguments if each.name is not None or not is_node(each.value, scope)]
        if values or self.bases is None:
            report_misused_base(binding, call, values, self.graph)
            return None
        explicit = [self.tensor(each.value, scope, NOTHING) for each in call.arguments]
        wanted = None if label is None else read_label(label, scope)
        feeds = [feed, *explicit] if chained or not explicit else explicit
        if None in feeds or (label is not None and wanted is None):
            return None
        tensors = tuple(each for each in feeds if isinstance(each, Tensor))
        if not tensors:
            self.graph.report_unfed(call.span, binding.name)
            return None
        return self.bases().call(binding, call.span, tensors, wanted, self.graph)

    def _block(  # noqa: PLR0913 - a call, where it stands, and what feeds it
        self,
        block: Block,
        home: Scope,
        call: Call,
        scope: Scope,
        feed: Feed,
        label: Text | None,
        *,
        chained: bool,
    ) -> Feed:
        """Unfolds a call of a block."""
        if any(each is block for each in self.blocks):
            path = [each.name.text for each in self.blocks]
            circle = [*path[path.index(block.name.text) :], block.name.text]
            self.diagnostics.report(
                rules.BLOCK_RECURSION,
                call.span,
                f"the block `{block.name.text}` unfolds itself: {' -> '.join(circle)}",
                help="use `repeat` for a piece that comes several times",
                labels=[Label(block.name.span, "the block")],
            )
            return None
        inner = home.inner()
        wanted = None if label is None else read_label(label, scope)
        if not self._parameters(block, call, scope, inner, feed, chained=chained):
            return None
        if label is not None and wanted is None:
            return None
        tensors = [inner.bindings[each.name.text] for each in block.parameters if each.type is None]
        first: Feed = NOTHING
        if len(tensors) == 1:
            value = tensors[0].value
            first = value if isinstance(value, Tensor) else None
        prefix, self.graph.prefix = self.graph.prefix, self.graph.prefix
        if wanted is not None:
            self.graph.prefix = f"{prefix}{wanted[0]}/"
        self.blocks.append(block)
        scope.budget.seen.add(block)
        self.graph.calls.append((block.name.text, call.span))
        result = self.body(block.body, inner, first, "block")
        self.graph.calls.pop()
        self.blocks.pop()
        self.graph.prefix = prefix
        if result is NOTHING:
            self.diagnostics.report(
                rules.NO_OUTPUT,
                block.name.span,
                f"the block `{block.name.text}` gives nothing",
                help="end it with `output NODE` or a layer",
            )
            return None
        return result

    def _parameters(
        self, block: Block, call: Call, scope: Scope, inner: Scope, feed: Feed, *, chained: bool
    ) -> bool:
        """Binds a block's parameters in ``inner``; False after a report."""
        chosen = match_parameters(block, call, scope, fed=chained)
        if chosen is None:
            return False
        good = True
        unfed = [each for each in block.parameters if each.type is None and each.name.text not in chosen]
        for parameter in block.parameters:
            name = parameter.name
            argument = chosen.get(name.text)
            if parameter.type is None:
                if argument is not None:
                    tensor = self.tensor(argument.value, scope, NOTHING)
                else:
                    tensor = feed if parameter is unfed[0] else NOTHING
                if tensor is NOTHING:
                    self.diagnostics.report(
                        rules.NO_INPUT,
                        call.span,
                        f"nothing feeds `{name.text}` of the block `{block.name.text}`",
                        help=f"write `x -> {block.name.text}(...)` or `{block.name.text}(x, ...)`",
                        labels=[Label(name.span, "this parameter")],
                    )
                    good = False
                value: Value | None = tensor if isinstance(tensor, Tensor) else None
                inner.define(Binding(name.text, Role.NODE, name.span, value=value, used=True))
                continue
            value = parameter_value(parameter, argument, call, scope, inner)
            good = good and value is not None
            inner.define(Binding(name.text, Role.PARAMETER, name.span, value=value, used=True))
        return good
