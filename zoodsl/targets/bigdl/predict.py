"""The ``predict`` section in a generated program."""

from __future__ import annotations

from collections.abc import Iterator

from zoodsl.catalog.operator import Target
from zoodsl.model.tasks import Predict
from zoodsl.plan.steps import Plan
from zoodsl.targets.bigdl.bindings.data import reader
from zoodsl.targets.bigdl.bindings.expressions import expression
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Expression, Name, Statement, call


def statements(task: Predict, plan: Plan) -> Iterator[Statement]:
    """Reading rows, computing what the network is fed and what is learned of them, and predicting them."""
    keywords: dict[str, Expression] = {}
    label = plan.spec.data.label
    if label is not None and label.codec.operator.target is Target.CLASS:
        keywords["top"] = task.top
    if task.first is not None:
        keywords["first"] = task.first
    if task.labelled:
        keywords["labelled"] = True
    rows = Name("new") if task.part is None else Name(f'parts["{task.part.value}"]')
    if task.part is None:
        yield Statement(before="new = ", value=reader(task.frame), span=task.frame.span)
        learned = (label.column,) if label is not None and task.labelled else ()
        for column in (*plan.spec.data.feature.columns, *learned):
            if column.expression is not None:
                computed = call(Name("new.withColumn"), column.name, expression(column))
                yield Statement(before="new = ", value=computed, span=column.span)
    predicted = (Name("run"), Name("trained"), rows, Name("LABEL"))
    yield Statement(value=call(helper("predict_rows"), *predicted, **keywords), span=task.span)
