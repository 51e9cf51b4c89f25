"""The ``data`` section: frames, features, the label and the split."""

from __future__ import annotations

from dataclasses import dataclass

from zoodsl.catalog import registry
from zoodsl.catalog.operator import FeatureCodec, LabelCodec, Reader, Split, Target
from zoodsl.catalog.splits import asked, fold_mismatch, marks_mismatch, shares_mismatch
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics import Label as Place
from zoodsl.diagnostics.rules import data as rules
from zoodsl.diagnostics.rules import frames as frame_rules
from zoodsl.diagnostics.rules import names as name_rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.model.nodes import Column, Feature, Frame, Label, Operation, Part, RowCount
from zoodsl.model.printer import show_column
from zoodsl.semantics.arguments import bind, column, named_column
from zoodsl.semantics.columns import is_term, report_several_frames
from zoodsl.semantics.mentions import mentioned, mentioned_columns
from zoodsl.semantics.ratings import has_whole_steps
from zoodsl.semantics.scope import Binding, Role, Scope
from zoodsl.semantics.settings import KEYWORDS, misplaced, once, one_value, values, wrong_form
from zoodsl.semantics.values import FrameValue
from zoodsl.source import Span
from zoodsl.sources import ColumnFacts, Frames, Look, Problem, look, part_counts
from zoodsl.syntax.nodes import Call, Chain, Definition, Expression, Name, Section, Setting
from zoodsl.types import DType, ImageType


@dataclass(slots=True)
class DataDraft:
    """What could be made of a ``data`` section; None where a part is missing or in error, ``*_span`` where it is not written.

    ``looked`` are the frames with what a look at their data finds. ``parts`` are the rows of each part that the split
    asks for, None where the feature or the split is in error. ``spare`` are names that the section defines
    and does not use.
    """

    span: Span
    looked: Frames
    feature: Feature | None = None
    label: Label | None = None
    label_span: Span | None = None
    split: Operation[Split] | None = None
    split_span: Span | None = None
    parts: dict[Part, RowCount] | None = None
    spare: tuple[Binding, ...] = ()

    @property
    def split_in_error(self) -> bool:
        """Whether a split is written but could not be understood."""
        return self.split_span is not None and self.split is None

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The frames, in the order of their definitions."""
        return tuple(self.looked.known.values())

    def frame(self, name: str) -> Frame:
        """The frame of this name."""
        return self.looked.known[name]

    def facts(self, column: Column) -> ColumnFacts | None:
        """What is known of a column's values."""
        return self.looked.facts(column)


def resolve_data(section: Section, outer: Scope, root: str, *, labelled: bool) -> DataDraft:
    """Binds the section's readers, looks at their data, and resolves what is fed and learned.

    ``labelled``: rows must have a label.
    """
    draft = DataDraft(section.span, Frames(root, mentioned_columns(section)))
    scope = outer.inner()
    settings: dict[str, Setting] = {}
    for statement in section.body.statements:
        match statement:
            case Definition():
                _define(statement, scope, draft)
            case Setting() if statement.keyword.text in KEYWORDS["data"]:
                once(statement, settings, scope)
            case _:
                misplaced(statement, "data", scope)
    forms = {"feature": "feature rows.image"}
    if labelled:
        forms["label"] = "label rows.class -> ClassIndex(10)"
    for keyword, form in forms.items():
        if keyword not in settings and not scope.torn(section.span):
            scope.diagnostics.report(
                statement_rules.MISSING_SETTING,
                section.keyword.span,
                f"`data` does not say its {keyword}",
                help=f"add a line such as `{form}`",
            )
    if "feature" in settings:
        draft.feature = _feature(settings["feature"], scope)
    if "label" in settings:
        draft.label_span = settings["label"].span
        draft.label = _label(settings["label"], scope)
    if "split" in settings:
        draft.split_span = settings["split"].span
        draft.split = _split(settings["split"], scope)
    _check_one_frame(draft, scope)
    draft.parts = _parts(draft)
    # What a frame is made of is used, even where it could not be made.
    made = (each.value for each in section.body.statements if isinstance(each, Definition))
    used = mentioned((*settings.values(), *(value for value in made if not isinstance(value, Call))))
    draft.spare = tuple(each for each in scope.bindings.values() if not each.used and each.name not in used)
    return draft


