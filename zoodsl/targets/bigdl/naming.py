"""Names: Python variables for the nodes of a network, and BigDL names for the layers that a node is made of."""

from __future__ import annotations

import builtins
import keyword
import re

from zoodsl.model.nodes import Network
from zoodsl.targets.bigdl.bindings.construct import Construction, Merging
from zoodsl.targets.pyast import Call, Symbol

RESERVED = {"x", "model"}
"""Variables that ``network()`` has for other things; names of the module are safe to hide in it, save the layers'."""


def variables(network: Network) -> dict[str, str]:
    """A variable for each node. What only the next layer reads is called ``x``; the rest after their node."""
    readers: dict[str, list[int]] = {}
    for place, layer in enumerate(network.layers):
        for name in layer.inputs:
            readers.setdefault(name, []).append(place)
    used = set(RESERVED)
    chosen: dict[str, str] = {}
    for node in network.inputs:
        chosen[node.name] = _identifier(node.name, used)
    for place, layer in enumerate(network.layers):
        if readers.get(layer.name, [place + 1]) == [place + 1]:
            chosen[layer.name] = "x"
        else:
            chosen[layer.name] = _identifier(layer.name, used)
    return chosen


def _identifier(name: str, used: set[str]) -> str:
    """A Python name like ``name`` that is not in ``used``, to which it is added."""
    plain = re.sub(r"\W", "_", name)
    if not plain.isidentifier():
        plain = f"n_{plain}"
    if keyword.iskeyword(plain) or hasattr(builtins, plain):
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
