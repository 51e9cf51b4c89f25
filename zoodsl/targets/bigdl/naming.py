"""Names: Python variables for the nodes of a network, and BigDL names for the layers that a node is made of."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from zoodsl.model.nodes import InputNode, Network
from zoodsl.targets.bigdl.bindings.construct import Construction, Merging
from zoodsl.targets.bigdl.bindings.library import HELPERS
from zoodsl.targets.inlining import helper_module, homes
from zoodsl.targets.pyast import Call, Symbol

RESERVED = {"x", "model", "merge", "draw_weights", "load_weights"}
"""Names that ``network()`` has for other things. Classes are safe: a variable begins with a small letter."""

FUNCTIONS = {
    "rows",
    "preprocessing",
    "network",
    "criterion",
    "optimizer",
    "schedule",
    "pipeline",
    "load",
    "main",
}
"""The functions that every program has."""


@dataclass(frozen=True, slots=True)
class Variables:
    """The variable of each node, and that of each input as BigDL gives it: a grey image has no axis of channels."""

    nodes: Mapping[str, str]
    inputs: Mapping[str, str]


def variables(network: Network, taken: Iterable[str] = (), *, inner: bool = False) -> Variables:
    """What only the next layer reads is called ``x``; the rest after their node, and not like what is ``taken``.

    ``inner``: the inputs are nodes of a larger network, which are called like any other.
    """
    readers: dict[str, list[int]] = {}
    for place, layer in enumerate(network.layers):
        for name in layer.inputs:
            readers.setdefault(name, []).append(place)
    used = RESERVED.union(taken)
    nodes: dict[str, str] = {}
    inputs: dict[str, str] = {}
    for node in network.inputs:
        alone = len(network.inputs) == 1 and readers.get(node.name) == [0]
        if inner and alone:
            inputs[node.name] = nodes[node.name] = "x"
            continue
        if inner or not is_grey(node):
            inputs[node.name] = nodes[node.name] = identifier(node.name, used)
            continue
        inputs[node.name] = identifier(f"{node.name}_pixels", used)
        nodes[node.name] = "x" if alone else identifier(node.name, used)
    for place, layer in enumerate(network.layers):
        if readers.get(layer.name, [place + 1]) == [place + 1]:
            nodes[layer.name] = "x"
        else:
            nodes[layer.name] = identifier(layer.name, used)
    return Variables(nodes, inputs)


def is_grey(node: InputNode) -> bool:
    """Whether an input is an image of one channel."""
    return len(node.shape) == 3 and node.shape[0] == 1


@cache
def program_names() -> frozenset[str]:
    """What the functions of a program's own part must not be called: they would hide what it has from elsewhere."""
    modules = set(homes(HELPERS).values())
    imported = {name for module in modules for name in helper_module(module).imports}
    return frozenset(RESERVED | FUNCTIONS | homes(HELPERS).keys() | imported)


def identifier(name: str, used: set[str]) -> str:
    """A Python name like ``name`` that is not in ``used``, to which it is added."""
    plain = re.sub(r"\W", "_", name)
    plain = plain[:1].lower() + plain[1:]
    if not plain.isidentifier():
        plain = f"n_{plain}"
    if keyword.iskeyword(plain) or hasattr(builtins, plain) or plain.endswith("_layout"):
        plain = f"{plain}_"
    candidate, number = plain, 2
    while candidate in used:
        candidate, number = f"{plain}_{number}", number + 1
    used.add(candidate)
    return candidate


def part_names(node: str, made: Construction) -> tuple[str, ...]:
    """BigDL names for the layers that make up a node: the last bears the node's own, so that a cut finds it."""
    names = [f"{node}/{_kind(part)}" for part in made.parts[:-1]]
    for place, name in enumerate(names):
        if names.index(name) != place:
            names[place] = f"{name}_{place + 1}"
    return (*names, node)


def _kind(part: Call | Merging) -> str:
    """What a part is, in lower case: ``dense``, ``zeropadding2d``."""
    if isinstance(part, Merging):
        return part.mode
    return part.function.name.lower() if isinstance(part.function, Symbol) else "layer"
