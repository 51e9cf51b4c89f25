"""Plans of what is done with a network that an earlier run has saved: it is judged again, or predicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from zoodsl.model.nodes import Data, Part, RowCount
from zoodsl.model.spec import Spec
from zoodsl.model.tasks import Predict
from zoodsl.plan.planner import make_plan
from zoodsl.plan.steps import (
    AnyStage,
    Apply,
    Artefact,
    Decide,
    Divide,
    Judge,
    Perform,
    Plan,
    Prepare,
    Read,
    Restore,
)

NAME = "restore"
"""The stage that brings the network back."""

UNWRITTEN = {"pretrained-*.npz", "model/", "prediction/", "thresholds.json"}
"""What runs write that make a network, and these do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a run has left: the folder of the network with its preprocessing, and the thresholds that it chose, by label."""

    folder: str
    thresholds: Mapping[str, float] = field(default_factory=dict)


def judging_plan(spec: Spec, saved: Saved) -> Plan:
    """Judges the saved network as ``evaluate`` of ``spec`` says, without training, choosing thresholds, or tasks."""
    return _restored(replace(spec, tasks=()), saved, lambda stage: not isinstance(stage, Decide))


def predicting_plan(spec: Spec, saved: Saved, task: Predict) -> Plan:
    """Predicts the rows of ``task``; the data of ``spec`` are read where its rows are a part of them alone."""
    evaluate = replace(spec.evaluate, metrics=(), plots=(), parts=(), baselines=())
    asked = replace(spec, tasks=(task,), evaluate=evaluate)
    reading = () if task.part is None else (Read, Divide, Prepare)
    return _restored(asked, saved, lambda stage: isinstance(stage, (Apply, Perform, *reading)))


def undivided(data: Data) -> Data:
    """The same rows, all of which test."""
    counts = [rows.count for rows in data.parts.values()]
    known = [count for count in counts if count is not None]
    certainty = next(iter(data.parts.values())).certainty
    rows = RowCount(count=sum(known) if len(known) == len(counts) else None, certainty=certainty)
    return replace(data, split=None, parts={Part.TEST: rows})


def _restored(spec: Spec, saved: Saved, kept: Callable[[AnyStage], bool]) -> Plan:
    """The plan of ``spec`` as if nothing trained it, with the saved network for the one that is applied."""
    plan = make_plan(replace(spec, optimize=None, train=None))
    stages = tuple(_from_saved(stage, saved) for stage in plan.stages if kept(stage))
    judged = any(isinstance(stage, Judge) for stage in stages)
    return replace(
        plan,
        spec=spec,
        stages=stages,
        batch=None if spec.train is None else spec.train.batch,
        artefacts=tuple(each for each in plan.artefacts if _is_written(each, judged=judged)),
    )


def _from_saved(stage: AnyStage, saved: Saved) -> AnyStage:
    match stage:
        case Apply():
            return Restore(
                span=stage.span,
                name=NAME,
                inputs=(),
                deterministic=True,
                network=stage.network,
                folder=saved.folder,
                thresholds=saved.thresholds,
            )
        case Judge() | Perform():
            known = [NAME if name == "apply" else name for name in stage.inputs if name != "thresholds"]
            return replace(stage, inputs=tuple(known))
        case _:
            return stage


def _is_written(artefact: Artefact, *, judged: bool) -> bool:
    return artefact.path not in UNWRITTEN and (judged or artefact.path != "metrics.json")
