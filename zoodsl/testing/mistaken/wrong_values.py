"""Values of a wrong unit, a wrong type, a wrong size, or out of range."""

from __future__ import annotations

import random
from collections.abc import Iterator

from zoodsl.catalog.operator import Parameter
from zoodsl.catalog.values import (
    Boolean,
    Choice,
    Duration,
    Integer,
    ListOf,
    OneOf,
    ParameterType,
    Path,
    Real,
    ShapeOf,
    Share,
    Sizes,
    String,
)
from zoodsl.source import Span
from zoodsl.syntax.nodes import (
    Argument,
    Body,
    Call,
    Definition,
    Flag,
    Measure,
    Name,
    Number,
    Sequence,
    Setting,
    Size,
    Step,
    Text,
    Unary,
)
from zoodsl.testing.mistaken.written import Found, Mistake, Written, bound, operator_of

_LITERALS = {
    "number": ("7", "13"),
    "fraction": ("0.37", "2.5"),
    "text": ('"seven"',),
    "flag": ("true",),
    "size": ("3x5",),
    "share": ("35%",),
    "time": ("3 epochs",),
    "memory": ("5 GB",),
    "list": ("[7, 8]", '["seven"]'),
}
_UNITS = ("share", "time", "memory")
_TYPE_CODES = frozenset({"ZOO209", "ZOO212"})
_UNIT_CODES = frozenset({"ZOO209", "ZOO211"})
_SIZE_CODES = frozenset({"ZOO301", "ZOO311", "ZOO415", "ZOO502", "ZOO503", "ZOO504", "ZOO603", "ZOO613"})


def wrong_values(spec: Written, draw: random.Random) -> Iterator[Mistake]:
    """Each literal that an operator takes, replaced by one that it does not take."""
    for each in spec.found:
        match each.node:
            case Call() as call if (operator := operator_of(call)) is not None:
                for argument, parameter in bound(call, operator):
                    if isinstance(argument.value, _LITERAL_NODES):
                        yield from _argument(spec, argument, parameter, draw)
                yield from _sizes(spec, each, call)
            case Setting() as setting:
                yield from _setting(spec, each, setting, draw)
            case _:
                pass


_LITERAL_NODES = (Number, Text, Flag, Size, Measure, Sequence, Unary, Name)


def _argument(
    spec: Written, argument: Argument, parameter: Parameter, draw: random.Random
) -> Iterator[Mistake]:
    taken = taken_by(parameter.type)
    place = argument.value.span
    if isinstance(argument.value, Name) and "name" not in taken:
        return
    if not taken:
        return
    units = [each for each in _UNITS if each not in taken]
    if taken & {"number", "fraction", *_UNITS}:
        wrong = draw.choice(_LITERALS[draw.choice(units)])
        yield spec.mistake("unit: argument", (place, wrong), codes=_UNIT_CODES)
        if taken & {"share", "time"} and isinstance(argument.value, Measure):
            bare = place.text[: -len(argument.value.unit)].strip()
            yield spec.mistake("unit: none", (place, bare), codes=_UNIT_CODES)
    others = [each for each in _LITERALS if each not in taken and each not in _UNITS]
    if "fraction" in taken or "number" not in taken:
        others = [each for each in others if each != "fraction"]
    if others:
        wrong = draw.choice(_LITERALS[draw.choice(others)])
        codes = _TYPE_CODES | (_UNIT_CODES if taken & {"share", "time"} else frozenset())
        yield spec.mistake("type: argument", (place, wrong), codes=codes)
    for wrong in _outside(parameter.type):
        yield spec.mistake("range: argument", (place, wrong), codes={"ZOO210"})


def taken_by(type_: ParameterType) -> frozenset[str]:
    """The forms of literals that a parameter's type takes; empty where others than literals belong."""
    match type_:
        case Integer():
            return frozenset({"number"})
        case Real():
            return frozenset({"number", "fraction"})
        case Boolean():
            return frozenset({"flag"})
        case String() | Path():
            return frozenset({"text"})
        case Choice():
            return frozenset({"name"})
        case Sizes() | ShapeOf():
            return frozenset({"size", "number", "list"})
        case ListOf(item, lone):
            return frozenset({"list", *(taken_by(item) if lone else ())})
        case OneOf(types):
            return frozenset().union(*map(taken_by, types))
        case Share():
            return frozenset({"share"})
        case Duration():
            return frozenset({"time"})
        case _:
            return frozenset()


def _outside(type_: ParameterType) -> Iterator[str]:
    """Values just outside of a type's bounds."""
    match type_:
        case Integer(minimum, maximum):
            if minimum is not None:
                yield str(minimum - 1)
            if maximum is not None:
                yield str(maximum + 1)
        case Real(minimum, maximum, minimum_open, maximum_open):
            if minimum is not None:
                yield f"{minimum if minimum_open else minimum - 0.5:g}"
            if maximum is not None:
                yield f"{maximum if maximum_open else maximum + 0.5:g}"
        case Share():
            yield "150%"
        case Sizes(rank, minimum):
            yield "x".join([str(minimum - 1)] * rank) if rank > 1 else str(minimum - 1)
        case _:
            pass


