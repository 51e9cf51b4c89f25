"""Networks that BigDL's real engine built and saved, read without it: the same outputs, the same weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.targets.bigdl.engine import build, forward, set_weights
from zoodsl import testing
from zoodsl.catalog import registry
from zoodsl.catalog.layers import OPERATORS
from zoodsl.catalog.layers.parameters import ACTIVATIONS
from zoodsl.catalog.operator import Layer
from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import Network, Operation
from zoodsl.source import SourceFile, Span
from zoodsl.targets.bigdl.network import unsupported
from zoodsl.targets.numpy import activations
from zoodsl.targets.numpy import forward as reference
from zoodsl.types import Shape
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.graph import GraphBuilder
from zoodsl.weights.pretrained import Pretrained

pytestmark = pytest.mark.spark

SPAN = Span(SourceFile("test.zoo", ""), 0, 0)
TOLERANCE = 1e-5
QUICK = settings(
    max_examples=3,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def read(path: Path, shape: Shape | None = None) -> Pretrained:
    found = read_pretrained(str(path), SPAN, shape)
    assert isinstance(found, Pretrained), found
    return found


def assert_near(actual: np.ndarray, expected: np.ndarray) -> None:
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual, expected, rtol=0, atol=TOLERANCE * max(1.0, np.abs(expected).max()))


def assert_reads_back(network: Network, seed: int, folder: Path) -> None:
    """What a program built and saved has the program's layers, weights and outputs."""
    if next(unsupported(network), None) is not None:
        return
    inputs = testing.batch(network, 3, seed)
    weights = testing.random_weights(network, seed)
    model = build(network)
    set_weights(model, network, weights)
    model.saveModel(str(folder / "network.model"), over_write=True)
    found = read(folder / "network.model")
    shapes = {node.name: node.shape for node in found.network.layers}
    for node in network.layers:
        assert shapes[node.name] == node.shape
    kept = {tuple(map(np.ndarray.tobytes, arrays)) for arrays in found.weights.values()}
    for arrays in weights.values():
        assert not arrays or tuple(each.astype(np.float32).tobytes() for each in arrays) in kept
    assert [node.shape for node in found.network.inputs] == [node.shape for node in network.inputs]
    assert_near(reference(found.network, found.weights, inputs), forward(model, network, inputs))


@pytest.mark.law("a layer stored by BigDL reads back with its weights bit for bit")
@pytest.mark.parametrize("layer", OPERATORS, ids=lambda layer: layer.name)
@given(data=st.data())
@QUICK
def test_each_layer_reads_back(
    spark: Any, tmp_path_factory: pytest.TempPathFactory, layer: Layer, data: st.DataObject
) -> None:
    operation, shapes = data.draw(testing.calls(layer))
    seed = data.draw(st.integers(0, 1000))
    assert_reads_back(testing.network_of(operation, shapes), seed, tmp_path_factory.mktemp("layer"))


def test_a_layer_in_a_wrapper_in_a_wrapper_reads_back(spark: Any, tmp_path: Path) -> None:
    inner, outer = (registry.find(Kind.LAYER, name) for name in ("UnitNormalization", "TimeDistributed"))
    assert isinstance(inner, Layer)
    assert isinstance(outer, Layer)
    wrapped = Operation(span=testing.NOWHERE, operator=inner, arguments={})
    operation = Operation(span=testing.NOWHERE, operator=outer, arguments={"layer": wrapped})
    assert_reads_back(testing.network_of(operation, ((2, 8, 6),)), 1, tmp_path)


@pytest.mark.law("a network stored by BigDL reads back with its weights and outputs")
@given(network=testing.networks(), seed=st.integers(0, 1000))
@QUICK
def test_whole_networks_read_back(
    spark: Any, tmp_path_factory: pytest.TempPathFactory, network: Network, seed: int
) -> None:
    assert_reads_back(network, seed, tmp_path_factory.mktemp("network"))


def classic(name: str, *modules: Any) -> Any:
    from bigdl.dllib.nn import layer as nn

    row = nn.Sequential().set_name(name)
    for module in modules:
        row.add(module)
    return row


def branch(*modules: Any) -> Any:
    return classic("branch", *modules)


