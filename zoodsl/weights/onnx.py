"""Networks that are saved as ONNX, of operator sets 7 to 21."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.source import Span
from zoodsl.types import Shape
from zoodsl.weights import onnx_arithmetic as arithmetic
from zoodsl.weights import onnx_dense as dense
from zoodsl.weights import onnx_layout as layout
from zoodsl.weights import onnx_windows as windows
from zoodsl.weights.assembly import CUT_BEFORE, UnsupportedError, one_output
from zoodsl.weights.onnx_constants import constant, folded
from zoodsl.weights.onnx_graph import Graph, Node, Value
from zoodsl.weights.pretrained import Pretrained, Problem
from zoodsl.weights.views import View

OPERATORS: Mapping[str, Callable[[Graph, Node], Value | tuple[Value, ...]]] = {
    "Conv": windows.convolution,
    "ConvTranspose": windows.transposed_convolution,
    "MaxPool": windows.pooling,
    "AveragePool": windows.pooling,
    "GlobalAveragePool": windows.global_pooling,
    "GlobalMaxPool": windows.global_pooling,
    "ReduceMean": windows.reduction,
    "ReduceMax": windows.reduction,
    "Pad": windows.padding,
    "Resize": windows.resize,
    "Upsample": windows.resize,
    "Gemm": dense.general_product,
    "MatMul": dense.matrix_product,
    "BatchNormalization": dense.batch_normalization,
    "LayerNormalization": dense.layer_normalization,
    "LpNormalization": dense.unit_normalization,
    "PRelu": dense.prelu,
    "LRN": dense.response_normalization,
    **dict.fromkeys(arithmetic.ACTIVATIONS, arithmetic.function),
    "Relu": arithmetic.relu,
    "LeakyRelu": arithmetic.leaky_relu,
    "Elu": arithmetic.elu,
    "Selu": arithmetic.selu,
    "Gelu": arithmetic.gelu,
    "HardSigmoid": arithmetic.hard_sigmoid,
    "Clip": arithmetic.clip,
    "Softmax": arithmetic.softmax,
    "LogSoftmax": arithmetic.softmax,
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "Sum", "Mean", "Max", "Min"), arithmetic.merge),
    "Concat": layout.concatenation,
    "Identity": layout.same,
    "Cast": layout.same,
    "Dropout": layout.dropout,
    "Shape": layout.shape,
    "Flatten": layout.flatten,
    "Reshape": layout.reshape,
    "Transpose": layout.transpose,
    "Squeeze": layout.squeeze,
    "Unsqueeze": layout.unsqueeze,
    "Expand": layout.expand,
    "Slice": layout.cut,
    "Split": layout.split,
    "Gather": layout.gather,
}
"""What each operator is made of."""

OLDEST = 7

_BROKEN = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What comes of a file whose parts do not agree with each other."""

_ANYWHERE = {"Add", "Sub", "Mul", "Div", "Cast", "Identity", "Clip"}
"""Operators of which an image's layout cannot be told."""


def read(
    path: str, span: Span, shape: Shape | None = None, *, to_be_cut: bool = False
) -> Pretrained | tuple[Problem, ...]:
    """The network in an ONNX file, with its weights. External data lies beside the file.

    ``shape`` is that of the network's one input, channels first, for files that leave its size open. Inputs and
    outputs of images that lie channels last in the file are channels first in the network. One that is ``to_be_cut``
    has all nodes that could be read, those that lead to other outputs too.
    """
    from google.protobuf.message import DecodeError
    from onnx import checker, load

    name = Path(path).name
    try:
        model = load(path)
        for output in model.graph.output:
            output.type.tensor_type.shape.SetInParent()  # not said in some files, and not needed
        checker.check_model(model)
        opset = next((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), 0)
        if opset >= OLDEST:
            return _Translation(model, opset, name, span).network(shape, to_be_cut=to_be_cut)
        what = f"is of ONNX' operator set {opset}; {OLDEST} is the oldest that is read"
        help_ = "export it again with `opset_version = 13`"
    except (DecodeError, checker.ValidationError, *_BROKEN) as problem:
        why = (str(problem).strip().splitlines() or ["it is cut off"])[0]
        what, help_ = (
            f"is no sound ONNX file: {why[:1].lower()}{why[1:].rstrip('.')}",
            "copy or export it again",
        )
    return (Problem(rules.UNREADABLE_MODEL, f"`{name}` {what}", help_),)


