"""What follows from the edges of a network."""

from __future__ import annotations

import pytest

from zoodsl.catalog import registry
from zoodsl.catalog.operator import Layer
from zoodsl.catalog.values import Kind
from zoodsl.model.graph import ancestors, is_random, node_names
from zoodsl.model.nodes import Operation
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


def operation(name: str, **arguments: object) -> Operation[Layer]:
    layer = registry.find(Kind.LAYER, name)
    assert isinstance(layer, Layer)
    return Operation(span=NOWHERE, operator=layer, arguments=arguments)


@pytest.mark.parametrize(("name", "random"), [("Dropout", True), ("ReLU", False)])
def test_a_layer_is_as_random_as_the_one_it_wraps(name: str, random: bool) -> None:
    inner = operation(name)
    assert is_random(inner) is random
    assert is_random(operation("TimeDistributed", layer=inner)) is random
