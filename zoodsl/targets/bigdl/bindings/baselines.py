"""Baselines as calls of the target's helpers: each gives the rows of a part with its answers as their ``prediction``."""

from __future__ import annotations

from zoodsl.catalog.operator import Baseline
from zoodsl.model.nodes import Operation, Part
from zoodsl.plan.steps import Plan
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Attribute, Call, Expression, Name, Table, call


def baselines(operations: tuple[Operation[Baseline], ...], part: Part, plan: Plan) -> Table:
    """The baselines of a part by name."""
    return Table(tuple((each.operator.name, baseline(each, part, plan)) for each in operations))


def baseline(operation: Operation[Baseline], part: Part, plan: Plan) -> Call:
    """The call that answers for the rows of ``part``."""
    match operation.operator.name:
        case "Persistence":
            return call(helper("last_values"), Name(f'parts["{part.value}"]'))
        case "ALS":
            user, item = (column.name for column in plan.spec.data.feature.columns)
            factors = call(helper("Factors"), user, item, **_given(operation))
            return call(
                Attribute(factors, "answers"),
                Name('parts["train"]'),
                Name(f'parts["{part.value}"]'),
                Name("LABEL"),
            )
        case other:
            raise KeyError(other)


def _given(operation: Operation[Baseline]) -> dict[str, Expression]:
    """The arguments that are not the helper's defaults, which are the catalog's."""
    arguments = operation.arguments
    return {
        each.name: arguments[each.name]
        for each in operation.operator.parameters
        if arguments[each.name] != each.default
    }
