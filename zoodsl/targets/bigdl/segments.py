"""Segments: the stretches of a network between the boundaries of its phases, each a function of the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from zoodsl.model.graph import ancestors
from zoodsl.model.nodes import InputNode, LayerNode, Network
from zoodsl.plan.steps import Fit
from zoodsl.targets.bigdl.naming import identifier, program_names


@dataclass(frozen=True, slots=True)
class Segment:
    """``network`` is a stretch of a larger one: its inputs are that one's, or the node ``begin``.

    ``function`` is the program's function that applies it.
    """

    function: str
    begin: str | None
    network: Network


@dataclass(frozen=True, slots=True)
class Division:
    """A boundary: its name and shape, and the functions that build what lies before and after it."""

    node: LayerNode
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Segments:
    """A network in ``parts``, one after the other; ``divisions`` are the boundaries between them, by node."""

    parts: tuple[Segment, ...]
    divisions: Mapping[str, Division]

    def before(self, boundary: str) -> tuple[Segment, ...]:
        """The segments up to a boundary."""
        return self.parts[: self._place(boundary)]

    def after(self, boundary: str) -> tuple[Segment, ...]:
        """The segments from a boundary on."""
        return self.parts[self._place(boundary) :]

    def _place(self, boundary: str) -> int:
        return next(place for place, part in enumerate(self.parts) if part.begin == boundary)


UNDIVIDED = Segments((), {})
"""Of a network that is trained as one."""


def segments(fit: Fit) -> Segments:
    """The network's segments: ``UNDIVIDED`` where no phase has a boundary."""
    network = fit.network
    boundaries = {phase.boundary for phase in fit.phases if phase.boundary is not None}
    if not boundaries:
        return UNDIVIDED
    ends = [layer for layer in network.layers if layer.name in boundaries]
    used = set(program_names())
    parts: list[Segment] = []
    inputs, done = network.inputs, frozenset[str]()
    for end in ends:
        before = ancestors(network, end.name)
        layers = tuple(layer for layer in network.layers if layer.name in before - done)
        name = _name(layers, end, network)
        parts.append(_segment(identifier(name, used), parts, inputs, layers, network))
        inputs, done = (InputNode(span=end.span, name=end.name, shape=end.shape),), before
    rest = tuple(layer for layer in network.layers if layer.name not in done)
    parts.append(_segment(identifier("head", used), parts, inputs, rest, network))
    divisions = {
        end.name: Division(end, identifier(f"up_to_{end.name}", used), identifier(f"after_{end.name}", used))
        for end in ends
    }
    return Segments(tuple(parts), divisions)


def _segment(
    function: str,
    earlier: list[Segment],
    inputs: tuple[InputNode, ...],
    layers: tuple[LayerNode, ...],
    network: Network,
) -> Segment:
    names = {layer.name for layer in layers}
    output = network.output if network.output in names else layers[-1].name
    stretch = replace(network, inputs=inputs, layers=layers, output=output)
    return Segment(function, inputs[0].name if earlier else None, stretch)


def _name(layers: tuple[LayerNode, ...], end: LayerNode, network: Network) -> str:
    """The base's own name where all of it is here, else ``resnet_to_res4f``."""
    names = {layer.name for layer in layers}
    bases = dict.fromkeys(layer.base for layer in layers if layer.base)
    name = "_".join(filter(None, bases)) or "stem"
    whole = all(layer.name in names for layer in network.layers if layer.base in bases)
    return name if whole else f"{name}_to_{end.name}"
