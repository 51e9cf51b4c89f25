"""What a generated program does for the tasks of a spec, after training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from zoodsl.model.nodes import PreprocessStep
from zoodsl.model.tasks import Anomalies, Detect, Gallery, Index, Predict, Recommend
from zoodsl.plan.steps import Perform, Plan
from zoodsl.targets.bigdl import anomalies, detect, gallery, index, predict, recommend
from zoodsl.targets.pyast import Function, Statement


def statements(stage: Perform, plan: Plan) -> Iterator[Statement]:
    """The statements of ``main`` that carry a task out; see ``script.main_function`` for the names that they find."""
    match stage.task:
        case Predict() as task:
            yield from predict.statements(task, plan)
        case Anomalies() as task:
            yield from anomalies.statements(task, plan)
        case Index() as task:
            yield from index.statements(task, plan)
        case Detect() as task:
            yield from detect.statements(task, plan)
        case Gallery() as task:
            yield from gallery.statements(task, plan)
        case Recommend() as task:
            yield from recommend.statements(task, plan)
        case _:
            assert_never(stage.task)


def functions(plan: Plan) -> Iterator[Function]:
    """The functions that the statements of tasks name, in the order of the tasks."""
    for task in plan.spec.tasks:
        if isinstance(task, Gallery):
            yield gallery.function(task)


def steps(plan: Plan) -> Iterator[PreprocessStep]:
    """The steps of preprocessing that tasks have of their own."""
    for task in plan.spec.tasks:
        if isinstance(task, Gallery):
            yield from (step for line in task.lines for step in line.steps)
