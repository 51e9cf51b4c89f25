"""The law of layers against the oracle: inferred shape = NumPy's = Keras's, and equal outputs for equal weights."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.targets.agreement import assert_close, expected
from tests.targets.bigdl.test_layers import BORDERS
from zoodsl import testing
from zoodsl.catalog.layers import OPERATORS
from zoodsl.catalog.layers.normalization import feature_axis
from zoodsl.catalog.operator import Layer
from zoodsl.catalog.values import Kind, OperationOf
from zoodsl.model.nodes import Network, Operation
from zoodsl.targets import keras
from zoodsl.targets.keras.engine import loaded
from zoodsl.targets.numpy import forward as reference

RECORDS = 3


def examples(share: float) -> int:
    """So much of the profile's examples: a model of Keras takes 10 to 50 ms."""
    return max(2, round(share * settings().max_examples))


def assert_agrees(network: Network, seed: int, *, training: bool = False, scale: float = 1.0) -> None:
    """Keras' outputs are the reference interpreter's, and of the inferred shape; measures are ``scale`` times as large."""
    assert list(keras.unsupported(network)) == []
    inputs = testing.batch(network, RECORDS, seed)
    if not any(node.operation.operator.integer_input for node in network.layers):
        inputs = [np.float32(scale) * each for each in inputs]
    weights = testing.random_weights(network, seed)
    output, lost = expected(network, weights, inputs, training=training)
    assert output.shape == (RECORDS, *network.shape)
    assert_close(keras.forward(network, weights, inputs, training=training), output, lost)


def draws(layer: Layer) -> bool:
    """Whether it, or what it wraps, is random."""
    return layer.random or any(parameter.type == OperationOf(Kind.LAYER) for parameter in layer.parameters)


DETERMINISTIC = tuple(layer for layer in OPERATORS if not draws(layer))


def test_every_layer_has_a_row() -> None:
    assert set(keras.BINDINGS) == {layer.name for layer in OPERATORS}


@pytest.mark.law("a layer's inferred shape and NumPy's outputs are Keras's")
@pytest.mark.parametrize("layer", OPERATORS, ids=lambda layer: layer.name)
@given(data=st.data())
@settings(max_examples=examples(0.4))
def test_each_layer_means_in_keras_what_it_means_in_the_language(layer: Layer, data: st.DataObject) -> None:
    operation, shapes = data.draw(testing.calls(layer))
    network, seed = testing.network_of(operation, shapes), data.draw(st.integers(0, 1000))
    assert_agrees(network, seed, scale=data.draw(st.sampled_from((1.0, 0.0, 1e-8, 1e-4))))


@pytest.mark.law("a network's inferred shape and NumPy's outputs are Keras's")
@given(network=testing.networks(), seed=st.integers(0, 1000))
@settings(max_examples=examples(1))
def test_whole_networks_mean_in_keras_what_they_mean_in_the_language(network: Network, seed: int) -> None:
    assert_agrees(network, seed)


@pytest.mark.law("in training, networks that draw nothing give on NumPy what they give on Keras")
@given(network=testing.networks(operators=DETERMINISTIC), seed=st.integers(0, 1000))
@settings(max_examples=examples(0.5))
def test_networks_that_draw_nothing_agree_in_training(network: Network, seed: int) -> None:
    assert_agrees(network, seed, training=True)


def of_features(array: np.ndarray, axis: int) -> tuple[int, ...]:
    """The axes of a batch that its statistics are taken over."""
    return tuple(each for each in range(array.ndim) if each != axis)


@pytest.mark.law("normalization by batches uses their mean and variance, and moves its own by 1 - momentum")
@given(data=st.data(), seed=st.integers(0, 1000))
@settings(max_examples=examples(0.5))
def test_statistics_move_by_the_share_that_momentum_leaves(data: st.DataObject, seed: int) -> None:
    (layer,) = (each for each in OPERATORS if each.name == "BatchNormalization")
    operation, shapes = data.draw(testing.calls(layer))
    network = testing.network_of(operation, shapes)
    (inputs,) = testing.batch(network, RECORDS, seed)
    weights = testing.random_weights(network, seed)
    model = keras.build(network)
    keras.set_weights(model, network, weights)
    output = keras.apply(model, [inputs], training=True)
    assert_close(output, reference(network, weights, [inputs], training=True))
    others = of_features(inputs, 1 + feature_axis(shapes[0]))
    gamma, beta, mean, variance = weights["layer"]
    share = 1 - operation.arguments["momentum"]
    for actual, moved in zip(
        keras.weights_of(model, network)["layer"],
        (
            gamma,
            beta,
            mean + share * (inputs.mean(axis=others) - mean),
            variance + share * (inputs.var(axis=others) - variance),
        ),
        strict=True,
    ):
        assert_close(actual, moved)


