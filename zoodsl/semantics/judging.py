"""The ``evaluate`` section: parts, metrics and plots, and where thresholds come from."""

from __future__ import annotations

from zoodsl.catalog.operator import Baseline, Metric, Split, Target
from zoodsl.catalog.plots import PLOTS
from zoodsl.catalog.splits import asked
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Diagnostics, Label
from zoodsl.diagnostics.rules import judging as judging_rules
from zoodsl.diagnostics.rules import recommending as recommending_rules
from zoodsl.diagnostics.rules import series as series_rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.diagnostics.rules import training as rules
from zoodsl.model.nodes import Column, Evaluate, Network, Operation, Part, Preprocess
from zoodsl.model.nodes import Label as LabelSpec
from zoodsl.model.series import is_label_standardized, window_of
from zoodsl.semantics.arguments import bind
from zoodsl.semantics.data import DataDraft
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import collect, values
from zoodsl.semantics.train import bind_metrics, choice
from zoodsl.source import Span
from zoodsl.syntax.nodes import Section, Setting
from zoodsl.types import DType


def resolve_evaluate(section: Section | None, place: Span, scope: Scope) -> Evaluate | None:
    """Reads the parts, metrics and plots; none without a section (then at ``place``). None after a report."""
    if section is None:
        return Evaluate(span=place, metrics=(), plots=())
    settings = collect(section.body, "evaluate", scope)
    metrics: tuple[Operation[Metric], ...] | None = ()
    places: dict[str, Span] | None = {}
    parts: dict[str, Span] | None = {}
    if "on" in settings and not {"metric", "plot"} & settings.keys():
        scope.diagnostics.report(
            statement_rules.MISSING_SETTING,
            settings["on"].span,
            "`evaluate` names parts, and does not say what to measure",
            help="add a line such as `metric Accuracy()`",
        )
        return None
    if "on" in settings:
        parts = _chosen(settings["on"], "on train, validation, test", [part.value for part in Part], scope)
    if "metric" in settings:
        listed = values(settings["metric"], "metric Accuracy(), AUC()", scope)
        metrics = None if listed is None else bind_metrics(listed, scope)
    if "plot" in settings:
        places = _chosen(settings["plot"], "plot curves, confusion", list(PLOTS), scope)
    baselines: tuple[Operation[Baseline], ...] | None = ()
    if "baseline" in settings:
        baselines = _baselines(settings["baseline"], scope)
    if metrics is None or places is None or parts is None or baselines is None:
        return None
    return Evaluate(
        span=section.span,
        metrics=metrics,
        plots=tuple(places),
        parts=tuple(part for part in Part if part.value in parts),
        baselines=baselines,
        places=places | parts,
    )


def _baselines(setting: Setting, scope: Scope) -> tuple[Operation[Baseline], ...] | None:
    """The baselines that a setting lists; None after a report."""
    listed = values(setting, "baseline Persistence()", scope)
    if listed is None:
        return None
    bound: list[Operation[Baseline] | None] = [bind(each, Kind.BASELINE, scope) for each in listed]
    found = tuple(each for each in bound if each is not None)
    return found if len(found) == len(bound) else None


def check_baselines(
    baselines: tuple[Operation[Baseline], ...],
    label: LabelSpec,
    data: DataDraft,
    diagnostics: Diagnostics,
    *,
    trains: bool,
) -> None:
    """Each baseline is defined for this kind of label, has what it goes by, and is listed once; ``trains``: something does."""
    target = label.codec.operator.target
    for place, baseline in enumerate(baselines):
        first = next(each for each in baselines[: place + 1] if _is_same(each, baseline))
        if first is not baseline:
            diagnostics.report(
                rules.REPEATED_METRIC,
                baseline.span,
                f"`{baseline.operator.name}` is computed twice",
                help="keep one of them",
                labels=[Label(first.span, "first here")],
            )
        numbered = label.codec.operator.values is not None and Target.NUMBER in baseline.operator.targets
        if target not in baseline.operator.targets and not numbered:
            known = " or ".join(f"a {each.value}" for each in baseline.operator.targets)
            diagnostics.report(
                rules.METRIC_AND_LABEL,
                baseline.span,
                f"`{baseline.operator.name}` answers with {known}, and the label is a {target.value}",
                help="leave it out",
                labels=[Label(label.codec.span, f"gives a {target.value}")],
            )
        elif baseline.operator.fitted:
            _check_fitted(baseline, data, diagnostics, trains=trains)


def _is_same(one: Operation[Baseline], other: Operation[Baseline]) -> bool:
    return one.operator is other.operator and one.arguments == other.arguments


def _check_fitted(
    baseline: Operation[Baseline], data: DataDraft, diagnostics: Diagnostics, *, trains: bool
) -> None:
    """A baseline that is found from pairs of two columns has such pairs, and rows that train."""
    name, feature = baseline.operator.name, data.feature
    if not trains and data.split is None and not data.split_in_error:
        diagnostics.report(
            rules.NO_HELD_OUT_PART,
            baseline.span,
            f"`{name}` is found from the rows that train, and all rows test",
            help=part_help("train", None),
        )
    if feature is None:
        return
    strange = next((each for each in feature.columns if not _is_id(each)), None)
    if len(feature.columns) == 2 and strange is None:
        return
    diagnostics.report(
        recommending_rules.WRONG_PAIR,
        baseline.span,
        f"`{name}` takes two feature columns, who rates and what, and the network is fed {len(feature.columns)}"
        if strange is None
        else f"`{name}` takes columns of ids, and `{strange.name}` holds none",
        help="leave it out, or feed who and what alone: `feature ratings.user, ratings.item`",
        labels=[Label(feature.span if strange is None else strange.span, "what is fed")],
    )


