"""The graph of an ONNX file, and what is known of its tensors while a network is made of it.

A batch of one record is what everything is worked out for: its axis is kept, so that axes are the file's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zoodsl.source import Span
from zoodsl.types import Shape
from zoodsl.weights.assembly import Assembly, UnsupportedError
from zoodsl.weights.views import Array, View

Value = View | Array
"""A tensor that depends on the network's inputs, or a constant."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A node of the file. ``name`` is that of its first output where it has none; absent inputs are empty names."""

    operator: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def get(self, attribute: str, default: Any) -> Any:
        """An attribute, or its default: texts as str."""
        value = self.attributes.get(attribute, default)
        return value.decode() if isinstance(value, bytes) else value


@dataclass(slots=True, eq=False)
class Graph:
    """The state of a translation. ``values`` are the tensors so far; ``readers`` the nodes that read each tensor.

    ``outputs`` are the file's own; ``fused`` says of nodes which earlier one does their work too.
    """

    span: Span
    opset: int
    readers: Mapping[str, tuple[Node, ...]]
    outputs: tuple[str, ...]
    values: dict[str, Value] = field(default_factory=dict)
    fused: dict[Node, Node] = field(default_factory=dict)
    assembly: Assembly = field(init=False)

    def __post_init__(self) -> None:
        self.assembly = Assembly(self.span)

    def view(self, node: Node, index: int = 0) -> View:
        """The input of this number, which must be computed from the network's inputs."""
        value = self.values[node.inputs[index]]
        if isinstance(value, View):
            return value
        raise UnsupportedError(f"computes with a constant as its input {index + 1}")

    def constant(self, node: Node, index: int) -> Array | None:
        """The input of this number, which must be a constant; None where it is left out."""
        if index >= len(node.inputs) or not node.inputs[index]:
            return None
        value = self.values[node.inputs[index]]
        if isinstance(value, View):
            raise UnsupportedError(f"has an input {index + 1} that is computed, where only a constant can be")
        return value

    def needed(self, node: Node, index: int) -> Array:
        """A constant that must be there."""
        value = self.constant(node, index)
        if value is None:
            raise UnsupportedError(f"lacks its input {index + 1}")
        return value

    def integers(self, node: Node, attribute: str, index: int) -> tuple[int, ...] | None:
        """Whole numbers that older opsets have as an attribute, newer ones as a constant input."""
        if attribute in node.attributes:
            given = node.attributes[attribute]
            return (given,) if isinstance(given, int) else tuple(given)
        value = self.constant(node, index)
        return None if value is None else tuple(int(each) for each in value.ravel())

    def only_reader(self, node: Node) -> Node | None:
        """The node that alone reads what ``node`` gives, so that both can be one layer."""
        (output,) = node.outputs[:1]
        readers = self.readers.get(output, ())
        return readers[0] if len(readers) == 1 and output not in self.outputs else None

    def fuse(self, follower: Node, node: Node) -> None:
        """Lets the layer that is made of ``node`` give what ``follower`` gives."""
        self.fused[follower] = node

    def other_constant(self, node: Node, tensor: str) -> Array | None:
        """What a node of two inputs joins ``tensor`` with, if it is a constant."""
        others = [each for each in node.inputs if each != tensor]
        value = self.values.get(others[0]) if len(node.inputs) == 2 and len(others) == 1 else None
        return value if isinstance(value, np.ndarray) else None


def axis_of(axis: int, rank: int) -> int:
    """An axis counted from the end if negative, from the front."""
    return axis + rank if axis < 0 else axis


def record(view: View) -> Shape:
    """The shape of a tensor without its batch, which is 1 here."""
    if view.shape[:1] != (1,):
        raise UnsupportedError("has no batch as the first axis of its input")
    return view.shape[1:]


def channels_last(view: View) -> View:
    """A view of (1, channels, *places) as (*places, channels)."""
    return view.arranged(np.moveaxis(view.order[0], 0, -1))