def report_unused_frames(draft: DataDraft, diagnostics: Diagnostics) -> None:
    """Warns of frames and columns that neither their section uses nor, by now, any other."""
    for binding in draft.spare:
        if not binding.used:
            diagnostics.report(
                name_rules.UNUSED_NAME,
                binding.span,
                f"the {binding.role.value} `{binding.name}` is never used",
                help="remove it, or use a column of it"
                if binding.role is Role.FRAME
                else "remove it, or feed it",
            )


def _define(statement: Definition, scope: Scope, draft: DataDraft) -> None:
    name = statement.name
    binding = Binding(name.text, Role.FRAME, name.span)
    if name.text in scope.bindings:
        pass  # a second one of a name is not looked at, but reported
    elif isinstance(statement.value, Chain):
        from zoodsl.semantics.frames import derive

        binding.value = derive(statement, statement.value, scope, draft.looked)
    elif is_term(statement.value, scope):
        binding = Binding(name.text, Role.COLUMN, name.span, named_column(name, statement.value, scope))
    else:
        reader = bind(statement.value, Kind.READER, scope)
        if reader is not None:
            binding.value = _frame(statement, reader, scope, draft)
    if scope.define(binding):
        scope.publish(binding)


def _frame(
    statement: Definition, reader: Operation[Reader], scope: Scope, draft: DataDraft
) -> FrameValue | None:
    name = statement.name
    seen: Look | Problem = look(reader, draft.looked.root)
    problem = seen if isinstance(seen, Problem) else seen.doubt
    if problem is not None:
        place = reader.places.get(problem.parameter or "", reader.span)
        labels = [] if _inside(place, statement.span) else [Place(statement.span, "read here")]
        scope.diagnostics.report(problem.code, place, problem.message, help=problem.help, labels=labels)
    if isinstance(seen, Problem):
        return None
    draft.looked.known[name.text] = Frame(
        span=statement.span, name=name.text, reader=reader, columns=seen.columns, rows=seen.rows
    )
    columns = {column.name: column.type for column in seen.columns}
    return FrameValue(name.text, name.span, columns, left_out=seen.left_out, facts=draft.looked.counted)


def _inside(span: Span, outer: Span) -> bool:
    return span.file is outer.file and outer.start <= span.start and span.end <= outer.end


def _columns(expressions: tuple[Expression, ...], scope: Scope) -> tuple[Column, ...] | None:
    found = [column(expression, scope) for expression in expressions]
    good = [each for each in found if each is not None]
    return tuple(good) if len(good) == len(found) else None


def _feature(setting: Setting, scope: Scope) -> Feature | None:
    expressions = values(setting, "feature rows.a, rows.b", scope)
    fed = None if expressions is None else [_fed(expression, setting, scope) for expression in expressions]
    if fed is None or None in fed:
        return None
    columns = tuple(each[0] for each in fed if each is not None)
    codecs = {each[0].name: each[1] for each in fed if each is not None and each[1] is not None}
    good = True
    seen: dict[str, Column] = {}
    for each in columns:
        if each.name in seen:
            scope.diagnostics.report(
                name_rules.REPEATED_ARGUMENT,
                each.span,
                f"the column `{each.name}` is a feature twice",
                help="keep one of them",
                labels=[Place(seen[each.name].span, "first named here")],
            )
            good = False
        seen[each.name] = each
        kind = each.type.type if each.type is not None else None
        if each.name in codecs:
            good &= _indexable(each, codecs[each.name], scope, alone=len(columns) == 1)
        elif kind is DType.STRING:
            scope.diagnostics.report(
                rules.WRONG_FEATURE,
                each.span,
                f"`{each.name}` holds text, and a network is fed numbers",
                help=f"make indices of it: of its words with `{show_column(each)} -> Tokens()`, of whole texts with "
                f"`{show_column(each)} -> Index()`",
            )
            good = False
        elif kind is not None and not isinstance(kind, DType) and len(columns) > 1:
            scope.diagnostics.report(
                rules.WRONG_FEATURE,
                each.span,
                f"`{each.name}` is {'an image' if isinstance(kind, ImageType) else 'a tensor'}, "
                "which is fed alone, not beside other columns",
                help=f"write `feature {show_column(each)}`",
            )
            good = False
    return Feature(span=setting.span, columns=columns, codecs=codecs) if good else None


