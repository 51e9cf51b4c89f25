"""Laws of what is done to networks on their way to a program: each keeps what the reference interpreter computes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.laws.texts import compiled
from zoodsl.catalog.layers import OPERATORS
from zoodsl.catalog.operator import Mismatch
from zoodsl.model.graph import ancestors
from zoodsl.model.nodes import InputNode, LayerNode, Network
from zoodsl.plan.passes.frozen_prefix import boundary
from zoodsl.plan.steps import Fit, PlannedPhase
from zoodsl.semantics.colours import COLOURS, turned, turns
from zoodsl.targets.bigdl.segments import segments
from zoodsl.targets.numpy.interpreter import activations, forward
from zoodsl.testing import NOWHERE, batch, call, networks, random_weights
from zoodsl.testing.calls import Draw, Node
from zoodsl.testing.networks import append, ways

MANY = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])

IRIS = """zoo 1
data {
  iris = Sample("iris")
  feature iris["petal width (cm)"]
  label iris.target -> ClassIndex(3)
}
network {
  input 1
  Dense(3, activation = softmax)
}
optimize {
  loss SparseCategoricalCrossentropy()
  optimizer SGD()
}
"""


def fit_of(network: Network, boundaries: list[str]) -> Fit:
    """The training of a network in phases with these boundaries."""
    plan = compiled(IRIS).plan
    assert plan is not None
    assert plan.fit is not None
    phases = (
        PlannedPhase(span=NOWHERE, frozen=frozenset(), epochs=1, boundary=name)
        for name in (*boundaries, None)
    )
    return replace(plan.fit, network=network, phases=tuple(phases))


@pytest.mark.law(
    "a network in segments, one for each phase's boundary, computes bit for bit what it computes whole"
)
@MANY
@given(networks(), st.data())
def test_segments_one_after_the_other_are_the_network(network: Network, data: st.DataObject) -> None:
    weighted = {
        node.name
        for node in network.layers
        if node.operation.operator.weights(node.operation.arguments, node.input_shapes)
    }
    ends = data.draw(
        st.lists(st.sampled_from([layer.name for layer in network.layers]), min_size=1, max_size=3)
    )
    found = {boundary(network, frozenset(weighted & ancestors(network, end))) for end in ends}
    boundaries = [name for name in found if name is not None]
    assume(boundaries)
    weights, inputs = random_weights(network, 1), batch(network, 2, 2)
    divided = segments(fit_of(network, sorted(boundaries)))
    assert set(divided.divisions) == set(boundaries)
    assert [layer for part in divided.parts for layer in part.network.layers] == list(network.layers)
    given_ = inputs
    for part in divided.parts:
        given_ = [forward(part.network, weights, given_)]
    np.testing.assert_array_equal(given_[0], forward(network, weights, inputs))


SIDES = st.tuples(st.integers(1, 8), st.integers(1, 8))
LOOKED_AT = {
    "Activation",
    "Add",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv2D",
    "DepthwiseConv2D",
    "Flatten",
    "GlobalAveragePooling2D",
    "LRN",
    "MaxPooling2D",
    "Maximum",
    "ReLU",
    "SeparableConv2D",
    "UpSampling2D",
    "ZeroPadding2D",
}


@st.composite
def coloured(draw: Draw) -> Network:
    """A network whose input has three channels, and whose last layer mixes what is left of them."""
    image = InputNode(span=NOWHERE, name="image", shape=(COLOURS, *draw(SIDES)))
    nodes: list[Node] = [image]
    operators = [each for each in OPERATORS if each.name in LOOKED_AT]
    end = draw(ways(image, nodes, operators, longest=4, lookup=False))
    if len(end.shape) == COLOURS:
        append(nodes, call("Conv2D", filters=2, kernel_size=(1, 1)), (end,))
    layers = tuple(node for node in nodes if isinstance(node, LayerNode))
    return Network(span=NOWHERE, inputs=(image,), layers=layers, output=nodes[-1].name)


@pytest.mark.law("a base with its colours turned round computes on RGB what it computed on BGR, within 1e-12")
@MANY
@given(coloured(), st.integers(0, 1000))
def test_turned_colours_change_no_result(network: Network, seed: int) -> None:
    how = turns(network)
    assume(not isinstance(how, Mismatch))
    assert not isinstance(how, Mismatch)
    weights = random_weights(network, seed)
    inputs = [each.astype(float) for each in batch(network, 2, seed)]
    expected = forward(network, weights, [each[:, ::-1] for each in inputs])
    found = forward(network, turned(weights, how), inputs)
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * scale)


@pytest.mark.law(
    "splitting off the frozen prefix computes nothing twice: what follows needs its output alone"
)
@MANY
@given(networks(), st.data())
def test_what_follows_a_boundary_reads_nothing_before_it(network: Network, data: st.DataObject) -> None:
    end = data.draw(st.sampled_from([layer.name for layer in network.layers]))
    names = {layer.name for layer in network.layers}
    found = boundary(network, frozenset(names & ancestors(network, end)))
    assume(found is not None)
    assert found is not None
    before = ancestors(network, found)
    rest = [layer for layer in network.layers if layer.name not in before]
    assert rest
    assert {name for layer in rest for name in layer.inputs} & before <= {found}
    assert {node.name for node in network.inputs} <= before
    weights = random_weights(network, 1)
    values = activations(network, weights, batch(network, 2, 2))
    reached = next(layer for layer in network.layers if layer.name == found)
    given_ = InputNode(span=NOWHERE, name=found, shape=reached.shape)
    alone = replace(network, inputs=(given_,), layers=tuple(rest))
    np.testing.assert_array_equal(forward(alone, weights, [values[found]]), values[network.output])
