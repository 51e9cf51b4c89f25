"""The small pretrained networks and pictures in ``specs/surgery``: what they are, and how their files are made.

``UPDATE_GOLDEN=1 pytest tests/semantics/test_bases.py`` writes the files anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

FOLDER = Path(__file__).parent.parent / "specs" / "surgery"
FILTERS = (4, 8)
CLASSES = 10


def tiny_weights() -> dict[str, Array]:
    """The tensors of the network below by PyTorch's names, in PyTorch's layout."""
    generator = np.random.default_rng(7)
    tensors: dict[str, npt.NDArray[np.float64]] = {}
    given = 3
    for number, filters in enumerate(FILTERS, 1):
        kernel = generator.normal(0.0, (given * 9) ** -0.5, (filters, given, 3, 3))
        tensors[f"conv{number}.weight"] = kernel
        tensors[f"conv{number}.bias"] = generator.normal(0.0, 0.1, filters)
        tensors[f"bn{number}.weight"] = generator.uniform(0.5, 1.5, filters)
        tensors[f"bn{number}.bias"] = generator.normal(0.0, 0.1, filters)
        tensors[f"bn{number}.running_mean"] = generator.normal(0.0, 0.1, filters)
        tensors[f"bn{number}.running_var"] = generator.uniform(0.5, 1.5, filters)
        given = filters
    tensors["fc.weight"] = generator.normal(0.0, given**-0.5, (CLASSES, given))
    tensors["fc.bias"] = generator.normal(0.0, 0.1, CLASSES)
    return {name: tensor.astype(np.float32) for name, tensor in tensors.items()}


def state_file(tensors: Mapping[str, Array]) -> bytes:
    """A file of named tensors without a graph. Source: Hugging Face, the safetensors format."""
    header: dict[str, object] = {}
    body = b""
    for name, tensor in tensors.items():
        end = len(body) + tensor.nbytes
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), end]}
        body += tensor.tobytes()
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def convolution() -> dict[str, Array]:
    """The tensors of a state dictionary of one convolution of four filters."""
    return {name: tensor for name, tensor in tiny_weights().items() if name.startswith("conv1")}


def rare_onnx() -> bytes:
    """A network with a layer that the language lacks."""
    from onnx import TensorProto, helper

    shape: list[str | int | None] = ["batch", 3, 16, 16]
    node = helper.make_node("DepthToSpace", ["data"], ["out"], name="rare", blocksize=1)
    given, made = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("data", "out"))
    graph = helper.make_graph([node], "rare", [given], [made])
    content: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    ).SerializeToString()
    return content


def tiny_onnx() -> bytes:
    """The network with its weights: two convolutions over 3x16x16, the mean of each channel, ten classes."""
    from onnx import TensorProto, helper, numpy_helper

    tensors = tiny_weights()
    nodes = []
    before = "data"

    def add(kind: str, name: str, *weights: str, **attributes: Any) -> None:
        nonlocal before
        read = [before, *(f"{name}.{each}" for each in weights)]
        nodes.append(helper.make_node(kind, read, [f"{name}_out"], name=name, **attributes))
        before = f"{name}_out"

    for number in (1, 2):
        add("Conv", f"conv{number}", "weight", "bias", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        add(
            "BatchNormalization", f"bn{number}", "weight", "bias", "running_mean", "running_var", epsilon=1e-3
        )
        add("Relu", f"relu{number}")
        if number == 1:
            add("MaxPool", "pool1", kernel_shape=[2, 2], strides=[2, 2])
    add("ReduceMean", "pool2", axes=[2, 3], keepdims=0)
    add("Dropout", "drop")
    add("Gemm", "fc", "weight", "bias", transB=1)
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("data", TensorProto.FLOAT, ["batch", 3, 16, 16])],
        [helper.make_tensor_value_info(before, TensorProto.FLOAT, ["batch", CLASSES])],
        [numpy_helper.from_array(tensor, name) for name, tensor in tensors.items()],
    )
    model = helper.make_model(
        graph, producer_name="zoodsl", opset_imports=[helper.make_opsetid("", 13)], ir_version=8
    )
    content: bytes = model.SerializeToString()
    return content


def files() -> dict[str, bytes]:
    """The files by their paths in ``specs/surgery``."""
    pictures = {
        f"pictures/{kind}/{number}.png": _picture(brightness + 20 * number)
        for kind, brightness in (("day", 160), ("night", 20))
        for number in (1, 2, 3)
    }
    return {"tiny.onnx": tiny_onnx(), "tiny.safetensors": state_file(tiny_weights()), **pictures}


def _picture(brightness: int) -> bytes:
    """A picture of 16x16 in one colour."""
    from PIL import Image

    content = BytesIO()
    Image.new("RGB", (16, 16), (brightness, brightness, 255 - brightness)).save(content, "PNG")
    return content.getvalue()
