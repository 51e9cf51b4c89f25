"""The measures that speak of the spec itself: what they take of its steps, its network, its label and its split."""

from __future__ import annotations

from dataclasses import replace

from zoodsl.catalog.operator import Measure, Target
from zoodsl.catalog.values import Sort
from zoodsl.diagnostics import Label
from zoodsl.diagnostics.rules import properties as rules
from zoodsl.model.nodes import Network, Operation, Preprocess
from zoodsl.model.properties import Drawn, Measurement
from zoodsl.semantics.drawn import Stopped, after, as_read, fed
from zoodsl.semantics.typed import Surroundings, Typed
from zoodsl.source import Span
from zoodsl.types import ImageType, TensorType, ValueType, show


def of_spec(operation: Operation[Measure], given: Typed, at: Surroundings) -> Typed | None:
    """What a measure of the spec gives for ``given``; None after a report."""
    match operation.operator.name:
        case "label":
            return _label(operation, given, at)
        case "part":
            return _part(operation, given, at)
        case "predict":
            return _predict(operation, given, at)
        case name:
            return _preprocess(operation, given, at, training=name == "training")


def _result(operation: Operation[Measure], sort: Sort, given: Typed, type_: ValueType | None = None) -> Typed:
    parameter = operation.operator.parameters[0].name
    term = Measurement(span=operation.span, operation=replace(operation, arguments={parameter: given.term}))
    return Typed(term, sort, type=type_, names=given.names)


def _label(operation: Operation[Measure], given: Typed, at: Surroundings) -> Typed | None:
    data = at.whole.data
    if data is None or data.label is None:
        if data is not None and data.label_span is None:
            _report_lack(
                operation,
                "`data` has no `label`",
                "add one, such as `label rows.class -> ClassIndex(10)`",
                at,
            )
        return None
    _check_frame(data.label.column.frame, given, operation, at)
    codec = data.label.codec
    if codec.operator.target in (Target.CLASS, Target.NUMBER):
        return replace(_result(operation, Sort.NUMBER, given), whole=codec.operator.target is Target.CLASS)
    size = codec.operator.size(codec.arguments)
    return _result(operation, Sort.TENSOR, given, None if size is None else TensorType(shape=(size,)))


def _part(operation: Operation[Measure], given: Typed, at: Surroundings) -> Typed | None:
    data = at.whole.data
    if data is None or data.feature is None or data.split_in_error:
        return None
    if data.split is None:
        help_ = "add one, such as `split Random(train = 80%, test = 20%)`"
        _report_lack(operation, "`data` has no `split`: rows have no parts", help_, at)
        return None
    _check_frame(data.feature.columns[0].frame, given, operation, at)
    return _result(operation, Sort.PART, given)


def _predict(operation: Operation[Measure], given: Typed, at: Surroundings) -> Typed | None:
    network = at.whole.network
    if network is None:
        if not at.scope.diagnostics.has_errors:
            _report_lack(
                operation, "this spec has no `network`", "speak of `preprocess(...)` alone, or add one", at
            )
        return None
    made = _preprocess(operation, given, at, training=False)
    if made is None:
        return None
    if given.sort is Sort.IMAGE:
        _check_fed(made, network, operation, given, at)
    return _result(operation, Sort.TENSOR, given, TensorType(shape=network.shape))


def _check_fed(
    made: Typed, network: Network, operation: Operation[Measure], given: Typed, at: Surroundings
) -> None:
    """Reports what the steps make of an image that the network does not take."""
    wanted = network.inputs[0].shape
    if made.type is None or made.shape == wanted:
        return
    gives = "images of several sizes" if made.shape is None else show(made.shape)
    _report_unfit(
        operation,
        given,
        f"the network takes {show(wanted)}, and `preprocess` makes {gives} of this",
        f"draw images of one size: `height = {wanted[-2]}..{wanted[-2]}, width = {wanted[-1]}..{wanted[-1]}`",
        at,
    )


