"""The stages of a plan, and what they know of rows, order and chance."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import UNKNOWN_ROWS, Certainty, Part, PreprocessStep, RowCount
from zoodsl.plan.planner import make_plan
from zoodsl.plan.steps import AnyStage, Divide, Judge, Plan, Prepare


@pytest.fixture
def plan(lenet):
    """``plan(**sections)``: the plan of examples/mnist with these sections changed."""

    def build(**changes):
        return make_plan(lenet(**changes))

    return build


def named(plan: Plan, name: str) -> AnyStage:
    return next(stage for stage in plan.stages if stage.name == name)


def test_stages_follow_their_inputs_from_reading_to_judging(plan):
    stages = {stage.name: stage.inputs for stage in plan().stages}
    assert stages == {
        "read/digits": (),
        "divide/train": ("read/digits",),
        "prepare/train": ("divide/train",),
        "divide/validation": ("read/digits",),
        "prepare/validation": ("divide/validation",),
        "divide/test": ("read/digits",),
        "prepare/test": ("divide/test",),
        "fit": ("prepare/train", "prepare/validation"),
        "judge/test": ("fit", "prepare/test"),
    }
    seen: set[str] = set()
    for name, inputs in stages.items():
        assert seen.issuperset(inputs)
        seen.add(name)


def test_training_alone_does_not_repeat_itself(plan):
    assert [stage.name for stage in plan().stages if not stage.deterministic] == ["fit"]


def test_training_only_steps_touch_the_training_part_alone(plan, lenet, operation):
    """The trap: BigDL runs the training chain, random steps included, in validation and prediction too."""
    given = lenet().preprocess
    flip = PreprocessStep(
        span=given.span,
        operation=operation(Kind.TRANSFORM, "HFlip"),
        training_only=True,
        probability=0.5,
        input=given.input,
        output=given.input,
    )
    planned = plan(preprocess=replace(given, steps=(flip, *given.steps)))
    steps = {stage.part: stage.steps for stage in planned.stages if isinstance(stage, Prepare)}
    assert steps == {
        Part.TRAIN: (flip, *given.steps),
        Part.VALIDATION: given.steps,
        Part.TEST: given.steps,
    }
    assert not named(planned, "prepare/train").deterministic
    assert named(planned, "prepare/test").deterministic
    # Rows that are drawn anew each epoch are cached as they were read: 8x8 bytes.
    assert planned.memory.data == 1258 * 64


def test_prepared_rows_are_cached_where_nothing_is_random(plan):
    assert plan().memory.data == 1258 * 4 * 28 * 28


def test_iterations_follow_from_the_training_part(plan):
    assert plan().fit.iterations_per_epoch == 20  # 1258 rows by 64
    assert len(plan().rates) == 400


def test_a_part_that_there_is_not_has_no_stage(plan, lenet):
    data = lenet().data
    parts = {part: rows for part, rows in data.parts.items() if part is not Part.VALIDATION}
    planned = plan(data=replace(data, parts=parts), train=replace(lenet().train, validate=None))
    assert {stage.part: stage.rows for stage in planned.stages if isinstance(stage, Divide)} == parts


def test_unknown_rows_leave_iterations_and_rates_unknown(plan, lenet):
    data = lenet().data
    planned = plan(data=replace(data, parts=dict.fromkeys(data.parts, UNKNOWN_ROWS)))
    assert planned.fit.iterations_per_epoch is None
    assert planned.rates == ()
    assert planned.memory.data is None


def test_the_validation_part_judges_where_there_is_no_test_part(plan, lenet):
    data = lenet().data
    parts = {part: rows for part, rows in data.parts.items() if part is not Part.TEST}
    planned = plan(data=replace(data, parts=parts))
    assert [stage.name for stage in planned.stages if isinstance(stage, Judge)] == ["judge/validation"]


def test_without_a_split_all_rows_train_and_none_judge(plan, lenet):
    everything = RowCount(count=1797, certainty=Certainty.EXACT)
    data = replace(lenet().data, split=None, parts={Part.TRAIN: everything})
    planned = plan(data=data, train=replace(lenet().train, validate=None))
    assert [stage.name for stage in planned.stages] == ["read/digits", "divide/train", "prepare/train", "fit"]
    assert planned.fit.validation is None
    assert [stage.rows for stage in planned.stages if isinstance(stage, Divide)] == [everything]


def test_the_run_folder_holds_a_picture_for_each_plot(plan):
    pictures = {artefact.path for artefact in plan().artefacts if artefact.path.startswith("plots/")}
    assert pictures == {
        "plots/loss.png",
        "plots/metrics.png",
        "plots/learning_rate.png",
        "plots/confusion.png",
    }
