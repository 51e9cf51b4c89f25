"""What follows from the edges of a network."""

from __future__ import annotations

from zoodsl.model.graph import ancestors, node_names
from zoodsl.testing import NOWHERE
from zoodsl.weights.graph import GraphBuilder


def test_ancestors_are_the_node_and_all_that_it_depends_on() -> None:
    graph = GraphBuilder(NOWHERE)
    graph.input("left", (4,))
    graph.input("right", (4,))
    graph.layer("a", "ReLU", ["left"])
    graph.layer("b", "ReLU", ["right"])
    graph.layer("sum", "Add", ["a", "b"])
    graph.layer("after", "ReLU", ["sum"])
    network = graph.finish("after")
    assert ancestors(network, "left") == {"left"}
    assert ancestors(network, "a") == {"a", "left"}
    assert ancestors(network, "sum") == {"sum", "a", "b", "left", "right"}
    assert ancestors(network, "after") == node_names(network)
