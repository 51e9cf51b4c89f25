"""What plans say of programs is what programs do."""

from __future__ import annotations

from zoodsl.plan.cost import ROWS_AT_ONCE
from zoodsl.targets.bigdl.library.phases import FROZEN_ROWS


def test_rows_go_through_frozen_layers_as_many_at_once_as_the_plan_counts():
    assert FROZEN_ROWS == ROWS_AT_ONCE
