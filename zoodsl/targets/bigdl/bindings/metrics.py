"""Losses and metrics over whole parts, as the target's own functions in NumPy: BigDL's are means over batches."""

from __future__ import annotations

import re

from zoodsl.catalog.operator import Loss, Metric
from zoodsl.model.nodes import Label, Operation
from zoodsl.model.printer import show_operation
from zoodsl.targets.bigdl.bindings.data import names
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Expression, Symbol, Table, call

PARTIAL = Symbol("functools", "partial")

FUNCTIONS = {
    "KLDivergence": "kl_divergence",
    "AUC": "roc_auc",
}
"""The helper of a loss or a metric where it is not the name in snake case."""


def function(name: str) -> str:
    """The helper that computes a loss or a metric: ``MeanSquaredError`` is ``mean_squared_error``."""
    return FUNCTIONS.get(name) or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def loss(operation: Operation[Loss]) -> Expression:
    """The loss over a part."""
    return _with(operation, {})


def metrics(operations: tuple[Operation[Metric], ...], label: Label) -> Table:
    """The metrics by name; one that is asked for again with other arguments by its whole call, ``TopKAccuracy(k = 5)``."""
    named: dict[str, Expression] = {}
    for operation in operations:
        name = operation.operator.name
        named.setdefault(show_operation(operation) if name in named else name, metric(operation, label))
    return Table(tuple(named.items()))


def metric(operation: Operation[Metric], label: Label) -> Expression:
    """The metric over a part; with ``per = label``, a number for each class or label too."""
    per = operation.arguments.get("per")
    return _with(operation, {"names": names(label)} if per else {})


def _with(operation: Operation[Loss] | Operation[Metric], extra: dict[str, Expression]) -> Expression:
    """The helper, with the arguments that are not its defaults bound."""
    bound = {
        parameter.name: operation.arguments[parameter.name]
        for parameter in operation.operator.parameters
        if parameter.name != "per" and operation.arguments[parameter.name] != parameter.default
    }
    made = helper(function(operation.operator.name))
    return call(PARTIAL, made, **bound, **extra) if bound or extra else made


DETAILS = {"confusion", "roc"}
"""Plots that are drawn from more than metrics; the helper has the plot's name."""


def details(plots: tuple[str, ...], label: Label) -> Table:
    """What the plots of an evaluation are drawn from, by plot."""
    return Table(
        tuple((plot, call(PARTIAL, helper(plot), names=names(label))) for plot in plots if plot in DETAILS)
    )
