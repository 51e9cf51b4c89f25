"""The stages of a plan, and what they know of rows, order and chance."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.data import EMPTY_PART
from zoodsl.model.nodes import UNKNOWN_ROWS, Certainty, PreprocessStep, RowCount
from zoodsl.plan.planner import make_plan
from zoodsl.plan.steps import AnyStage, Divide, Judge, Part, Plan, Prepare


@pytest.fixture
def plan(lenet):
    """``plan(**sections)``: the plan of examples/mnist with these sections changed."""

    def build(**changes):
        return make_plan(lenet(**changes), Diagnostics())

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


def test_parts_are_counted_where_the_data_tell(plan):
    """scikit-learn's digits have 1,797 rows: within each of ten classes, shares are met to the row."""
    sizes = {stage.part: stage.rows for stage in plan().stages if isinstance(stage, Divide)}
    assert sizes == {
        part: RowCount(count=count, certainty=Certainty.EXACT)
        for part, count in ((Part.TRAIN, 1258), (Part.VALIDATION, 180), (Part.TEST, 359))
    }


def test_a_part_without_a_share_does_not_exist(plan, lenet, operation):
    split = operation(Kind.SPLIT, "Random", train=0.9, test=0.1)
    planned = plan(data=replace(lenet().data, split=split), train=replace(lenet().train, validate=None))
    assert [stage.part for stage in planned.stages if isinstance(stage, Divide)] == [Part.TRAIN, Part.TEST]


def test_a_held_out_part_without_rows_is_an_error(lenet, operation):
    diagnostics = Diagnostics()
    data = lenet().data
    column = data.label.column
    few = replace(data, split=operation(Kind.SPLIT, "Tail", train=0.9999, test=0.0001))
    wrong = replace(
        data, split=operation(Kind.SPLIT, "Fixed", column=column, train="1", validation="2", test="ten")
    )
    make_plan(lenet(data=few), diagnostics)
    make_plan(lenet(data=wrong), diagnostics)
    assert [(found.code, found.message) for found in diagnostics.sorted()] == [
        (EMPTY_PART, "no row falls into the test part"),
        (EMPTY_PART, "no row is marked `ten`"),
    ]


def test_unknown_rows_leave_iterations_and_rates_unknown(plan, lenet):
    data = lenet().data
    planned = plan(data=replace(data, frames=(replace(data.frames[0], rows=UNKNOWN_ROWS),)))
    assert planned.fit.iterations_per_epoch is None
    assert planned.rates == ()
    assert planned.memory.data is None


def test_the_validation_part_judges_where_there_is_no_test_part(plan, lenet, operation):
    data = lenet().data
    split = operation(Kind.SPLIT, "Random", train=0.8, validation=0.2)
    planned = plan(data=replace(data, split=split))
    assert [stage.name for stage in planned.stages if isinstance(stage, Judge)] == ["judge/validation"]


def test_without_a_split_all_rows_train_and_none_judge(plan, lenet):
    planned = plan(data=replace(lenet().data, split=None), train=replace(lenet().train, validate=None))
    assert [stage.name for stage in planned.stages] == ["read/digits", "divide/train", "prepare/train", "fit"]
    assert planned.fit.validation is None
    assert [stage.rows for stage in planned.stages if isinstance(stage, Divide)] == [
        RowCount(count=1797, certainty=Certainty.EXACT)
    ]


def test_the_run_folder_holds_a_picture_for_each_plot(plan):
    pictures = {artefact.path for artefact in plan().artefacts if artefact.path.startswith("plots/")}
    assert pictures == {
        "plots/loss.png",
        "plots/metrics.png",
        "plots/learning_rate.png",
        "plots/confusion.png",
    }
