"""Baselines as calls of the target's helpers: each gives the rows of a part with its answers as their ``prediction``."""

from __future__ import annotations

from collections import Counter

from zoodsl.catalog.operator import Baseline
from zoodsl.model.nodes import Operation, Part
from zoodsl.model.printer import show_operation
from zoodsl.plan.steps import Plan
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Attribute, Call, Expression, Name, Table, call


def baselines(operations: tuple[Operation[Baseline], ...], part: Part, plan: Plan) -> Table:
    """The baselines of a part by name; where several have the same, by the call, ``ALS(rank = 5)``."""
    times = Counter(operation.operator.name for operation in operations)
    named: dict[str, Operation[Baseline]] = {}
    for each in operations:
        alone = times[each.operator.name] == 1
        named.setdefault(each.operator.name if alone else show_operation(each).removesuffix("()"), each)
    return Table(tuple((name, baseline(each, part, plan)) for name, each in named.items()))


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
