"""What a file is, is told by what is in it; and networks are put together by the catalog's rules."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.weights import pytorch
from tests.weights.bigdl_messages import module, save
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.source import SourceFile, Span
from zoodsl.weights.content import Foreign, recognise
from zoodsl.weights.files import READERS, read_pretrained
from zoodsl.weights.graph import GraphBuilder
from zoodsl.weights.pretrained import Problem, StateDict

SPAN = Span(SourceFile("test.zoo", ""), 0, 0)


def what(path: Path) -> str:
    found = recognise(str(path))
    assert isinstance(found, Foreign), found
    return found.what


def problem_of(path: Path) -> Problem:
    found = read_pretrained(str(path), SPAN)
    assert isinstance(found, tuple), found
    (problem,) = found
    return problem


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name in names:
            file.writestr(name, b"")
    return path


def tensors(path: Path, entries: dict[str, tuple[str, np.ndarray]]) -> Path:
    """A file of safetensors."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    numbers = b""
    for name, (element, array) in entries.items():
        place = [len(numbers), len(numbers) + array.nbytes]
        header[name] = {"dtype": element, "shape": list(array.shape), "data_offsets": place}
        numbers += array.tobytes()
    written = json.dumps(header).encode()
    path.write_bytes(len(written).to_bytes(8, "little") + written + numbers)
    return path


def test_the_content_decides_whatever_the_name(tmp_path):
    """Each file has a wrong suffix."""
    keras = zipped(tmp_path / "a.onnx", "metadata.json", "config.json", "model.weights.h5")
    torch = pytorch.archive(tmp_path / "b.h5", pytorch.state({"w": np.ones(2, np.float32)}))
    row = pytorch.row(tmp_path / "c.keras", pytorch.state({"w": np.ones(2, np.float32)}))
    bigdl = save(tmp_path / "d.pth", module("Sequential", "net", module("ReLU", "relu")))
    safe = tensors(tmp_path / "e.model", {"w": ("F32", np.ones(2, np.float32))})
    h5 = tmp_path / "f.pt"
    h5.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(80))
    found = [recognise(str(path)) for path in (keras, torch, row, bigdl, safe, h5)]
    assert found == ["keras", "torch", "torch", "bigdl", "safetensors", "h5"]
    assert set(found) | {"onnx"} == set(READERS)


def test_onnx_is_told_from_the_other_messages(tmp_path):
    onnx = pytest.importorskip("onnx")
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    value = [onnx.helper.make_tensor_value_info(name, 1, [1, 3]) for name in ("x", "y")]
    model = onnx.helper.make_model(onnx.helper.make_graph([node], "g", value[:1], value[1:]))
    path = tmp_path / "x.bin"
    path.write_bytes(model.SerializeToString())
    assert recognise(str(path)) == "onnx"
    graph = b"\x0a\x05\x0a\x03abc" + b"\x22\x02\x08\x1b"  # a node, and the versions
    path.write_bytes(graph)
    assert what(path) == "a graph of TensorFlow"
    path.write_bytes(b"\x0a\x03net" + b"\xa2\x06\x02\x0a\x00")  # a name, and a layer in field 100
    assert what(path) == "a network of Caffe"


def test_a_zip_of_something_else(tmp_path):
    assert what(zipped(tmp_path / "x.keras", "readme.txt")) == "a zip archive without a network"
    assert "NumPy" in what(zipped(tmp_path / "y.npz", "a.npy", "b.npy"))


def test_safetensors_have_no_order(tmp_path):
    half = np.array([1.5, -2.0], np.float16)
    brain = np.array([1.5, -2.0], np.float32).view(np.uint16)[1::2].copy()
    path = tensors(
        tmp_path / "x.safetensors",
        {"b": ("F32", np.ones((2, 3), np.float32)), "a": ("F16", half), "c": ("BF16", brain)},
    )
    found = read_pretrained(str(path), SPAN)
    assert isinstance(found, StateDict)
    assert not found.ordered
    assert found.tensors["b"].shape == (2, 3)
    for name in ("a", "c"):
        assert found.tensors[name].dtype == np.float32
        np.testing.assert_array_equal(found.tensors[name], [1.5, -2.0])
    content = path.read_bytes()
    for length in (20, 60, len(content) - 1):
        path.write_bytes(content[:length])
        problem = problem_of(path)
        assert problem.code is rules.UNREADABLE_MODEL


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    path = tmp_path / "x.onnx"
    path.write_bytes(b"\x08\x07\x3a\x00\x42\x00")
    monkeypatch.setitem(sys.modules, "onnx", None)
    monkeypatch.delitem(sys.modules, "zoodsl.weights.onnx", raising=False)
    problem = problem_of(path)
    assert problem.code is rules.PACKAGE_MISSING
    assert "the package `onnx` is not installed" in problem.message
    assert "zoodsl[weights]" in problem.help


def test_what_the_system_says_of_a_file(tmp_path):
    problem = problem_of(tmp_path / "nothing.model")
    assert problem.message == "`nothing.model` cannot be read: no such file or directory"
    problem = problem_of(tmp_path)
    assert "is a folder" in problem.message


def test_a_network_takes_the_defaults_and_shapes_of_the_catalog():
    builder = GraphBuilder(SPAN)
    assert builder.input("image", (3, 8, 8)) == (3, 8, 8)
    assert builder.layer("conv", "Conv2D", ["image"], filters=4, kernel_size=(3, 3)) == (4, 6, 6)
    builder.layer("aside", "ReLU", ["image"])
    assert builder.layer("join", "Concatenate", ["conv", "conv"]) == (8, 6, 6)
    assert builder.free("conv") == "conv_2"
    assert builder.free("new") == "new"
    network = builder.finish("join")
    assert [node.name for node in network.layers] == ["conv", "join"]
    assert network.layers[0].operation.arguments["padding"] == "valid"


def test_what_a_layer_cannot_take_is_a_problem_and_what_nobody_can_mean_an_error():
    builder = GraphBuilder(SPAN)
    builder.input("image", (3, 2, 2))
    too_large = builder.layer("conv", "Conv2D", ["image"], filters=4, kernel_size=(3, 3))
    assert isinstance(too_large, Problem)
    assert too_large.message.startswith("cannot be built: `Conv2D` has a window of 3x3 that does not fit")
    lonely = builder.layer("add", "Add", ["image"])
    assert isinstance(lonely, Problem)
    assert lonely.message == "cannot be built: `Add` does not take 1 tensor"
    for wrong in ({"filters": 4}, {"filters": 4, "kernel_size": (1, 1), "colour": 1}):
        with pytest.raises(ValueError, match="Conv2D"):
            builder.layer(builder.free("x"), "Conv2D", ["image"], **wrong)
    with pytest.raises(ValueError, match="no layer"):
        builder.operation("Convolve")
    with pytest.raises(ValueError, match="two nodes"):
        builder.input("image", (1,))
