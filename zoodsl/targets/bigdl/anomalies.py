"""The ``anomalies`` section in a generated program."""

from __future__ import annotations

from collections.abc import Iterator

from zoodsl.model.tasks import Anomalies
from zoodsl.plan.steps import Plan
from zoodsl.targets.bigdl.bindings.expressions import expression
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.bindings.tables import ROOT
from zoodsl.targets.pyast import Expression, Listing, Name, Noted, Statement, call


def statements(task: Anomalies, _plan: Plan) -> Iterator[Statement]:
    """Flags the rows whose error is largest."""
    search: dict[str, Expression] = {"on": tuple(part.value for part in task.parts), "flag": task.share}
    if task.time is not None:
        search["time"] = Noted(expression(task.time), task.time.span)
    if task.known is not None:
        windows = call(helper("known_windows"), ROOT, task.known.path, task.known.series)
        search["known"] = Noted(windows, task.known.span)
    if task.kinds is not None:
        search["kinds"] = Listing((task.kinds.name, expression(task.kinds)))
    if task.plots:
        search["plots"] = task.plots
    given = (Name("run"), Name("trained"), Name("parts"), Name("LABEL"))
    made = call(helper("find_anomalies"), *given, call(helper("Search"), **search))
    yield Statement(value=made, span=task.span)
