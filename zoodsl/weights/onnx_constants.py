"""Constants of an ONNX file, and what is computed of constants alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.onnx_graph import Graph, Node
from zoodsl.weights.views import Array

FOLDED = frozenset(
    {
        "Abs", "Add", "And", "Cast", "Ceil", "Concat", "Div", "Equal", "Expand", "Flatten", "Floor", "Gather", "Greater",
        "Identity", "Less", "Mod", "Mul", "Neg", "Not", "Or", "Pow", "Range", "ReduceProd", "Reshape", "Shape", "Slice",
        "Split", "Sqrt", "Squeeze", "Sub", "Transpose", "Unsqueeze", "Where", "DequantizeLinear", "ReduceMax", "ReduceMin",
        "ReduceSum", "Max", "Min", "Reciprocal", "ScatterND", "ConstantOfShape",
    }
)  # fmt: skip
"""Operators that are worked out where all their inputs are constants: what layouts and sizes are computed by."""

_LARGEST = 100_000_000
"""How many numbers a constant that is worked out may have: none grows past a network's own weights."""


def constant(node: Node) -> Array:
    """What a Constant node gives."""
    from onnx import TensorProto, numpy_helper

    for attribute, value in node.attributes.items():
        if isinstance(value, TensorProto):
            return numpy_helper.to_array(value)
        if attribute in ("value_float", "value_int", "value_floats", "value_ints"):
            return np.array(value, np.float32 if "float" in attribute else np.int64)
    raise UnsupportedError("gives neither numbers nor a tensor")


def folded(graph: Graph, node: Node, proto: Any) -> tuple[Array, ...]:
    """What a node of constants gives, worked out by ONNX's own reference."""
    from onnx import helper
    from onnx.reference import ReferenceEvaluator

    if node.operator not in FOLDED:
        raise UnsupportedError("computes of constants alone")
    if node.operator in ("ConstantOfShape", "Expand", "Range") and _length(graph, node) > _LARGEST:
        raise UnsupportedError("gives more numbers than any weight has")
    given = {name: graph.values[name] for name in node.inputs if name}
    unknown = helper.make_empty_tensor_value_info
    inner = helper.make_graph([proto], "one", list(map(unknown, given)), list(map(unknown, node.outputs)))
    model = helper.make_model(inner, opset_imports=[helper.make_opsetid("", graph.opset)], ir_version=10)
    return tuple(np.asarray(value) for value in ReferenceEvaluator(model).run(None, given))


def _length(graph: Graph, node: Node) -> float:
    values = [np.asarray(graph.values[name], np.float64) for name in node.inputs if name]
    if node.operator == "Range":
        start, end, step = (float(value) for value in values)
        return (end - start) / step if step else float("inf")
    return float(np.prod(values[-1]))