def inception() -> Any:
    """Rows, branches that are joined by channels, pooling by Caffe's rules, and a head."""
    from bigdl.dllib.nn import layer as nn

    joined = nn.Concat(2).set_name("inception")
    joined.add(branch(nn.SpatialConvolution(8, 4, 1, 1).set_name("1x1"), nn.ReLU().set_name("relu_1x1")))
    pooled = nn.SpatialMaxPooling(3, 3, 1, 1, 1, 1, to_ceil=True).set_name("pool")
    joined.add(branch(pooled, nn.SpatialConvolution(8, 3, 1, 1).set_name("pool_proj")))
    return classic(
        "inception_v0",
        nn.SpatialConvolution(3, 8, 3, 3, 2, 2, 1, 1).set_name("conv1/3x3_s2"),
        nn.SpatialBatchNormalization(8, 1e-3).set_name("conv1/bn"),
        nn.ReLU().set_name("conv1/relu"),
        nn.SpatialMaxPooling(3, 3, 2, 2, to_ceil=True).set_name("pool1/3x3_s2"),
        nn.SpatialCrossMapLRN(5, 0.01, 0.75, 2.0).set_name("pool1/norm1"),
        joined,
        nn.SpatialAveragePooling(3, 3, 2, 2, 1, 1, ceil_mode=True).set_name("pool5"),
        nn.View([7 * 3 * 3]).set_name("flat"),
        nn.Dropout(0.4).set_name("drop"),
        nn.Normalize(2.0).set_name("unit"),
        nn.Linear(63, 10).set_name("fc"),
        nn.LogSoftMax().set_name("prob"),
    )


def residual() -> Any:
    """A graph with a sum, a join, groups, a scale as Caffe's, and `same` padding."""
    from bigdl.dllib.nn import layer as nn

    given = nn.Input()
    conv = nn.SpatialConvolution(4, 8, 3, 3, 2, 2, -1, -1, n_group=2).set_name("conv")(given)
    scale = nn.Scale([1, 8, 1, 1]).set_name("scale")(conv)
    depthwise = nn.SpatialConvolution(8, 8, 3, 3, 1, 1, 1, 1, n_group=8, with_bias=False).set_name("dw")(
        scale
    )
    total = nn.CAddTable().set_name("res2a")([nn.ReLU6().set_name("relu6")(depthwise), conv])
    mean = nn.SpatialAveragePooling(3, 3, 2, 2, -1, -1, count_include_pad=False).set_name("mean")(total)
    whole = nn.SpatialAveragePooling(3, 3, 2, 2, -1, -1).set_name("whole")(total)
    largest = nn.SpatialMaxPooling(3, 3, 2, 2, -1, -1).set_name("largest")(total)
    joined = nn.JoinTable(1, 3).set_name("join")([mean, whole, largest])
    everywhere = nn.SpatialAveragePooling(1, 1, global_pooling=True).set_name("pool5")(joined)
    flat = nn.InferReshape([0, -1]).set_name("flat")(everywhere)
    return nn.Model([given], [nn.Sigmoid().set_name("prob")(nn.Linear(24, 3).set_name("fc")(flat))])


def table() -> Any:
    """Tables of tensors, and activations of all kinds."""
    from bigdl.dllib.nn import layer as nn

    both = nn.ConcatTable().set_name("both")
    both.add(
        branch(nn.Linear(6, 4).set_name("left"), nn.Tanh().set_name("tanh"), nn.ELU(0.5).set_name("elu"))
    )
    both.add(branch(nn.Linear(6, 4, with_bias=False).set_name("right"), nn.LeakyReLU(0.1).set_name("leaky")))
    normal = nn.BatchNormalization(4, affine=False).set_name("bn")
    return classic(
        "table",
        both,
        nn.CMaxTable().set_name("max"),
        normal,
        nn.SoftPlus().set_name("plus"),
        nn.HardTanh(0.0, 1.5).set_name("cut"),
        nn.SoftMax().set_name("prob"),
    )


@pytest.mark.parametrize(
    ("network", "shape", "names"),
    [
        (inception, (3, 17, 17), {"conv1/3x3_s2", "pool1/norm1", "inception", "pool5", "fc", "prob"}),
        (residual, (4, 11, 9), {"conv", "scale", "dw", "res2a", "join", "pool5", "prob"}),
        (table, (6,), {"left", "elu", "max", "bn", "prob"}),
    ],
)
def test_networks_of_the_classic_api(
    spark: Any, tmp_path: Path, network: Any, shape: Shape, names: set[str]
) -> None:
    from bigdl.dllib.utils.common import RNG

    RNG().set_seed(5)
    model = network()
    x = np.random.default_rng(3).normal(size=(4, *shape)).astype(np.float32)
    model.training()
    model.forward(x)  # moves the statistics of batch normalisation
    model.evaluate()
    expected = model.forward(x)
    model.saveModel(str(tmp_path / "whole.model"), over_write=True)
    model.saveModel(str(tmp_path / "apart.model"), str(tmp_path / "apart.bin"), over_write=True)
    whole, apart = read(tmp_path / "whole.model", shape), read(tmp_path / "apart.model", shape)
    assert names <= {node.name for node in whole.network.layers}
    assert_near(reference(whole.network, whole.weights, [x]), expected)
    np.testing.assert_array_equal(
        reference(apart.network, apart.weights, [x]), reference(whole.network, whole.weights, [x])
    )


