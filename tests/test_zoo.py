"""The standard library: the published numbers of parameters, the canonical names, and outputs that engines agree upon."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.weights.keras_models import keras
from zoodsl import testing
from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Diagnostics
from zoodsl.model.nodes import Network
from zoodsl.semantics.architecture import architecture
from zoodsl.semantics.imports import library_names
from zoodsl.targets.bigdl.network import unsupported
from zoodsl.targets.numpy import activations
from zoodsl.types import Shape

Weights = dict[str, tuple[npt.NDArray[np.float32], ...]]

PUBLISHED = {
    "lenet.lenet": 431_080,
    "resnet.resnet18": 11_689_512,
    "resnet.resnet50": 25_557_032,
    "inception.inception_v1": 6_998_552,
    "densenet.densenet121": 7_978_856,
    "vgg.vgg16": 138_357_544,
    "mobilenet.mobilenet_v1": 4_231_976,
    "mobilenet.mobilenet_v2": 3_504_872,
    "efficientnet.efficientnet_lite0": 4_652_008,
}
"""The parameters that training changes, for the canonical input and number of classes.

Sources: Caffe's and BVLC's models for LeNet and Inception-v1 (without its side classifiers), Keras for MobileNet-v1,
torchvision for the others, the package's own state dictionary for EfficientNet-Lite0.
"""

PLACES: Mapping[str, Mapping[str, Shape]] = {
    "resnet.resnet50": {
        "conv1": (64, 112, 112),
        "pool1": (64, 56, 56),
        "res2a": (256, 56, 56),
        "res4f": (1024, 14, 14),
        "res5c": (2048, 7, 7),
        "res5c_relu": (2048, 7, 7),
        "pool5": (2048, 1, 1),
        "fc1000": (1000,),
    },
    "inception.inception_v1": {
        "conv1/7x7_s2": (64, 112, 112),
        "pool1/norm1": (64, 56, 56),
        "inception_3a/1x1": (64, 28, 28),
        "inception_3a/output": (256, 28, 28),
        "pool4/3x3_s2": (832, 7, 7),
        "inception_5b/output": (1024, 7, 7),
        "pool5/drop_7x7_s1": (1024, 1, 1),
        "loss3/classifier": (1000,),
    },
    "densenet.densenet121": {
        "concat_2_6": (256, 56, 56),
        "conv5_blk/bn": (1024, 7, 7),
        "pool5": (1024, 1, 1),
    },
    "vgg.vgg16": {"conv1_1": (64, 224, 224), "conv5_3": (512, 14, 14), "pool5": (512, 7, 7), "fc7": (4096,)},
    "mobilenet.mobilenet_v1": {"conv_pw_13_relu": (1024, 7, 7), "pool5": (1024, 1, 1)},
    "mobilenet.mobilenet_v2": {"block_16_project_BN": (320, 7, 7), "out_relu": (1280, 7, 7)},
    "efficientnet.efficientnet_lite0": {
        "block1a_project_bn": (16, 112, 112),
        "block5c_add": (112, 14, 14),
        "top_activation": (1280, 7, 7),
        "pool5": (1280, 1, 1),
    },
}
"""Where these networks are cut, by the names under which the field knows the places, and what comes out there."""


@cache
def network(block: str, shape: Shape = (3, 224, 224), arguments: str = "") -> Network:
    """The network of a block of the library, on an input of ``shape``."""
    diagnostics = Diagnostics()
    found = architecture(f"zoo.{block}({arguments})", shape, diagnostics)
    assert found is not None, [each.message for each in diagnostics.sorted()]
    return found


def canonical(block: str) -> Network:
    return network(block, (1, 28, 28)) if block == "lenet.lenet" else network(block)


def parameters(made: Network) -> int:
    return sum(
        prod(weight.shape)
        for node in made.layers
        for weight in node.operation.operator.weights(node.operation.arguments, node.input_shapes)
        if weight.trainable
    )


def lively_weights(made: Network, inputs: list[npt.NDArray[np.float32]]) -> Weights:
    """Weights under which activations neither die out nor grow, so that a difference anywhere shows at the end."""
    generator = np.random.default_rng(1)
    drawn: Weights = {}
    for node in made.layers:
        operation = node.operation
        weights = operation.operator.weights(operation.arguments, node.input_shapes)
        alone = operation.operator.name == "DepthwiseConv2D"
        drawn[node.name] = tuple(
            (
                generator.normal(0.0, (2 / prod(weight.shape[: 2 if alone else -1])) ** 0.5, weight.shape)
                if weight.name == "kernel"
                else generator.uniform(0.8, 1.2, weight.shape)
                if weight.name in ("gamma", "moving_variance")
                else generator.normal(0.0, 0.1, weight.shape)
            ).astype(np.float32)
            for weight in weights
        )
    # The statistics of batch normalisations are those of the batch, as training would leave them.
    values = activations(made, drawn, inputs, training=True)
    for node in made.layers:
        if node.operation.operator.name == "BatchNormalization":
            gamma, beta, *_ = drawn[node.name]
            given = values[node.inputs[0]]
            drawn[node.name] = (gamma, beta, given.mean(axis=(0, 2, 3)), given.var(axis=(0, 2, 3)))
    return drawn


def test_every_file_is_tested() -> None:
    tested = {block.partition(".")[0] for block in PUBLISHED} | {"ncf", "seq2seq", "text"}
    assert tested == set(library_names())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        # Analytics Zoo 0.4 for MovieLens 1M: two tables of 20 columns, and 820 + 210 + 55 of the perceptron.
        ("include_mf = false", 200_925),
        ("", 200_925 + 20 * (6040 + 3952) + 20 * 5),
        ("hidden = [64], embed = 8, mf = 4", 12 * (6040 + 3952) + 17 * 64 + 5 * (64 + 4 + 1)),
    ],
)
def test_neural_collaborative_filtering_has_the_workshops_parameters(
    arguments: str, expected: int, tmp_path: Path
) -> None:
    given = ", ".join(
        ["user", "item", "users = 6040", "items = 3952", "classes = 5", *filter(None, [arguments])]
    )
    (tmp_path / "few.csv").write_text("user,item,rating\n0,0,1\n6039,3951,5\n")
    text = f"""zoo 1
