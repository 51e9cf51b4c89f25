"""The ``predict`` section: rows that the trained network tells of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zoodsl.catalog.operator import Mismatch, Reader, Target
from zoodsl.catalog.values import Integer, Kind
from zoodsl.diagnostics import Diagnostics, Label
from zoodsl.diagnostics.rules import judging as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.diagnostics.rules import training as training_rules
from zoodsl.model.nodes import Column, Feature, Frame, Operation, Part, Preprocess
from zoodsl.model.nodes import Label as LabelSpec
from zoodsl.model.tasks import Predict
from zoodsl.semantics.arguments import bind
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.judging import part_help
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import collect, links, one_value, wrong_form
from zoodsl.semantics.tasks import Whole, has_label
from zoodsl.semantics.train import choice
from zoodsl.source import Span
from zoodsl.sources import Problem, look
from zoodsl.sources.terms import columns_of
from zoodsl.syntax.nodes import Definition, Expression, Name, Section, Setting
from zoodsl.types import DType, ImageType, ValueType, show

TOP = 5
"""How many classes are told of a row where ``top`` is not set."""


@dataclass(frozen=True, slots=True)
class PredictDraft:
    """What a ``predict`` section says, and where its settings stand; ``top`` is None where it is not set.

    ``part`` is the part of the data that the rows are of, None where they are read for this.
    """

    span: Span
    frame: Frame
    top: int | None
    source: Span
    top_place: Span
    part: Part | None = None
    first: int | None = None


def resolve(section: Section, whole: Whole) -> Predict | None:
    """The ``predict`` section beside what is trained on; None after a report."""
    draft = resolve_predict(section, whole)
    if draft is None:
        return None
    feature, label = (None, None) if whole.data is None else (whole.data.feature, whole.data.label)
    if not has_label(section, whole):
        return None
    return check_predict(draft, feature, label, whole.preprocess, whole.scope.diagnostics)


def resolve_predict(section: Section, whole: Whole) -> PredictDraft | None:
    """Reads the section and looks at its rows, whose relative path starts at the root; None after a report."""
    scope = whole.scope
    settings = collect(section.body, "predict", scope)
    rows = settings.get("from") or settings.get("on")
    if rows is None:
        defined = any(isinstance(statement, Definition) for statement in section.body.statements)
        if not defined and not scope.torn(section.span):  # a definition was reported, and meant to say it
            scope.diagnostics.report(
                statement_rules.MISSING_SETTING,
                section.keyword.span,
                "`predict` does not say which rows",
                help='add a line such as `from Images("new/*.png")`, or `on test`',
            )
        return None
    if "on" in settings and "from" in settings:
        scope.diagnostics.report(
            statement_rules.WRONG_FORM,
            settings["on"].span,
            "`predict` takes rows from one place",
            help="write another spec for the others, or leave them out",
            labels=[Label(settings["from"].span, "other rows")],
        )
        return None
    top, top_place = None, rows.span
    if "top" in settings:
        top_place = settings["top"].span
        top = top_of(settings["top"], scope)
        if top is None:
            return None
    value, first = _first(rows, scope)
    if value is None or first is None:
        return None
    part = None if "from" in settings else _part(value, whole)
    frame = _frame(rows, value, whole) if "from" in settings else _divided(whole) if part else None
    if frame is None:
        return None
    return PredictDraft(section.span, frame, top, rows.span, top_place, part, first or None)


FORMS = {"from": 'from Images("new/*.png") first 100', "on": "on test first 100"}


def _first(setting: Setting, scope: Scope) -> tuple[Expression | None, int | None]:
    """Which rows, and how many of them, 0 for all; None after a report."""
    form = FORMS[setting.keyword.text]
    if len(setting.clauses) > 1 or setting.clauses[0].value is None:
        wrong_form(setting.clauses[-1], form, scope)
        return None, None
    (clause,) = setting.clauses
    found = links(clause, form, ("first",), scope)
    if found is None:
        return None, None
    if "first" not in found:
        return clause.value, 0
    count = found["first"].value
    value = None if count is None else evaluate(count, scope)
    if count is None or value is None:
        return None, None
    first: int | None = convert(value, Integer(minimum=1), Slot("`first`", count.span, scope))
    return clause.value, first


def _part(value: Expression, whole: Whole) -> Part | None:
    """The part of the data that a name means, which has rows; None after a report."""
    name = choice(value, "`on`", tuple(part.value for part in Part), whole.scope)
    if name is None or whole.data is None or whole.data.parts is None:
        return None
    part = Part(name)
    if part in whole.parts:
        return part
    whole.scope.diagnostics.report(
        training_rules.NO_HELD_OUT_PART,
        value.span,
        f"there are no {name} rows to predict",
        help=part_help(name, whole.data.split),
    )
    return None


def _divided(whole: Whole) -> Frame | None:
    """The frame whose rows are divided into parts."""
    data = whole.data
    return None if data is None or data.feature is None else data.frame(data.feature.columns[0].frame)


def _frame(setting: Setting, value: Expression, whole: Whole) -> Frame | None:
    scope = whole.scope
    if isinstance(value, Name) and whole.data is not None and value.text in whole.data.looked.known:
        scope.diagnostics.report(
            statement_rules.WRONG_FORM,
            value.span,
            f"`{value.text}` is divided into parts: some of its rows train, and of those it tells little what is predicted",
            help="write `on test`, for the rows that training has not seen",
            labels=[Label(whole.data.frame(value.text).span, "declared here")],
        )
        return None
    reader: Operation[Reader] | None = bind(value, Kind.READER, scope)
    if reader is None:
        return None
    seen = look(reader, whole.root)
    if isinstance(seen, Problem):
        place = reader.places.get(seen.parameter or "", reader.span)
        scope.diagnostics.report(seen.code, place, seen.message, help=seen.help)
        return None
    return Frame(span=setting.span, name="predicted", reader=reader, columns=seen.columns, rows=seen.rows)


def top_of(setting: Setting, scope: Scope) -> int | None:
    """What a setting ``top 5`` says; None after a report."""
    value = one_value(setting, "top 5", scope)
    found = None if value is None else evaluate(value, scope)
    if value is None or found is None:
        return None
    top: int | None = convert(found, Integer(minimum=1), Slot("`top`", value.span, scope))
    return top


def check_predict(
    draft: PredictDraft,
    feature: Feature | None,
    label: LabelSpec | None,
    preprocess: Preprocess | None,
    diagnostics: Diagnostics,
) -> Predict | None:
    """The rows have what the network is fed, and ``top`` counts classes; what the section means, None after a report."""
    good = True
    if label is not None:
        good = _check_top(draft, label, diagnostics)
    if feature is not None and draft.part is None:
        lacking = next(_lacking(draft, feature), None)
        if lacking is not None:
            column, problem, help_ = lacking
            diagnostics.report(
                rules.PREDICTED_ROWS,
                draft.source,
                problem,
                help=help_,
                labels=[Label(column.span, "fed in training")],
            )
            return None
        if preprocess is not None and isinstance(preprocess.input, ImageType):
            good &= _check_sizes(draft, feature, preprocess, diagnostics)
    classes = None if label is None else label.codec.operator.size(label.codec.arguments)
    top = draft.top if draft.top is not None else min(TOP, classes or TOP)
    if not good:
        return None
    return Predict(
        span=draft.span,
        frame=draft.frame,
        top=top,
        part=draft.part,
        first=draft.first,
        labelled=label is not None and (draft.part is not None or _has(draft.frame, label)),
    )


def _has(frame: Frame, label: LabelSpec) -> bool:
    """Whether a frame has the label's columns, as far as it could be looked at."""
    there = {column.name: column.type for column in frame.columns}
    return all(
        column.type is not None and there.get(column.name) == column.type.type
        for column in columns_of(label.column)
    )


