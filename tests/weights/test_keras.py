"""Networks read from Keras' files give what Keras gives on TensorFlow."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.weights.keras_models import keras, prove, read, save
from zoodsl.catalog.layers.parameters import ACTIVATIONS
from zoodsl.weights.pretrained import Pretrained


def operators(found: Pretrained) -> list[str]:
    return [layer.operation.operator.name for layer in found.network.layers]


def examples(count: int) -> settings:
    """So many examples, which share one folder."""
    return settings(
        max_examples=count, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    )


def functional(shape: tuple[int | None, ...], build: Callable[[Any, Any], Any]) -> Any:
    """A model of one input: ``build`` gets Keras' layers and the input."""
    x = keras().Input(shape, name="x")
    return keras().Model(x, build(keras().layers, x))


# --- one layer at a time

IMAGES: dict[str, Callable[[Any, Any], Any]] = {
    "Dense over channels": lambda k, x: k.Dense(4, activation="tanh")(x),
    "Flatten and Dense": lambda k, x: k.Dense(4)(k.Flatten()(x)),
    "Flatten, norm, Dropout and Dense": lambda k, x: k.Dense(4)(
        k.Dropout(0.5)(k.ReLU()(k.BatchNormalization()(k.Flatten()(x))))
    ),
    "Reshape to a series": lambda k, x: k.Conv1D(4, 3)(k.Reshape((7, -1))(x)),
    "Reshape to a vector": lambda k, x: k.Dense(2)(k.Reshape((-1,))(x)),
    "Permute and Flatten": lambda k, x: k.Dense(3)(k.Flatten()(k.Permute((2, 3, 1))(x))),
    "Permute": lambda k, x: k.Permute((2, 1, 3))(x),
    "BatchNormalization": lambda k, x: k.BatchNormalization(epsilon=0.01)(x),
    "BatchNormalization over rows": lambda k, x: k.BatchNormalization(axis=1)(x),
    "BatchNormalization, no scale": lambda k, x: k.BatchNormalization(scale=False)(x),
    "BatchNormalization, no center": lambda k, x: k.BatchNormalization(center=False)(x),
    "GlobalAveragePooling2D": lambda k, x: k.GlobalAveragePooling2D()(x),
    "GlobalAveragePooling2D, kept": lambda k, x: k.Conv2D(2, 1)(k.GlobalAveragePooling2D(keepdims=True)(x)),
    "GlobalMaxPooling2D": lambda k, x: k.GlobalMaxPooling2D()(x),
    "ReLU": lambda k, x: k.ReLU()(x),
    "ReLU6": lambda k, x: k.ReLU(max_value=6.0)(x),
    "ReLU with a slope": lambda k, x: k.ReLU(negative_slope=0.1)(x),
    "LeakyReLU": lambda k, x: k.LeakyReLU(negative_slope=0.2)(x),
    "ELU": lambda k, x: k.ELU(alpha=0.5)(x),
    "PReLU": lambda k, x: k.PReLU("he_normal")(x),
    "PReLU of channels": lambda k, x: k.PReLU("he_normal", shared_axes=[1, 2])(k.Conv2D(4, 2)(x)),
    "PReLU of a vector": lambda k, x: k.PReLU("he_normal")(k.Dense(5)(k.Flatten()(x))),
    "Conv2DTranspose": lambda k, x: k.Conv2DTranspose(4, 3, activation="gelu")(x),
    "Conv2DTranspose, same": lambda k, x: k.Conv2DTranspose(4, (4, 2), 2, "same", use_bias=False)(x),
    "Conv2DTranspose, longer": lambda k, x: k.Conv2DTranspose(4, 3, 2, output_padding=(1, 0))(x),
    "LayerNormalization": lambda k, x: k.LayerNormalization(gamma_initializer="he_normal")(x),
    "LayerNormalization of rows": lambda k, x: k.LayerNormalization(axis=1, center=False)(x),
    "LayerNormalization of a vector": lambda k, x: k.LayerNormalization(epsilon=0.1)(k.Flatten()(x)),
    "UnitNormalization": lambda k, x: k.UnitNormalization()(x),
    "UnitNormalization of rows": lambda k, x: k.UnitNormalization(axis=1)(x),
    "Softmax": lambda k, x: k.Softmax()(x),
    "Softmax over rows": lambda k, x: k.Softmax(axis=1)(x),
    "ZeroPadding2D": lambda k, x: k.ZeroPadding2D(((1, 0), (2, 3)))(x),
    "Cropping2D": lambda k, x: k.Cropping2D(((1, 0), (2, 3)))(x),
    "UpSampling2D": lambda k, x: k.UpSampling2D((2, 3))(x),
    "Rescaling": lambda k, x: k.Rescaling(1 / 127.5, offset=-1)(x),
    "Rescaling by channel": lambda k, x: k.Rescaling([0.5, 1.0, 2.0], offset=[0.0, 1.0, -1.0])(x),
    "Normalization": lambda k, x: k.Normalization(mean=[1.0, 2.0, 3.0], variance=[0.5, 4.0, 9.0])(x),
    "Dropout": lambda k, x: k.GaussianNoise(0.1)(k.SpatialDropout2D(0.2)(k.GaussianDropout(0.3)(x))),
    "stochastic depth": lambda k, x: k.Add()([x, k.Dropout(0.2, noise_shape=(None, 1, 1, 1))(x)]),
    "Add": lambda k, x: k.Add()([x, k.ReLU()(x), k.ELU()(x)]),
    "Subtract": lambda k, x: k.Subtract()([x, k.ReLU()(x)]),
    "Average": lambda k, x: k.Average()([x, k.ReLU()(x)]),
    "Maximum": lambda k, x: k.Maximum()([x, k.Activation("tanh")(x)]),
    "Minimum": lambda k, x: k.Minimum()([x, k.Activation("tanh")(x)]),
    "Multiply by the gate of each channel": lambda k, x: k.Multiply()(
        [x, k.Reshape((1, 1, 3))(k.GlobalAveragePooling2D()(x))]
    ),
    "Multiply by the gate of each place": lambda k, x: k.Multiply()(
        [x, k.Conv2D(1, 1, activation="sigmoid")(x)]
    ),
    "Concatenate": lambda k, x: k.Concatenate()([x, k.Conv2D(2, 1)(x)]),
    "Concatenate rows": lambda k, x: k.Concatenate(axis=1)([x, k.ReLU()(x)]),
    "Concatenate columns": lambda k, x: k.Concatenate(axis=-2)([x, k.ReLU()(x)]),
    "Concatenate vectors": lambda k, x: k.Dense(3)(
        k.Concatenate()([k.Flatten()(x), k.Flatten()(k.ReLU()(x))])
    ),
    "Dot": lambda k, x: k.Dot(axes=1, normalize=True)([k.Flatten()(x), k.Flatten()(k.ReLU()(x))]),
    "functions": lambda k, x: keras().ops.relu6((2.0 - x * 3.0 + 1.0) / 0.5 + x),
    "Conv2D, softmax": lambda k, x: k.Conv2D(4, 3, activation="softmax")(x),
}