def _is_id(column: Column) -> bool:
    """Whether a column holds single values, which may be ids, as far as it could be looked at."""
    return column.type is None or isinstance(column.type.type, DType)


def check_of_series(
    metrics: tuple[Operation[Metric], ...],
    baselines: tuple[Operation[Baseline], ...],
    preprocess: Preprocess,
    label: LabelSpec,
    diagnostics: Diagnostics,
) -> None:
    """What only a series has is asked of one: its last value, and the scale of its label."""
    for baseline in baselines:
        if baseline.operator.name == "Persistence" and window_of(preprocess) is None:
            diagnostics.report(
                series_rules.NOT_A_SERIES,
                baseline.span,
                "`Persistence` answers with the last value of a window, and these rows stand by themselves",
                help="leave it out, or add `Window(50)` to `preprocess`",
            )
    for metric in metrics:
        if metric.arguments.get("scaled") and not is_label_standardized(preprocess, label):
            window = window_of(preprocess)
            diagnostics.report(
                series_rules.NOT_A_SERIES,
                metric.places.get("scaled", metric.span),
                "`scaled` is of a label that is standardised, and this one is learned as it is",
                help="leave it out"
                + ("" if window is None else ", or add `Standardize()` before `Window(...)` to `preprocess`"),
                labels=[Label(label.span, "the label")],
            )


def check_labelled(evaluate: Evaluate, data: DataDraft, diagnostics: Diagnostics) -> None:
    """Rows that are evaluated on have a label."""
    if (evaluate.metrics or evaluate.plots) and data.label_span is None:
        diagnostics.report(
            statement_rules.MISSING_SETTING,
            evaluate.span,
            "there is nothing to compare what the network tells with: `data` does not say its label",
            help="add a line such as `label rows.class -> ClassIndex(10)` to `data`",
        )


def _chosen(setting: Setting, form: str, known: list[str], scope: Scope) -> dict[str, Span] | None:
    """The bare names that a setting lists out of ``known``, and where; None after a report."""
    listed = values(setting, form, scope)
    if listed is None:
        return None
    what = f"`{setting.keyword.text}`"
    named = [(choice(each, what, tuple(known), scope), each.span) for each in listed]
    return None if any(name is None for name, _ in named) else {name: span for name, span in named if name}


def check_parts_judged(
    evaluate: Evaluate, split: Operation[Split] | None, diagnostics: Diagnostics, *, trains: bool
) -> None:
    """Each part that is to be evaluated has rows, and so has the part on which thresholds are chosen.

    Rows that nothing divides all train; where nothing ``trains``, they all test.
    """
    undivided = (trains, False, not trains)
    wanted = undivided if split is None else asked(split.operator.name, split.arguments)
    there = {part.value for part, one in zip(Part, wanted, strict=True) if one}
    labels = [Label(split.span, "this split gives it nothing")] if split is not None else []
    for part in evaluate.parts:
        if part.value not in there:
            diagnostics.report(
                rules.NO_HELD_OUT_PART,
                evaluate.places[part.value],
                f"there are no {part.value} rows to evaluate on",
                help=part_help(part.value, split),
                labels=labels,
            )
    for metric in evaluate.metrics:
        if metric.arguments.get("threshold") == "best" and Part.VALIDATION.value not in there:
            diagnostics.report(
                rules.NO_VALIDATION_PART,
                metric.places["threshold"],
                "there are no rows to choose the best threshold on: the data have no validation part",
                help=part_help("validation", split),
                labels=labels,
            )


def part_help(part: str, split: Operation[Split] | None) -> str:
    """What gives a part rows."""
    if split is None:
        return "divide the rows in `data`: `split Random(train = 80%, validation = 10%, test = 10%)`"
    example = {"Fixed": '"text"', "GroupedFold": "true"}.get(split.operator.name, "10%")
    return f"give it a part of the rows: `{split.operator.name}(..., {part} = {example})`"


def check_thresholds(
    metrics: tuple[Operation[Metric], ...],
    label: LabelSpec,
    network: Network | None,
    diagnostics: Diagnostics,
    *,
    in_validation: bool,
) -> None:
    """A threshold decides outputs that are a yes or no each, and the best one is chosen after training."""
    several = label.codec.operator.target is Target.CLASS and network is not None and network.shape != (1,)
    for metric in metrics:
        place = metric.places.get("threshold")
        if place is None or metric.operator.parameter("threshold") is None:
            continue
        if in_validation and metric.arguments["threshold"] == "best":
            diagnostics.report(
                judging_rules.THRESHOLD_IN_VALIDATION,
                place,
                "the best threshold is chosen on the validation rows, which would then judge it as well",
                help="ask for it in `evaluate`, and leave it out here",
            )
        elif several:
            diagnostics.report(
                judging_rules.THRESHOLD_OF_CLASSES,
                place,
                f"`threshold` decides a sigmoid output, and `{metric.operator.name}` of classes takes the most probable one",
                help="leave `threshold` out",
                labels=[Label(label.codec.span, "gives a class index")],
            )
