"""Parameter counts and costs of published networks, layer by layer through the catalog's own rules."""

from __future__ import annotations

from math import prod

import pytest

from zoodsl.catalog.operator import Mismatch
from zoodsl.testing import call
from zoodsl.types import Shape


class Tally:
    """Adds up the weights and operations of the layers that it applies."""

    def __init__(self) -> None:
        self.parameters = 0
        self.flops = 0

    def __call__(self, name: str, *inputs: Shape, **arguments) -> Shape:
        operation = call(name, **arguments)
        output = operation.operator.shape(operation.arguments, inputs)
        assert not isinstance(output, Mismatch), output.message
        self.parameters += sum(
            prod(weight.shape) for weight in operation.operator.weights(operation.arguments, inputs)
        )
        self.flops += operation.operator.flops(operation.arguments, inputs, output)
        return output

    def convolution(
        self, x: Shape, filters: int, size: int, stride: int = 1, *, use_bias: bool = True
    ) -> Shape:
        """A `same` convolution and its normalisation."""
        x = self(
            "Conv2D",
            x,
            filters=filters,
            kernel_size=(size, size),
            strides=(stride, stride),
            padding="same",
            use_bias=use_bias,
        )
        return self("BatchNormalization", x)


@pytest.fixture
def tally() -> Tally:
    return Tally()


def test_lenet(tally):
    x = tally("Conv2D", (1, 28, 28), filters=6, kernel_size=(5, 5), activation="tanh")
    x = tally("MaxPooling2D", x)
    x = tally("Conv2D", x, filters=12, kernel_size=(5, 5), activation="tanh")
    x = tally("Flatten", tally("MaxPooling2D", x))
    x = tally("Dense", tally("Dense", x, units=100, activation="tanh"), units=10, activation="softmax")
    assert x == (10,)
    assert tally.parameters == 156 + 1_812 + 19_300 + 1_010


def test_vgg16(tally):
    x = (3, 224, 224)
    for filters, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(times):
            x = tally("Conv2D", x, filters=filters, kernel_size=(3, 3), padding="same", activation="relu")
        x = tally("MaxPooling2D", x)
    x = tally("Flatten", x)
    for units in (4096, 4096, 1000):
        x = tally("Dense", x, units=units, activation="relu")
    assert tally.parameters == 138_357_544
    # 15.47 billion multiply-adds, as published.
    assert tally.flops == pytest.approx(2 * 15.47e9, rel=0.005)


def test_resnet50(tally):
    x = tally("ZeroPadding2D", (3, 224, 224), padding=((3, 3),))
    x = tally("Conv2D", x, filters=64, kernel_size=(7, 7), strides=(2, 2))
    x = tally("ZeroPadding2D", tally("BatchNormalization", x))
    x = tally("MaxPooling2D", x, pool_size=(3, 3), strides=(2, 2))
    for width, times, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for at in range(times):
            step = stride if at == 0 else 1
            short = tally.convolution(x, 4 * width, 1, step) if at == 0 else x
            long = tally.convolution(tally.convolution(x, width, 1, step), width, 3)
            x = tally("ReLU", tally("Add", tally.convolution(long, 4 * width, 1), short))
    x = tally("Dense", tally("GlobalAveragePooling2D", x), units=1000)
    assert tally.parameters == 25_636_712


def test_mobilenet(tally):
    x = tally.convolution((3, 224, 224), 32, 3, 2, use_bias=False)
    widths = (
        (64, 1),
        (128, 2),
        (128, 1),
        (256, 2),
        (256, 1),
        (512, 2),
        *[(512, 1)] * 5,
        (1024, 2),
        (1024, 1),
    )
    for filters, stride in widths:
        if stride == 2:
            x = tally("ZeroPadding2D", x, padding=((0, 1), (0, 1)))
        x = tally(
            "DepthwiseConv2D",
            x,
            kernel_size=(3, 3),
            strides=(stride, stride),
            padding="valid" if stride == 2 else "same",
            use_bias=False,
        )
        x = tally("ReLU", tally("BatchNormalization", x), max_value=6.0)
        x = tally.convolution(x, filters, 1, use_bias=False)
    assert x == (1024, 7, 7)
    tally("Dense", tally("GlobalAveragePooling2D", x), units=1000)
    assert tally.parameters == 4_253_864


