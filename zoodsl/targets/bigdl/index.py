"""The ``index`` section in a generated program."""

from __future__ import annotations

from collections.abc import Iterator

from zoodsl.catalog.operator import Target
from zoodsl.model.tasks import Index
from zoodsl.plan.judgement import held_out
from zoodsl.plan.steps import Plan
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Expression, Listing, Name, Statement, call


def statements(task: Index, plan: Plan) -> Iterator[Statement]:
    """Embedding all rows and comparing them; those that training has not seen are asked for."""
    spec = plan.spec
    asked = held_out(spec)
    queries = [part.value for part in ([asked] if asked else spec.data.parts)]
    keywords: dict[str, Expression] = {"queries": Listing(tuple(queries)), "top": task.top}
    if spec.data.label is not None and spec.data.label.codec.operator.target is Target.CLASS:
        keywords["label"] = Name("LABEL")
    if spec.network is not None and (task.node != spec.network.output or len(spec.network.shape) > 1):
        keywords["node"] = task.node
    if task.by_prediction:
        keywords["by_prediction"] = True
    if task.included:
        keywords["included"] = True
    given = (Name("run"), Name("trained"), Name("parts"))
    yield Statement(value=call(helper("index_rows"), *given, **keywords), span=task.span)
