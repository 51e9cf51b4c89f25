"""Builds a network in the catalog's terms, for those who read one from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from zoodsl.catalog import registry
from zoodsl.catalog.operator import REQUIRED, Layer, Mismatch
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.model.graph import ancestors
from zoodsl.model.nodes import InputNode, LayerNode, Network, Operation
from zoodsl.source import Span
from zoodsl.types import Shape
from zoodsl.weights.pretrained import Problem


class GraphBuilder:
    """A network that grows node by node, each after what it reads. ``span`` is given to every node.

    ``shapes`` are those of the nodes so far, by name.
    """

    def __init__(self, span: Span) -> None:
        self.span = span
        self.shapes: dict[str, Shape] = {}
        self._inputs: list[InputNode] = []
        self._layers: list[LayerNode] = []

    def input(self, name: str, shape: Shape) -> Shape:
        """Adds an input of ``shape``, of one record and channels first. The name must be free."""
        self._claim(name)
        self._inputs.append(InputNode(span=self.span, name=name, shape=shape))
        self.shapes[name] = shape
        return shape

    def operation(self, operator: str, /, **arguments: Any) -> Operation[Layer]:
        """A call of the catalog's layer ``operator``: what is not among ``arguments`` has its default.

        Values are as ``zoodsl.catalog.values`` says: ``kernel_size = (3, 3)``, never 3. A ValueError for a parameter
        that the layer lacks, or for one that must be given and is not.
        """
        layer = registry.find(Kind.LAYER, operator)
        if not isinstance(layer, Layer):
            raise ValueError(f"the catalog has no layer {operator}")  # noqa: TRY004 - no such name
        bound = {parameter.name: parameter.default for parameter in layer.parameters}
        if unknown := arguments.keys() - bound.keys():
            raise ValueError(f"{operator} has no parameter {', '.join(sorted(unknown))}")
        bound |= arguments
        if missing := [name for name, value in bound.items() if value is REQUIRED]:
            raise ValueError(f"{operator} needs {', '.join(missing)}")
        return Operation(span=self.span, operator=layer, arguments=bound)

    def layer(self, name: str, operator: str, inputs: Sequence[str], /, **arguments: Any) -> Shape | Problem:
        """Adds a layer that reads the nodes ``inputs``; gives its output's shape.

        A Problem where the layer cannot take them: then it is not added. Its message is a phrase that follows the layer's
        name, as the file has it: ``cannot be built: ...``. The name must be free, and the inputs there.
        """
        self._claim(name)
        operation = self.operation(operator, **arguments)
        given = tuple(self.shapes[each] for each in inputs)
        least, most = operation.operator.inputs
        if len(given) < least or (most is not None and len(given) > most):
            return Problem(
                rules.UNSUPPORTED_OPERATOR,
                f"cannot be built: `{operator}` does not take {len(given)} tensor{'s' * (len(given) != 1)}",
            )
        shape = operation.operator.shape(operation.arguments, given)
        if isinstance(shape, Mismatch):
            return Problem(rules.UNSUPPORTED_OPERATOR, f"cannot be built: {shape.message}")
        self._layers.append(
            LayerNode(
                span=self.span,
                name=name,
                operation=operation,
                inputs=tuple(inputs),
                input_shapes=given,
                shape=shape,
            )
        )
        self.shapes[name] = shape
        return shape

    def free(self, name: str) -> str:
        """``name`` if no node has it yet, else with a number behind it: ``relu_2``."""
        candidate, number = name, 1
        while candidate in self.shapes:
            number += 1
            candidate = f"{name}_{number}"
        return candidate

    def finish(self, output: str, *, all_nodes: bool = False) -> Network:
        """The network that gives the node ``output``, without nodes that do not lead to it unless ``all_nodes``."""
        whole = Network(span=self.span, inputs=tuple(self._inputs), layers=tuple(self._layers), output=output)
        if all_nodes:
            return whole
        needed = ancestors(whole, output)
        return replace(
            whole,
            inputs=tuple(node for node in whole.inputs if node.name in needed),
            layers=tuple(node for node in whole.layers if node.name in needed),
        )

    def _claim(self, name: str) -> None:
        if name in self.shapes:
            raise ValueError(f"two nodes are named {name}")