@pytest.mark.parametrize("build", IMAGES.values(), ids=IMAGES)
def test_layers_on_images(build, tmp_path):
    prove(functional((7, 8, 3), build), tmp_path)


ALIASES = ("swish", "hard_swish")


@pytest.mark.parametrize("activation", [*ACTIVATIONS, *ALIASES])
def test_activations_of_layers_and_as_layers(activation, tmp_path):
    found = prove(
        functional(
            (6,),
            lambda k, x: k.Activation(activation, name="a")(k.Dense(5, activation=activation, name="d")(x)),
        ),
        tmp_path,
    )
    assert found.network.output == ("d" if activation == "linear" else "a")


@pytest.mark.law("windows converted from Keras = Keras' own outputs")
@examples(30)
@given(
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 2),
    padding=st.sampled_from(["valid", "same"]),
    sizes=st.tuples(st.integers(7, 10), st.integers(7, 10)),
    kind=st.sampled_from(["full", "grouped", "depthwise", "separable", "max", "average"]),
)
def test_windows(  # noqa: PLR0917 - drawn, one by one
    tmp_path, kernel, stride, dilation, padding, sizes, kind
):
    def build(layers: Any, x: Any) -> Any:
        rate = dilation if stride == 1 else 1
        match kind:
            case "full" | "grouped":
                groups = 2 if kind == "grouped" else 1
                return layers.Conv2D(4, kernel, stride, padding, dilation_rate=rate, groups=groups)(x)
            case "depthwise":
                return layers.DepthwiseConv2D(
                    kernel, stride, padding, depth_multiplier=2, dilation_rate=rate
                )(x)
            case "separable":
                return layers.SeparableConv2D(5, kernel, stride, padding, use_bias=False)(x)
            case "max":
                return layers.MaxPooling2D(kernel, stride, padding)(x)
        return layers.AveragePooling2D(kernel, stride, padding)(x)

    prove(functional((*sizes, 4), build), tmp_path, suffixes=(".keras",))


