"""The ``recommend`` section in a generated program."""

from __future__ import annotations

from collections.abc import Iterator

from zoodsl.catalog.operator import Ranking
from zoodsl.model.nodes import Operation
from zoodsl.model.printer import show_operation
from zoodsl.model.tasks import Recommend
from zoodsl.plan.judgement import held_out
from zoodsl.plan.steps import Plan
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Attribute, Call, Listing, Name, Noted, Statement, Table, call


def statements(task: Recommend, plan: Plan) -> Iterator[Statement]:
    """Recommending, once the network is trained."""
    judged = held_out(plan.spec)
    offers = (Noted((each.item.name, each.user.name), each.span) for each in task.offers)
    metrics = Table(tuple((_called(metric), _ranking(metric)) for metric in task.metrics))
    wanted = call(
        helper("Recommendations"),
        offers=Listing(tuple(offers)),
        top=task.top,
        among=task.among,
        by=task.order,
        judged=None if judged is None else judged.value,
        metrics=metrics,
        seed=Name("TRAINING.seed"),
    )
    given = (Name("run"), Name("trained"), Name("parts"), Name("LABEL"))
    yield Statement(value=call(Attribute(wanted, "make"), *given), span=task.span)


def _ranking(metric: Operation[Ranking]) -> Call:
    arguments = metric.arguments
    return call(
        helper(metric.operator.name),
        **{
            each.name: arguments[each.name]
            for each in metric.operator.parameters
            if arguments[each.name] != each.default
        },
    )


def _called(metric: Operation[Ranking]) -> str:
    """A metric with its places, ``HitRatio@10``; as it is called where more is said of it."""
    if metric.places.keys() - {"k"}:
        return show_operation(metric)
    return f"{metric.operator.name}@{metric.arguments['k']}"
