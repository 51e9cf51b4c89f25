"""The law of layers: inferred shape = NumPy's shape = BigDL's shape, and equal outputs for equal weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.targets.bigdl.engine import build, forward, set_weights
from zoodsl import testing
from zoodsl.catalog.layers import OPERATORS
from zoodsl.catalog.operator import Layer
from zoodsl.model.nodes import Network
from zoodsl.targets.bigdl.network import unsupported
from zoodsl.targets.numpy import forward as reference

pytestmark = pytest.mark.spark

TOLERANCE = 1e-5


def assert_agrees(network: Network, seed: int) -> None:
    """BigDL's outputs are the reference interpreter's, and of the inferred shape."""
    if next(unsupported(network), None) is not None:
        return
    inputs = testing.batch(network, 3, seed)
    weights = testing.random_weights(network, seed)
    expected = reference(network, weights, inputs)
    model = build(network)
    set_weights(model, network, weights)
    actual = forward(model, network, inputs)
    assert expected.shape[1:] == network.shape
    assert actual.shape == expected.shape
    # Relative to the largest output: sums of thousands of products round to float32.
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=TOLERANCE * scale)


@pytest.mark.parametrize("layer", OPERATORS, ids=lambda layer: layer.name)
@given(data=st.data())
@settings(
    max_examples=4,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
def test_each_layer_means_on_bigdl_what_it_means_in_the_language(
    spark: Any, layer: Layer, data: st.DataObject
) -> None:
    operation, shapes = data.draw(testing.calls(layer))
    assert_agrees(testing.network_of(operation, shapes), data.draw(st.integers(0, 1000)))


@given(network=testing.networks(), seed=st.integers(0, 1000))
@settings(
    max_examples=10,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
def test_whole_networks_mean_on_bigdl_what_they_mean_in_the_language(
    spark: Any, network: Network, seed: int
) -> None:
    assert_agrees(network, seed)
