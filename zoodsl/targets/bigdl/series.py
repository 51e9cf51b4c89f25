"""What a generated program says of series: the windows of its rows, and columns on one scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zoodsl.model.nodes import Column, Preprocess
from zoodsl.model.series import standardize_of, window_of
from zoodsl.plan.steps import Judge, Plan
from zoodsl.targets.bigdl.bindings.expressions import variable
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Call, Expression, Name, Noted, Statement, call


def columns(names: tuple[str, ...], preprocess: Preprocess, scales: Mapping[str, Expression]) -> Call:
    """Numeric columns as features: of a row or a window, standardised or not, and then scaled."""
    window, standardize = window_of(preprocess), standardize_of(preprocess)
    if window is None:
        made = "NumberColumns" if standardize is None else "StandardizedColumns"
        return call(helper(made), names, **scales)
    a = window.arguments
    series: dict[str, Expression] = {"length": a["length"], "horizon": a["horizon"]}
    if a["by"] is not None:
        series["by"] = a["by"].name
    noted = {name: Noted(value, window.span) for name, value in series.items()}
    made = "WindowColumns" if standardize is None else "StandardizedWindows"
    return call(helper(made), names, **noted, **scales)


def series_column(preprocess: Preprocess) -> Column | None:
    """The column that says which series a row is of."""
    window = window_of(preprocess)
    by: Column | None = None if window is None else window.arguments["by"]
    return by


def history(plan: Plan) -> Iterator[Statement]:
    """The windows of the rows that ``rows`` reads; nothing where rows stand by themselves."""
    data, window = plan.spec.data, window_of(plan.spec.preprocess)
    if window is None:
        return
    frame = variable(data.feature.columns[0].frame)
    last: dict[str, Expression] = {}
    if data.label is not None and _is_persistence_judged(plan):
        last["last"] = data.label.column.name
    made = call(helper("with_history"), Name(frame), Name("FEATURES"), **last)
    yield Statement(before=f"{frame} = ", value=made, span=window.span)


def is_scaled_by_all(preprocess: Preprocess) -> bool:
    """Whether all rows say the scale, and not only those that train."""
    standardize = standardize_of(preprocess)
    return standardize is not None and standardize.arguments["fit"] == "all"


def _is_persistence_judged(plan: Plan) -> bool:
    return any(
        baseline.operator.name == "Persistence"
        for stage in plan.stages
        if isinstance(stage, Judge)
        for baseline in stage.baselines
    )