_WRONG_SETTINGS: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("train", "batch"): {"unit": ("32 epochs", "50%"), "type": ('"32"', "true"), "range": ("0", "-4")},
    ("train", "epochs"): {"unit": ("5 GB", "50%"), "type": ('"ten"', "[1, 2]"), "range": ("0",)},
    ("train", "seed"): {"unit": ("3 s",), "type": ('"one"', "1.5"), "range": ("-1",)},
    ("predict", "top"): {"unit": ("3 epochs",), "type": ('"five"',), "range": ("0",)},
    ("cluster", "executors"): {"unit": ("2 GB",), "type": ('"two"',), "range": ("-1",)},
    ("cluster", "memory"): {"unit": ("3 epochs", "4"), "type": ('"4 GB"',)},
    ("optimize", "loss"): {"type": ("7", '"mse"')},
    ("optimize", "optimizer"): {"type": ("0.1", '"adam"')},
    ("data", "split"): {"type": ("80%", "0.8")},
    ("evaluate", "metric"): {"type": ("7", '"accuracy"')},
    ("evaluate", "plot"): {"type": ("7",)},
}
_SETTING_CODES = {
    "unit": frozenset({"ZOO209", "ZOO211"}),
    "type": frozenset({"ZOO202", "ZOO209", "ZOO212", "ZOO229"}),
    "range": frozenset({"ZOO210"}),
}


def _setting(spec: Written, found: Found, setting: Setting, draw: random.Random) -> Iterator[Mistake]:
    value = setting.clauses[0].value
    if value is None:
        return
    for kind, choices in _WRONG_SETTINGS.get((found.section, setting.keyword.text), {}).items():
        wrong = draw.choice(choices)
        yield spec.mistake(f"{kind}: setting", (value.span, wrong), codes=_SETTING_CODES[kind])
    if (found.section, setting.keyword.text) == ("network", "input") and isinstance(value, Size | Number):
        yield _input(spec, value.span)
    for link in setting.clauses[0].links:
        if isinstance(link.value, Measure):
            number = link.value.span.text[: -len(link.value.unit)].strip()
            wrong = draw.choice((f"{number} GB", f"{number}%", number))
            codes = _UNIT_CODES | {"ZOO229"}
            yield spec.mistake("unit: link", (link.value.span, wrong), codes=codes)


def _sizes(spec: Written, found: Found, call: Call) -> Iterator[Mistake]:
    """Shapes that do not fit: more classes, other inputs, kernels larger than what they run over.

    What does not fit is told where it shows: at the place that was changed, or at any that must agree with it.
    """
    first = call.arguments[0].value if call.arguments else None
    match call.callee.span.text, first:
        case "Reshape", Size(span=place):
            yield spec.mistake("shape: Reshape", (place, f"{place.text}x7"), codes={"ZOO301"})
        case "Dense", Number(value=int() as units, span=place) if _is_last(found):
            new = str(units + 3)
            yield spec.mistake("shape: units", (place, new), codes=_SIZE_CODES, at=_agreeing(spec, place))
        case "Input", Size(span=place) | Number(span=place):
            yield _input(spec, place)
        case (("Conv2D" | "MaxPooling2D" | "AveragePooling2D"), _) if found.section == "network":
            sizes = [each.value.span for each in call.arguments if isinstance(each.value, Size)]
            if sizes and "padding" not in call.span.text:
                yield spec.mistake("shape: kernel", (sizes[0], "999x999"), codes={"ZOO301"})
        case (("Resize" | "CenterCrop" | "RandomCrop"), Size(dimensions=(height, width), span=place)):
            new = f"{height + 40}x{width}"
            codes = _SIZE_CODES | {"ZOO414", "ZOO451"}
            yield spec.mistake("shape: image", (place, new), codes=codes, at=_agreeing(spec, place))
        case "ClassIndex", Number(value=int() as classes, span=place):
            new = str(classes + 2)
            yield spec.mistake("shape: classes", (place, new), codes=_SIZE_CODES, at=_agreeing(spec, place))
        case _:
            pass


def _input(spec: Written, place: Span) -> Mistake:
    """A network's input of one dimension more."""
    return spec.mistake(
        "shape: input", (place, f"{place.text}x5"), codes=_SIZE_CODES, at=_agreeing(spec, place)
    )


def _agreeing(spec: Written, place: Span) -> Iterator[Span]:
    """A place of a size, and all others that must agree with it."""
    yield place
    for each in spec.found:
        match each.node:
            case Setting(keyword=keyword, span=span):
                if keyword.text in ("label", "loss", "input", "feature"):
                    yield span
            case Step(span=span) | Definition(span=span) | Call(span=span):
                if each.section in ("network", "preprocess", "block"):
                    yield span
            case _:
                pass


def _is_last(found: Found) -> bool:
    """Whether a call is the last layer of its network."""
    body = next((each for each in found.around if isinstance(each, Body)), None)
    return (
        found.section == "network"
        and body is not None
        and body.statements[-1].span.end == found.node.span.end
    )
