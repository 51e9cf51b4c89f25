"""The ``optimize`` section: the loss, the optimizer and its learning-rate schedule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoodsl.catalog.operator import Loss, Optimizer
from zoodsl.catalog.values import Duration, Kind
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.diagnostics.rules import training as rules
from zoodsl.model.nodes import Operation, Segment
from zoodsl.semantics.arguments import bind, origin
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import collect, every, one_value, wrong_form
from zoodsl.source import Span
from zoodsl.syntax.nodes import Expression, Section, Setting
from zoodsl.types import Quantity, Unit


@dataclass(frozen=True, slots=True)
class OptimizeDraft:
    """What could be made of an ``optimize`` section; None where a part is missing or in error.

    ``shares`` are its settings ``learning_rate``, which are resolved by the network's layers.
    """

    span: Span
    loss: Operation[Loss] | None
    optimizer: Operation[Optimizer] | None
    schedule: tuple[Segment, ...] | None
    shares: tuple[Setting, ...] = ()


SCHEDULE = "schedule Warmup(to = 0.1) for 5 epochs then Poly(power = 1.0) for 15 epochs"


def resolve_optimize(section: Section, scope: Scope) -> OptimizeDraft:
    """Binds the section's operators."""
    settings = collect(section.body, "optimize", scope)
    for keyword, form in (("loss", "loss MeanSquaredError()"), ("optimizer", "optimizer Adam()")):
        if keyword not in settings and not scope.torn(section.span):
            scope.diagnostics.report(
                statement_rules.MISSING_SETTING,
                section.keyword.span,
                f"`optimize` does not say its {keyword}",
                help=f"add a line such as `{form}`",
            )
    return OptimizeDraft(
        section.span,
        _operation(settings.get("loss"), Kind.LOSS, scope),
        _operation(settings.get("optimizer"), Kind.OPTIMIZER, scope),
        _schedule(settings["schedule"], scope) if "schedule" in settings else (),
        every(section.body, "learning_rate"),
    )


def _operation(setting: Setting | None, kind: Kind, scope: Scope) -> Operation[Any] | None:
    if setting is None:
        return None
    value = one_value(setting, f"{setting.keyword.text} Name(...)", scope)
    return None if value is None else bind(value, kind, scope)


def _schedule(setting: Setting, scope: Scope) -> tuple[Segment, ...] | None:
    if len(setting.clauses) != 1 or setting.clauses[0].value is None:
        wrong_form(setting, SCHEDULE, scope)
        return None
    clause = setting.clauses[0]
    written: list[tuple[Expression, Expression | None]] = [(setting.clauses[0].value, None)]
    for link in clause.links:
        match link.word.text:
            case "then" if link.value is not None:
                written.append((link.value, None))
            case "for" if link.value is not None and written[-1][1] is None:
                written[-1] = (written[-1][0], link.value)
            case _:
                wrong_form(link, SCHEDULE, scope)
                return None
    segments = [
        _segment(value, length, scope, last=place == len(written))
        for place, (value, length) in enumerate(written, 1)
    ]
    good = tuple(segment for segment in segments if segment is not None)
    return good if len(good) == len(written) else None


def _segment(value: Expression, length: Expression | None, scope: Scope, *, last: bool) -> Segment | None:
    operation = bind(value, Kind.SCHEDULE, scope)
    span = value.span if length is None else value.span.to(length.span)
    if length is None:
        if not last:
            scope.diagnostics.report(
                rules.ENDLESS_SEGMENT,
                value.span,
                "this schedule runs to the end of training, so that the next one never begins",
                help="say how long it runs: `for 5 epochs`",
            )
            return None
        return None if operation is None else Segment(span=span, schedule=operation, length=None)
    quantity = duration(length, "a schedule's length", (Unit.EPOCH, Unit.ITERATION), scope)
    if operation is None or quantity is None:
        return None
    return Segment(span=span, schedule=operation, length=quantity)


def duration(expression: Expression, what: str, units: tuple[Unit, ...], scope: Scope) -> Quantity | None:
    """The duration that an expression gives, in whole epochs or iterations; None after a report."""
    value = evaluate(expression, scope)
    if value is None:
        return None
    slot = Slot(what, expression.span, scope, origin(expression, scope))
    result = convert(value, Duration(units), slot)
    return result if isinstance(result, Quantity) else None
