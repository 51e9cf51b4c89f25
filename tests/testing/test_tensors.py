import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from zoodsl.testing import tensors

SEARCH = settings(max_examples=500, phases=[Phase.generate])
RANGES = st.tuples(*[st.floats(-1e6, 1e6)] * 2).map(sorted)


@pytest.mark.law("tensors have the shape that is asked for, and no number out of range")
@given(st.data(), st.lists(st.integers(0, 12), min_size=1, max_size=3).map(tuple), RANGES)
def test_tensors_are_as_asked(data, shape, bounds):
    low, high = (float(np.float32(bound)) for bound in bounds)
    tensor = data.draw(tensors(shape, low, high))
    assert tensor.shape == shape
    assert tensor.dtype == np.float32
    assert not tensor.size or low <= tensor.min() <= tensor.max() <= high


def test_a_large_tensor_may_be_noise():
    assert find(tensors((5, 20)), lambda tensor: np.unique(tensor).size > 64, settings=SEARCH).size == 100


def test_shapes_may_be_drawn():
    assert find(tensors(st.sampled_from([(2,), (3, 4)])), lambda tensor: tensor.ndim == 2).shape == (3, 4)


def test_a_number_that_matters_is_left_alone():
    smallest = find(tensors((2, 3), 0.0, 9.0), lambda tensor: tensor.max() > 4)
    assert smallest.tolist() == [[5.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


@pytest.mark.parametrize("bounds", [(1.0, 0.0), (0.0, float("inf")), (float("nan"), 1.0)])
def test_what_is_no_range_is_refused(bounds):
    with pytest.raises(ValueError, match="no range"):
        find(tensors((1,), *bounds), lambda _tensor: True)
