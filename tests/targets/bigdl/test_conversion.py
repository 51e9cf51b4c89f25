"""Networks written in BigDL's own format, and the traps of loading and cutting there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.targets.bigdl.caffe_files import DEFINITION, blobs, outputs, write_weights
from zoodsl import testing
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.targets import UNSUPPORTED_LAYER
from zoodsl.model.nodes import Network
from zoodsl.runtime.worker import load
from zoodsl.source import SourceFile, Span
from zoodsl.targets.bigdl.conversion import MODEL, caffe_program, network_program
from zoodsl.targets.bigdl.network import holder_name
from zoodsl.targets.numpy import forward as reference
from zoodsl.targets.target import Program
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.graph import GraphBuilder
from zoodsl.weights.pretrained import Pretrained

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

SPAN = Span(SourceFile("tiny.onnx", ""), 0, 0)
IMAGES = np.random.default_rng(1).normal(size=(2, 3, 8, 8)).astype(np.float32)


def network() -> Network:
    """With a layer that BigDL makes of two, one that is Torch's there, and statistics."""
    graph = GraphBuilder(SPAN)
    graph.input("image", (3, 8, 8))
    for name, operator, given, arguments in (
        (
            "conv1",
            "Conv2D",
            "image",
            {"filters": 6, "kernel_size": (3, 3), "padding": "same", "activation": "elu"},
        ),
        ("bn1", "BatchNormalization", "conv1", {}),
        ("dw1", "DepthwiseConv2D", "bn1", {"kernel_size": (3, 3)}),
        ("pool5/3x3_s2", "MaxPooling2D", "dw1", {"pool_size": (3, 3), "strides": (2, 2)}),
        ("flat", "Flatten", "pool5/3x3_s2", {}),
        ("prob", "Dense", "flat", {"units": 4, "activation": "softmax"}),
    ):
        graph.layer(name, operator, (given,), **arguments)
    return graph.finish("prob")


def carry_out(spark: Any, program: Program, folder: Path) -> Path:
    """The file that the program writes, as a run would."""
    for name, content in program.attachments.items():
        (folder / name).write_bytes(content)
    (folder / "program.py").write_text(program.text, encoding="utf-8")
    load(folder / "program.py").main(spark, out=str(folder))
    return folder / MODEL


@pytest.fixture
def written(spark: Any, tmp_path: Path) -> tuple[Network, Any, Path]:
    """A network, its weights, and the file that BigDL wrote of them."""
    made = network()
    weights = testing.random_weights(made, 3)
    program = network_program(made, weights, "models/tiny.onnx", Diagnostics())
    assert program is not None
    return made, weights, carry_out(spark, program, tmp_path)


def good(path: Path) -> Pretrained:
    found = read_pretrained(str(path), SPAN, (3, 8, 8))
    assert isinstance(found, Pretrained), found
    return found


def test_what_is_written_reads_back_bit_for_bit(written: tuple[Network, Any, Path]) -> None:
    made, weights, path = written
    found = good(path)
    names = {layer.name for layer in found.network.layers}
    assert names >= {layer.name for layer in made.layers}
    for node in made.layers:
        if weights.get(node.name):
            kept = found.weights[holder_name(node)]
            assert [each.tobytes() for each in kept] == [each.tobytes() for each in weights[node.name]]
    assert reference(found.network, found.weights, [IMAGES]) == pytest.approx(
        reference(made, weights, [IMAGES]), abs=1e-6
    )


def test_cutting_in_plain_bigdl_by_the_names_of_layers(written: tuple[Network, Any, Path]) -> None:
    from bigdl.dllib.net import Net

    from zoodsl.targets.bigdl.library.engine import quiet

    made, weights, path = written
    with quiet():
        cut = Net.load(str(path)).new_graph(["pool5/3x3_s2"])
        cut.set_evaluate_status()
        given = cut.forward(IMAGES)
    graph = replace(made, layers=made.layers[:4], output="pool5/3x3_s2")
    assert given == pytest.approx(reference(graph, weights, [IMAGES]), abs=1e-5)


def test_a_network_in_a_network_hides_its_layers(written: tuple[Network, Any, Path]) -> None:
    """A loaded network that is called as a layer makes ``layers`` fail; a base's layers are the program's own."""
    from bigdl.dllib.keras.layers import Dense, Flatten, Input
    from bigdl.dllib.keras.models import Model
    from bigdl.dllib.net import Net

    from tests.targets.bigdl.engine import build
    from zoodsl.targets.bigdl.library.engine import quiet

    made, _, path = written
    with quiet():
        given = Input(shape=(3, 8, 8))
        nested = Model(given, Dense(2)(Flatten()(Net.load(str(path))(given))))
        with pytest.raises(ModuleNotFoundError):
            nested.layers  # noqa: B018 - it does something
    assert {layer.name() for layer in build(made).layers} >= {layer.name for layer in made.layers}


def test_a_forward_pass_before_training(spark: Any) -> None:
    """A convolution goes on with the weights that it had in its first pass; programs make none before training."""
    from bigdl.dllib.keras.layers import Convolution2D, Input
    from bigdl.dllib.keras.models import Model

    from zoodsl.targets.bigdl.library.engine import quiet
    from zoodsl.targets.bigdl.library.weights import layers_by_name, weighted_layers

    with quiet():
        given = Input(shape=(3, 8, 8))
        hidden = Convolution2D(2, 3, 3, bias=False, name="first")(given)
        model = Model(given, Convolution2D(2, 3, 3, bias=False, name="second")(hidden))
        model.set_evaluate_status()
        before = model.forward(IMAGES)
        model.value.getParameters()  # as training does: all weights move into one storage
        for name in weighted_layers(model):
            layer = layers_by_name(model)[name]
            layer.set_weights([np.zeros_like(array) for array in layer.get_weights()])
        assert model.forward(IMAGES) == pytest.approx(before)


def test_caffe(spark: Any, tmp_path: Path) -> None:
    """BigDL reads a definition and weights, whose poolings count up and whose statistics are sums."""
    (tmp_path / "net.prototxt").write_text(DEFINITION, encoding="utf-8")
    write_weights(tmp_path / "net.caffemodel", blobs())
    program = caffe_program(str(tmp_path / "net.prototxt"), str(tmp_path / "net.caffemodel"))
    found = good(carry_out(spark, program, tmp_path))
    names = [layer.name for layer in found.network.layers]
    assert [name for name in names if not name.startswith("View")] == [
        "conv1", "bn1", "scale1", "relu1", "pool5", "conv2", "sum", "fc", "prob",
    ]  # fmt: skip
    assert reference(found.network, found.weights, [IMAGES]) == pytest.approx(
        outputs(blobs(), IMAGES), abs=1e-6
    )


def test_a_layer_that_bigdl_lacks() -> None:
    graph = GraphBuilder(SPAN)
    graph.input("image", (3, 8, 8))
    graph.layer("dilated", "DepthwiseConv2D", ("image",), kernel_size=(3, 3), dilation_rate=(2, 2))
    made = graph.finish("dilated")
    problems = Diagnostics()
    assert network_program(made, testing.random_weights(made, 0), "tiny.onnx", problems) is None
    (problem,) = problems.sorted()
    assert problem.code is UNSUPPORTED_LAYER
    assert problem.message == "`dilated`: BigDL has no dilated `DepthwiseConv2D`"
