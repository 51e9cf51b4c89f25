"""What is in the file of a pretrained network, as a page and as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from zoodsl.model.nodes import Network
from zoodsl.model.printer import show_operation
from zoodsl.plan.cost import FLOAT_BYTES, layer_costs
from zoodsl.plan.steps import LayerCost
from zoodsl.screen.plan_network import WIDE, scaled
from zoodsl.types import elements, show
from zoodsl.weights.pretrained import Pretrained, StateDict

FORMATS = {"bigdl": "BigDL", "keras": "Keras", "onnx": "ONNX", "torch": "PyTorch"}
"""Formats in the words of those who made them."""


def render(path: str, saved: Pretrained | StateDict, console: Console) -> None:
    """Prints what the file at ``path`` holds: a row a layer, or a row a tensor where there is no graph."""
    if isinstance(saved, StateDict):
        console.print(Text(f"{path}: a state dictionary of {FORMATS['torch']}, weights without a graph"))
        console.print()
        console.print(_tensors_table(saved))
        console.print()
        console.print("`--network zoo.resnet50` puts them into a block, and shows its layers", markup=False)
        return
    costs = layer_costs(saved.network)
    console.print(
        Text(
            f"{path}: {FORMATS[saved.format]}, {_counted(len(costs), 'layer')}{', as far as it can be read' if saved.unread else ''}"
        )
    )
    console.print()
    console.print(_layers_table(saved.network, costs, console.width))
    console.print()
    for label, value in _totals(costs).items():
        console.print(Text(f"{label:<12} {value}"))


def _layers_table(network: Network, costs: tuple[LayerCost, ...], width: int) -> Table:
    """A row a layer. ``<-`` names inputs where they are not just the row above."""
    names = max(len(name) for name in [each.name for each in network.inputs] + [cost.name for cost in costs])
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("layer", overflow="fold", min_width=min(names, width // 3), max_width=width // 3)
    table.add_column("operator", overflow="fold")
    table.add_column("output", no_wrap=True)
    table.add_column("parameters", justify="right", no_wrap=True)
    above = ""
    for given in network.inputs:
        table.add_row(Text(given.name), "input", show(given.shape), "")
        above = given.name
    for node, cost in zip(network.layers, costs, strict=True):
        call = show_operation(node.operation) if width >= WIDE else node.operation.operator.name
        call = call if node.inputs == (above,) else f"{call} <- {', '.join(node.inputs)}"
        count = cost.parameters + cost.statistics
        table.add_row(Text(node.name), Text(call), show(node.shape), f"{count:,}" if count else "")
        above = node.name
    return table


def _totals(costs: tuple[LayerCost, ...]) -> dict[str, str]:
    parameters = sum(cost.parameters for cost in costs)
    statistics = sum(cost.statistics for cost in costs)
    moved = f", and {statistics:,} statistics of BatchNormalization" if statistics else ""
    outputs = sum(cost.activation_bytes for cost in costs)
    largest = max((cost.activation_bytes for cost in costs), default=0)
    return {
        "parameters": f"{parameters:,}{moved}",
        "FLOPs": f"{scaled(sum(cost.flops for cost in costs))} a record",
        "memory": f"{scaled(FLOAT_BYTES * (parameters + statistics), 'B')} of weights; the outputs of all layers for "
        f"one record take {scaled(outputs, 'B')}, the largest {scaled(largest, 'B')}",
    }


def _tensors_table(state: StateDict) -> Table:
    table = Table(
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="dim",
        show_footer=True,
        footer_style="bold",
    )
    table.add_column("tensor", _counted(len(state.tensors), "tensor"), overflow="fold")
    table.add_column("shape", no_wrap=True)
    table.add_column("type", no_wrap=True)
    table.add_column("numbers", f"{_numbers(state):,}", justify="right", no_wrap=True)
    for name, tensor in state.tensors.items():
        shape = show(tensor.shape) if tensor.shape else "number"
        table.add_row(Text(name), shape, str(tensor.dtype), f"{tensor.size:,}")
    return table


def _numbers(state: StateDict) -> int:
    return sum(elements(tensor.shape) for tensor in state.tensors.values())


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def describe(path: str, saved: Pretrained | StateDict) -> Mapping[str, Any]:
    """The same for programs: names, shapes and counts, no rounded numbers."""
    if isinstance(saved, StateDict):
        tensors = [
            {"name": name, "shape": list(tensor.shape), "type": str(tensor.dtype)}
            for name, tensor in saved.tensors.items()
        ]
        return {"version": 1, "file": path, "format": "torch", "tensors": tensors, "numbers": _numbers(saved)}
    network, costs = saved.network, layer_costs(saved.network)
    layers = [
        {
            "name": node.name,
            "operator": node.operation.operator.name,
            "call": show_operation(node.operation),
            "inputs": list(node.inputs),
            "shape": list(node.shape),
            "parameters": cost.parameters,
            "statistics": cost.statistics,
            "flops": cost.flops,
        }
        for node, cost in zip(network.layers, costs, strict=True)
    ]
    return {
        "version": 1,
        "file": path,
        "format": saved.format,
        "inputs": [{"name": node.name, "shape": list(node.shape)} for node in network.inputs],
        "output": network.output,
        "unread": [problem.message for problem in saved.unread],
        "layers": layers,
        "parameters": sum(cost.parameters for cost in costs),
        "statistics": sum(cost.statistics for cost in costs),
        "flops": sum(cost.flops for cost in costs),
    }
