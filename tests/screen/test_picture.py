"""Pictures of networks can be read: nothing lies over anything else."""

from __future__ import annotations

import io
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from PIL import Image

from zoodsl import testing
from zoodsl.diagnostics import Diagnostics
from zoodsl.model.nodes import Network
from zoodsl.plan.outline import outline
from zoodsl.screen import picture
from zoodsl.screen.picture import Box, Column, draw
from zoodsl.semantics.architecture import architecture
from zoodsl.source import SourceFile, Span
from zoodsl.weights.graph import GraphBuilder


def columns(network: Network) -> list[Column]:
    return [picture._laid_out(column) for column in picture._columns(picture._boxes(network))]


def covers(box: Box, x: float, y: float) -> bool:
    return abs(box.x - x) < box.width / 2 - 1 and abs(box.y - y) < box.height / 2 - 1


def assert_readable(network: Network) -> None:
    laid_out = columns(network)
    shown = [box for column in laid_out for box in column.boxes]
    assert {box.key for box in shown} == {piece.last for piece in outline(network)}
    for column in laid_out:
        for one, other in combinations(column.boxes, 2):
            apart = abs(one.x - other.x) >= (one.width + other.width) / 2 - 1e-6
            below = abs(one.y - other.y) >= (one.height + other.height) / 2 - 1e-6
            assert apart or below, (one.key, other.key)
        for box in column.boxes:
            assert box.x - box.width / 2 >= -1e-6
            assert box.x + box.width / 2 <= column.width + 1e-6
            assert box.y + box.height / 2 <= column.height + 1e-6
        arrows = sum(len(box.inputs) for box in column.boxes)
        assert len(column.lines) == arrows
        for line in column.lines:
            for (x, y), (to_x, to_y) in pairwise(line):
                assert to_y >= y - 1e-6
                for part in range(1, 20):
                    share = part / 20
                    point = x + share * (to_x - x), y + share * (to_y - y)
                    assert not any(covers(box, *point) for box in column.boxes), line


@pytest.mark.parametrize("block", ["resnet50", "inception_v1", "densenet121", "vgg16", "efficientnet_lite0"])
def test_pictures_of_the_library(block: str) -> None:
    network = architecture(f"zoo.{block}", (3, 224, 224), Diagnostics())
    assert network is not None
    assert_readable(network)
    tallest = max(column.height for column in columns(network))
    across = sum(column.width for column in columns(network))
    assert 0.4 < across / tallest < 2.5


@pytest.mark.law("any network can be drawn")
@given(network=testing.networks())
@settings(max_examples=15)
def test_pictures_of_any_network(network: Network) -> None:
    assert_readable(network)


def test_texts_fit_their_boxes() -> None:
    from matplotlib.figure import Figure

    axes = Figure(dpi=picture.DPI).add_subplot()
    for text in ("inception_3a/5x5_reduce", "Conv2D 64, 7x7, /2 · BatchNormalization · ReLU", "WWWW", "illi"):
        drawn = axes.text(0, 0, text, size=picture.SIZE, weight="bold", family=picture.FONT)
        measured = picture._text_width(text, picture.SIZE, bold=True)
        width = drawn.get_window_extent().width / picture.DPI * 72
        assert width <= measured + 2 * picture.MARGIN - 4


def small() -> Network:
    builder = GraphBuilder(Span(SourceFile("test.zoo", ""), 0, 0))
    builder.input("image", (3, 8, 8))
    builder.layer("conv <1> $x$", "Conv2D", ["image"], filters=4, kernel_size=(3, 3))
    builder.layer("pool", "GlobalAveragePooling2D", ["conv <1> $x$"])
    return builder.finish("pool")


def test_a_short_network_is_one_column() -> None:
    assert len(columns(small())) == 1


def test_the_files() -> None:
    png = draw("small", small(), "png")
    with Image.open(io.BytesIO(png)) as image:
        assert image.format == "PNG"
        assert image.height > image.width
    svg = draw("small", small(), "svg")
    assert svg.startswith(b"<?xml")
    assert svg == draw("small", small(), "svg")
