from __future__ import annotations

from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from zoodsl.runtime.nearest import INDEX, Neighbour, UnknownKeyError, nearest, read_index


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Five rows at angles of 0, 10, 20, 90 and again 0 degrees."""
    angles = np.deg2rad([0, 10, 20, 90, 0])
    np.savez(
        tmp_path / INDEX,
        version=np.array(1),
        keys=np.array(["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"]),
        vectors=np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32),
        labels=np.array(["cat", "cat", "dog", "dog", ""]),
        predictions=np.array([], str),
    )
    return tmp_path / INDEX


def test_the_rows_nearest_to_a_row_without_itself(index: Path) -> None:
    first, *others = nearest(index, "a.jpg", 3)
    assert first == Neighbour("e.jpg", 1.0, "")
    assert [(each.key, each.label) for each in others] == [("b.jpg", "cat"), ("c.jpg", "dog")]
    assert others[0].similarity == pytest.approx(np.cos(np.deg2rad(10)), abs=1e-6)
    assert len(nearest(index, "a.jpg", 99)) == 4


def test_the_rows_nearest_to_a_vector_of_any_length(index: Path) -> None:
    assert [each.key for each in nearest(index, np.array([[0.0, 7.0]]), 2)] == ["d.jpg", "c.jpg"]
    assert [each.key for each in nearest(index, read_index(index).vector("a.jpg"), 2)] == ["a.jpg", "e.jpg"]


def test_an_unknown_row_has_those_with_a_name_like_it(index: Path) -> None:
    with pytest.raises(UnknownKeyError) as unknown:
        nearest(index, "b.jpeg", 3)
    assert unknown.value.near[0] == "b.jpg"


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / INDEX, version=np.array(99))
    with pytest.raises(ValueError, match="no index of version 1"):
        read_index(tmp_path / INDEX)
    np.savez(tmp_path / INDEX, keys=np.array(["a"]))
    with pytest.raises(ValueError, match="no index of version 1"):
        read_index(tmp_path / INDEX)


def test_a_look_up_among_thousands_of_rows_takes_less_than_a_tenth_of_a_second(tmp_path: Path) -> None:
    rows = 2000
    vectors = np.random.default_rng(0).standard_normal((rows, 1280)).astype(np.float32)
    np.savez(
        tmp_path / INDEX,
        version=np.array(1),
        keys=np.array([f"{number:05}.jpg" for number in range(rows)]),
        vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        labels=np.array([], str),
    )
    nearest(tmp_path / INDEX, "00007.jpg", 3)  # what it imports is there from now on
    took = []
    for _ in range(5):
        begin = perf_counter()
        nearest(tmp_path / INDEX, "00007.jpg", 3)
        took.append(perf_counter() - begin)
    assert min(took) < 0.1