SERIES: dict[str, Callable[[Any, Any], Any]] = {
    "Conv1D": lambda k, x: k.Conv1D(4, 3, padding="same", activation="relu")(x),
    "MaxPooling1D": lambda k, x: k.MaxPooling1D(2, padding="same")(x),
    "AveragePooling1D": lambda k, x: k.AveragePooling1D(3, strides=2)(x),
    "GlobalAveragePooling1D": lambda k, x: k.GlobalAveragePooling1D()(x),
    "GlobalMaxPooling1D": lambda k, x: k.GlobalMaxPooling1D()(x),
    "SimpleRNN": lambda k, x: k.SimpleRNN(4)(x),
    "GRU": lambda k, x: k.GRU(4, reset_after=False, return_sequences=True)(x),
    "LSTM": lambda k, x: k.LSTM(4, go_backwards=True)(x),
    "LSTM without bias": lambda k, x: k.LSTM(4, use_bias=False)(x),
    "Bidirectional": lambda k, x: k.Bidirectional(k.LSTM(4, return_sequences=True))(x),
    "Bidirectional, summed": lambda k, x: k.Bidirectional(k.GRU(4, reset_after=False), merge_mode="sum")(x),
    "TimeDistributed": lambda k, x: k.TimeDistributed(k.Dense(4, activation="tanh"))(x),
    "BatchNormalization": lambda k, x: k.BatchNormalization()(x),
    "LayerNormalization": lambda k, x: k.LayerNormalization()(x),
    "DepthwiseConv1D": lambda k, x: k.DepthwiseConv1D(2, 2, "same", depth_multiplier=2)(x),
    "SeparableConv1D": lambda k, x: k.SeparableConv1D(4, 3, use_bias=False, activation="mish")(x),
    "Conv1DTranspose": lambda k, x: k.Conv1DTranspose(4, 3, 2, "same", output_padding=1)(x),
    "ZeroPadding1D": lambda k, x: k.ZeroPadding1D((0, 2))(x),
    "Cropping1D": lambda k, x: k.Cropping1D((2, 1))(x),
    "UpSampling1D": lambda k, x: k.UpSampling1D(3)(x),
    "PReLU": lambda k, x: k.PReLU("he_normal", shared_axes=[1])(x),
    "SpatialDropout1D": lambda k, x: k.Dense(2)(k.SpatialDropout1D(0.2)(x)),
    "RepeatVector": lambda k, x: k.RepeatVector(3)(k.GlobalMaxPooling1D()(x)),
}


@pytest.mark.parametrize("build", SERIES.values(), ids=SERIES)
def test_layers_on_series(build, tmp_path):
    prove(functional((6, 3), build), tmp_path)


