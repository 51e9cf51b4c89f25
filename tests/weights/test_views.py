"""Whatever layout a file's tensor has, the layers that lay it out give its numbers in its order."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.source import SourceFile, Span
from zoodsl.targets.numpy import forward
from zoodsl.types import Shape
from zoodsl.weights.assembly import Assembly, UnsupportedError
from zoodsl.weights.views import View, box

SPAN = Span(SourceFile("test.zoo", ""), 0, 0)


def outcome(assembly: Assembly, node: str, record: Shape) -> np.ndarray:
    """What a node gives for a record of the numbers 0, 1, 2, ..."""
    network = assembly.builder.finish(node)
    numbers = np.arange(prod(record), dtype=np.float32).reshape(1, *record)
    given: np.ndarray = forward(network, {}, [numbers])[0]
    return given


@st.composite
def layouts(draw: st.DrawFn, *, cut: bool) -> tuple[Shape, np.ndarray]:
    """A record's shape, and its places after random transpositions, reshapings and, if ``cut``, slices."""
    record = tuple(draw(st.lists(st.sampled_from([1, 2, 3, 4, 6]), min_size=1, max_size=3)))
    order = np.arange(prod(record), dtype=np.int32).reshape(record)
    for _ in range(draw(st.integers(1, 5))):
        match draw(st.sampled_from(["turn", "merge", "split", *(["cut"] if cut else [])])):
            case "turn":
                order = order.transpose(draw(st.permutations(range(order.ndim))))
            case "merge" if order.ndim > 1:
                axis = draw(st.integers(0, order.ndim - 2))
                order = order.reshape(*order.shape[:axis], -1, *order.shape[axis + 2 :])
            case "split":
                axis = draw(st.integers(0, order.ndim - 1))
                factor = draw(st.sampled_from([each for each in (1, 2, 3) if order.shape[axis] % each == 0]))
                order = order.reshape(*order.shape[:axis], factor, -1, *order.shape[axis + 1 :])
            case "cut":
                axis = draw(st.integers(0, order.ndim - 1))
                start = draw(st.integers(0, order.shape[axis] - 1))
                end = draw(st.integers(start + 1, order.shape[axis]))
                order = np.take(order, range(start, end), axis)
    return record, order


@pytest.mark.law("any transposition and reshape of axes is laid out")
@given(layouts(cut=False))
def test_what_is_turned_and_reshaped_is_always_laid_out(drawn):
    record, order = drawn
    assembly = Assembly(SPAN)
    assembly.builder.input("x", record)
    node = assembly.node(View(node="x", order=order))
    assert assembly.shape(node) == order.shape
    assert np.array_equal(outcome(assembly, node, record), order)


@pytest.mark.law("axes that are cut are laid out rightly or refused")
@given(layouts(cut=True))
def test_what_is_cut_is_laid_out_rightly_or_refused(drawn):
    record, order = drawn
    assembly = Assembly(SPAN)
    assembly.builder.input("x", record)
    try:
        node = assembly.node(View(node="x", order=order))
    except UnsupportedError:
        assert box(order, prod(record)) is None
    else:
        assert np.array_equal(outcome(assembly, node, record), order)


@pytest.mark.law("a flattened vector has all numbers in the order it says")
@given(layouts(cut=True))
def test_a_vector_has_all_numbers_in_the_order_that_it_says(drawn):
    record, order = drawn
    assembly = Assembly(SPAN)
    assembly.builder.input("x", record)
    try:
        vector = assembly.vector(View(node="x", order=order))
    except UnsupportedError:
        return
    assert np.array_equal(outcome(assembly, vector.node, record)[vector.order], order.ravel())


def test_the_halves_of_shuffled_channels_are_cut_out():
    order = np.arange(8 * 3 * 3).reshape(4, 2, 3, 3).transpose(1, 0, 2, 3)
    assembly = Assembly(SPAN)
    assembly.builder.input("x", (8, 3, 3))
    for half in order:
        node = assembly.node(View(node="x", order=half))
        assert np.array_equal(outcome(assembly, node, (8, 3, 3)), half)


@pytest.mark.parametrize(
    ("small", "large"),
    [((4, 1, 1), (4, 5, 6)), ((1, 5, 6), (4, 5, 6)), ((6,), (4, 5, 6)), ((1,), (3,)), ((4, 1), (4, 6))],
)
def test_what_is_repeated_is_as_numpy_broadcasts(small, large):
    assembly = Assembly(SPAN)
    assembly.builder.input("x", small)
    node = assembly.node(assembly.repeated(assembly.whole("x"), large))
    wanted = np.broadcast_to(np.arange(prod(small)).reshape(small), large)
    assert np.array_equal(outcome(assembly, node, small), wanted)


def test_a_layout_is_made_once():
    assembly = Assembly(SPAN)
    assembly.builder.input("x", (3, 4, 5))
    order = assembly.whole("x").order.transpose(1, 2, 0)
    first, second = (assembly.node(View(node="x", order=order.copy())) for _ in range(2))
    assert first == second