class _Translation:
    """Makes a network of a graph, node by node, and goes on after what has no counterpart."""

    def __init__(self, model: Any, opset: int, file: str, span: Span) -> None:
        from onnx import helper, numpy_helper

        self.file, self.source = file, model.graph
        self.protos: dict[Node, Any] = {}
        for proto in model.graph.node:
            attributes = {each.name: helper.get_attribute_value(each) for each in proto.attribute}
            domain = "" if proto.domain in ("", "ai.onnx") else f"{proto.domain}."
            name = proto.name or next(iter(proto.output), "")
            node = Node(domain + proto.op_type, name, tuple(proto.input), tuple(proto.output), attributes)
            self.protos[node] = proto
        readers: dict[str, tuple[Node, ...]] = {}
        for node in self.protos:
            for tensor in node.inputs:
                readers[tensor] = (*readers.get(tensor, ()), node)
        self.graph = Graph(span, opset, readers, tuple(output.name for output in model.graph.output))
        for tensor in model.graph.initializer:
            self.graph.values[tensor.name] = numpy_helper.to_array(tensor)
        self.problems: list[Problem] = []
        self.channels_last = False

    def network(self, shape: Shape | None, *, to_be_cut: bool) -> Pretrained | tuple[Problem, ...]:
        values, assembly = self.graph.values, self.graph.assembly
        for value in self.source.input:
            if value.name not in values:
                self.attempt(f"the input `{value.name}`", self.input, value, shape)
        constants = [node for node in self.protos if node.operator == "Constant"]
        for node in [*constants, *(node for node in self.protos if node.operator != "Constant")]:
            if all(name in values for name in node.inputs if name):
                self.attempt(f"the node `{node.name}`, {node.operator},", self.translate, node)
        output = None
        if not self.problems and not to_be_cut:
            self.attempt("the network", one_output, self.graph.outputs)
        if not self.problems:
            output = self.attempt("the network", self.output)
        return assembly.finish("onnx", output, self.problems, to_be_cut=to_be_cut)

    def attempt(self, place: str, work: Callable[..., str | None], *arguments: Any) -> str | None:
        """What ``work`` gives; None after something that has no counterpart, which is noted with its place."""
        try:
            return work(*arguments)
        except UnsupportedError as problem:
            message = f"`{self.file}`: {place} {problem.message}"
            self.problems.append(Problem(rules.UNSUPPORTED_OPERATOR, message, problem.help or CUT_BEFORE))
            return None

    def input(self, value: Any, shape: Shape | None) -> None:
        """An input. One that lies channels last, or is turned so at once, becomes one that is channels first."""
        sizes = [
            each.dim_value if each.HasField("dim_value") else 0 for each in value.type.tensor_type.shape.dim
        ]
        if not sizes or sizes[0] > 1:
            what = f"takes batches of {sizes[0]} records" if sizes else "has no batch"
            raise UnsupportedError(what, "export it for batches of 1, or of any size")
        turned = len(sizes) == 4 and self.lies_channels_last(value.name)
        self.channels_last |= turned
        record = (sizes[3], *sizes[1:3]) if turned else tuple(sizes[1:])
        if shape is not None and len(shape) == len(record):
            record = tuple(size or given for size, given in zip(record, shape, strict=True))
        if 0 in record:
            raise UnsupportedError(
                f"has no fixed size: {'x'.join(str(size or '?') for size in record)}",
                "say its size in the base, `expects 3x224x224`, or export it for one size",
            )
        self.graph.assembly.builder.input(value.name, record)
        order = self.graph.assembly.whole(value.name).order
        order = order.transpose(1, 2, 0) if turned else order
        self.graph.values[value.name] = View(node=value.name, order=order[None])

    def lies_channels_last(self, name: str) -> bool:
        """Whether an image is turned round to channels first before anything looks at its places."""
        waiting = [name]
        while waiting:
            for node in self.graph.readers.get(waiting.pop(), ()):
                if node.operator == "Transpose":
                    return tuple(node.get("perm", ())) == (0, 3, 1, 2)
                if node.operator not in _ANYWHERE:
                    return False
                waiting += node.outputs
        return False

    def translate(self, node: Node) -> None:
        graph = self.graph
        result: Value | tuple[Value, ...]
        if node in graph.fused:
            result = graph.values[graph.fused[node].outputs[0]]
        elif node.operator == "Constant":
            result = constant(node)
        elif not any(isinstance(graph.values[name], View) for name in node.inputs if name):
            result = folded(graph, node, self.protos[node])
        elif node.operator in OPERATORS:
            result = OPERATORS[node.operator](graph, node)
        else:
            raise UnsupportedError("has no counterpart in the language")
        results = result if isinstance(result, tuple) else (result,)
        graph.values.update(zip(node.outputs, results, strict=False))
        if isinstance(results[0], View) and len(results[0].order) == 1:
            given = results[0].arranged(results[0].order[0])
            is_turned = len(given.shape) == 3 and graph.assembly.lies_channels_last(given)
            graph.assembly.name(
                node.name, given.arranged(given.order.transpose(2, 0, 1)) if is_turned else given
            )

    def output(self) -> str:
        """The node that is the file's first output; an image lies as the inputs do."""
        value = self.graph.values[self.graph.outputs[0]]
        if not isinstance(value, View):
            raise UnsupportedError("gives a constant")
        given = value.arranged(value.order[0])
        if self.channels_last and len(given.shape) == 3:
            given = given.arranged(given.order.transpose(2, 0, 1))
        return self.graph.assembly.node(given)
