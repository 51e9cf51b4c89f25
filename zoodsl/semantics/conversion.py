"""From a value to what a parameter of a type takes: types, units and ranges, in words that name both sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, assert_never

from zoodsl.catalog.values import (
    Boolean,
    Choice,
    ColumnOf,
    Condition,
    Duration,
    FrameOf,
    Integer,
    Interval,
    ListOf,
    Measured,
    Monitor,
    NumberOf,
    OneOf,
    OperationOf,
    ParameterType,
    Path,
    Portion,
    Real,
    ShapeOf,
    Share,
    Sizes,
    String,
    TextOf,
)
from zoodsl.diagnostics import Applicability, Code, Diagnostics, Fix, Label, did_you_mean, nearest
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.semantics.functions import is_number, is_unknown
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.values import (
    Bounds,
    Extent,
    FrameValue,
    Stretch,
    Symbol,
    Tensor,
    Value,
    describe,
    show_value,
)
from zoodsl.source import Span
from zoodsl.types import Quantity, Unit


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value goes: the words for it in messages, the place of the value, where it was defined."""

    name: str
    span: Span
    scope: Scope
    labels: tuple[Label, ...] = ()

    def report(self, code: Code, message: str, *, help: str = "", fix: Fix | None = None) -> None:  # noqa: A002
        """Reports a mistake about the value."""
        self.scope.diagnostics.report(code, self.span, message, help=help, labels=self.labels, fix=fix)


def convert(value: Value, type: ParameterType, slot: Slot) -> Any:  # noqa: A002
    """The Python value for a parameter of ``type`` (see ``catalog.values``); None after a report.

    Calls of operators, columns and what is computed of them are not converted here but read by ``arguments``.
    """
    match type:
        case Integer():
            if isinstance(value, int) and not isinstance(value, bool):
                return value if _within(value, type, slot) else None
            if isinstance(value, float) and value.is_integer():
                fix = Fix(slot.span, str(int(value))) if slot.span.text == show_value(value) else None
                slot.report(
                    value_rules.WRONG_TYPE,
                    f"{slot.name} takes {wanted(type)}, and `{show_value(value)}` is written with a fraction",
                    help=f"write `{int(value)}`",
                    fix=fix,
                )
                return None
        case Real():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                return float(value) if _within(value, type, slot) else None
        case Boolean():
            if isinstance(value, bool):
                return value
        case String() | Path():
            if isinstance(value, str):
                return value if _is_text(value, type, slot) else None
        case Choice(values):
            if isinstance(value, Symbol):
                return _choice(value, type, slot)
            if isinstance(value, str) and value in values:
                slot.report(
                    value_rules.WRONG_TYPE,
                    f"{slot.name} takes a bare name, not a text",
                    help=f"write `{value}` without the quotes",
                    fix=Fix(slot.span, value),
                )
                return None
        case Sizes(rank, minimum):
            return _sizes(value, rank, minimum, type, slot)
        case ShapeOf():
            if isinstance(value, Extent) or (isinstance(value, int) and not isinstance(value, bool)):
                shape = value.dimensions if isinstance(value, Extent) else (value,)
                return shape if _positive(shape, value, 1, slot) else None
        case ListOf(item, lone):
            if isinstance(value, tuple):
                items = tuple(convert(each, item, slot) for each in value)
                return items if None not in items and _complete(items, type, slot) else None
            if lone:
                one = convert(value, item, slot)
                return None if one is None else (one,)
        case Interval():
            if isinstance(value, Bounds):
                return _interval(value, type, slot)
            if is_number(value):
                slot.report(
                    value_rules.WRONG_TYPE,
                    f"{slot.name} takes {wanted(type)}, not {describe(value)}",
                    help=f"one number alone is a range too: write `{show_value(value)}..{show_value(value)}`",
                )
                return None
        case Share():
            if isinstance(value, Quantity) and value.unit is Unit.PERCENT:
                if 0 <= value.value <= 100:
                    return value.value / 100
                side = "above 100%" if value.value > 0 else "below 0%"
                slot.report(
                    value_rules.OUT_OF_RANGE,
                    f"{slot.name} takes a share from 0% to 100%, `{value}` is {side}",
                )
                return None
            if is_number(value):
                near = f"{value * 100:g}%" if isinstance(value, float) and 0 <= value <= 1 else f"{value}%"
                slot.report(
                    value_rules.WRONG_UNIT,
                    f"{slot.name} takes a share such as `50%`, and `{show_value(value)}` has no percent sign",
                    help=f"did you mean `{near}`?",
                    fix=Fix(slot.span, near, Applicability.MAYBE),
                )
                return None
        case Portion():
            if isinstance(value, Stretch):
                return _portion(value, slot)
        case Duration(units):
            return _duration(value, units, slot)
        case FrameOf():
            if isinstance(value, FrameValue):
                return value.name
        case Monitor():
            if isinstance(value, Symbol):
                return value.text
        case OneOf(types):
            return _one_that_fits(value, types, slot)
        case OperationOf() | ColumnOf() | TextOf() | NumberOf() | Condition() | Measured():
            pass
        case _:
            assert_never(type)
    mismatch(value, type, slot)
    return None


