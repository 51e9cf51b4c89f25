"""Metrics know which way is better and what they are of."""

from __future__ import annotations

import pytest

from zoodsl.catalog import losses
from zoodsl.catalog.metrics import OPERATORS
from zoodsl.catalog.operator import Target


@pytest.mark.parametrize("metric", OPERATORS, ids=lambda metric: metric.name)
def test_errors_are_better_small_and_scores_large(metric):
    assert metric.better == ("min" if metric.name.endswith("Error") else "max")


@pytest.mark.parametrize("target", [Target.CLASS, Target.MULTI_HOT, Target.NUMBER])
def test_every_target_has_a_metric(target):
    assert any(target in metric.targets for metric in OPERATORS)


def test_a_name_that_is_also_a_losss_is_of_the_same_targets():
    both = {each.name: each.targets for each in losses.OPERATORS}
    shared = [metric for metric in OPERATORS if metric.name in both]
    assert shared
    assert all(metric.targets == both[metric.name] for metric in shared)
