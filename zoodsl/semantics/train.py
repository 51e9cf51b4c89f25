"""The ``train`` section."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zoodsl.catalog.operator import Metric, Stop
from zoodsl.catalog.values import Choice, Integer, Kind, ParameterType
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.model.nodes import Log, Operation, Validate
from zoodsl.semantics.arguments import bind, origin
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.optimize import duration
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import collect, every, links, misspelt_word, one_value, wrong_form
from zoodsl.source import Span
from zoodsl.syntax.nodes import Expression, Name, Section, Setting
from zoodsl.types import Unit

SEED, BATCH, EPOCHS, CHECKPOINT_EVERY, LOG_EVERY = 42, 32, 1, 1, 10
"""What `train` takes where nothing is set: epochs between checkpoints, iterations between logged values."""

LOGGED = ("loss", "learning_rate")
"""What ``log`` may write."""


@dataclass(slots=True)
class TrainDraft:
    """What could be made of a ``train`` section. ``*_in_error`` tell what is written but not understood.

    ``phase`` is the setting of that name, which is resolved by the network's layers; ``phases_whole`` is
    False where there is a second one, which was reported.
    """

    span: Span
    seed: int | None = SEED
    batch: int | None = BATCH
    epochs: int | None = EPOCHS
    validate: Validate | None = None
    validate_in_error: bool = False
    stop: Operation[Stop] | None = None
    checkpoint_every: int | None = CHECKPOINT_EVERY
    keep: Name | None = None
    log: Log | None = None
    phase: Setting | None = None
    phases_whole: bool = True
    places: dict[str, Span] = field(default_factory=dict)
    good: bool = True


def resolve_train(section: Section | None, place: Span, scope: Scope) -> TrainDraft:
    """Reads the settings; defaults where they are not set, or there is no section (then at ``place``)."""
    if section is None:
        return TrainDraft(place, log=Log(span=place, values=LOGGED, every=LOG_EVERY))
    draft = TrainDraft(section.span, log=Log(span=section.span, values=LOGGED, every=LOG_EVERY))
    for keyword, setting in collect(section.body, "train", scope).items():
        draft.places[keyword] = setting.span
        match keyword:
            case "seed":
                draft.seed = _value(setting, Integer(minimum=0), scope)
            case "batch":
                draft.batch = _value(setting, Integer(minimum=1), scope)
            case "epochs":
                draft.epochs = _value(setting, Integer(minimum=1), scope)
            case "validate":
                draft.validate = _validate(setting, scope)
                draft.validate_in_error = draft.validate is None
            case "stop":
                value = one_value(setting, "stop EarlyStopping(monitor = loss, patience = 3)", scope)
                draft.stop = None if value is None else bind(value, Kind.STOP, scope)
                draft.good &= draft.stop is not None
            case "checkpoint":
                draft.checkpoint_every = _checkpoint(setting, scope)
            case "keep":
                draft.good &= _keep(setting, draft, scope)
            case "phase":
                draft.phase = setting
                draft.phases_whole = len(every(section.body, keyword)) == 1
            case _:
                draft.log = _log(setting, scope)
    parts = (draft.seed, draft.batch, draft.epochs, draft.checkpoint_every, draft.log)
    draft.good &= None not in parts and not draft.validate_in_error
    return draft


def _value(setting: Setting, type: ParameterType, scope: Scope) -> Any:  # noqa: A002
    """The value of a setting that takes one."""
    keyword = setting.keyword.text
    expression = one_value(setting, f"{keyword} 42", scope)
    value = None if expression is None else evaluate(expression, scope)
    if expression is None or value is None:
        return None
    slot = Slot(f"`{keyword}`", expression.span, scope, origin(expression, scope))
    return convert(value, type, slot)


def _every(expression: Expression, what: str, unit: Unit, scope: Scope) -> int | None:
    quantity = duration(expression, what, (unit,), scope)
    return None if quantity is None else int(quantity.value)


def _validate(setting: Setting, scope: Scope) -> Validate | None:
    form = "validate every 1 epoch with Accuracy()"
    first, *rest = setting.clauses
    if first.value is not None:
        wrong_form(first, form, scope)
        return None
    found = links(first, form, ("every", "with"), scope)
    if found is None:
        return None
    more = [clause.value for clause in rest if clause.value is not None and not clause.links]
    if len(more) < len(rest) or (more and "with" not in found):
        wrong_form(rest[0], form, scope)
        return None
    every: int | None = 1
    if "every" in found and found["every"].value is not None:
        every = _every(found["every"].value, "`validate every`", Unit.EPOCH, scope)
    given = [found["with"].value] if "with" in found and found["with"].value is not None else []
    metrics = bind_metrics((*given, *more), scope)
    if every is None or metrics is None:
        return None
    return Validate(span=setting.span, every=every, metrics=metrics)


def bind_metrics(expressions: tuple[Expression, ...], scope: Scope) -> tuple[Operation[Metric], ...] | None:
    """The metrics that a setting lists; None after a report."""
    bound: list[Operation[Metric] | None] = [bind(each, Kind.METRIC, scope) for each in expressions]
    metrics = tuple(each for each in bound if each is not None)
    return metrics if len(metrics) == len(bound) else None


def _checkpoint(setting: Setting, scope: Scope) -> int | None:
    form = "checkpoint every 1 epoch"
    clause = setting.clauses[0]
    found = links(clause, form, ("every",), scope)
    if found is None:
        return None
    if len(setting.clauses) > 1 or clause.value is not None or found["every"].value is None:
        wrong_form(setting, form, scope)
        return None
    return _every(found["every"].value, "`checkpoint every`", Unit.EPOCH, scope)


def _keep(setting: Setting, draft: TrainDraft, scope: Scope) -> bool:
    form = "keep best by Accuracy"
    clause = setting.clauses[0]
    found = links(clause, form, ("by",), scope)
    if found is None:
        return False
    if len(setting.clauses) == 1 and isinstance(clause.value, Name):
        if clause.value.text == "last" and not found:
            return True
        if clause.value.text == "best" and found and isinstance(found["by"].value, Name):
            draft.keep = found["by"].value
            return True
    if misspelt_word(setting, form, ("last",)) is not None:
        wrong_form(setting, form, scope, words=("last",))
        return False
    scope.diagnostics.report(
        statement_rules.WRONG_FORM,
        setting.span,
        "this does not say which weights to keep",
        help=f"write `{form}`, with a metric's bare name or `loss`, or `keep last`",
    )
    return False


def _log(setting: Setting, scope: Scope) -> Log | None:
    form = "log loss, learning_rate every 10 iterations"
    names: list[str] = []
    every: int | None = LOG_EVERY
    good = True
    for clause in setting.clauses:
        if clause.value is None or (clause.links and clause is not setting.clauses[-1]):
            wrong_form(clause, form, scope)
            return None
        name = choice(clause.value, "`log`", LOGGED, scope)
        good = good and name is not None
        names.append(name or "")
        found = links(clause, form, ("every",), scope)
        if found is None:
            return None
        if "every" in found and found["every"].value is not None:
            every = _every(found["every"].value, "`log ... every`", Unit.ITERATION, scope)
    if not good or every is None:
        return None
    return Log(span=setting.span, values=tuple(dict.fromkeys(names)), every=every)


def choice(expression: Expression, what: str, choices: tuple[str, ...], scope: Scope) -> str | None:
    """A bare name out of a closed list."""
    if isinstance(expression, Name) and expression.text in choices:
        return expression.text
    value = evaluate(expression, scope)
    if value is None:
        return None
    slot = Slot(what, expression.span, scope)
    result = convert(value, Choice(choices), slot)
    return result if isinstance(result, str) else None
