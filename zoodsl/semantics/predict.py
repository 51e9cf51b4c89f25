"""The ``predict`` section: rows without labels that the trained network tells of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zoodsl.catalog.operator import Mismatch, Reader, Target
from zoodsl.catalog.values import Integer, Kind
from zoodsl.diagnostics import Diagnostics, Label
from zoodsl.diagnostics.rules import judging as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.model.nodes import Column, Feature, Frame, Operation, Predict, Preprocess
from zoodsl.model.nodes import Label as LabelSpec
from zoodsl.semantics.arguments import bind
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import collect, one_value
from zoodsl.source import Span
from zoodsl.sources import Problem, look
from zoodsl.sources.terms import columns_of
from zoodsl.syntax.nodes import Definition, Section, Setting
from zoodsl.types import DType, ImageType, ValueType, show

TOP = 5
"""How many classes are told of a row where ``top`` is not set."""


@dataclass(frozen=True, slots=True)
class PredictDraft:
    """What a ``predict`` section says, and where its settings stand; ``top`` is None where it is not set."""

    span: Span
    frame: Frame
    top: int | None
    source: Span
    top_place: Span


def resolve_predict(section: Section, scope: Scope, root: str) -> PredictDraft | None:
    """Reads the section and looks at its rows, whose relative path starts at ``root``; None after a report."""
    settings = collect(section.body, "predict", scope)
    if "from" not in settings:
        defined = any(isinstance(statement, Definition) for statement in section.body.statements)
        if not defined and not scope.torn(section.span):  # a definition was reported, and meant to say it
            scope.diagnostics.report(
                statement_rules.MISSING_SETTING,
                section.keyword.span,
                "`predict` does not say which rows",
                help='add a line such as `from Images("new/*.png")`',
            )
        return None
    place = settings["from"].span
    frame = _frame(settings["from"], scope, root)
    top, top_place = None, place
    if "top" in settings:
        top_place = settings["top"].span
        top = _top(settings["top"], scope)
        if top is None:
            return None
    return None if frame is None else PredictDraft(section.span, frame, top, place, top_place)


def _frame(setting: Setting, scope: Scope, root: str) -> Frame | None:
    value = one_value(setting, 'from Images("new/*.png")', scope)
    reader: Operation[Reader] | None = None if value is None else bind(value, Kind.READER, scope)
    if reader is None:
        return None
    seen = look(reader, root)
    if isinstance(seen, Problem):
        place = reader.places.get(seen.parameter or "", reader.span)
        scope.diagnostics.report(seen.code, place, seen.message, help=seen.help)
        return None
    return Frame(span=setting.span, name="predicted", reader=reader, columns=seen.columns, rows=seen.rows)


def _top(setting: Setting, scope: Scope) -> int | None:
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
    if feature is not None:
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
    return Predict(span=draft.span, frame=draft.frame, top=top) if good else None


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
