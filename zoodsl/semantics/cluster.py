"""The ``cluster`` section."""

from __future__ import annotations

from zoodsl.catalog.values import Duration, Integer
from zoodsl.diagnostics import Label
from zoodsl.diagnostics.rules import experiments as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.experiments import Cluster
from zoodsl.semantics.arguments import origin
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import collect, one_value
from zoodsl.semantics.train import TrainDraft
from zoodsl.semantics.values import Value
from zoodsl.syntax.nodes import Section, Setting
from zoodsl.types import Quantity, Unit

MOST_EXECUTORS = 1000

SMALLEST_HEAP = 512 * 2**20
"""The smallest heap in round numbers with which an executor starts: Spark asks for 1.5 times the 300 MiB that it reserves."""

FORMS = {"executors": "executors 2", "cores": "cores 4", "memory": "memory 4 GB"}


def resolve(section: Section, train: TrainDraft | None, scope: Scope) -> Cluster | None:
    """The executors of a run, whose cores must share the batch of ``train`` equally; None after a report, or with none.

    ``executors 0`` is no cluster: a param may turn it off.
    """
    settings = collect(section.body, "cluster", scope)
    if "executors" not in settings and not scope.torn(section.span):
        scope.diagnostics.report(
            statement_rules.MISSING_SETTING,
            section.keyword.span,
            "`cluster` does not say how many executors train",
            help="add a line such as `executors 2`",
        )
    executors = _count("executors", settings, 0, scope)
    cores = _count("cores", settings, 1, scope) if "cores" in settings else 1
    memory = _memory(settings["memory"], scope) if "memory" in settings else None
    if not executors or cores is None or ("memory" in settings and memory is None):
        return None
    cluster = Cluster(span=section.span, executors=executors, cores=cores, memory=memory)
    _check_batch(cluster, settings["executors"], train, scope)
    return cluster


def _value(setting: Setting, scope: Scope) -> tuple[Value, Slot] | None:
    keyword = setting.keyword.text
    expression = one_value(setting, FORMS[keyword], scope)
    value = None if expression is None else evaluate(expression, scope)
    if expression is None or value is None:
        return None
    return value, Slot(f"`{keyword}`", expression.span, scope, origin(expression, scope))


def _count(keyword: str, settings: dict[str, Setting], least: int, scope: Scope) -> int | None:
    found = _value(settings[keyword], scope) if keyword in settings else None
    whole = Integer(minimum=least, maximum=MOST_EXECUTORS)
    return None if found is None else convert(found[0], whole, found[1])


def _memory(setting: Setting, scope: Scope) -> int | None:
    """The heap of an executor in bytes."""
    found = _value(setting, scope)
    if found is None:
        return None
    value, slot = found
    size = convert(value, Duration((Unit.GIGABYTE, Unit.MEGABYTE)), slot)
    if not isinstance(size, Quantity):
        return None
    if size.base < SMALLEST_HEAP:
        slot.report(
            value_rules.OUT_OF_RANGE,
            f"an executor does not start with {size}",
            help="give it 600 MB or more, or leave `memory` out: the run then sizes it",
        )
        return None
    return int(size.base)


def _check_batch(cluster: Cluster, executors: Setting, train: TrainDraft | None, scope: Scope) -> None:
    batch = None if train is None else train.batch
    if train is None or batch is None or batch % cluster.all_cores == 0:
        return
    below = batch - batch % cluster.all_cores
    sizes = " or ".join(f"`{size}`" for size in (below, below + cluster.all_cores) if size)
    place = train.places.get("batch")
    scope.diagnostics.report(
        rules.EXECUTORS_DO_NOT_DIVIDE,
        executors.span,
        f"a batch of {batch} records cannot be shared equally by {cluster.executors} executors of {cluster.cores} "
        f"core{'s' if cluster.cores > 1 else ''}",
        help=f"take a `batch` of {sizes}, or one that grows with the executors, such as `batch 32 * executors`",
        labels=[Label(place, "the batch of all executors together")] if place else (),
    )
