"""Whole networks, grown layer by layer of the catalog's operators."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import assume
from hypothesis import strategies as st

from zoodsl.catalog.layers import OPERATORS as LAYERS
from zoodsl.catalog.operator import Arguments, Layer
from zoodsl.model.nodes import InputNode, LayerNode, Network, Operation
from zoodsl.testing.calls import (
    NOWHERE,
    Draw,
    Node,
    arguments,
    call,
    fits,
    fits_at_all,
    layer_node,
    shape_of,
    small_shapes,
)
from zoodsl.types import elements

FORMS = {"vector": 1, "series": 2, "image": 3, "volume": 4, "index": 1}
"""What a network's input may be, and its number of dimensions."""

_LARGEST_OUTPUT = 1000
_ANY_FORM = (2, 2, 2, 2, 2)


@st.composite
def networks(
    draw: Draw,
    *,
    forms: Sequence[str] = tuple(FORMS),
    operators: Sequence[Layer] = LAYERS,
    longest: int = 5,
) -> Network:
    """A valid network of ``operators``, in which every node is used.

    It has one input of a form in ``forms``, or two whose ways meet in a vector. Each way has one to
    ``longest`` layers, merges with earlier nodes included.
    """
    nodes: list[Node] = []
    ends = []
    for _ in range(draw(st.integers(1, 2))):
        form = draw(st.sampled_from(list(forms)))
        start = InputNode(span=NOWHERE, name=f"input_{len(nodes)}", shape=draw(small_shapes(FORMS[form])))
        nodes.append(start)
        ends.append(draw(ways(start, nodes, operators, longest=longest, lookup=form == "index")))
    if len(ends) > 1:
        flat = [append(nodes, call("Flatten"), (end,)) for end in ends]
        append(nodes, call("Concatenate"), tuple(flat))
    return Network(
        span=NOWHERE,
        inputs=tuple(node for node in nodes if isinstance(node, InputNode)),
        layers=tuple(node for node in nodes if isinstance(node, LayerNode)),
        output=nodes[-1].name,
    )


# --- growing a network


@st.composite
def ways(
    draw: Draw, start: Node, nodes: list[Node], operators: Sequence[Layer], *, longest: int, lookup: bool
) -> Node:
    """Grows ``nodes`` by layers from ``start`` on; the first looks its input up where that is an index."""
    way: list[Node] = [start]
    for _ in range(draw(st.integers(1, longest))):
        wants_index = lookup and len(way) == 1
        earlier = way[int(lookup) : -1]
        able = [
            each
            for each in operators
            if each.integer_input == wants_index and _extends(each, way[-1], earlier)
        ]
        if not able:
            break
        # The many layers that take any form would else crowd out those made for this one.
        choosy = [each for each in able if not fits_at_all(each, (_ANY_FORM,) * each.inputs[0])]
        layer = draw(st.sampled_from(choosy or able) | st.sampled_from(able))
        bound = draw(arguments(layer, way[-1].shape))
        inputs = (way[-1], *draw(_partners(layer, bound, way[-1], earlier)))
        if len(inputs) >= layer.inputs[0] and fits(layer, bound, tuple(node.shape for node in inputs)):
            operation = Operation(span=NOWHERE, operator=layer, arguments=bound)
            if elements(shape_of(operation, inputs)) <= _LARGEST_OUTPUT:
                way.append(append(nodes, operation, inputs))
    assume(len(way) > 1)
    return way[-1]


def _extends(layer: Layer, last: Node, earlier: Sequence[Node]) -> bool:
    if layer.inputs[0] == 1:
        return fits_at_all(layer, (last.shape,))
    return any(fits_at_all(layer, (last.shape, node.shape)) for node in earlier)


@st.composite
def _partners(
    draw: Draw, layer: Layer, bound: Arguments, last: Node, earlier: Sequence[Node]
) -> tuple[Node, ...]:
    """What a merge joins with ``last``; nothing for a layer of one input."""
    able = [node for node in earlier if layer.inputs[0] > 1 and fits(layer, bound, (last.shape, node.shape))]
    if not able:
        return ()
    most = (layer.inputs[1] or 3) - 1
    chosen = draw(
        st.lists(st.sampled_from(able), min_size=1, max_size=most, unique_by=lambda node: node.name)
    )
    return tuple(chosen)


def append(nodes: list[Node], operation: Operation[Layer], inputs: tuple[Node, ...]) -> LayerNode:
    """Adds a node that applies a layer to ``inputs``; raises TypeError where it does not take them."""
    node = layer_node(f"{operation.operator.name.lower()}_{len(nodes)}", operation, inputs)
    nodes.append(node)
    return node