VOLUMES: dict[str, Callable[[Any, Any], Any]] = {
    "Conv3D": lambda k, x: k.Conv3D(4, (2, 3, 1), padding="same", activation="relu")(x),
    "MaxPooling3D": lambda k, x: k.MaxPooling3D()(x),
    "AveragePooling3D": lambda k, x: k.AveragePooling3D(2, 1, "same")(x),
    "GlobalMaxPooling3D": lambda k, x: k.GlobalMaxPooling3D()(x),
    "GlobalAveragePooling3D": lambda k, x: k.Conv3D(2, 1)(k.GlobalAveragePooling3D(keepdims=True)(x)),
    "SpatialDropout3D": lambda k, x: k.SpatialDropout3D(0.2)(x),
    "ZeroPadding3D": lambda k, x: k.ZeroPadding3D(((0, 1), (2, 0), (1, 1)))(x),
    "Cropping3D": lambda k, x: k.Cropping3D(1)(x),
    "UpSampling3D": lambda k, x: k.UpSampling3D((1, 2, 3))(x),
    "Flatten and Dense": lambda k, x: k.Dense(3)(k.Flatten()(k.Conv3D(2, 2)(x))),
}


@pytest.mark.parametrize("build", VOLUMES.values(), ids=VOLUMES)
def test_layers_on_volumes(build, tmp_path):
    prove(functional((4, 5, 6, 2), build), tmp_path)


def test_embedding_of_two_inputs(tmp_path):
    layers = keras().layers
    user, item = keras().Input((1,), name="user"), keras().Input((1,), name="item")
    vectors = [layers.Flatten()(layers.Embedding(9, 4)(each)) for each in (user, item)]
    model = keras().Model([user, item], layers.Dense(1)(layers.Multiply()(vectors)))
    indices = np.random.default_rng(2).integers(0, 9, (2, 5, 1)).astype(np.float32)
    found = prove(model, tmp_path, *indices)
    assert [node.name for node in found.network.inputs] == ["user", "item"]


# --- models


def test_channels_first(tmp_path):
    """The file says so of each layer; only pooling is not run by TensorFlow on a processor."""
    kind = {"data_format": "channels_first"}

    def build(layers: Any, x: Any) -> Any:
        x = layers.Conv2D(4, 3, padding="same", name="conv", **kind)(x)
        x = layers.BatchNormalization(axis=1, name="norm")(x)
        return layers.Dense(3)(layers.Flatten(**kind)(layers.ZeroPadding2D(**kind)(x)))

    found = prove(functional((3, 5, 6), build), tmp_path)
    assert [node.shape for node in found.network.inputs] == [(3, 5, 6)]


def test_a_channels_last_file_is_a_channels_first_network_bit_for_bit(tmp_path):
    model = keras().Sequential(
        [
            keras().Input((5, 6, 3)),
            keras().layers.Conv2D(4, 3, name="conv"),
            keras().layers.BatchNormalization(name="norm"),
            keras().layers.Flatten(name="flat"),
            keras().layers.Dense(2, name="dense"),
        ]
    )
    found = prove(model, tmp_path)
    assert [node.shape for node in found.network.inputs] == [(3, 5, 6)]
    assert [layer.name for layer in found.network.layers] == ["conv", "norm", "flat", "dense"]
    for name in ("conv", "norm"):
        for ours, theirs in zip(found.weights[name], model.get_layer(name).get_weights(), strict=True):
            assert np.array_equal(ours, theirs)
    kernel, bias = model.get_layer("dense").get_weights()
    turned = kernel.reshape(3, 4, 4, 2).transpose(2, 0, 1, 3).reshape(48, 2)
    assert np.array_equal(found.weights["dense"][0], turned)
    assert np.array_equal(found.weights["dense"][1], bias)


def test_models_in_models(tmp_path):
    """As the transfer learning guides of Keras write it: preprocessing, a base that is called, a head."""
    k, layers = keras(), keras().layers
    parts = [k.Input((6, 6, 4)), layers.Conv2D(4, 3, name="conv"), layers.BatchNormalization(name="norm")]
    inner = k.Sequential(parts, name="inner")
    image = k.Input((8, 8, 3), name="image")
    first = layers.Conv2D(4, 3, name="conv")(image)
    base = k.Model(image, layers.ReLU(name="relu")(inner(first)), name="base")
    x = k.Input((8, 8, 3), name="x")
    y = layers.GlobalAveragePooling2D(name="pool")(base(x / 127.5 - 1.0, training=False))
    found = prove(k.Model(x, layers.Dense(2, name="dense")(y)), tmp_path)
    names = [layer.name for layer in found.network.layers]
    assert names[-6:] == ["base/conv", "base/inner/conv", "base/inner/norm", "base/relu", "pool", "dense"]


