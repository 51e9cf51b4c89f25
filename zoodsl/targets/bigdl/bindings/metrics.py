"""Losses and metrics over whole parts, as the target's own functions in NumPy: BigDL's are means over batches."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from zoodsl.catalog.operator import Loss, Metric
from zoodsl.model.nodes import Operation
from zoodsl.model.printer import show_operation
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Expression, Name, Symbol, Table, call

PARTIAL = Symbol("functools", "partial")

NAMES = call(helper("class_names"), Name("LABEL"))
"""The names of the classes or labels, for what is told of each."""

VALUES = Name("LABEL.values")
"""What the classes of a rating stand for."""

FOUND_BY_RUNS = ("balanced", "best")
"""Arguments whose values follow from the rows: the weights of a loss, and the threshold of a metric."""

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


def metrics(
    operations: tuple[Operation[Metric], ...],
    *,
    logits: bool = False,
    nearest: bool = False,
    watched: bool = False,
) -> Table:
    """The metrics by name; where several have the same, those with arguments by the call, ``TopKAccuracy(k = 5)``.

    ``logits``: they are given scores before the last activation. ``nearest``: those of classes are given ratings too, by
    baselines that tell no probabilities. ``watched``: rules watch them by their names, so that one of a standardised label
    has no other.
    """
    times = Counter(operation.operator.name for operation in operations)
    named: dict[str, Operation[Metric]] = {}
    for operation in operations:
        scaled = operation.arguments.get("scaled") and not watched
        alone = times[operation.operator.name] == 1 and not scaled
        name = operation.operator.name if alone else _call(operation)
        if name not in named or operation.arguments.get("per"):
            named[name] = operation
    return Table(
        tuple(
            (name, call(helper("OfLogits"), made) if logits else made)
            for name, operation in named.items()
            for made in [_of_nearest(operation) if nearest else metric(operation)]
        )
    )


def _of_nearest(operation: Operation[Metric]) -> Expression:
    made = metric(operation)
    return made if operation.arguments.get("estimate") else call(helper("OfNearest"), made, VALUES)


def _call(operation: Operation[Metric]) -> str:
    """The call without ``per``, which adds numbers and changes none."""
    places = {name: place for name, place in operation.places.items() if name != "per"}
    arguments = {name: None if name == "per" else value for name, value in operation.arguments.items()}
    return show_operation(replace(operation, arguments=arguments, places=places)).removesuffix("()")


def metric(operation: Operation[Metric]) -> Expression:
    """The metric over a part; with ``per = label``, a number for each class or label too."""
    per = operation.arguments.get("per")
    return _with(operation, {"names": NAMES} if per else {})


def _with(operation: Operation[Loss] | Operation[Metric], extra: dict[str, Expression]) -> Expression:
    """The helper, with the arguments that are not its defaults bound; those that a run finds, it binds itself."""
    bound = {
        parameter.name: operation.arguments[parameter.name]
        for parameter in operation.operator.parameters
        if parameter.name not in ("per", "scaled", "estimate")
        and operation.arguments[parameter.name] not in (parameter.default, *FOUND_BY_RUNS)
    }
    made = helper(function(operation.operator.name))
    whole = call(PARTIAL, made, **bound, **extra) if bound or extra else made
    if estimate := operation.arguments.get("estimate"):
        return call(helper("OfRatings"), whole, VALUES, estimate=estimate)
    if operation.arguments.get("scaled"):
        return call(helper("Scaled"), whole)
    return call(helper("AtThresholds"), whole) if operation.arguments.get("threshold") == "best" else whole


DETAILS = {"confusion", "roc"}
"""Plots that are drawn from more than metrics; the helper has the plot's name."""


def details(plots: tuple[str, ...]) -> Table:
    """What the plots of an evaluation are drawn from, by plot."""
    return Table(tuple((plot, call(PARTIAL, helper(plot), names=NAMES)) for plot in plots if plot in DETAILS))
