from __future__ import annotations

import numpy as np
import pytest

from zoodsl.sources import Problem
from zoodsl.sources.arrays import shape_of


@pytest.mark.parametrize("kind", ["float32", "float64", "uint8", ">i4"])
@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_the_shape_stands_in_the_header(tmp_path, kind, version):
    with (tmp_path / "mean.npy").open("wb") as file:
        np.lib.format.write_array(file, np.zeros((3, 4, 3), kind), version=version)
    assert shape_of(str(tmp_path), "mean.npy") == (3, 4, 3)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "ZOO403"),
        (b"PK\x03\x04 a zip", "ZOO404"),
        (b"\x93NUMPY\x01", "ZOO404"),
        (b"\x93NUMPY\x01\x00\xff\x00{'descr'", "ZOO404"),
        (None, "ZOO401"),
    ],
)
def test_what_is_no_array(tmp_path, content, code):
    if content is not None:
        (tmp_path / "mean.npy").write_bytes(content)
    problem = shape_of(str(tmp_path), "mean.npy")
    assert isinstance(problem, Problem)
    assert (problem.code.name, problem.parameter) == (code, "mean")


def test_texts_and_objects_are_no_numbers(tmp_path):
    np.save(tmp_path / "texts.npy", np.array(["a", "b"]))
    np.save(tmp_path / "objects.npy", np.array([{}], object))
    for name in ("texts.npy", "objects.npy"):
        problem = shape_of(str(tmp_path), name)
        assert isinstance(problem, Problem)
        assert problem.code.name == "ZOO404"
