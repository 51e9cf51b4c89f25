"""A base of BGR that is fed RGB computes what it computed on BGR."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.pretrained import FOLDER
from tests.semantics.surgery_specs import base, operated
from zoodsl.catalog.operator import Mismatch
from zoodsl.model.nodes import Network
from zoodsl.semantics.colours import turned, turns
from zoodsl.targets.numpy.interpreter import activations, forward
from zoodsl.testing import NOWHERE, random_weights
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.graph import GraphBuilder
from zoodsl.weights.pretrained import Pretrained

Call = tuple[str, dict[str, Any]]

CONV: Call = ("Conv2D", {"filters": 4, "kernel_size": (3, 3)})
SMALL_CONV: Call = ("Conv2D", {"filters": 4, "kernel_size": (1, 1)})
NORM: Call = ("BatchNormalization", {})
DEPTHWISE: Call = ("DepthwiseConv2D", {"kernel_size": (3, 3)})
SEPARABLE: Call = ("SeparableConv2D", {"filters": 4, "kernel_size": (3, 3)})
POOL: Call = ("MaxPooling2D", {"pool_size": (2, 2)})
PAD: Call = ("ZeroPadding2D", {"padding": ((1, 1),)})
FLAT: Call = ("Flatten", {})


def line(*layers: Call, channels: int = 3) -> Network:
    graph = GraphBuilder(NOWHERE)
    graph.input("data", (channels, 8, 8))
    before = "data"
    for number, (operator, arguments) in enumerate(layers):
        graph.layer(f"{operator}_{number}", operator, [before], **arguments)
        before = f"{operator}_{number}"
    return graph.finish(before)


def both_read() -> Network:
    """The colours go two ways: to a convolution, and through a pooling to another, which are added."""
    graph = GraphBuilder(NOWHERE)
    graph.input("data", (3, 8, 8))
    graph.layer("pad", "ZeroPadding2D", ["data"], padding=((1, 1),))
    graph.layer("sum", "Add", ["pad", "pad"])
    graph.layer("one", "Conv2D", ["sum"], filters=2, kernel_size=(3, 3))
    graph.layer("two", "Conv2D", ["pad"], filters=2, kernel_size=(3, 3))
    graph.layer("end", "Add", ["one", "two"])
    return graph.finish("end")


@pytest.mark.parametrize(
    "network",
    [
        line(CONV),
        line(NORM, CONV, NORM),
        line(PAD, CONV, FLAT),
        line(POOL, DEPTHWISE, NORM, SMALL_CONV),
        line(SEPARABLE, CONV),
        both_read(),
    ],
    ids=["convolution", "normalisation first", "padding", "depthwise", "separable", "two ways"],
)
def test_turned_weights_take_rgb_for_bgr(network: Network) -> None:
    how = turns(network)
    assert not isinstance(how, Mismatch)
    weights = random_weights(network, 3)
    image = np.random.default_rng(3).normal(size=(2, 3, 8, 8))
    expected = forward(network, weights, [image[:, ::-1]])
    np.testing.assert_allclose(forward(network, turned(weights, how), [image]), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("network", "why"),
    [
        (line(FLAT), "`Flatten_0`, a `Flatten`, reads the colours"),
        (line(("DepthwiseConv2D", {"kernel_size": (3, 3), "depth_multiplier": 2})), "cannot be turned round"),
        (line(POOL), "colours reach its end"),
        (line(NORM), "colours reach its end"),
        (line(CONV, channels=1), "no input of three channels"),
    ],
    ids=["flattened", "multiplied", "pooled", "normalised", "grey"],
)
def test_what_cannot_be_turned_round(network: Network, why: str) -> None:
    found = turns(network)
    assert isinstance(found, Mismatch)
    assert why in found.message


def test_a_base_of_bgr_gives_for_rgb_what_its_file_gives_for_bgr() -> None:
    """With red and blue exchanged it would give something else, without a word."""
    file = read_pretrained(str(FOLDER / "tiny.onnx"), NOWHERE)
    assert isinstance(file, Pretrained)
    found = operated(base("expects BGR", 'cut at "pool2"'))
    assert found.messages == []
    assert found.spec is not None
    network = found.spec.network
    assert network is not None
    (loaded,) = network.bases
    assert loaded.turned
    image = np.random.default_rng(5).normal(size=(2, 3, 16, 16))
    expected = activations(file.network, file.weights, [image[:, ::-1]])["pool2"]
    weights = {**random_weights(network, 0), **loaded.weights}
    np.testing.assert_allclose(activations(network, weights, [image])["pool2"], expected, rtol=1e-12)


def test_a_base_of_rgb_is_left_as_it_is() -> None:
    found = operated(base("expects RGB", 'cut at "pool2"'))
    assert found.spec is not None
    assert not found.spec.network.bases[0].turned