use zoo.ncf as ncf
data {{
  rows    = CSV("few.csv")
  feature rows.user, rows.item
  label   rows.rating -> Rating(1..5)
}}
network {{
  user = Input(1)
  item = Input(1)
  output ncf.neural_cf({given})
}}
optimize {{
  loss      SparseCategoricalCrossentropy()
  optimizer Adam()
}}
train {{
  batch 1
}}
"""
    spec = Compilation(str(tmp_path / "spec.zoo"), text=text).spec
    assert spec is not None
    assert spec.network is not None
    assert parameters(spec.network) == expected
    assert list(unsupported(spec.network)) == []


@pytest.mark.parametrize("block", PUBLISHED)
def test_parameters_are_as_many_as_published(block: str) -> None:
    assert parameters(canonical(block)) == PUBLISHED[block]


@pytest.mark.parametrize("block", PLACES)
def test_places_have_their_canonical_names_and_shapes(block: str) -> None:
    made = canonical(block)
    shapes = {node.name: node.shape for node in made.layers}
    assert {name: shapes.get(name) for name in PLACES[block]} == PLACES[block]
    assert made.output == "prob"


@pytest.mark.parametrize("block", PUBLISHED)
def test_bigdl_carries_all_of_it_out(block: str) -> None:
    assert list(unsupported(canonical(block))) == []


@pytest.mark.parametrize(("width", "expected"), [(0.25, 470_072), (0.5, 1_331_592), (1.0, 4_231_976)])
def test_width_scales_mobilenet(width: float, expected: int) -> None:
    assert parameters(network("mobilenet.mobilenet_v1", arguments=f"width = {width}")) == expected


def test_channels_of_a_narrow_mobilenet_come_in_eights() -> None:
    made = network("mobilenet.mobilenet_v2", arguments="width = 0.35")
    channels = {node.name: node.shape[0] for node in made.layers}
    # 16, 24, 32, 64, 96, 160 and 320 times 0.35, rounded; 11.2 goes up, for 8 would be too few by more than a tenth.
    places = ("expanded_conv", "block_2", "block_5", "block_9", "block_12", "block_15", "block_16")
    assert [channels[f"{place}_project"] for place in places] == [8, 8, 16, 24, 32, 56, 112]


SMALL: Mapping[str, tuple[Shape, str]] = {
    "lenet.lenet": ((1, 28, 28), ""),
    "resnet.resnet18": ((3, 32, 32), "classes = 10"),
    "inception.inception_v1": ((3, 64, 64), "classes = 10"),
    "mobilenet.mobilenet_v2": ((3, 64, 64), "classes = 10, width = 0.35"),
    "efficientnet.efficientnet_lite0": ((3, 64, 64), "classes = 10"),
}
"""Inputs and arguments that take little time."""


@pytest.mark.parametrize("block", SMALL)
def test_the_reference_computes_it(block: str) -> None:
    made = network(block, *SMALL[block])
    inputs = testing.batch(made, 4, 1)
    values = activations(made, lively_weights(made, inputs), inputs)
    assert {name: value.shape[1:] for name, value in values.items()} == {
        **{node.name: node.shape for node in made.inputs},
        **{node.name: node.shape for node in made.layers},
    }
    shares = values[made.output]
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)
    assert np.ptp(shares, axis=0).max() > 0.01, "the records give the same"


@pytest.mark.parametrize(
    ("block", "arguments", "application", "options"),
    [
        ("mobilenet.mobilenet_v1", "classes = 10, width = 0.25", "MobileNet", {"alpha": 0.25}),
        ("densenet.densenet121", "classes = 10", "DenseNet121", {}),
    ],
)
def test_it_is_the_network_of_keras(
    block: str, arguments: str, application: str, options: dict[str, Any]
) -> None:
    made = network(block, (3, 64, 64), arguments)
    inputs = testing.batch(made, 4, 1)
    weights = lively_weights(made, inputs)
    build = getattr(keras().applications, application)
    theirs = build(weights=None, input_shape=(64, 64, 3), classes=10, **options)
    layers = [layer for layer in theirs.layers if layer.weights]
    filled = {name: arrays for name, arrays in weights.items() if arrays}
    if application == "MobileNet":
        assert [layer.name for layer in layers] == list(filled)
    for layer, arrays in zip(layers, filled.values(), strict=True):
        # MobileNet's last layer is a convolution of 1x1.
        layer.set_weights(
            [array.reshape(own.shape) for array, own in zip(arrays, layer.get_weights(), strict=True)]
        )
    expected = np.asarray(theirs(inputs[0].transpose(0, 2, 3, 1), training=False))
    np.testing.assert_allclose(activations(made, weights, inputs)[made.output], expected, rtol=0, atol=1e-4)


@pytest.mark.spark
@pytest.mark.parametrize("block", ["resnet.resnet18", "inception.inception_v1", "mobilenet.mobilenet_v2"])
def test_bigdl_agrees_with_the_reference(spark: Any, block: str) -> None:
    from tests.targets.bigdl.engine import build, forward, set_weights

    made = network(block, *SMALL[block])
    inputs = testing.batch(made, 4, 1)
    weights = lively_weights(made, inputs)
    expected = activations(made, weights, inputs)[made.output]
    model = build(made)
    set_weights(model, made, weights)
    np.testing.assert_allclose(forward(model, made, inputs), expected, rtol=0, atol=1e-4)
