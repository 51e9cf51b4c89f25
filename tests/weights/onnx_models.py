"""Small ONNX models, and the proof that what is read of them gives what onnxruntime gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime  # type: ignore[import-untyped]
from onnx import TensorProto, helper, numpy_helper

from zoodsl.source import SourceFile, Span
from zoodsl.targets.numpy import forward
from zoodsl.types import Shape
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.pretrained import Pretrained

Array = npt.NDArray[Any]

SPAN = Span(SourceFile("test.zoo", ""), 0, 0)
TOLERANCE = 1e-4
RECORDS = 3
IR_VERSION = 8


class Model:
    """A model that grows node by node. Weights are drawn; a node's first output has its name."""

    def __init__(self, *shape: int | str, opset: int = 13, seed: int = 0) -> None:
        self.opset = opset
        self.draw = np.random.default_rng(seed)
        self.inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, Array] = {}

    def constant(self, values: Any) -> str:
        """An initializer."""
        name = f"c{len(self.constants)}"
        array = np.asarray(values)
        self.constants[name] = array.astype(np.float32) if array.dtype == np.float64 else array
        return name

    def weight(self, *shape: int) -> str:
        """An initializer of drawn numbers, whose products keep their size."""
        fan = max(int(np.prod(shape[1:])), 1)
        return self.constant(self.draw.normal(0, fan**-0.5, shape).astype(np.float32))

    def positive(self, *shape: int) -> str:
        """An initializer of numbers from 0.5 to 1.5."""
        return self.constant(self.draw.uniform(0.5, 1.5, shape).astype(np.float32))

    def add(
        self, operator: str, *inputs: str, outputs: int = 1, name: str | None = None, **attributes: Any
    ) -> str:
        """A node; gives its first output."""
        label = f"{operator.lower()}{len(self.nodes)}" if name is None else name
        first = label or f"t{len(self.nodes)}"
        names = [first, *(f"{first}:{index}" for index in range(1, outputs))]
        self.nodes.append(helper.make_node(operator, inputs, names, name=label, **attributes))
        return first

    def proto(self, *outputs: str) -> onnx.ModelProto:
        """The whole model."""
        graph = helper.make_graph(
            self.nodes,
            "graph",
            self.inputs,
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
            [numpy_helper.from_array(array, name) for name, array in self.constants.items()],
        )
        opsets = [helper.make_opsetid("", self.opset)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


def read(model: onnx.ModelProto, folder: Path, shape: Shape | None = None) -> Pretrained:
    """What is read of a model."""
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    found = read_pretrained(str(path), SPAN, shape)
    assert isinstance(found, Pretrained), found
    return found


def outputs(model: onnx.ModelProto, inputs: Sequence[Array]) -> list[Array]:
    """What onnxruntime computes."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    given: list[Array] = session.run(None, dict(zip(names, inputs, strict=True)))
    return given


def prove(model: onnx.ModelProto, inputs: Array | Sequence[Array], folder: Path) -> Pretrained:
    """Reads a model and compares its output with onnxruntime's; images channels last are turned round for ours."""
    found = read(model, folder)
    arrays = [inputs] if isinstance(inputs, np.ndarray) else list(inputs)
    (wanted, *_) = outputs(model, arrays)
    ours = [
        array if array.shape[1:] == node.shape else array.transpose(0, 3, 1, 2)
        for array, node in zip(arrays, found.network.inputs, strict=True)
    ]
    given = forward(found.network, found.weights, ours)
    assert given.shape[1:] == found.network.shape
    given = given if given.ndim < 4 or given.shape == wanted.shape else given.transpose(0, 2, 3, 1)
    assert given.size == wanted.size
    np.testing.assert_allclose(
        given.reshape(wanted.shape), wanted, rtol=0, atol=TOLERANCE * max(float(np.abs(wanted).max()), 1e-3)
    )
    return found


def batch(*shape: int, seed: int = 1, records: int = RECORDS) -> Array:
    """Normally distributed records."""
    return np.random.default_rng(seed).normal(size=(records, *shape)).astype(np.float32)