def mismatch(value: Value, type: ParameterType, slot: Slot) -> None:  # noqa: A002
    """Reports that ``value`` is no ``type`` at all."""
    if isinstance(value, Symbol):
        slot.scope.report_unknown("", value.text, value.span, f"{slot.name} takes {wanted(type)}")
    elif isinstance(value, Quantity) and isinstance(type, (Integer, Real)):
        share = value.unit is Unit.PERCENT
        plain = f"{value.base if share and isinstance(type, Real) else value.value:g}"
        slot.report(
            value_rules.WRONG_UNIT,
            f"`{show_value(value)}` has a unit where {slot.name} takes a plain number",
            help=f"write `{plain}`",
            fix=Fix(slot.span, plain, Applicability.MAYBE) if slot.span.text[:1].isdigit() else None,
        )
    elif isinstance(value, Tensor):
        slot.report(
            value_rules.WRONG_TYPE,
            f"{slot.name} takes {wanted(type)}, and `{value.name}` is a node of the network",
        )
    elif not is_unknown(value, slot.scope):
        slot.report(value_rules.WRONG_TYPE, f"{slot.name} takes {wanted(type)}, not {describe(value)}")


def wanted(type: ParameterType) -> str:  # noqa: A002
    """What the type takes, in words: ``a number from 0 to 1``."""
    match type:
        case Integer():
            return "a whole number" + _range_words(type)
        case Real():
            return "a number" + _range_words(type)
        case Boolean():
            return "`true` or `false`"
        case String():
            return "a text in quotes"
        case Path():
            return "a path in quotes"
        case Choice(values):
            return _one_of(values)
        case Sizes(rank):
            return f"a size such as `{'x'.join(['3'] * rank)}`" if rank > 1 else "a whole number"
        case ShapeOf():
            return "a shape such as `3x224x224`"
        case ListOf(item, lone):
            return f"a list, each {wanted(item)}" + (", or one alone" if lone else "")
        case Interval():
            return "a range such as `0..1`"
        case Share():
            return "a share such as `50%`"
        case Portion():
            return "a range of shares such as `0%..50%`"
        case Duration(units):
            return "a number with a unit, such as " + " or ".join(f"`5 {unit.symbol}`" for unit in units)
        case OneOf(types):
            return " or ".join(wanted(each) for each in types)
        case OperationOf(kind):
            return f"a {kind.value}"
        case ColumnOf():
            return "a column such as `rows.name`"
        case TextOf():
            return "a column of text"
        case NumberOf(whole):
            return "a column of whole numbers" if whole else "a column of numbers"
        case Condition(equality):
            return (
                "an equality such as `a.id == b.id`" if equality else "a comparison such as `rows.age >= 18`"
            )
        case FrameOf():
            return "a frame's name"
        case Measured(sorts):
            return " or ".join(sort.value for sort in sorts)
        case Monitor():
            return "`loss` or a metric's name"
        case _:
            assert_never(type)