def _fed(
    expression: Expression, setting: Setting, scope: Scope
) -> tuple[Column, Operation[FeatureCodec] | None] | None:
    """A column and what becomes of it, ``rows.user`` or ``rows.user -> Index()``; None after a report."""
    match expression:
        case Chain():
            pass
        case Call(callee=Name(text=name), arguments=[fed, *_]) if registry.find(Kind.FEATURE, name):
            scope.diagnostics.report(
                statement_rules.WRONG_FORM,
                expression.span,
                f"`{name}` comes behind the column that it is made of",
                help=f"write `{fed.span.text} -> {name}()`",
            )
            return None
        case _:
            found = column(expression, scope)
            return None if found is None else (found, None)
    if len(expression.steps) != 1:
        wrong_form(setting, "feature rows.user -> Index()", scope)
        return None
    head = column(expression.head, scope)
    codec: Operation[FeatureCodec] | None = bind(expression.steps[0].value, Kind.FEATURE, scope)
    return None if head is None or codec is None else (head, codec)


def _indexable(given: Column, codec: Operation[FeatureCodec], scope: Scope, *, alone: bool) -> bool:
    """Whether a column holds what its codec takes, and is fed ``alone`` where it gives more than one number."""
    kind = None if given.type is None else given.type.type
    name = codec.operator.name
    taken: tuple[DType, ...]
    if codec.operator.gives is None:
        taken, takes = (DType.STRING, DType.INT64, DType.INT32, DType.UINT8), "whole numbers or texts"
        holds = "numbers with a fraction" if isinstance(kind, DType) else "no text and no whole numbers"
    else:
        taken, takes = (DType.STRING,), "texts"
        holds = "numbers" if isinstance(kind, DType) else "no text"
    if kind is not None and kind not in taken:
        message, help_ = (
            f"`{name}` takes {takes}, and `{given.name}` holds {holds}",
            "feed the column as it is",
        )
    elif codec.operator.gives is not None and not alone:
        message = (
            f"`{name}` makes many numbers of `{given.name}`, which is fed alone, not beside other columns"
        )
        help_ = f"write `feature {show_column(given)} -> {name}(...)`"
    else:
        return True
    scope.diagnostics.report(
        rules.WRONG_FEATURE, codec.span, message, help=help_, labels=[Place(given.span, "the column")]
    )
    return False


def _label(setting: Setting, scope: Scope) -> Label | None:
    form = "label rows.class -> ClassIndex(10)"
    value = one_value(setting, form, scope)
    if value is None:
        return None
    if not isinstance(value, Chain):
        if column(value, scope) is not None:
            scope.diagnostics.report(
                statement_rules.WRONG_FORM,
                setting.span,
                "this does not say how the column becomes a label",
                help=f"write `label {value.span.text} -> ClassIndex(10)` for classes, or `-> Number()` "
                "for a number",
            )
        return None
    columns = _columns((value.head,), scope)
    codec: Operation[LabelCodec] | None = bind(value.steps[0].value, Kind.LABEL, scope)
    if len(value.steps) > 1:
        wrong_form(setting, form, scope)
        return None
    if columns is None or codec is None:
        return None
    label = Label(span=setting.span, column=columns[0], codec=codec)
    return label if has_whole_steps(codec, scope.diagnostics) and _fits(label, scope) else None