def test_a_model_that_was_trained(tmp_path):
    """The file also holds the optimizer's state."""
    model = keras().Sequential([keras().Input((4,)), keras().layers.Dense(3), keras().layers.Dropout(0.5)])
    model.compile("adam", "mse")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(np.ones((8, 4), np.float32), np.ones((8, 3), np.float32), verbose=0)
    prove(model, tmp_path)


def test_a_layer_without_weights_may_be_shared(tmp_path):
    def build(layers: Any, x: Any) -> Any:
        relu = layers.ReLU(name="relu")
        return relu(layers.Dense(3)(relu(x)))

    found = prove(functional((4,), build), tmp_path)
    assert [layer.name for layer in found.network.layers if layer.name.startswith("relu")] == [
        "relu",
        "relu_2",
    ]


def test_a_size_that_the_file_leaves_open_is_given(tmp_path):
    model = functional((None, None, 3), lambda layers, x: layers.Conv2D(2, 3)(x))
    found = read(save(model, tmp_path / "model.keras"), (3, 9, 7))
    assert [node.shape for node in found.network.inputs] == [(3, 9, 7)]
    assert found.network.shape == (2, 7, 5)


@pytest.mark.law("networks converted from Keras = Keras' own outputs")
@examples(12)
@given(st.data())
def test_random_networks(tmp_path, data):
    draw = data.draw
    layers = keras().layers
    x = keras().Input((9, 8, 3))
    y = layers.Conv2D(4, 3, padding="same")(x)
    alike = [y]
    for _ in range(draw(st.integers(2, 6))):
        match draw(st.sampled_from(["conv", "norm", "relu", "add", "concat", "depthwise", "pool"])):
            case "conv":
                y = layers.Conv2D(4, (1, 3), padding="same", activation="elu")(y)
            case "depthwise":
                y = layers.DepthwiseConv2D(3, padding="same")(y)
            case "norm":
                y = layers.BatchNormalization()(y)
            case "relu":
                y = layers.ReLU(6.0)(y)
            case "add":
                merge = draw(st.sampled_from([layers.Add, layers.Subtract, layers.Multiply, layers.Maximum]))
                y = merge()([y, draw(st.sampled_from(alike))])
            case "concat":
                y = layers.Conv2D(4, 1)(layers.Concatenate()([y, draw(st.sampled_from(alike))]))
            case "pool":
                y = layers.AveragePooling2D(3, 1, padding="same")(y)
        alike.append(y)
    y = layers.Dense(5, activation="softmax")(layers.Flatten()(layers.MaxPooling2D()(y)))
    prove(keras().Model(x, y), tmp_path, suffixes=(draw(st.sampled_from([".keras", ".h5"])),))


APPLICATIONS = {
    "VGG16": {"input_shape": (32, 32, 3), "classes": 10},
    "ResNet50": {"input_shape": (32, 32, 3), "classes": 10},
    "DenseNet121": {"input_shape": (32, 32, 3), "classes": 10},
    "MobileNetV2": {"input_shape": (32, 32, 3), "classes": 10},
    "MobileNetV3Small": {"input_shape": (32, 32, 3), "classes": 10},
    "EfficientNetB0": {"input_shape": (32, 32, 3), "classes": 10, "include_top": False},
}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_whole_applications(name, tmp_path):
    model = getattr(keras().applications, name)(weights=None, **APPLICATIONS[name])
    found = prove(model, tmp_path, suffixes=(".h5" if name == "VGG16" else ".keras",))
    if "Rescaling" not in {type(layer).__name__ for layer in model.layers}:
        assert (
            sum(each.size for tensors in found.weights.values() for each in tensors) == model.count_params()
        )
