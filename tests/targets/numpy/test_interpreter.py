"""Laws of the interpreter over the whole catalog, by layers and networks that hypothesis draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoodsl.catalog.layers import OPERATORS as LAYERS
from zoodsl.catalog.values import Kind, OperationOf
from zoodsl.targets.initializers import INITIALIZERS
from zoodsl.targets.numpy import activations, forward, initial_weights
from zoodsl.targets.numpy.bindings import BINDINGS
from zoodsl.testing import batch, call, calls, network_of, networks, random_weights

RECORDS = 3


def test_every_layer_has_an_implementation():
    assert set(BINDINGS) == {layer.name for layer in LAYERS}


@pytest.mark.law("each layer's inferred shape = NumPy's")
@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_inferred_shape_is_the_shape_that_comes_out(layer):
    @settings(max_examples=25, deadline=None)
    @given(calls(layer))
    def law(drawn):
        network = network_of(*drawn)
        weights = initial_weights(network, seed=1)
        output = forward(network, weights, batch(network, RECORDS, seed=2))
        assert output.shape == (RECORDS, *network.shape)
        assert output.dtype == np.float32

    law()


@pytest.mark.law("every node's inferred shape = NumPy's, in whole networks")
@settings(max_examples=60, deadline=None)
@given(networks())
def test_every_node_has_its_inferred_shape(network):
    values = activations(network, random_weights(network, seed=1), batch(network, RECORDS, seed=2))
    assert {name: value.shape[1:] for name, value in values.items()} == {
        node.name: node.shape for node in (*network.inputs, *network.layers)
    }


@pytest.mark.law("a prediction does not depend on the batch it is made in")
@settings(max_examples=40, deadline=None)
@given(networks())
def test_records_do_not_touch_each_other_at_inference(network):
    weights, inputs = (
        random_weights(network, seed=1),
        [x.astype(np.float64) for x in batch(network, RECORDS, seed=2)],
    )
    together = forward(network, weights, inputs)
    alone = [forward(network, weights, [x[at : at + 1] for x in inputs]) for at in range(RECORDS)]
    np.testing.assert_allclose(together, np.concatenate(alone), rtol=1e-9, atol=1e-12)


def draws_at_random(network) -> bool:
    operations = [node.operation for node in network.layers]
    wrapped = [each.arguments["layer"] for each in operations if "layer" in each.arguments]
    return any(each.operator.random for each in (*operations, *wrapped))


@pytest.mark.law("randomness in training comes from the seed alone")
@settings(max_examples=40, deadline=None)
@given(networks(), st.integers(0, 5))
def test_training_draws_from_the_seed_alone(network, seed):
    weights, inputs = initial_weights(network, seed=1), batch(network, RECORDS, seed=2)
    once, again = (forward(network, weights, inputs, training=True, seed=seed) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    if not draws_at_random(network):
        np.testing.assert_array_equal(once, forward(network, weights, inputs, training=True, seed=seed + 1))


@pytest.mark.law("a drawn network uses each of its nodes, and names them once")
@settings(max_examples=30, deadline=None)
@given(networks())
def test_networks_hold_to_their_contract(network):
    known = {node.name for node in network.inputs}
    used = {network.output}
    for node in network.layers:
        assert set(node.inputs) <= known
        assert node.name not in known
        known.add(node.name)
        used.update(node.inputs)
    assert used == known


@pytest.mark.law("initial weights have the declared shapes")
@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_weights_have_the_declared_shapes_and_known_initializers(layer):
    @settings(max_examples=10, deadline=None)
    @given(calls(layer))
    def law(drawn):
        operation, shapes = drawn
        declared = layer.weights(operation.arguments, shapes)
        assert {weight.initializer for weight in declared} <= set(INITIALIZERS)
        drawn_weights = initial_weights(network_of(operation, shapes), seed=1).get("layer", ())
        assert [each.shape for each in drawn_weights] == [weight.shape for weight in declared]

    law()


@pytest.mark.law("a layer's cost is a whole number of operations")
@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_cost_is_a_count(layer):
    @settings(max_examples=10, deadline=None)
    @given(calls(layer))
    def law(drawn):
        operation, shapes = drawn
        output = network_of(operation, shapes).shape
        flops = layer.flops(operation.arguments, shapes, output)
        assert type(flops) is int
        assert flops >= 0

    law()


def test_initial_weights_follow_the_seed():
    network = network_of(call("Dense", units=4), ((5,),))
    first, same, other = (initial_weights(network, seed)["layer"][0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_computes_in_the_precision_of_its_inputs():
    network = network_of(call("Dense", units=4), ((5,),))
    weights = initial_weights(network, seed=1)
    assert forward(network, weights, [np.ones((2, 5), np.float64)]).dtype == np.float64
    assert forward(network, weights, [np.ones((2, 5), np.int64)]).dtype == np.float32


def test_every_wrapping_layer_is_drawn_with_a_layer():
    wrapping = [
        layer for layer in LAYERS if any(each.type == OperationOf(Kind.LAYER) for each in layer.parameters)
    ]
    assert {layer.name for layer in wrapping} == {"TimeDistributed", "Bidirectional"}