def small() -> Network:
    builder = GraphBuilder(SPAN)
    builder.input("image", (3, 8, 8))
    builder.layer("conv1", "Conv2D", ["image"], filters=4, kernel_size=(3, 3), padding="same")
    builder.layer("bn1", "BatchNormalization", ["conv1"])
    builder.layer("relu1", "ReLU", ["bn1"])
    builder.layer("conv2", "Conv2D", ["relu1"], filters=4, kernel_size=(1, 1), use_bias=False)
    builder.layer("res1", "Add", ["conv2", "relu1"])
    builder.layer("pool5", "GlobalAveragePooling2D", ["res1"])
    builder.layer("head", "Dense", ["pool5"], units=3, activation="softmax")
    return builder.finish("head")


@pytest.mark.parametrize("node", ["conv1", "relu1", "res1", "pool5"])
def test_a_cut_in_bigdl_is_the_cut_here(spark: Any, tmp_path: Path, node: str) -> None:
    """Names are those of the file, which would be lost by the wrong loader."""
    from bigdl.dllib.net import Net

    network = small()
    model = build(network)
    set_weights(model, network, testing.random_weights(network, 7))
    model.saveModel(str(tmp_path / "whole.model"), over_write=True)
    cut = Net.load(str(tmp_path / "whole.model")).new_graph([node])
    cut.saveModel(str(tmp_path / "cut.model"), over_write=True)
    (x,) = testing.batch(network, 2, 11)
    whole, part = read(tmp_path / "whole.model"), read(tmp_path / "cut.model")
    assert part.network.output == node
    for name, arrays in part.weights.items():
        for array, other in zip(arrays, whole.weights[name], strict=True):
            np.testing.assert_array_equal(array, other)
    ours = activations(whole.network, whole.weights, [x])[node]
    np.testing.assert_array_equal(reference(part.network, part.weights, [x]), ours)
    assert_near(ours, forward(cut, part.network, [x]))


@pytest.mark.parametrize("called", [*ACTIVATIONS])
def test_every_activation_reads_back_as_itself(spark: Any, tmp_path: Path, called: str) -> None:
    builder = GraphBuilder(SPAN)
    builder.input("vector", (5,))
    builder.layer("alone", "Activation", ["vector"], activation=called)
    builder.layer("after", "Dense", ["alone"], units=3, activation=called)
    network = builder.finish("after")
    assert_reads_back(network, 3, tmp_path)


def test_a_network_within_a_network(spark: Any, tmp_path: Path) -> None:
    """As transfer learning by hand makes one: a cut network is a layer of another, and so is a row of layers."""
    from bigdl.dllib.keras.layers import Dense, Dropout, Input
    from bigdl.dllib.keras.models import Model, Sequential
    from bigdl.dllib.net import Net

    network = small()
    model = build(network)
    set_weights(model, network, testing.random_weights(network, 7))
    model.saveModel(str(tmp_path / "whole.model"), over_write=True)
    given = Input(shape=(3, 8, 8), name="given")
    features = Net.load(str(tmp_path / "whole.model")).new_graph(["pool5"])(given)
    head = Sequential()
    head.add(Dropout(0.3, input_shape=(4,), name="drop"))
    head.add(Dense(2, activation="sigmoid", name="labels"))
    outer = Model(given, head(features))
    outer.saveModel(str(tmp_path / "outer.model"), over_write=True)
    found = read(tmp_path / "outer.model")
    names = [node.name for node in found.network.layers]
    assert names == ["conv1", "bn1", "relu1", "conv2", "res1", "pool5", "drop", "labels"]
    (x,) = testing.batch(found.network, 2, 11)
    assert_near(reference(found.network, found.weights, [x]), forward(outer, found.network, [x]))
