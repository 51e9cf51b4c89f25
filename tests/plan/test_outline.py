"""A network in fewer pieces is still the whole network."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from zoodsl import testing
from zoodsl.diagnostics import Diagnostics
from zoodsl.model.nodes import Network
from zoodsl.plan.outline import Piece, outline
from zoodsl.semantics.architecture import architecture
from zoodsl.source import SourceFile, Span
from zoodsl.weights.graph import GraphBuilder

SPAN = Span(SourceFile("test.zoo", ""), 0, 0)


def assert_whole(network: Network) -> None:
    """Every layer is in one piece, in order, and every piece reads what stands before it."""
    pieces = outline(network)
    assert sorted(node.name for piece in pieces for node in piece.nodes) == sorted(
        node.name for node in network.layers
    )
    known: set[str] = set()
    for piece in pieces:
        assert set(piece.inputs) <= known
        known.add(piece.last)
        assert not piece.nodes or piece.shape == piece.nodes[-1].shape
    assert network.output in known


@pytest.mark.law("an outline's pieces are the network's layers, each once")
@given(network=testing.networks())
def test_the_pieces_are_the_network(network: Network) -> None:
    assert_whole(network)


def block(name: str) -> tuple[Piece, ...]:
    network = architecture(name, (3, 224, 224), Diagnostics())
    assert network is not None
    assert_whole(network)
    return outline(network)


def test_what_follows_a_layer_is_drawn_with_it() -> None:
    builder = GraphBuilder(SPAN)
    builder.input("image", (3, 8, 8))
    builder.layer("pad", "ZeroPadding2D", ["image"])
    builder.layer("conv", "Conv2D", ["pad"], filters=4, kernel_size=(3, 3))
    builder.layer("bn", "BatchNormalization", ["conv"])
    builder.layer("relu", "ReLU", ["bn"])
    builder.layer("side", "Dropout", ["relu"], rate=0.5)
    builder.layer("sum", "Add", ["side", "relu"])
    pieces = outline(builder.finish("sum"))
    # What two layers read ends a piece.
    assert [(piece.name, piece.last) for piece in pieces] == [
        ("image", "image"),
        ("conv", "relu"),
        ("side", "side"),
        ("sum", "sum"),
    ]
    assert [node.name for node in pieces[1].nodes] == ["pad", "conv", "bn", "relu"]


def test_stretches_that_repeat_are_folded() -> None:
    folded = {piece.name: piece for piece in block("zoo.densenet121") if piece.turns}
    assert {piece.turns for piece in folded.values()} == {4, 10, 22, 14}
    assert folded["conv4_2/x1/bn ... concat_4_23"].shape == (992, 14, 14)


@pytest.mark.parametrize(("times", "turns"), [(2, 0), (3, 2), (7, 6)])
def test_two_alike_are_drawn_and_more_are_folded(times: int, turns: int) -> None:
    builder = GraphBuilder(SPAN)
    builder.input("vector", (4,))
    for before, after in pairwise(["vector", *(f"dense_{turn}" for turn in range(times))]):
        builder.layer(after, "Dense", [before], units=4)
    pieces = outline(builder.finish(f"dense_{times - 1}"))
    assert pieces[-1].turns == turns
    assert len(pieces) == (3 if turns else 1 + times)


def test_pairs_that_repeat_are_folded_as_pairs() -> None:
    builder = GraphBuilder(SPAN)
    builder.input("image", (4, 8, 8))
    last = "image"
    for turn in range(4):
        builder.layer(f"dw_{turn}", "DepthwiseConv2D", [last], kernel_size=(1, 1))
        last = f"pw_{turn}"
        builder.layer(last, "Conv2D", [f"dw_{turn}"], filters=4, kernel_size=(1, 1))
    pieces = outline(builder.finish(last))
    assert [piece.name for piece in pieces] == ["image", "dw_0", "pw_0", "dw_1 ... pw_3"]
    assert pieces[-1].turns == 3
