"""Models of networks: their names, weights and inputs, and layers that Keras lacks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoodsl import testing
from zoodsl.catalog.operator import Layer
from zoodsl.model.nodes import InputNode, LayerNode, Network, Operation
from zoodsl.targets import keras
from zoodsl.targets.keras import network as models
from zoodsl.targets.numpy import forward as reference
from zoodsl.targets.target import Unsupported
from zoodsl.testing.calls import layer_node

RECORDS = 3


@pytest.mark.law("a model's weights are those that it was given, by node and in the catalog's layout")
@given(network=testing.networks(), seed=st.integers(0, 1000))
@settings(max_examples=max(2, round(0.3 * settings().max_examples)))
def test_weights_are_those_that_were_given(network: Network, seed: int) -> None:
    weights = testing.random_weights(network, seed)
    model = keras.build(network)
    keras.set_weights(model, network, weights)
    found = keras.weights_of(model, network)
    assert found.keys() == weights.keys()
    for name, tensors in weights.items():
        for one, other in zip(found[name], tensors, strict=True):
            np.testing.assert_array_equal(one, other)


def chain(operation: Operation[Layer], names: Sequence[str]) -> Network:
    """A network that applies one layer again and again, under these names."""
    start = testing.network_of(operation, ((3,),)).inputs[0]
    nodes: list[InputNode | LayerNode] = [start]
    for name in names:
        nodes.append(layer_node(name, operation, (nodes[-1],)))
    layers = tuple(node for node in nodes if isinstance(node, LayerNode))
    return Network(span=testing.NOWHERE, inputs=(start,), layers=layers, output=names[-1])


def test_names_of_nodes_may_be_any() -> None:
    names = ["stage1/dense", "stage1_dense", "_x", "-", "ü", "pool4/3x3_s2", "3"]
    network = chain(testing.call("Dense", units=3), names)
    weights = testing.random_weights(network, 1)
    model = keras.build(network)
    keras.set_weights(model, network, weights)
    assert list(keras.weights_of(model, network)) == names
    inputs = testing.batch(network, RECORDS, 1)
    np.testing.assert_allclose(
        keras.apply(model, inputs), reference(network, weights, inputs), rtol=1e-4, atol=1e-6
    )


def test_what_a_layer_is_made_of_takes_no_name_of_another() -> None:
    """An image's pooling is a permutation, the pooling and a permutation back, which Keras would call `permute`."""
    names = ["first", "permute", "permute_1", "max_pooling2d"]
    start = InputNode(span=testing.NOWHERE, name="input", shape=(2, 16, 16))
    nodes: list[InputNode | LayerNode] = [start]
    for name in names:
        nodes.append(layer_node(name, testing.call("MaxPooling2D"), (nodes[-1],)))
    layers = tuple(node for node in nodes if isinstance(node, LayerNode))
    network = Network(span=testing.NOWHERE, inputs=(start,), layers=layers, output=names[-1])
    assert keras.build(network).output_shape == (None, 2, 1, 1)


def test_layers_without_new_weights_keep_theirs() -> None:
    network = chain(testing.call("Dense", units=3), ["first", "second"])
    model = keras.build(network)
    before = keras.weights_of(model, network)
    keras.set_weights(model, network, {"first": testing.random_weights(network, 1)["first"]})
    after = keras.weights_of(model, network)
    assert not np.array_equal(after["first"][0], before["first"][0])
    np.testing.assert_array_equal(after["second"][0], before["second"][0])


def test_weights_of_another_shape_are_refused() -> None:
    network = chain(testing.call("Dense", units=3), ["only"])
    with pytest.raises(ValueError, match="shape"):
        keras.forward(network, {"only": (np.zeros((3, 4)), np.zeros(4))}, testing.batch(network, 1, 1))


def test_inputs_of_any_type_are_computed_in_float32() -> None:
    network = chain(testing.call("Dense", units=3), ["only"])
    weights = testing.random_weights(network, 1)
    assert keras.forward(network, weights, [np.ones((2, 3), np.int64)]).dtype == np.float32


def test_what_keras_lacks_is_named_and_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = Unsupported("no such product", "write another")
    monkeypatch.setattr(models, "LAYERS", {"Dense": lambda _arguments, _shapes: lacking})
    network = chain(testing.call("Dense", units=3), ["first"])
    assert list(keras.unsupported(network)) == [(network.layers[0], lacking)]
    with pytest.raises(TypeError, match="`first` is not carried out by Keras: no such product"):
        keras.build(network)