@pytest.mark.law("in training, too, a wrapped layer that draws nothing gives on NumPy what it gives on Keras")
@pytest.mark.parametrize("name", ["TimeDistributed", "Bidirectional"])
@given(data=st.data())
@settings(max_examples=examples(0.4))
def test_wrapped_layers_agree_in_training(name: str, data: st.DataObject) -> None:
    (layer,) = (each for each in OPERATORS if each.name == name)
    operation, shapes = data.draw(testing.calls(layer))
    assume(not operation.arguments["layer"].operator.random)
    assert_agrees(testing.network_of(operation, shapes), data.draw(st.integers(0, 1000)), training=True)


def test_wrapped_normalization_takes_the_statistics_of_each_step() -> None:
    operation = testing.call("TimeDistributed", layer=testing.call("BatchNormalization"))
    assert_agrees(testing.network_of(operation, ((4, 5),)), 1, training=True)


# --- where engines differ


@pytest.mark.parametrize(("name", "arguments"), BORDERS, ids=lambda each: str(each).replace(" ", ""))
def test_borders_mean_in_keras_what_they_mean_in_the_language(name: str, arguments: dict[str, Any]) -> None:
    """Keras has the paddings `valid` and `same` alone, and no ceil mode."""
    window = "pool_size" if "Pooling" in name else "kernel_size"
    for shape in ((4, 8, 10), (4, 9, 9)):
        operation = testing.call(name, **{window: (3, 3), **arguments})
        assert_agrees(testing.network_of(operation, (shape,)), 1)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("name", "more"), [("DepthwiseConv2D", {}), ("SeparableConv2D", {"filters": 3})])
def test_two_strides_of_convolutions_by_channel(name: str, more: dict[str, Any], padding: str) -> None:
    """TensorFlow's kernels for processors fail for them; for which networks depends on the padding."""
    for strides in ((2, 1), (1, 3), (2, 2)):
        operation = testing.call(name, kernel_size=(3, 2), strides=strides, padding=padding, **more)
        assert_agrees(testing.network_of(operation, ((4, 8, 9),)), 1)


@pytest.mark.parametrize(("name", "rank"), [("Conv1DTranspose", 1), ("Conv2DTranspose", 2)])
def test_same_transposed_with_output_padding(name: str, rank: int) -> None:
    """TensorFlow fails for windows of four places."""
    of_axes = (lambda size: size) if rank == 1 else (lambda size: (size, size))
    for size, stride, added in product((2, 3, 4), (2, 3), (0, 1)):
        operation = testing.call(
            name,
            filters=2,
            kernel_size=of_axes(size),
            strides=of_axes(stride),
            padding="same",
            output_padding=of_axes(added),
        )
        assert_agrees(testing.network_of(operation, ((4, 3) if rank == 1 else (2, 4, 3),)), 1)


@pytest.mark.parametrize("strides", [(3, 3, 3), (1, 4, 3), (1, 1, 1)])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Conv3D", {"filters": 2, "kernel_size": (1, 2, 2)}),
        ("MaxPooling3D", {"pool_size": (2, 1, 2)}),
        ("AveragePooling3D", {"pool_size": (2, 1, 2)}),
    ],
)
def test_same_in_volumes(name: str, arguments: dict[str, Any], strides: tuple[int, ...]) -> None:
    """TensorFlow's windows begin elsewhere with `same` where strides are larger than they."""
    operation = testing.call(name, padding="same", strides=strides, **arguments)
    assert_agrees(testing.network_of(operation, ((2, 4, 3, 5),)), 1)


def test_flatten_lays_channels_one_after_the_other() -> None:
    """Keras' own Flatten begins with all channels of the first pixel, where channels come last."""
    network = testing.network_of(testing.call("Flatten"), ((2, 3, 4),))
    (image,) = testing.batch(network, RECORDS, 1)
    flat = keras.forward(network, {}, [image])
    np.testing.assert_array_equal(flat, image.reshape(RECORDS, -1))
    channels_last = np.asarray(loaded().layers.Flatten()(image.transpose(0, 2, 3, 1)))
    assert not np.array_equal(flat, channels_last)


def test_the_reset_gate_of_gru_acts_before_the_product() -> None:
    """Keras' default is `reset_after`, with a second bias, which BigDL does not have."""
    network = testing.network_of(testing.call("GRU", units=3, return_sequences=True), ((5, 4),))
    (series,) = testing.batch(network, RECORDS, 1)
    weights = testing.random_weights(network, 1)
    expected = reference(network, weights, [series])
    assert_close(keras.forward(network, weights, [series]), expected)
    other = loaded().layers.GRU(3, return_sequences=True)
    other.build(series.shape)
    kernel, recurrent, bias = weights["layer"]
    other.set_weights([kernel, recurrent, np.stack([bias, np.zeros_like(bias)])])
    assert np.abs(np.asarray(other(series)) - expected).max() > 0.01