def _preprocess(
    operation: Operation[Measure], given: Typed, at: Surroundings, *, training: bool
) -> Typed | None:
    data, preprocess = at.whole.data, at.whole.preprocess
    if data is None or data.feature is None or preprocess is None:
        return None
    if any(step.operation.operator.name == "Window" for step in preprocess.steps):
        _report_lack(
            operation,
            "windows are made of many rows, in their order, and not of one",
            "claim something of `label(row)` and `part(row)`",
            at,
        )
        return None
    made: ValueType | Stopped = preprocess.output
    if given.sort is Sort.ROW:
        _check_frame(data.feature.columns[0].frame, given, operation, at)
    elif given.type is None:
        return _result(operation, Sort.TENSOR, given)
    elif _is_a_feature(given.type, preprocess, operation, given, at):
        reader = data.frame(data.feature.columns[0].frame).reader
        made = after(preprocess.steps, as_read(given.type, reader), training=training)
    if isinstance(made, Stopped):
        _report_unfit(
            operation,
            given,
            made.mismatch.message,
            "draw larger images, by `height` and `width`, or resize them before this step"
            if isinstance(given.term, Drawn)
            else made.mismatch.help,
            at,
            Label(made.step.span, "this step"),
        )
        made = preprocess.output
    return _result(operation, Sort.TENSOR, given, fed(made))


def _is_a_feature(
    type_: ValueType, preprocess: Preprocess, operation: Operation[Measure], given: Typed, at: Surroundings
) -> bool:
    """Whether something drawn is of the kind that the data feed; a report where it is not."""
    wanted = preprocess.input
    coded = at.whole.data is not None and at.whole.data.feature is not None and at.whole.data.feature.codecs
    match type_, wanted:
        case TensorType(), TensorType() if coded:
            message = "the feature is of values that become indices, and this is of numbers"
            help_ = "draw from the rows: `AnyRow(...)`"
        case ImageType(channels=channels), ImageType():
            if channels == wanted.channels:
                return True
            message = (
                f"the images of the data have {_channels(wanted.channels)}, and these {_channels(channels)}"
            )
            help_ = f"write `channels = {wanted.channels}`"
        case TensorType(), TensorType():
            if type_.shape == wanted.shape:
                return True
            message = f"the feature is of {show(wanted.shape)}, and this is of {show(type_.shape)}"
            help_ = f"draw from `AnyTensor({show(wanted.shape)})`"
        case ImageType(), TensorType():
            message = "the feature is of numbers, and this is an image"
            help_ = f"draw from `AnyTensor({show(wanted.shape)})`, or from the rows: `AnyRow(...)`"
        case _:
            message = "the feature is an image, and this is a tensor"
            help_ = "draw from `AnyImage(...)`, or from the rows: `AnyRow(...)`"
    _report_unfit(operation, given, message, help_, at, Label(preprocess.span, f"takes {wanted}"))
    return False


def _channels(count: int) -> str:
    return "1 channel" if count == 1 else f"{count} channels"


def _check_frame(frame: str, given: Typed, operation: Operation[Measure], at: Surroundings) -> None:
    """Reports a row that is not of this frame."""
    if given.frame == frame or given.sort is None:
        return
    _report_unfit(
        operation,
        given,
        f"`{operation.operator.name}` speaks of rows of `{frame}`, and these are of `{given.frame}`",
        f"draw from `AnyRow({frame})`",
        at,
    )


def _report_lack(operation: Operation[Measure], message: str, help_: str, at: Surroundings) -> None:
    at.scope.diagnostics.report(rules.NOTHING_TO_MEASURE, operation.span, message, help=help_)


def _report_unfit(
    operation: Operation[Measure],
    given: Typed,
    message: str,
    help_: str,
    at: Surroundings,
    *labels: Label,
) -> None:
    """Reports a domain once, however many claims speak of it: at the domain if it is drawn and nothing else."""
    place = _place(given, at) or operation.span
    if place not in at.unfit:
        at.unfit.add(place)
        use = [] if place is operation.span else [Label(operation.span, "spoken of here")]
        at.scope.diagnostics.report(rules.UNFIT_DOMAIN, place, message, help=help_, labels=[*labels, *use])


def _place(given: Typed, at: Surroundings) -> Span | None:
    """The domain that a term comes from, if it is a variable."""
    if isinstance(given.term, Drawn):
        return at.variables[given.term.name].domain
    return None
