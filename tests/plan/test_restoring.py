"""Plans of what is done with a saved network: nothing is trained, chosen or saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoodsl.compiler import Compilation
from zoodsl.model.nodes import Part
from zoodsl.model.spec import Spec
from zoodsl.model.tasks import Predict
from zoodsl.plan.explain import describe
from zoodsl.plan.restoring import Saved, judging_plan, predicting_plan, undivided
from zoodsl.plan.steps import Apply, Decide, Fit, Judge, Perform

ROOT = Path(__file__).parents[2]
SAVED = Saved(folder="/run/prediction", thresholds={"1": 0.25})


@pytest.fixture
def spec() -> Spec:
    """A spec that trains, chooses thresholds, judges two parts, and predicts."""
    text = """zoo 1
data {
  wines   = Sample("breast_cancer")
  feature wines["mean radius"], wines["mean texture"]
  label   wines.target -> ClassIndex(2)
  split   Random(train = 60%, validation = 20%, test = 20%)
}
network {
  input 2
  Dense(1, activation = sigmoid)
}
optimize {
  loss      BinaryCrossentropy()
  optimizer Adam()
}
train {
  batch 16
}
evaluate {
  on     validation, test
  metric F1Score(threshold = best)
  plot   roc
}
predict {
  on test first 5
}
"""
    compiled = Compilation("spec.zoo", text=text)
    assert compiled.spec is not None, [each.message for each in compiled.diagnostics]
    return compiled.spec


def names(plan) -> list[str]:
    return [stage.name for stage in plan.stages]


def test_a_saved_network_is_judged_and_nothing_else(spec: Spec) -> None:
    plan = judging_plan(spec, SAVED)
    assert names(plan)[-3:] == ["restore", "judge/validation", "judge/test"]
    assert not any(isinstance(stage, Fit | Apply | Decide | Perform) for stage in plan.stages)
    assert plan.fit is None
    assert plan.restored is not None
    assert (plan.restored.folder, plan.restored.thresholds) == ("/run/prediction", {"1": 0.25})
    judge = plan.stages[-1]
    assert isinstance(judge, Judge)
    assert judge.inputs == ("restore", "prepare/test")
    assert judge.plots == ("roc",)
    assert plan.batch == 16  # cores still share it
    paths = [artefact.path for artefact in plan.artefacts]
    assert "metrics.json" in paths
    assert not {"model/", "prediction/", "checkpoints/", "tensorboard/", "thresholds.json"} & {*paths}
    stage = describe(plan)["stages"][-3]
    assert (stage["kind"], stage["folder"], stage["thresholds"]) == (
        "restore",
        "/run/prediction",
        {"1": 0.25},
    )


def test_rows_in_files_are_predicted_without_the_specs_own(spec: Spec) -> None:
    (task,) = spec.tasks
    assert isinstance(task, Predict)
    files = Predict(span=task.span, frame=task.frame, top=1)
    assert names(predicting_plan(spec, SAVED, files)) == ["restore", "predict"]
    of_part = names(predicting_plan(spec, SAVED, task))
    assert of_part[0].startswith("read/")
    assert of_part[-2:] == ["restore", "predict"]
    assert not any(name.startswith("judge") for name in of_part)


def test_all_rows_as_one_part(spec: Spec) -> None:
    data = undivided(spec.data)
    assert data.split is None
    assert {part: rows.count for part, rows in data.parts.items()} == {Part.TEST: 569}
