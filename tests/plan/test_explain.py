"""The plan as data: its promised form, and that nothing of the machine is in it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import UNKNOWN_ROWS, Segment
from zoodsl.plan.explain import RATE_POINTS, describe, summary
from zoodsl.plan.planner import make_plan

GOLDEN = Path(__file__).parent / "golden" / "mnist.json"


@pytest.fixture
def described(lenet):
    def build(**changes):
        return describe(make_plan(lenet(**changes)))

    return build


def test_version_1_is_as_it_was_promised(described):
    """A difference here is a change that readers of version 1 see; UPDATE_GOLDEN=1 accepts it."""
    text = json.dumps(described(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_json_and_yaml_hold_the_same(described):
    plan = described()
    assert yaml.safe_load(yaml.safe_dump(plan)) == plan
    assert json.loads(json.dumps(plan, allow_nan=False)) == plan


def test_nothing_tells_where_the_spec_lay(described):
    assert "/home/someone" not in json.dumps(described())


def test_unbounded_values_are_null(described, lenet):
    preprocess = lenet().preprocess
    free = replace(preprocess.output, low=float("-inf"), high=float("inf"))
    stages = described(preprocess=replace(preprocess, output=free))["stages"]
    prepared = next(stage for stage in stages if stage["name"] == "prepare/train")
    assert (prepared["output"]["low"], prepared["output"]["high"]) == (None, None)


def test_a_long_curve_is_thinned_but_keeps_its_ends(described):
    rates = described()["rates"]
    assert len(rates) == RATE_POINTS
    assert rates[0] == [0, 0.001]
    assert rates[-1][0] == 399


def test_rates_after_a_plateau_are_null(described, lenet, operation):
    optimize = lenet().optimize
    plateau = Segment(span=optimize.span, schedule=operation(Kind.SCHEDULE, "Plateau"), length=None)
    rates = described(optimize=replace(optimize, schedule=(plateau,)))["rates"]
    assert {rate for _, rate in rates} == {None}


def test_unknown_rows_are_null(described, lenet):
    data = lenet().data
    plan = described(data=replace(data, parts=dict.fromkeys(data.parts, UNKNOWN_ROWS)))
    assert plan["iterations"] == {"per_epoch": None, "total": None}
    assert plan["rates"] == []


def test_the_summary_is_for_people(lenet):
    assert summary(make_plan(lenet())) == (
        "rows: train 1,258, validation 180, test 359",
        "network: 7 layers, 22,278 trainable parameters",
        "training: 20 epochs of 20 iterations, 64 records a batch, with Adam(learning_rate = 0.001)",
        "judged by: Accuracy() on the test part",
    )
