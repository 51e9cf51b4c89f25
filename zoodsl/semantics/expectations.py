"""What a base was trained on, as its ``expects`` says, against what ``preprocess`` gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from zoodsl.catalog.operator import Mismatch, Transform
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Applicability, Diagnostics, Fix, Label
from zoodsl.diagnostics.rules import bases as rules
from zoodsl.diagnostics.rules import data as data_rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import Network, Operation, Preprocess
from zoodsl.model.printer import show_operation
from zoodsl.semantics.arguments import bind_value
from zoodsl.semantics.colours import COLOURS
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.settings import values, wrong_form
from zoodsl.semantics.values import Bounds, Deferred, Extent, Symbol
from zoodsl.source import Span
from zoodsl.syntax.nodes import Expression, Setting
from zoodsl.types import ImageType, Shape

FORM = "expects 3x224x224, RGB, ChannelNormalize(mean = [127], std = [128])"
ORDERS = ("RGB", "BGR")
NORMALISATION = "ChannelNormalize"

PIXELS = (0.0, 255.0)
"""What a normalisation in ``expects`` starts from."""

TOLERANCE = 0.02
"""By how much of its span a range may differ at either end: means of ImageNet are rounded in many ways."""

Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What ``expects`` says; None where it is silent.

    ``ranges`` are the values of each channel, or one range for all; ``step`` is the normalisation that gives them.
    """

    span: Span
    shape: Shape | None = None
    shape_span: Span | None = None
    order: str | None = None
    order_span: Span | None = None
    ranges: tuple[Range, ...] | None = None
    step: Operation[Transform] | None = None


def read_expectation(setting: Setting, scope: Scope) -> Expectation | None:
    """The meaning of ``expects``; None after a report."""
    written = values(setting, FORM, scope)
    if written is None:
        return None
    found = Expectation(span=setting.span)
    for clause, expression in zip(setting.clauses, written, strict=True):
        value = evaluate(expression, scope)
        if value is None:
            return None
        before = found
        match value:
            case Extent(dimensions) if found.shape is None:
                found = replace(found, shape=dimensions, shape_span=expression.span)
            case int() if found.shape is None and not isinstance(value, bool):
                found = replace(found, shape=(value,), shape_span=expression.span)
            case Symbol(text) if text in ORDERS and found.order is None:
                found = replace(found, order=text, order_span=expression.span)
            case Bounds(low, high) if found.ranges is None and found.step is None:
                found = replace(found, ranges=((float(low), float(high)),))
            case Deferred() | Operation() if found.ranges is None and found.step is None:
                step = bind_value(value, Kind.TRANSFORM, expression.span, scope)
                if step is None:
                    return None
                if step.operator.name == NORMALISATION:
                    found = replace(found, step=step)
            case Symbol(text) if text not in ORDERS and text.upper() in ORDERS:
                _report_order(text, expression, scope)
                return None
        if found is before:
            wrong_form(clause, FORM, scope, words=ORDERS)
            return None
    return found if found.step is None else _with_ranges(found, found.step, scope)


def _with_ranges(expectation: Expectation, step: Operation[Transform], scope: Scope) -> Expectation | None:
    """The expectation with the range of each channel that ``step`` gives; None after a report."""
    shape = expectation.shape
    channels = shape[0] if shape is not None and len(shape) == 3 else COLOURS
    result = step.operator.result(step.arguments, ImageType(height=None, width=None, channels=channels))
    if not isinstance(result, Mismatch):
        return replace(expectation, ranges=tuple(_normalised(step, [PIXELS] * channels)))
    scope.diagnostics.report(
        data_rules.WRONG_STEP,
        step.places.get(result.parameter or "", step.span),
        result.message,
        help=result.help,
    )
    return None


def _report_order(text: str, expression: Expression, scope: Scope) -> None:
    scope.diagnostics.report(
        value_rules.UNKNOWN_CHOICE,
        expression.span,
        f"the order of colours is `{text.upper()}` in capitals",
        fix=Fix(expression.span, text.upper()),
    )


def _normalised(step: Operation[Transform], ranges: list[Range]) -> Iterator[Range]:
    """The range of each channel after (value - mean) / std."""
    mean, std = step.arguments["mean"], step.arguments["std"]
    for channel in range(max(len(mean), len(std), len(ranges))):
        low, high = ranges[channel % len(ranges)]
        middle, spread = mean[channel % len(mean)], std[channel % len(std)]
        yield (low - middle) / spread, (high - middle) / spread


@dataclass(frozen=True, slots=True)
class Reached:
    """The values that reach the network, a range a channel or one for all, and the step that gave them.

    ``plain`` if that step works on pixels of 0..255, so that another one can stand in its place.
    """

    ranges: tuple[Range, ...]
    step: Operation[Transform] | None
    plain: bool