def _check_top(draft: PredictDraft, label: LabelSpec, diagnostics: Diagnostics) -> bool:
    target = label.codec.operator.target
    classes = label.codec.operator.size(label.codec.arguments)
    if draft.top is None:
        return True
    if target is not Target.CLASS:
        problem = f"`top` counts classes, and the label is a {target.value}"
        help_ = (
            "leave it out: each label is told with its probability"
            if target is Target.MULTI_HOT
            else "leave it out"
        )
    elif classes is not None and draft.top > classes:
        problem, help_ = f"there are {classes} classes, not {draft.top}", f"write `top {classes}` or less"
    else:
        return True
    diagnostics.report(
        rules.TOP_CLASSES,
        draft.top_place,
        problem,
        help=help_,
        labels=[Label(label.codec.span, f"gives a {target.value}")],
    )
    return False


def _lacking(draft: PredictDraft, feature: Feature) -> Iterator[tuple[Column, str, str]]:
    """Columns that the network is fed and the rows to predict have not, or not as training has them."""
    there = {column.name: column.type for column in draft.frame.columns}
    reader = draft.frame.reader.operator.name
    for column in (each for fed in feature.columns for each in columns_of(fed)):
        kind = None if column.type is None else column.type.type
        given = there.get(column.name)
        if not there:
            return
        if given is None:
            listed = ", ".join(f"`{name}`" for name in list(there)[:6])
            yield (
                column,
                f"the network is fed `{column.name}`, and `{reader}` gives no such column",
                f"read rows that have it; these have {listed}",
            )
        elif isinstance(kind, ImageType) and isinstance(given, ImageType):
            if kind.channels != given.channels:
                yield (
                    column,
                    f"the network was trained on images of {_channels(kind)}, and these have {_channels(given)}",
                    f"write `{reader}(..., channels = {kind.channels})`",
                )
        elif isinstance(kind, DType) != isinstance(given, DType) or (
            given is DType.STRING and kind is not DType.STRING
        ):
            yield (
                column,
                f"`{column.name}` of these rows holds {_contents(given)}, and training read {_contents(kind)}",
                "read rows of the same form as those that train",
            )