def _one_of(values: tuple[str, ...]) -> str:
    quoted = [f"`{value}`" for value in values]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]


def _range_words(type: Integer | Real) -> str:  # noqa: A002
    low, high = type.minimum, type.maximum
    low_open = isinstance(type, Real) and type.minimum_open
    high_open = isinstance(type, Real) and type.maximum_open
    if low is None and high is None:
        return ""
    if high is None:
        return f" above {low:g}" if low_open else f" of at least {low:g}"
    if low is None:
        return f" below {high:g}" if high_open else f" of at most {high:g}"
    if low_open and high_open:
        return f" between {low:g} and {high:g}, both left out"
    ends = " (itself left out)"
    return f" from {low:g}{ends if low_open else ''} to {high:g}{ends if high_open else ''}"


def _within(value: float, type: Integer | Real, slot: Slot) -> bool:  # noqa: A002
    low, high = type.minimum, type.maximum
    low_open = isinstance(type, Real) and type.minimum_open
    high_open = isinstance(type, Real) and type.maximum_open
    if low is not None and (value < low or (low_open and value == low)):
        side = f"not above {low:g}" if value == low else f"below {low:g}"
    elif high is not None and (value > high or (high_open and value == high)):
        side = f"not below {high:g}" if value == high else f"above {high:g}"
    else:
        return True
    slot.report(
        value_rules.OUT_OF_RANGE, f"{slot.name} takes {wanted(type)}, `{show_value(value)}` is {side}"
    )
    return False


def _is_text(value: str, type: String | Path, slot: Slot) -> bool:  # noqa: A002
    if "\0" in value:
        wrong = "and this one holds the character NUL, which no text of a spec may"
    elif isinstance(type, String) and len(value) < type.least:
        wrong = "and this one is empty"
    else:
        return True
    slot.report(value_rules.OUT_OF_RANGE, f"{slot.name} takes {wanted(type)}, {wrong}")
    return False


def _choice(value: Symbol, type: Choice, slot: Slot) -> str | None:  # noqa: A002 - a parameter's type
    values = type.values
    if value.text in values:
        return value.text
    meant = dict(type.old_names).get(value.text)
    if meant is not None:
        slot.scope.diagnostics.report(
            value_rules.UNKNOWN_CHOICE,
            value.span,
            f"{slot.name} has no `{value.text}`",
            help=f"it is called `{meant}` here",
            labels=slot.labels,
            fix=Fix(value.span, meant, Applicability.SAFE),
        )
        return None
    near = nearest(value.text, values, 1)
    if not near and slot.scope.report_misspelt(value.text, value.span):
        return None
    slot.scope.diagnostics.report(
        value_rules.UNKNOWN_CHOICE,
        value.span,
        f"{slot.name} has no `{value.text}`",
        help=did_you_mean(value.text, values) or f"it takes {_one_of(values)}",
        labels=slot.labels,
        fix=Fix(value.span, near[0], Applicability.MAYBE) if near else None,
    )
    return None


def _one_that_fits(value: Value, types: tuple[ParameterType, ...], slot: Slot) -> Any:
    """Converts to the first type that the value fits; else one report, of the range if only that is wrong."""
    meant = next((each for each in types if _is_meant(value, each)), None)
    if meant is not None:
        return convert(value, meant, slot)
    for type in types:  # noqa: A001
        trial = Diagnostics()
        result = convert(value, type, replace(slot, scope=Scope(trial)))
        if result is not None:
            return result
        if any(item.code is value_rules.OUT_OF_RANGE for item in trial.sorted()):
            return convert(value, type, slot)
    mismatch(value, OneOf(types), slot)
    return None


def _is_meant(value: Value, type: ParameterType) -> bool:  # noqa: A002
    """Whether a value can have been meant for this type alone, right or wrong: a name, a size."""
    match type:
        case Choice(values):
            return isinstance(value, Symbol) or value in values
        case Sizes():
            return isinstance(value, Extent)
        case _:
            return False