def _fits(label: Label, scope: Scope) -> bool:
    """Whether the label's column holds what its codec takes."""
    kind = label.column.type.type if label.column.type is not None else None
    codec = label.codec.operator
    name = label.column.name
    problem = help_ = ""
    textual = codec.target is Target.MULTI_HOT or isinstance(label.codec.arguments.get("classes"), tuple)
    if kind is None:
        return True
    if not isinstance(kind, DType):
        what = "an image" if isinstance(kind, ImageType) else "a tensor"
        problem, help_ = f"`{name}` is {what}, and no label", "name the column that holds the answer"
    elif textual and kind is not DType.STRING:
        problem = f"`{codec.name}` looks for texts, and `{name}` holds numbers"
        help_ = "write `ClassIndex(n)` for the numbers 0 to n-1"
    elif not textual and kind is DType.STRING:
        problem = f"`{codec.name}` takes numbers, and `{name}` holds text"
        help_ = 'write `ClassIndex(["cat", "dog"])` with the texts in order'
    if problem:
        scope.diagnostics.report(
            rules.WRONG_LABEL,
            label.codec.span,
            problem,
            help=help_,
            labels=[Place(label.column.span, "the column")],
        )
    return not problem


def _split(setting: Setting, scope: Scope) -> Operation[Split] | None:
    value = one_value(setting, "split Random(train = 80%, validation = 10%, test = 10%)", scope)
    if value is None:
        return None
    split: Operation[Split] | None = bind(value, Kind.SPLIT, scope)
    if split is None:
        return None
    for code, mismatch in (
        (rules.WRONG_SHARES, shares_mismatch(split.arguments)),
        (rules.EMPTY_PART, marks_mismatch(split.arguments)),
        (frame_rules.WRONG_FOLDS, fold_mismatch(split.arguments)),
    ):
        if mismatch is not None:
            place = split.places.get(mismatch.parameter or "", split.span)
            scope.diagnostics.report(code, place, mismatch.message, help=mismatch.help)
            return None
    return split


def _parts(draft: DataDraft) -> dict[Part, RowCount] | None:
    if draft.feature is None or draft.split_in_error:
        return None
    frame, split = draft.frame(draft.feature.columns[0].frame), draft.split
    wanted = (True, False, False) if split is None else asked(split.operator.name, split.arguments)
    counts = part_counts(split, frame, draft.looked)
    return {part: rows for part, rows, one in zip(Part, counts, wanted, strict=True) if one}


def check_label_is_not_fed(draft: DataDraft, diagnostics: Diagnostics) -> None:
    """What is learned of a row is not fed with it."""
    if draft.feature is None or draft.label is None:
        return
    label = draft.label.column
    fed = next((each for each in draft.feature.columns if each.name == label.name), None)
    if fed is not None:
        diagnostics.report(
            rules.LABEL_IS_FED,
            fed.span,
            f"`{label.name}` is what is learned, and is fed as well",
            help="take it out of `feature`: the network would only read the answer off",
            labels=[Place(label.span, "learned here")],
        )


def _check_one_frame(draft: DataDraft, scope: Scope) -> None:
    """Feature, label and split are of one frame, which may be joined from several."""
    columns = [*(draft.feature.columns if draft.feature else ())]
    if draft.label is not None:
        columns.append(draft.label.column)
    if draft.split is not None:
        columns.extend(each for each in draft.split.arguments.values() if isinstance(each, Column))
    other = next((each for each in columns if each.frame != columns[0].frame), None)
    if other is not None:
        report_several_frames(other, columns[0], scope)
        draft.feature = None