def reached(preprocess: Preprocess) -> Reached | None:
    """What ``preprocess`` gives outside training; None where nothing bounds the values."""
    given = preprocess.input
    if not isinstance(given, ImageType):
        low, high = preprocess.output.low, preprocess.output.high
        return (
            None
            if low == float("-inf") or high == float("inf")
            else Reached(((low, high),), None, plain=False)
        )
    ranges: list[Range] = [(given.low, given.high)] * given.channels
    last: Operation[Transform] | None = None
    plain = False
    for step in preprocess.steps:
        before, after = step.input, step.output
        if step.training_only or not isinstance(before, ImageType) or not isinstance(after, ImageType):
            continue
        if step.operation.operator.name == NORMALISATION:
            plain = last is None and set(ranges) == {PIXELS}
            ranges, last = list(_normalised(step.operation, ranges)), step.operation
        elif (before.low, before.high, before.channels) != (after.low, after.high, after.channels):
            ranges = [(after.low, after.high)] * after.channels
    return Reached(tuple(ranges), last, plain=plain)


def check_values(
    base: str,
    expectation: Expectation,
    preprocess: Preprocess,
    places: tuple[Span, Span],
    diagnostics: Diagnostics,
) -> None:
    """The values that ``preprocess`` gives are those that the base was trained on.

    ``places`` are where the base is called and where it is loaded.
    """
    wanted, given = expectation.ranges, reached(preprocess)
    if wanted is None or given is None or _alike(wanted, given.ranges):
        return
    call, load = places
    steps = [step.span for step in preprocess.steps if not step.training_only]
    place = given.step.span if given.step is not None else steps[-1] if steps else call
    labels = [Label(expectation.span, f"`{base}` was trained on this"), Label(load, "its weights")]
    if given.step is not None and len(set(given.ranges)) > 1 and _alike(wanted, given.ranges[::-1]):
        right = show_operation(_reversed(given.step))
        diagnostics.report(
            rules.CHANNEL_ORDER,
            place,
            f"these are the means of blue, green and red, and `{base}` was trained on them as red, green and blue",
            help=f"colours are RGB here, whatever a base's own order: write `{right}`",
            labels=labels,
            fix=Fix(place, right),
        )
        return
    step = None if expectation.step is None else show_operation(expectation.step)
    has, needs = _shown(given.ranges), _shown(wanted)
    if has == needs or (len(set(wanted)) > 1 and len(set(given.ranges)) > 1):
        has, needs = _each(given.ranges), _each(wanted)
    if step is None:
        help_ = f"bring them to {needs} by `ChannelNormalize(mean = ..., std = ...)`, the last step of `preprocess`"
    elif given.step is None:
        help_ = f"end `preprocess` with `{step}`"
    else:
        help_ = f"write `{step}` here"
    diagnostics.report(
        rules.VALUE_RANGE,
        place,
        f"the pixels reach `{base}` as {has}, and it was trained on {needs}",
        help=help_,
        labels=labels,
        fix=Fix(place, step, Applicability.MAYBE) if step is not None and given.plain else None,
    )


def check_normalised(
    base: str, network: Network, preprocess: Preprocess, places: tuple[Span, Span], diagnostics: Diagnostics
) -> None:
    """Pixels do not reach a base as they are where nothing says that it wants them so.

    ``network`` is the base's own: one that begins with a normalisation takes them. ``places`` as above.
    """
    given = reached(preprocess)
    inputs = {node.name for node in network.inputs}
    begins = {layer.operation.operator.name for layer in network.layers if inputs & {*layer.inputs}}
    if given is None or given.step is not None or set(given.ranges) != {PIXELS}:
        return
    if "BatchNormalization" in begins:
        return
    call, load = places
    diagnostics.report(
        rules.RAW_PIXELS,
        call,
        f"the pixels reach `{base}` as they are, {_shown(given.ranges)}, and nothing says what it was trained on",
        help="say it in the base, `expects ChannelNormalize(mean = ..., std = ...)`, and end `preprocess` with the same; "
        "or write `expects 0..255` if it takes pixels as they are",
        labels=[Label(load, "its weights")],
    )


def _alike(wanted: tuple[Range, ...], given: tuple[Range, ...]) -> bool:
    """Whether ranges agree within the tolerance, channel by channel."""
    for channel in range(max(len(wanted), len(given))):
        low, high = wanted[channel % len(wanted)]
        slack = TOLERANCE * (high - low)
        has_low, has_high = given[channel % len(given)]
        if abs(has_low - low) > slack or abs(has_high - high) > slack:
            return False
    return True


def _reversed(step: Operation[Transform]) -> Operation[Transform]:
    turned = {name: step.arguments[name][::-1] for name in ("mean", "std")}
    return replace(step, arguments={**step.arguments, **turned})


def _shown(ranges: tuple[Range, ...]) -> str:
    return f"{min(low for low, _ in ranges):.3g}..{max(high for _, high in ranges):.3g}"


def _each(ranges: tuple[Range, ...]) -> str:
    return ", ".join(f"{low:.3g}..{high:.3g}" for low, high in ranges)
