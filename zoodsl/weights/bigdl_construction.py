"""The network that is made of BigDL's modules, and the words in which they speak of each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from zoodsl.model.nodes import Network, Weights
from zoodsl.source import Span
from zoodsl.types import Shape, show
from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.bigdl_format import Module
from zoodsl.weights.graph import GraphBuilder
from zoodsl.weights.pretrained import Problem

Arrays = tuple[Any, ...]

Value = str | tuple["Value", ...]
"""What a module gives: a node's name, or a table of several values."""

Layer = Callable[["Construction", Module, str, str], str]
"""Adds the layers that a module stands for, under a name, after a node; gives the last one's name."""

Merge = Callable[["Construction", Module, str, Sequence[str]], str]
"""The same for a module that reads a table of nodes."""


class Construction:
    """A network that grows by a file's modules. Weights are converted at the end, when it is known that all fits."""

    def __init__(self, span: Span) -> None:
        self.builder = GraphBuilder(span)
        self._weights: dict[str, Callable[[], Arrays]] = {}

    def shape(self, node: str) -> Shape:
        """The shape of a node's record."""
        return self.builder.shapes[node]

    def layer(
        self,
        name: str,
        operator: str,
        inputs: Sequence[str],
        weights: Callable[[], Arrays] | None = None,
        /,
        **arguments: Any,
    ) -> str:
        """Adds a layer and gives its name, which has a number behind it where it was taken.

        ``weights`` are in Keras 3's order and layout. Raises UnsupportedError where it cannot take its inputs.
        """
        free = self.builder.free(name)
        result = self.builder.layer(free, operator, inputs, **arguments)
        if isinstance(result, Problem):
            raise UnsupportedError(result.message, result.help)
        if weights is not None:
            self._weights[free] = weights
        return free

    def finish(self, output: str, *, all_nodes: bool = False) -> tuple[Network, Weights]:
        """The network that gives ``output``, and its weights; ``all_nodes``: also what does not lead to it.

        Raises UnsupportedError where a weight misfits.
        """
        import numpy as np

        network = self.builder.finish(output, all_nodes=all_nodes)
        weights: dict[str, Arrays] = {}
        for node in network.layers:
            if node.name not in self._weights:
                continue
            try:
                found = self._weights[node.name]()
            except ValueError:  # axes or sizes that its arrays do not have
                raise UnsupportedError(f"`{node.name}` has weights of a shape that it cannot have") from None
            arrays = tuple(np.ascontiguousarray(each, np.float32) for each in found)
            given = tuple(each.shape for each in arrays)
            if given != tuple(each.shape for each in node.weights):
                raise UnsupportedError(
                    f"`{node.name}` has weights of {', '.join(map(show, given))}, but "
                    f"{', '.join(show(each.shape) for each in node.weights)} is needed"
                )
            weights[node.name] = arrays
        return network, weights


def tensor(value: Value) -> str:
    """The node of a value that must be one."""
    if isinstance(value, str):
        return value
    if len(value) == 1:
        return tensor(value[0])
    raise UnsupportedError(f"reads a table of {len(value)} tensors, where one is expected")


def tensors(value: Value) -> tuple[str, ...]:
    """The nodes of a table."""
    return (value,) if isinstance(value, str) else tuple(tensor(each) for each in value)


def channels_first(module: Module, *attributes: str) -> None:
    """Turns away a module that has its channels last."""
    said = (module.attributes.get(name) for name in attributes)
    # Layers on volumes say it in words, the others by a number.
    if any(each and str(each).lower() != "channel_first" for each in said):
        raise UnsupportedError("has its channels last", "build it with channels first (`th`, `NCHW`)")
