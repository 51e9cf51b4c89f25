"""Rewrites of a plan, each from plan to plan with its meaning kept, in the order in which they are made."""

from __future__ import annotations

from zoodsl.plan.passes.frozen_prefix import split_off_frozen_prefix
from zoodsl.plan.steps import Plan

PASSES = (split_off_frozen_prefix,)


def optimised(plan: Plan) -> Plan:
    """``plan`` after every pass."""
    for rewrite in PASSES:
        plan = rewrite(plan)
    return plan
