"""The law of layers: inferred shape = NumPy's shape = BigDL's shape, and equal outputs for equal weights."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.targets.agreement import assert_close, expected
from tests.targets.bigdl.engine import build, forward, set_weights
from zoodsl import testing
from zoodsl.catalog.layers import OPERATORS
from zoodsl.catalog.layers.parameters import ACTIVATIONS
from zoodsl.catalog.operator import Layer
from zoodsl.model.nodes import Network
from zoodsl.targets import keras
from zoodsl.targets.bigdl.network import unsupported

pytestmark = pytest.mark.spark


def supported(network: Network) -> bool:
    """Whether BigDL carries all of it out."""
    return next(unsupported(network), None) is None


def assert_agrees(network: Network, seed: int, rows: int = 3, *, oracle: bool = False) -> None:
    """BigDL's outputs are the reference interpreter's, and of the inferred shape, for a batch of so many rows.

    With the ``oracle``, all are also Keras'.
    """
    assert list(unsupported(network)) == []
    inputs = testing.batch(network, rows, seed)
    weights = testing.random_weights(network, seed)
    output, lost = expected(network, weights, inputs)
    assert output.shape == (rows, *network.shape)
    model = build(network)
    set_weights(model, network, weights)
    actual = forward(model, network, inputs)
    assert_close(actual, output, lost)
    if oracle:
        third = keras.forward(network, weights, inputs)
        assert_close(third, output, lost)
        assert_close(third, actual, lost)


@st.composite
def supported_calls(draw: Any, layer: Layer) -> tuple[Network, int]:
    """A network of one call of ``layer`` that BigDL carries out, and a seed."""
    operation, shapes = draw(testing.calls(layer))
    inner = operation.arguments.get("layer")
    if layer.name == "Bidirectional" and inner is not None:
        # Without them, BigDL's is refused.
        steps = replace(inner, arguments={**inner.arguments, "return_sequences": True})
        operation = replace(operation, arguments={**operation.arguments, "layer": steps})
    assume(testing.fits(layer, operation.arguments, shapes))
    network = testing.network_of(operation, shapes)
    assume(supported(network))
    return network, draw(st.integers(0, 1000))


@pytest.mark.law("each layer's shape and outputs on BigDL = NumPy's, within 1e-5")
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
    network, seed = data.draw(supported_calls(layer))
    # One row alone is what a single picture is predicted with.
    assert_agrees(network, seed, data.draw(st.sampled_from((1, 3))))


BORDERS = [
    *(
        ("Conv2D", {"filters": 6, "padding": padding, "groups": groups, "dilation_rate": dilation})
        for padding, groups, dilation in product([(1, 1), (0, 1), (4, 0), "same"], [1, 2], [(1, 1), (2, 2)])
    ),
    *(
        ("DepthwiseConv2D", {"strides": (2, 1), "padding": padding, "depth_multiplier": 2})
        for padding in [(1, 1), (4, 2), "same"]
    ),
    *(
        ("MaxPooling2D", {"strides": strides, "padding": padding, "ceil_mode": ceil_mode})
        for strides, padding, ceil_mode in product([(2, 2), (3, 1)], [(1, 1), (0, 1), "valid"], [False, True])
    ),
    *(
        (
            "AveragePooling2D",
            {"strides": (2, 2), "padding": padding, "ceil_mode": ceil_mode, "count_include_pad": count},
        )
        for padding, ceil_mode, count in product([(1, 1), (0, 1), "valid"], [False, True], [False, True])
    ),
    ("AveragePooling2D", {"padding": "same", "count_include_pad": True}),
    *(
        ("Conv2DTranspose", {"filters": 6, "strides": (2, 3), "padding": padding, "output_padding": added})
        for padding, added in product([(1, 1), (0, 2), "same", "valid"], [None, (1, 0)])
    ),
]
"""Layers with a window of 3x3 whose border is told apart from Keras' own; ``ceil_mode`` has effect on 8x10."""


def is_refused(name: str, arguments: dict[str, Any], shape: tuple[int, ...]) -> bool:
    """Whether a layer of ``BORDERS`` is one that BigDL lacks; all others it must carry out."""
    if name == "Conv2D":
        return bool(arguments["groups"] > 1 and arguments["dilation_rate"] != (1, 1))
    gaps = {"strides": (3, 1), "padding": "valid", "ceil_mode": True}
    return name == "MaxPooling2D" and arguments == gaps and shape == (4, 8, 10)


@pytest.mark.parametrize(("name", "arguments"), BORDERS, ids=lambda each: str(each).replace(" ", ""))
def test_borders_mean_on_bigdl_what_they_mean_in_the_language(
    spark: Any, name: str, arguments: dict[str, Any]
) -> None:
    window = "pool_size" if "Pooling" in name else "kernel_size"
    for shape in ((4, 8, 10), (4, 9, 9)):
        network = testing.network_of(testing.call(name, **{window: (3, 3), **arguments}), (shape,))
        if is_refused(name, arguments, shape):
            assert not supported(network)
        else:
            assert_agrees(network, 1)


@pytest.mark.parametrize("activation", sorted({*ACTIVATIONS} - {"softmax", "log_softmax"}))
@pytest.mark.parametrize(
    ("name", "shape", "arguments"),
    [
        ("Activation", (7,), {}),
        ("Dense", (4, 5), {"units": 3}),
        ("Conv2D", (2, 4, 5), {"filters": 3, "kernel_size": (2, 2)}),
        ("DepthwiseConv2D", (2, 4, 5), {"kernel_size": (2, 2)}),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_activations_mean_on_bigdl_what_they_mean_in_the_language(
    spark: Any, name: str, shape: tuple[int, ...], arguments: dict[str, Any], activation: str
) -> None:
    operation = testing.call(name, activation=activation, **arguments)
    assert_agrees(testing.network_of(operation, (shape,)), 1)


@pytest.mark.law("whole networks' outputs on BigDL = Keras' = NumPy's, within 1e-5")
@given(network=testing.networks().filter(supported), seed=st.integers(0, 1000))
@settings(
    max_examples=10,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
def test_whole_networks_have_one_meaning_in_three_engines(spark: Any, network: Network, seed: int) -> None:
    assert_agrees(network, seed, oracle=True)
