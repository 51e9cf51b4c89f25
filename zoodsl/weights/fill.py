"""Gives the tensors of a state dictionary to the layers of a network.

PyTorch's modules and the catalog's layers keep the same weights under other names and in another order of axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoodsl.catalog.operator import Weight
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.model.nodes import LayerNode, Network, Weights
from zoodsl.types import Shape, show
from zoodsl.weights.pretrained import Problem, StateDict

TENSORS = {
    "kernel": "weight",
    "embeddings": "weight",
    "gamma": "weight",
    "beta": "bias",
    "bias": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
"""PyTorch's name of each weight of a layer."""

COUNTER = "num_batches_tracked"
"""What PyTorch's batch normalisation keeps besides; it has no part in the output."""

AXES = {"Dense": (1, 0), "Conv1D": (2, 1, 0), "Conv2D": (2, 3, 1, 0)}
"""The axes of PyTorch's weight in the order in which Keras' kernel has them, where the two differ."""

FILLED = {*AXES, "DepthwiseConv2D", "BatchNormalization", "Embedding"}
"""The layers with weights that have a counterpart in PyTorch with equal meaning."""

Module = Mapping[str, Any]
"""The tensors of one module of PyTorch, by their own names: ``weight``, ``bias``."""


def fill(network: Network, state: StateDict, *, to_be_cut: bool = False) -> Weights | tuple[Problem, ...]:
    """The weights of ``network``'s layers, taken from ``state``, as float32.

    A layer ``a/b`` takes the module ``a.b``. The layers that find none of their name take the modules that are left,
    in order. Shapes are always checked. In order, the first misfit ends it, since what follows is misplaced too.
    A network ``to_be_cut`` may have layers that the file does not reach to, which then have no weights.
    """
    layers = {node.name: node for node in network.layers if node.weights}
    modules = _modules(state.tensors)
    paired = {name: path for name in layers if (path := name.replace("/", ".")) in modules}
    rest = [path for path in modules if path not in paired.values()]
    unnamed = [name for name in layers if name not in paired]
    if unnamed and not state.ordered and not (to_be_cut and paired):
        return (_not_named(unnamed, rest),)
    in_order = dict(zip(unnamed, rest, strict=False)) if state.ordered else {}
    filled: dict[str, tuple[Any, ...]] = {}
    problems: list[Problem] = []
    before: tuple[str, str] | None = None
    for name, node in layers.items():
        if name not in paired and name not in in_order:
            if to_be_cut and before is not None:
                continue
            problems.append(_too_few(node, before))
            break
        path = paired[name] if name in paired else in_order[name]
        taken = _taken(node, path, modules[path])
        if not isinstance(taken, str):
            filled[name] = taken
        elif name in paired:
            problems.append(Problem(rules.WEIGHTS_MISFIT, taken))
        else:
            problems.append(Problem(rules.WEIGHTS_MISFIT, taken, _so_far(before)))
            break
        before = (path, name)
    else:
        if unnamed and len(rest) > len(unnamed):
            problems.append(_too_many(rest[len(unnamed) :]))
    return tuple(problems) or filled


def _modules(tensors: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The tensors by module and own name, in the order of the file."""
    modules: dict[str, dict[str, Any]] = {}
    for name, tensor in tensors.items():
        path, _, own = name.rpartition(".")
        if own != COUNTER:
            modules.setdefault(path, {})[own] = tensor
    return modules


def _taken(node: LayerNode, path: str, module: Module) -> tuple[Any, ...] | str:
    """The layer's weights from the module, or why they do not fit."""
    operator = node.operation.operator.name
    if operator not in FILLED:
        return f"`{node.name}` is `{operator}`, which cannot be filled from a state dictionary"
    needed = {TENSORS[weight.name]: weight for weight in node.weights}
    if module.keys() != needed.keys():
        return f"`{path}` in the file has {_listed(module)}, but `{node.name}` ({operator}) needs {_listed(needed)}"
    for name, weight in needed.items():
        wanted = _torch_shape(operator, weight)
        if module[name].shape != wanted:
            return (
                f"`{path}.{name}` in the file is {_shown(module[name].shape)}, but `{node.name}` ({operator}) "
                f"needs {_shown(wanted)}"
            )
    return tuple(_keras_layout(operator, weight, module[name]) for name, weight in needed.items())


def _torch_shape(operator: str, weight: Weight) -> Shape:
    """The shape that PyTorch has for a layer's weight."""
    if weight.name != "kernel":
        return weight.shape
    if operator == "DepthwiseConv2D":
        height, width, channels, multiplier = weight.shape
        return channels * multiplier, 1, height, width
    shape = dict(zip(AXES[operator], weight.shape, strict=True))
    return tuple(shape[axis] for axis in range(len(shape)))


def _keras_layout(operator: str, weight: Weight, tensor: Any) -> Any:
    """PyTorch's tensor in the axes of the layer's weight."""
    import numpy as np

    if weight.name == "kernel" and operator == "DepthwiseConv2D":
        height, width, channels, multiplier = weight.shape
        tensor = tensor.reshape(channels, multiplier, height, width).transpose(2, 3, 0, 1)
    elif weight.name == "kernel":
        tensor = tensor.transpose(AXES[operator])
    return np.ascontiguousarray(tensor, dtype=np.float32)


def _shown(shape: Shape) -> str:
    return show(shape) if shape else "a single number"


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _so_far(before: tuple[str, str] | None) -> str:
    if before is None:
        return (
            "it is the first layer with weights: the block's input has other channels than the file's (a grey image has 1, "
            "a colour image 3, and channels come first: `3x224x224`), or the block is another architecture"
        )
    path, layer = before
    return (
        f"layers take the modules of the file in order, and the last that fitted is `{path}` for `{layer}`: compare "
        "what follows it, or name the layers as the file names its modules"
    )


def _too_few(node: LayerNode, before: tuple[str, str] | None) -> Problem:
    last = f" after `{before[0]}`, which `{before[1]}` takes" if before else ""
    return Problem(
        rules.WEIGHTS_MISFIT,
        f"the file has no weights left for `{node.name}` ({node.operation.operator.name}){last}",
        "the block has more layers than the file: write the file's architecture, and put new layers after the base",
    )


def _too_many(left: list[str]) -> Problem:
    names = ", ".join(f"`{path}`" for path in left[:3])
    more = f" and {len(left) - 3} more" if len(left) > 3 else ""
    return Problem(
        rules.WEIGHTS_MISFIT,
        f"the block has no layer for {names}{more} of the file",
        "write the file's whole architecture in the block, and `cut` what you do not need",
    )


def _not_named(unnamed: list[str], rest: list[str]) -> Problem:
    has = ", ".join(f"`{path}`" for path in rest[:3]) or "no others"
    return Problem(
        rules.WEIGHTS_MISFIT,
        f"the file has no weights named like the layer `{unnamed[0]}`; it has {has}",
        "its tensors are in no order, so that names alone can tell: name the layers as the file names its modules",
    )