def _sizes(value: Value, rank: int, minimum: int, type: ParameterType, slot: Slot) -> Any:  # noqa: A002
    if isinstance(value, int) and not isinstance(value, bool):
        sizes = (value,) * rank
    elif isinstance(value, Extent):
        if len(value.dimensions) != rank:
            slot.report(
                value_rules.WRONG_TYPE,
                f"{slot.name} takes {wanted(type)}: {rank} numbers, "
                f"and `{show_value(value)}` has {len(value.dimensions)}",
            )
            return None
        sizes = value.dimensions
    else:
        mismatch(value, type, slot)
        return None
    return sizes if _positive(sizes, value, minimum, slot) else None


def _positive(sizes: Iterable[int], value: Value, minimum: int, slot: Slot) -> bool:
    if all(size >= minimum for size in sizes):
        return True
    slot.report(
        value_rules.OUT_OF_RANGE,
        f"{slot.name} takes sizes of at least {minimum}, and `{show_value(value)}` has a smaller one",
    )
    return False


def _complete(items: tuple[Any, ...], type: ListOf, slot: Slot) -> bool:  # noqa: A002
    """Whether a list has as many items as it must, and none twice where that is wrong."""
    twice = next((item for place, item in enumerate(items) if item in items[:place]), None)
    if len(items) < type.least:
        problem = f"takes a list of at least {type.least}, and this one has {len(items)}"
    elif type.distinct and twice is not None:
        problem = f"takes a list without repetition, and `{show_value(twice)}` is there twice"
    else:
        return True
    slot.report(value_rules.OUT_OF_RANGE, f"{slot.name} {problem}")
    return False


def _interval(value: Bounds, type: Interval, slot: Slot) -> tuple[float, float] | None:  # noqa: A002
    if type.minimum is not None and value.low < type.minimum:
        problem = f"begins below {type.minimum:g}"
    elif type.maximum is not None and value.high > type.maximum:
        problem = f"ends above {type.maximum:g}"
    else:
        return float(value.low), float(value.high)
    slot.report(value_rules.OUT_OF_RANGE, f"{slot.name}: the range `{show_value(value)}` {problem}")
    return None


def _portion(value: Stretch, slot: Slot) -> tuple[Quantity, Quantity] | None:
    if value.low.value >= 0 and value.high.value <= 100:
        return value.low, value.high
    problem = "begins below 0%" if value.low.value < 0 else "ends above 100%"
    slot.report(value_rules.OUT_OF_RANGE, f"{slot.name}: the range `{show_value(value)}` {problem}")
    return None


def _duration(value: Value, units: tuple[Unit, ...], slot: Slot) -> Quantity | None:
    if isinstance(value, Quantity):
        if value.unit in units:
            return value if _whole(value, slot) else None
        slot.report(
            value_rules.WRONG_UNIT,
            f"{slot.name} is counted in {' or '.join(unit.symbol for unit in units)}, "
            f"and `{show_value(value)}` is {value.unit.dimension}",
        )
        return None
    if is_number(value):
        suggestion = str(Quantity(value, units[0]))
        slot.report(
            value_rules.WRONG_UNIT,
            f"{slot.name} needs a unit: `{show_value(value)}` of what?",
            help=f"did you mean `{suggestion}`?",
            fix=Fix(slot.span, suggestion, Applicability.MAYBE) if slot.span.text[:1].isdigit() else None,
        )
        return None
    mismatch(value, Duration(units), slot)
    return None


def _whole(value: Quantity, slot: Slot) -> bool:
    """Epochs and iterations come in whole numbers, one at least."""
    if value.unit not in (Unit.EPOCH, Unit.ITERATION):
        return True
    if value.value >= 1 and float(value.value).is_integer():
        return True
    slot.report(
        value_rules.OUT_OF_RANGE,
        f"{slot.name} takes a whole number of {value.unit.symbol}, one at least, not `{value}`",
    )
    return False