def test_densenet121(tally):
    x = tally.convolution((3, 224, 224), 64, 7, 2, use_bias=False)
    x = tally("MaxPooling2D", x, pool_size=(3, 3), strides=(2, 2), padding="same")
    for times in (6, 12, 24, 16):
        for _ in range(times):
            new = tally.convolution(tally("BatchNormalization", x), 128, 1, use_bias=False)
            new = tally("Conv2D", new, filters=32, kernel_size=(3, 3), padding="same", use_bias=False)
            x = tally("Concatenate", x, new)
        x = tally("BatchNormalization", x)
        if times != 16:
            x = tally("Conv2D", x, filters=x[0] // 2, kernel_size=(1, 1), use_bias=False)
            x = tally("AveragePooling2D", x)
    assert x == (1024, 7, 7)
    tally("Dense", tally("GlobalAveragePooling2D", x), units=1000)
    assert tally.parameters == 8_062_504


def test_c3d(tally):
    """Tran et al. 2015, for the 101 classes of UCF101."""
    x = (3, 16, 112, 112)
    for filters, times, pool in (
        (64, 1, (1, 2, 2)),
        (128, 1, (2, 2, 2)),
        (256, 2, (2, 2, 2)),
        (512, 2, (2, 2, 2)),
    ):
        for _ in range(times):
            x = tally("Conv3D", x, filters=filters, kernel_size=(3, 3, 3), padding="same", activation="relu")
        x = tally("MaxPooling3D", x, pool_size=pool)
    for _ in range(2):
        x = tally("Conv3D", x, filters=512, kernel_size=(3, 3, 3), padding="same", activation="relu")
    x = tally("MaxPooling3D", tally("ZeroPadding3D", x, padding=((0, 0), (0, 1), (0, 1))))
    assert x == (512, 1, 4, 4)
    x = tally("Flatten", x)
    for units in (4096, 4096, 101):
        x = tally("Dense", x, units=units)
    assert tally.parameters == 78_409_573


def test_u_net(tally):
    """Ronneberger, Fischer, Brox 2015, with `same` convolutions, one channel and one mask."""

    def twice(x: Shape, filters: int) -> Shape:
        for _ in range(2):
            x = tally("Conv2D", x, filters=filters, kernel_size=(3, 3), padding="same", activation="relu")
        return x

    x: Shape = (1, 256, 256)
    kept: list[Shape] = []
    for filters in (64, 128, 256, 512):
        kept.append(twice(x, filters))
        x = tally("MaxPooling2D", kept[-1])
    x = twice(x, 1024)
    for filters in (512, 256, 128, 64):
        x = tally("Conv2DTranspose", x, filters=filters, kernel_size=(2, 2), strides=(2, 2))
        x = twice(tally("Concatenate", kept.pop(), x), filters)
    assert tally("Conv2D", x, filters=1, kernel_size=(1, 1)) == (1, 256, 256)
    assert tally.parameters == 31_030_593


@pytest.mark.parametrize(("name", "gates"), [("SimpleRNN", 1), ("GRU", 3), ("LSTM", 4)])
def test_recurrent_layers(tally, name, gates):
    tally(name, (20, 64), units=128)
    assert tally.parameters == gates * (64 * 128 + 128 * 128 + 128)
    assert tally.flops == pytest.approx(20 * 2 * gates * (64 + 128) * 128, rel=0.02)


def test_bidirectional_has_both_ways(tally):
    tally("Bidirectional", (20, 64), layer=call("LSTM", units=128))
    assert tally.parameters == 2 * 98_816


def test_separable_convolution_costs_its_two_halves(tally):
    tally("SeparableConv2D", (4, 10, 10), filters=6, kernel_size=(3, 3), padding="same", use_bias=False)
    assert tally.parameters == 3 * 3 * 4 + 4 * 6
    assert tally.flops == 2 * (3 * 3 * 4 * 100 + 4 * 6 * 100)


def test_embedding_and_moving_statistics():
    embedding, normalization = call("Embedding", input_dim=10, output_dim=3), call("BatchNormalization")
    (vectors,) = embedding.operator.weights(embedding.arguments, ((1,),))
    assert (vectors.shape, vectors.initializer) == ((10, 3), "random_uniform")
    weights = normalization.operator.weights(normalization.arguments, ((5, 4, 4),))
    assert [(each.name, each.shape, each.trainable) for each in weights] == [
        ("gamma", (5,), True),
        ("beta", (5,), True),
        ("moving_mean", (5,), False),
        ("moving_variance", (5,), False),
    ]