def test_alpha_of_lrn_weighs_the_mean_of_squares() -> None:
    """TensorFlow's alpha weighs each square: it is as many times smaller as there are channels in a window."""
    import tensorflow as tf

    network = testing.network_of(testing.call("LRN", size=5, alpha=0.5), ((7, 2, 3),))
    (image,) = testing.batch(network, RECORDS, 1)
    expected = reference(network, {}, [image])
    assert_close(keras.forward(network, {}, [image]), expected)
    each = tf.nn.local_response_normalization(image.transpose(0, 2, 3, 1), 2, alpha=0.5, beta=0.75)
    assert np.abs(each.numpy().transpose(0, 3, 1, 2) - expected).max() > 0.1


def test_short_vectors_have_a_cosine_and_zeros_have_none() -> None:
    """The cosine of vectors is not divided by less than 1e-7."""
    network = testing.network_of(testing.call("Dot", normalize=True), ((3,), (3,)))
    vectors = [
        np.array(rows, np.float32) for rows in ([[1e-5, 0, 0], [0, 0, 0]], [[1e-5, 1e-5, 0], [1, 2, 3]])
    ]
    for engine in (keras.forward, reference):
        np.testing.assert_allclose(engine(network, {}, vectors), [[0.5**0.5], [0]], rtol=1e-5)


def test_noise_may_be_wider_than_one_in_keras() -> None:
    """Keras refuses a deviation above 1."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        loaded().layers.GaussianNoise(1.7)
    network = testing.network_of(testing.call("GaussianNoise", stddev=1.7), ((20_000,),))
    noise = keras.forward(network, {}, [np.zeros((1, 20_000), np.float32)], training=True)
    assert noise.std() == pytest.approx(1.7, rel=0.03)


# --- what draws, what is kept


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Dropout", {"rate": 0.3}),
        ("SpatialDropout1D", {"rate": 0.3}),
        ("GaussianNoise", {"stddev": 0.7}),
        ("GaussianNoise", {"stddev": 1.7}),
        ("GaussianDropout", {"rate": 0.3}),
    ],
)
def test_random_layers_draw_from_one_distribution(name: str, arguments: dict[str, Any]) -> None:
    network = testing.network_of(testing.call(name, **arguments), ((4, 2000),))
    inputs = [np.full((10, 4, 2000), 2.0, np.float32)]
    drawn, expected = (
        forward(network, {}, inputs, training=True)[:, 0] for forward in (keras.forward, reference)
    )
    # Five standard errors of 20,000 draws.
    for moment in (1, 2):
        one, other = drawn.astype(float) ** moment, expected.astype(float) ** moment
        assert abs(one.mean() - other.mean()) < 5 * (one.std() + other.std()) / 20_000**0.5


def test_spatial_dropout_drops_whole_channels_of_images() -> None:
    network = testing.network_of(testing.call("SpatialDropout2D", rate=0.4), ((500, 3, 2),))
    for forward in (keras.forward, reference):
        output = forward(network, {}, [np.ones((4, 500, 3, 2), np.float32)], training=True)
        channels = output.reshape(2000, 6)
        assert np.all(channels == channels[:, :1])
        np.testing.assert_allclose(np.unique(channels), [0, 1 / 0.6], rtol=1e-6)
        assert abs((channels[:, 0] > 0).mean() - 0.6) < 0.06


PENALISED = tuple(
    layer
    for layer in OPERATORS
    if any(parameter.type == OperationOf(Kind.REGULARIZER) for parameter in layer.parameters)
)


def penalty_of(operation: Operation[Layer], weight: str) -> Mapping[str, float]:
    """The rates of the penalty on a weight: a parameter is called like it, but for ``depthwise_kernel``."""
    stem = weight.removesuffix("_kernel")
    if operation.operator.name.startswith("Depthwise") and weight == "kernel":
        stem = "depthwise"
    penalty: Operation[Any] | None = operation.arguments[f"{stem}_regularizer"]
    return {} if penalty is None else penalty.arguments


@pytest.mark.law("the penalties of a layer are its rates' sums of absolute values and of squares")
@given(data=st.data(), seed=st.integers(0, 1000))
@settings(max_examples=examples(1))
def test_penalties_are_sums_of_absolute_values_and_squares(data: st.DataObject, seed: int) -> None:
    operation, shapes = data.draw(testing.calls(data.draw(st.sampled_from(PENALISED))))
    network = testing.network_of(operation, shapes)
    weights = testing.random_weights(network, seed)
    (node,) = network.layers
    tensors = dict(zip((weight.name for weight in node.weights), weights.get("layer", ()), strict=True))
    penalties = [
        rates.get("l1", 0) * np.abs(tensor).sum() + rates.get("l2", 0) * np.square(tensor).sum()
        for name, tensor in tensors.items()
        for rates in [penalty_of(operation, name)]
    ]
    assume(any(penalties))
    model = keras.build(network)
    keras.set_weights(model, network, weights)
    np.testing.assert_allclose(sum(float(each) for each in model.losses), sum(penalties), rtol=1e-4)
