"""A network in fewer pieces, as people draw it: layers with what follows them, and stretches that repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from zoodsl.model.nodes import LayerNode, Network
from zoodsl.types import Shape

FOLLOWING = {
    "BatchNormalization",
    "UnitNormalization",
    "LRN",
    "Activation",
    "ReLU",
    "LeakyReLU",
    "ELU",
    "Softmax",
    "Dropout",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "GaussianNoise",
    "GaussianDropout",
    "Flatten",
}
"""Layers that are drawn with the one before them."""

LEADING = {"ZeroPadding2D"}
"""Layers that are drawn with the one after them."""

LEAST_TURNS = 3
"""Stretches that repeat less often are all drawn."""

LONGEST_TURN = 4
"""How many neighbouring stretches may make up one turn."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Layers in a row that are drawn as one, or a network's input, which has none.

    ``inputs`` are the pieces that it reads, by the name of their last node. ``turns`` is how many turns like the one
    before it the piece stands for, 0 for its own layers alone.
    """

    name: str
    nodes: tuple[LayerNode, ...]
    inputs: tuple[str, ...]
    shape: Shape
    turns: int = 0

    @property
    def last(self) -> str:
        """The node that others read."""
        return self.nodes[-1].name if self.nodes else self.name

    @property
    def looks(self) -> tuple[object, ...]:
        """What two pieces have in common that differ in their names alone."""
        return tuple((node.operation.operator.name, str(node.operation.arguments)) for node in self.nodes)


def outline(network: Network) -> tuple[Piece, ...]:
    """The pieces of a network, each after those that it reads."""
    return _folded(_pieces(network))


def _pieces(network: Network) -> list[Piece]:
    readers: dict[str, int] = {}
    for node in network.layers:
        for name in node.inputs:
            readers[name] = readers.get(name, 0) + 1
    pieces = {node.name: Piece(node.name, (), (), node.shape) for node in network.inputs}
    for node in network.layers:
        before = pieces.get(node.inputs[0]) if len(node.inputs) == 1 else None
        if before is not None and before.nodes and readers[before.last] == 1 and _joins(before, node):
            del pieces[before.last]
            named = node if _only_leads(before) else before.nodes[0]
            name = named.name if named is node else before.name
            pieces[node.name] = replace(before, name=name, nodes=(*before.nodes, node), shape=node.shape)
        else:
            pieces[node.name] = Piece(node.name, (node,), node.inputs, node.shape)
    return list(pieces.values())


def _joins(piece: Piece, node: LayerNode) -> bool:
    return node.operation.operator.name in FOLLOWING or _only_leads(piece)


def _only_leads(piece: Piece) -> bool:
    return all(node.operation.operator.name in LEADING for node in piece.nodes)


def _folded(pieces: list[Piece]) -> tuple[Piece, ...]:
    """With one piece for all further turns of a stretch that repeats. A stretch ends where all paths meet."""
    stretches = _stretches(pieces)
    looks = [tuple(_looks(stretch)) for stretch in stretches]
    found: list[Piece] = []
    at = 0
    while at < len(stretches):
        length, turns = _turns(looks, at)
        kept = length if turns else 1
        for stretch in stretches[at : at + kept]:
            found += stretch
        if turns:
            rest = stretches[at + length : at + length * turns]
            found.append(_fold([piece for stretch in rest for piece in stretch], found[-1].last, turns - 1))
            at += length * turns
        else:
            at += 1
    return tuple(found)


def _looks(stretch: Sequence[Piece]) -> list[object]:
    """What a stretch looks like: its pieces, and which of them each reads, counted backwards."""
    places = {piece.last: place for place, piece in enumerate(stretch)}
    return [
        (piece.looks, tuple(place - places.get(name, -1) for name in piece.inputs))
        for place, piece in enumerate(stretch)
    ]


def _turns(looks: Sequence[object], at: int) -> tuple[int, int]:
    """How many stretches from ``at`` on make up a turn, and how many turns there are; 0 turns for too few."""
    best = (0, 0)
    for length in range(1, LONGEST_TURN + 1):
        turn, turns = looks[at : at + length], 1
        while turn == looks[at + turns * length : at + (turns + 1) * length] and len(turn) == length:
            turns += 1
        if turns >= LEAST_TURNS and length * turns > best[0] * best[1]:
            best = (length, turns)
    return best


def _fold(pieces: Sequence[Piece], given: str, turns: int) -> Piece:
    first, last = pieces[0], pieces[-1]
    nodes = tuple(node for piece in pieces for node in piece.nodes)
    return Piece(f"{first.name} ... {last.last}", nodes, (given,), last.shape, turns)


def _stretches(pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces cut after each at which all paths meet."""
    position = {piece.last: place for place, piece in enumerate(pieces)}
    farthest = 0
    reach = [0] * len(pieces)
    for place, piece in enumerate(pieces):
        for name in piece.inputs:
            reach[position[name]] = place
    stretches: list[list[Piece]] = [[]]
    for place, piece in enumerate(pieces):
        stretches[-1].append(piece)
        # Nothing before this piece is read after it.
        if farthest <= place:
            stretches.append([])
        farthest = max(farthest, reach[place])
    return [stretch for stretch in stretches if stretch]
