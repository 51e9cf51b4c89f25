"""The ``experiment`` section: which params take which values, and by what the runs are compared."""

from __future__ import annotations

from zoodsl.catalog import registry
from zoodsl.catalog.operator import Metric
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Label, did_you_mean
from zoodsl.diagnostics.rules import experiments as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.model.experiments import Compared, Experiment, grid_size
from zoodsl.model.nodes import Evaluate, Operation
from zoodsl.semantics.declarations import known_type, typed
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.scope import Role, Scope
from zoodsl.semantics.settings import collect, links, one_value, wrong_form
from zoodsl.semantics.train import TrainDraft
from zoodsl.semantics.values import Value
from zoodsl.syntax.nodes import Clause, File, Name, Param, Section, Sequence, Setting

MOST = 100
"""Combinations of more are refused: each is a run of its own."""

COMPARE = 'compare optimizer in ["adam", "sgd"]'


def resolve(
    section: Section, file: File, evaluation: Evaluate | None, train: TrainDraft | None, scope: Scope
) -> Experiment | None:
    """The experiment; None after a report. Its values are checked against the types of ``file``'s params."""
    settings = collect(section.body, "experiment", scope)
    if "compare" not in settings:
        if not scope.torn(section.span):
            scope.diagnostics.report(
                statement_rules.MISSING_SETTING,
                section.keyword.span,
                "`experiment` does not say what to compare",
                help=f"add a line such as `{COMPARE}`, with a param of this spec",
            )
        return None
    compared = resolve_compared(settings["compare"], file, scope)
    computed = _computed(evaluation, train)
    chosen = _metric(settings["metric"], computed, scope) if "metric" in settings else None
    if compared is None or ("metric" in settings and chosen is None):
        return None
    name = chosen or next(iter(computed), None)
    return Experiment(
        span=section.span, compared=compared, metric=name, better=None if name is None else computed[name]
    )


def resolve_compared(setting: Setting, file: File, scope: Scope) -> tuple[Compared, ...] | None:
    """The params that ``compare`` names, with their values; None after a report."""
    found: dict[str, Compared] = {}
    good = True
    for clause in setting.clauses:
        one = _compared(clause, file, scope)
        good &= one is not None
        if one is None:
            continue
        if one.name in found:
            scope.diagnostics.report(
                rules.COMPARED_TWICE,
                clause.span,
                f"`{one.name}` is compared twice",
                help="keep one list, with the values of both",
                labels=[Label(found[one.name].span, "the first list")],
            )
            good = False
        found.setdefault(one.name, one)
    compared = tuple(found.values())
    if good and grid_size(compared) > MOST:
        lengths = " x ".join(str(len(each.values)) for each in compared)
        scope.diagnostics.report(
            rules.TOO_MANY_COMBINATIONS,
            setting.span,
            f"{lengths} values make {grid_size(compared):,} combinations, each a run of its own; at most {MOST} are "
            "carried out",
            help="compare fewer values or params at once",
        )
        return None
    return compared if good else None


def _compared(clause: Clause, file: File, scope: Scope) -> Compared | None:
    found = links(clause, COMPARE, ("in",), scope)
    if found is None:
        return None
    values = found["in"].value if "in" in found else None
    if not isinstance(clause.value, Name) or values is None:
        wrong_form(clause, COMPARE, scope)
        return None
    name = clause.value
    param = _param(name, file, scope)
    if not isinstance(values, Sequence):
        scope.diagnostics.report(
            rules.NO_VALUES,
            values.span,
            f"the values of `{name.text}` are not listed here",
            help=f"write them one by one: `{name.text} in [...]`",
        )
        return None
    if not values.items:
        scope.diagnostics.report(
            rules.NO_VALUES,
            values.span,
            f"there is no value for `{name.text}` to take",
            help="write at least one",
        )
        return None
    if param is None or not known_type(param.type, scope):
        return None
    return _checked(name, values, param, scope)


def _checked(name: Name, values: Sequence, param: Param, scope: Scope) -> Compared | None:
    """The values, where all of them are of the param's type and no two are equal."""
    seen: dict[str, Value] = {}
    good = True
    for item in values.items:
        value = evaluate(item, scope)
        if value is not None:
            value = typed(value, param.type, name, item.span, scope)
        good &= value is not None
        if value is not None and any(value == other for other in seen.values()):
            scope.diagnostics.report(
                rules.COMPARED_TWICE,
                item.span,
                f"`{name.text}` takes the value `{item.span.text}` twice",
                help="leave one of them out",
            )
            good = False
        elif value is not None:
            seen[item.span.text] = value
    return Compared(span=name.span, name=name.text, values=tuple(seen)) if good else None


def _param(name: Name, file: File, scope: Scope) -> Param | None:
    """The declaration of a param of the file; None after a report."""
    params = {each.name.text: each for each in file.declarations if isinstance(each, Param)}
    if name.text in params:
        scope.find(name.text)
        return params[name.text]
    binding = scope.find(name.text)
    if binding is not None:
        help_ = f"declare it as one: `param {name.text}: {_type(binding.value)} = ...`"
        labels = [Label(binding.span, f"declared as a {binding.role.value} here")]
        message = f"`{name.text}` is a {binding.role.value}, and only a `param` can be compared"
    else:
        listed = ", ".join(f"`{each}`" for each in params)
        help_ = did_you_mean(name.text, list(params)) or (
            f"the params are {listed}" if params else "declare one: `param rate: float = 1e-3`"
        )
        labels = []
        message = f"there is no param `{name.text}` to compare"
    scope.suggest(name.text, Role.PARAM)
    scope.diagnostics.report(rules.NO_SUCH_PARAM, name.span, message, help=help_, labels=labels)
    return None


def _type(value: Value | None) -> str:
    """The type that a param of this value would be declared with, as far as it shows."""
    return {bool: "bool", int: "int", float: "float"}.get(type(value), "string")


def _computed(evaluation: Evaluate | None, train: TrainDraft | None) -> dict[str, str]:
    """What a run measures by name, with what is better: evaluation's metrics, validation's, the training loss."""
    metrics: list[Operation[Metric]] = [] if evaluation is None else list(evaluation.metrics)
    if train is not None and train.validate is not None:
        metrics += train.validate.metrics
    found = {each.operator.name: each.operator.better for each in metrics}
    return found if train is None else found | {"loss": "min"}


def _metric(setting: Setting, computed: dict[str, str], scope: Scope) -> str | None:
    value = one_value(setting, "metric Accuracy", scope)
    if value is None:
        return None
    if not isinstance(value, Name):
        wrong_form(setting, "metric Accuracy", scope)
        return None
    if value.text in computed:
        return value.text
    known = registry.find(Kind.METRIC, value.text) is not None
    scope.diagnostics.report(
        rules.METRIC_NOT_COMPUTED,
        value.span,
        f"the runs do not compute `{value.text}`",
        help=(
            f"add it to `evaluate`: `metric {value.text}()`" if known else did_you_mean(value.text, computed)
        )
        or f"they compute {', '.join(f'`{each}`' for each in computed)}",
    )
    return None
