"""How a batch is shared by cores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.plan.batch import divisions


def test_a_batch_is_shared_by_every_number_of_cores_that_divides_it():
    assert divisions(12) == ((1, 12), (2, 6), (3, 4), (4, 3), (6, 2), (12, 1))
    assert divisions(1024, most=4) == ((1, 1024), (2, 512), (4, 256))


@pytest.mark.law("every core has the same share of a batch")
@given(st.integers(min_value=1, max_value=5000))
def test_every_core_has_the_same_work(batch):
    assert all(cores * records == batch for cores, records in divisions(batch))