def _channels(image: ImageType) -> str:
    return "1 channel" if image.channels == 1 else f"{image.channels} channels"


def _contents(kind: DType | ValueType | None) -> str:
    match kind:
        case DType.STRING:
            return "text"
        case DType():
            return "numbers"
        case ImageType():
            return "images"
        case _:
            return "tensors"


def _check_sizes(
    draft: PredictDraft, feature: Feature, preprocess: Preprocess, diagnostics: Diagnostics
) -> bool:
    """The images come out of ``preprocess`` in the size that the network takes."""
    name = feature.columns[0].name
    found: ValueType | DType | None = next(
        (column.type for column in draft.frame.columns if column.name == name), None
    )
    for step in preprocess.steps:
        if step.training_only or not isinstance(found, ImageType):
            continue
        result = step.operation.operator.result(step.operation.arguments, found)
        if isinstance(result, Mismatch):
            diagnostics.report(
                rules.PREDICTED_ROWS,
                draft.source,
                f"these images do not pass `{step.operation.operator.name}`: {result.message}",
                help=result.help or "read images of the same form as those that train",
                labels=[Label(step.span, "this step")],
            )
            return False
        found = result
    if isinstance(preprocess.output, ImageType) or not isinstance(found, ImageType):
        return True
    wanted = preprocess.output.shape[-2:]
    if (found.height, found.width) == wanted:
        return True
    size = f"{found.height}x{found.width}" if found.height and found.width else "different sizes"
    diagnostics.report(
        rules.PREDICTED_ROWS,
        draft.source,
        f"these images come out of `preprocess` in {size}, and the network takes {show(wanted)}",
        help=f"add `Resize({show(wanted)})` to `preprocess`, or read images of that size",
        labels=[Label(preprocess.span, f"gives {show(wanted)} in training")],
    )
    return False
