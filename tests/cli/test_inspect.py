"""``zoodsl inspect``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.weights import pytorch
from tests.weights.bigdl_messages import module, save
from zoodsl.types import elements

BLOCK = """zoo 1
\"\"\"A network of three layers.\"\"\"

block tiny(x, filters: int = 4) {
  Conv2D(filters, 3x3, padding = same) as "conv"
  BatchNormalization() as "bn"
  GlobalAveragePooling2D() as "pool5"
}
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    arrays = {"conv.weight": (4, 3, 3, 3), "conv.bias": (4,)}
    arrays |= {f"bn.{name}": (4,) for name in ("weight", "bias", "running_mean", "running_var")}
    tensors = pytorch.state({name: np.ones(shape, np.float32) for name, shape in arrays.items()})
    return pytorch.archive(tmp_path / "tiny.pth", tensors)


@pytest.fixture
def block(tmp_path: Path) -> str:
    path = tmp_path / "tiny.zoo"
    path.write_text(BLOCK)
    return f"{path}:tiny"


def test_weights_alone_are_listed(cli, state):
    ended = cli("inspect", state)
    assert ended.status == 0
    assert "a state dictionary of PyTorch, weights without a graph" in ended.out.replace("\n", " ")
    assert ["conv.weight", "4x3x3x3", "float32", "108"] in [line.split() for line in ended.out.splitlines()]
    assert ["6", "tensors", "128"] in [line.split() for line in ended.out.splitlines()]


def test_a_network_layer_by_layer(cli, state, block):
    ended = cli("inspect", state, "--network", block, "--input", "3x8x8")
    assert ended.status == 0
    rows = [line.split() for line in ended.out.splitlines()]
    assert ["input", "input", "3x8x8"] in rows
    assert ["conv", "Conv2D(4,", "3x3,", "padding", "=", "same)", "4x8x8", "112"] in rows
    assert ["parameters", "120,", "and", "8", "statistics", "of", "BatchNormalization"] in rows


def test_the_same_for_programs(cli, state, block):
    found = json.loads(cli("inspect", state, "--network", f"{block}()", "--json").out)
    assert found["version"] == 1
    assert found["inputs"] == [{"name": "input", "shape": [3, 224, 224]}]
    assert [layer["name"] for layer in found["layers"]] == ["conv", "bn", "pool5"]
    assert found["output"] == "pool5"
    assert found["parameters"] == sum(layer["parameters"] for layer in found["layers"]) == 120
    alone = json.loads(cli("inspect", state, "--json").out)
    assert alone["numbers"] == sum(elements(tuple(each["shape"])) for each in alone["tensors"]) == 128


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_picture(cli, state, block, tmp_path, suffix):
    path = tmp_path / f"tiny.{suffix}"
    assert cli("inspect", state, "--network", block, "--picture", path).status == 0
    if suffix == "png":
        with Image.open(path) as image:
            assert min(image.size) > 100
    else:
        assert b"<svg" in path.read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n", "it is a text"),
        (b"", "it is empty"),
        (b"\x89PNG\r\n\x1a\n", "it is a picture"),
        (b"PK\x03\x04 cut", "an archive whose end is missing"),
        (b"\xac\xed\x00\x05sr", "a Java object, such as a checkpoint of BigDL"),
        (b"\x1c\x00\x00\x00TFL3" + bytes(60), "a network of TensorFlow Lite"),
        (b"\x01\x02\x03\x04" * 20, "of no format that is known"),
    ],
)
def test_a_file_of_another_kind(cli, tmp_path, content, words):
    path = tmp_path / "wrong.model2"
    path.write_bytes(content)
    ended = cli("inspect", path)
    assert ended.status == 1
    assert "error[ZOO601]: `wrong.model2` is no saved network: " in ended.err
    assert words in ended.err
    assert ended.out == ""


def test_a_network_that_can_be_read_in_part(cli, tmp_path):
    scale = module("HardTanh", "scaled", minValue=-2.0, maxValue=2.0)
    path = save(tmp_path / "x.model", module("Sequential", "net", module("ReLU", "relu"), scale))
    ended = cli("inspect", path, "--input", "4")
    assert ended.status == 1
    assert "BigDL, 1 layer, as far as it can be read" in ended.out.replace("\n", " ")
    assert "`scaled`, HardTanh, cuts numbers off at -2 and 2" in ended.err
    found = json.loads(cli("inspect", path, "--input", "4", "--json").out)
    assert [layer["name"] for layer in found["layers"]] == ["relu"]
    assert "`scaled`" in found["unread"][0]


def test_a_file_that_is_not_there_and_a_folder(cli, tmp_path, state):
    near = cli("inspect", state.with_name("tinny.pth"))
    assert near.status == 1
    assert "tiny.pth" in near.err
    assert "is a folder" in cli("inspect", tmp_path).err


def test_problems_for_programs(cli, tmp_path):
    (tmp_path / "x.onnx").write_bytes(b"text")
    ended = cli("inspect", tmp_path / "x.onnx", "--json")
    assert ended.status == 1
    assert json.loads(ended.out)["diagnostics"][0]["code"] == "ZOO601"


def test_a_block_that_does_not_fit_or_is_not_there(cli, state, block):
    misfit = cli("inspect", state, "--network", f"{block}(filters = 5)")
    assert misfit.status == 1
    assert "needs 5x3x3x3" in misfit.err
    assert "resnet" in cli("inspect", state, "--network", "zoo.resnet1").err
    assert "ZOO" in cli("inspect", state, "--network", "nothing.zoo:tiny").err


def test_the_command_line(cli, state, tmp_path):
    assert "is no shape" in cli("inspect", state, "--input", "3xx8").err
    assert "neither in .png nor in .svg" in cli("inspect", state, "--picture", "x.jpg").err
    nothing = cli("inspect", state, "--picture", tmp_path / "x.png")
    assert nothing.status == 2
    assert "say its --network" in nothing.err
