"""Initial weights have the spread that Keras 3 documents."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from zoodsl.catalog.layers.parameters import INITIALIZERS as NAMES
from zoodsl.targets.initializers import INITIALIZERS, fans

SHAPE = (3, 3, 64, 128)
FAN_IN, FAN_OUT = 9 * 64, 9 * 128


def draw(name, shape=SHAPE):
    return INITIALIZERS[name](shape, np.random.default_rng(3))


def test_every_name_of_the_catalog_is_implemented():
    assert set(INITIALIZERS) == {*NAMES, "unit_forget_bias"}


def test_fans_of_vectors_matrices_and_kernels():
    assert fans((5,)) == (5, 5)
    assert fans((3, 4)) == (3, 4)
    assert fans(SHAPE) == (FAN_IN, FAN_OUT)


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("glorot_uniform", 2 / (FAN_IN + FAN_OUT)),
        ("glorot_normal", 2 / (FAN_IN + FAN_OUT)),
        ("he_uniform", 2 / FAN_IN),
        ("he_normal", 2 / FAN_IN),
        ("lecun_uniform", 1 / FAN_IN),
        ("lecun_normal", 1 / FAN_IN),
        ("random_uniform", 0.1**2 / 12),
        ("random_normal", 0.05**2),
    ],
)
def test_spread(name, variance):
    drawn = draw(name)
    assert drawn.shape == SHAPE
    assert drawn.std() == pytest.approx(sqrt(variance), rel=0.01)
    assert abs(drawn.mean()) < 0.05 * sqrt(variance)
    if name.endswith("_uniform"):
        assert abs(drawn).max() <= sqrt(3 * variance) * (1 + 1e-12)
    elif name != "random_normal":
        assert abs(drawn).max() <= 2 * sqrt(variance) / 0.8796


@pytest.mark.parametrize("shape", [(6, 6), (6, 24), (24, 6)])
def test_orthogonal(shape):
    drawn = draw("orthogonal", shape)
    short = drawn if shape[0] <= shape[1] else drawn.T
    np.testing.assert_allclose(short @ short.T, np.eye(min(shape)), atol=1e-12)


def test_constants():
    assert (draw("zeros") == 0).all()
    assert (draw("ones") == 1).all()
    np.testing.assert_array_equal(draw("unit_forget_bias", (8,)), [0, 0, 1, 1, 0, 0, 0, 0])
