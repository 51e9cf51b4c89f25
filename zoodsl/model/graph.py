"""What follows from the edges of a network."""

from __future__ import annotations

from zoodsl.catalog.operator import Layer
from zoodsl.model.nodes import Network, Operation


def node_names(network: Network) -> frozenset[str]:
    """The names of all nodes, inputs among them."""
    return frozenset({node.name for node in network.inputs} | {layer.name for layer in network.layers})


def is_random(layer: Operation[Layer]) -> bool:
    """Whether a layer, or one that it wraps, differs between training and inference by chance."""
    wrapped = (each for each in layer.arguments.values() if isinstance(each, Operation))
    return layer.operator.random or any(getattr(each.operator, "random", False) for each in wrapped)


def ancestors(network: Network, name: str) -> frozenset[str]:
    """The node ``name`` and all nodes that it depends on, inputs among them."""
    reads = {layer.name: layer.inputs for layer in network.layers}
    found: set[str] = set()
    waiting = [name]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(reads.get(node, ()))
    return frozenset(found)
