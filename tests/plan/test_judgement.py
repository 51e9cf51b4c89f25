"""What a plan does with the trained network."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoodsl.compiler import Compilation
from zoodsl.model.nodes import Part
from zoodsl.model.tasks import Predict
from zoodsl.plan.explain import describe, summary
from zoodsl.plan.judgement import expected_weights
from zoodsl.plan.steps import Decide, Judge, Perform, Plan, Prepare

SPECS = Path(__file__).parents[2] / "specs" / "training"


def planned(name: str, *replaced: tuple[str, str]) -> Plan:
    path = SPECS / f"{name}.zoo"
    text = path.read_text(encoding="utf-8")
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    plan = Compilation(str(path), text=text).plan
    assert plan is not None
    return plan


def names(plan: Plan) -> list[str]:
    return [stage.name for stage in plan.stages if isinstance(stage, Decide | Judge | Perform)]


def test_parts_are_judged_in_order_and_the_last_is_drawn():
    plan = planned("several_labels")
    assert names(plan) == ["thresholds", "judge/train", "judge/validation", "judge/test", "predict"]
    judges = [stage for stage in plan.stages if isinstance(stage, Judge)]
    assert [judge.part for judge in judges] == list(Part)
    assert [judge.plots for judge in judges] == [(), (), ("roc", "auc_by_label", "curves")]
    assert all(judge.table and "thresholds" in judge.inputs for judge in judges)
    assert "on the train, validation, test parts" in summary(plan)[-1]


def test_the_training_part_is_judged_without_the_steps_of_training():
    plan = planned("balanced_classes")
    prepared = {stage.name: stage for stage in plan.stages if isinstance(stage, Prepare)}
    judge = next(stage for stage in plan.stages if stage.name == "judge/train")
    assert judge.inputs == ("fit", "prepare/train/judged")
    assert any(step.training_only for step in prepared["prepare/train"].steps)
    assert not any(step.training_only for step in prepared["prepare/train/judged"].steps)
    assert prepared["prepare/train/judged"].deterministic
    predict = next(stage for stage in plan.stages if isinstance(stage, Perform))
    assert not any(step.training_only for step in predict.steps)
    assert isinstance(predict.task, Predict)
    assert predict.task.top == 3


@pytest.mark.parametrize(
    ("replaced", "wanted"),
    [
        (("on     train, validation, test", "on     test"), ["thresholds", "judge/test", "predict"]),
        (("on     train, validation, test\n", ""), ["thresholds", "judge/test", "predict"]),
        (("validation = 20%, test = 20%", "validation = 40%"), None),
    ],
)
def test_thresholds_are_chosen_where_there_are_validation_rows(replaced, wanted):
    parts = [replaced]
    if wanted is None:
        parts.append(("on     train, validation, test\n", ""))
        wanted = ["thresholds", "judge/validation", "predict"]
    assert names(planned("several_labels", *parts)) == wanted


def test_without_validation_rows_there_are_no_thresholds():
    plan = planned(
        "several_labels",
        ("validation = 20%, test = 20%", "test = 40%"),
        ("on     train, validation, test\n", ""),
        ("F1Score(threshold = best)", "F1Score()"),
        ("  validate every 1 epoch with AUC()\n  keep     best by AUC\n", ""),
    )
    assert names(plan) == ["judge/test", "predict"]
    assert "thresholds.json" not in [artefact.path for artefact in plan.artefacts]


def test_files_of_labels_are_among_the_artefacts():
    paths = [artefact.path for artefact in planned("several_labels").artefacts]
    assert {"labels.csv", "thresholds.json", "predictions.csv", "plots/auc_by_label.png"} <= {*paths}


def test_weights_are_expected_from_all_rows():
    plan = planned("several_labels")
    rows = [line.split(",")[-1] for line in (SPECS / "data" / "complaints.csv").read_text().splitlines()[1:]]
    yes = sum("fever" in row.split("|") for row in rows)
    expected = expected_weights(plan.spec)
    assert list(expected) == ["cough", "fever", "rash"]
    assert expected["fever"] == pytest.approx((80 / (2 * (80 - yes)), 80 / (2 * yes)))
    told = describe(plan)["optimize"]["weights"]
    assert told[1] == {"label": "fever", "no": expected["fever"][0], "yes": expected["fever"][1]}
    classes = describe(planned("balanced_classes"))["optimize"]["weights"]
    assert [row["label"] for row in classes] == [str(digit) for digit in range(10)]
    assert classes[0]["weight"] == pytest.approx(1797 / (10 * 178))
    assert expected_weights(planned("two_classes").spec) == {}
