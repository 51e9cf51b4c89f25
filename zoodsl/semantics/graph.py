"""The graph of a network under construction: unique names, inferred shapes, what is reached by the output."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache

from zoodsl.catalog.operator import Layer
from zoodsl.diagnostics import Diagnostics, Label
from zoodsl.diagnostics.rules import network as rules
from zoodsl.model.nodes import Base, InputNode, LayerNode, Network, Operation
from zoodsl.semantics.values import Tensor
from zoodsl.source import Span
from zoodsl.types import Shape

MOST_LAYERS = 20_000
MOST_STATEMENTS = 100_000
"""How far blocks and repeats may unfold; far above any network, and unfolded in a second or two."""


@cache
def snake_case(name: str) -> str:
    """A layer's default name, as Keras 3 makes it: ``MaxPooling2D`` becomes ``max_pooling2d``."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


@dataclass(slots=True)
class Graph:
    """Nodes by name. ``prefix`` goes before names; ``calls`` are the block calls being unfolded, outermost first.

    ``bases`` are those whose layers are among the nodes, and ``frozen`` the layers that they freeze.
    """

    diagnostics: Diagnostics
    inputs: dict[str, InputNode] = field(default_factory=dict)
    layers: dict[str, LayerNode] = field(default_factory=dict)
    prefix: str = ""
    calls: list[tuple[str, Span]] = field(default_factory=list)
    statements: int = 0
    full: bool = False
    consumed: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)
    bases: list[Base] = field(default_factory=list)
    frozen: set[str] = field(default_factory=set)

    def spend(self, span: Span) -> bool:
        """Counts one more statement unfolded; False, with one report, when the network has grown too big."""
        self.statements += 1
        if not self.full and (self.statements > MOST_STATEMENTS or len(self.layers) >= MOST_LAYERS):
            self.full = True
            self.diagnostics.report(
                rules.NETWORK_TOO_BIG,
                span,
                f"the network grows past {MOST_LAYERS:,} layers or {MOST_STATEMENTS:,} statements here",
                help="repeat fewer times",
                labels=self.call_labels(),
            )
        return not self.full

    def call_labels(self) -> list[Label]:
        """The block calls that led here, innermost first, at most three."""
        return [Label(span, f"in this call of `{name}`") for name, span in self.calls[:-4:-1]]

    def report_unfed(self, call: Span, name: str) -> None:
        """Reports a call of what has no input."""
        self.diagnostics.report(
            rules.NO_INPUT,
            call,
            f"nothing feeds `{name}` here",
            help=f"begin with `input 3x224x224`, or say what feeds it: `x -> {name}(...)`",
            labels=self.call_labels(),
        )

    def add_input(self, name: str, shape: Shape, span: Span) -> Tensor | None:
        """A new input of the network."""
        if not self._free(name, span):
            return None
        self.inputs[name] = InputNode(span=span, name=name, shape=shape)
        return Tensor(name, shape, span)

    def add_layer(
        self,
        operation: Operation[Layer],
        inputs: tuple[Tensor, ...],
        shape: Shape,
        label: tuple[str, Span] | None,
    ) -> Tensor | None:
        """A new layer, named by its label or after its operator; None if the label is taken."""
        if label is None:
            name = self._next_name(operation.operator.name)
        else:
            name = self.prefix + label[0]
            if not self._free(name, label[1]):
                return None
        self.layers[name] = LayerNode(
            span=operation.span,
            name=name,
            operation=operation,
            inputs=tuple(tensor.name for tensor in inputs),
            input_shapes=tuple(tensor.shape for tensor in inputs),
            shape=shape,
        )
        self.consumed.update(tensor.name for tensor in inputs)
        return Tensor(name, shape, operation.span)

    def add_node(self, layer: LayerNode, *labels: Label) -> bool:
        """Adds a layer of a base under its own name; False after a report that shows ``labels``, if it is taken."""
        if not self.spend(layer.span) or not self._free(layer.name, layer.span, *labels):
            return False
        self.layers[layer.name] = layer
        self.consumed.update(layer.inputs)
        return True

    def _next_name(self, operator: str) -> str:
        base = self.prefix + snake_case(operator)
        while True:
            number = self.numbers[base] = self.numbers.get(base, 0) + 1
            name = base if number == 1 else f"{base}_{number}"
            if name not in self.layers and name not in self.inputs:
                return name

    def _free(self, name: str, span: Span, *labels: Label) -> bool:
        old = self.layers.get(name) or self.inputs.get(name)
        if old is None:
            return True
        again = old.span == span or not name.startswith(self.prefix)
        self.diagnostics.report(
            rules.DUPLICATE_LAYER,
            span,
            f"two layers would be named `{name}`",
            help="give one another name" if not again else "name the repeat or the call too",
            labels=[Label(old.span, "the first one"), *labels, *self.call_labels()],
        )
        return False

    def finish(self, span: Span, output: Tensor) -> Network:
        """The network that gives ``output``, without what does not lead to it, of which warnings are given."""
        alive: set[str] = set()
        waiting = [output.name]
        while waiting:
            name = waiting.pop()
            if name not in alive:
                alive.add(name)
                layer = self.layers.get(name)
                waiting.extend(layer.inputs if layer is not None else ())
        for node in self.inputs.values():
            if node.name not in alive:
                self.diagnostics.report(
                    rules.UNUSED_INPUT,
                    node.span,
                    f"the input `{node.name}` does not reach the output",
                    help="use it, or remove it together with its feature",
                )
        for layer in self.layers.values():
            if layer.name not in alive and layer.name not in self.consumed:
                self.diagnostics.report(
                    rules.UNUSED_LAYER,
                    layer.span,
                    f"the layer `{layer.name}` does not reach the output and is left out",
                    help="connect it, or remove it",
                )
        return Network(
            span=span,
            inputs=tuple(self.inputs.values()),
            layers=tuple(node for node in self.layers.values() if node.name in alive),
            output=output.name,
            bases=tuple(
                replace(base, weights={name: each for name, each in base.weights.items() if name in alive})
                for base in self.bases
            ),
            frozen=frozenset(self.frozen & alive),
        )

    def reads_indices(self, layer: Layer, span: Span, inputs: tuple[Tensor, ...]) -> bool:
        """Whether a layer that looks up indices is fed with some; False after a report."""
        wrong = next((each for each in inputs if not self._gives_indices(each.name)), None)
        if wrong is None:
            return True
        self.diagnostics.report(
            rules.INDEX_INPUT,
            span,
            f"`{layer.name}` looks up indices, and `{wrong.name}` gives computed numbers",
            help=f"feed `{layer.name}` from an input: `user -> {layer.name}(...)`",
            labels=[Label(wrong.span, f"`{wrong.name}`"), *self.call_labels()],
        )
        return False

    def _gives_indices(self, name: str) -> bool:
        """Whether a node's numbers are the data's own: an input, or one that is only given another form."""
        while name not in self.inputs:
            layer = self.layers[name]
            operation = layer.operation
            rule = operation.operator
            moves = len(layer.inputs) == 1 and not rule.random
            if not moves or rule.flops(operation.arguments, layer.input_shapes, layer.shape):
                return False
            if rule.weights(operation.arguments, layer.input_shapes):
                return False
            name = layer.inputs[0]
        return True


def inputs_words(least: int, most: int | None) -> str:
    """How many inputs a layer takes, in words."""
    if most is None:
        return f"{least} inputs or more"
    if least == most:
        return f"{least} input{'s' if least != 1 else ''}"
    return f"{least} to {most} inputs"
