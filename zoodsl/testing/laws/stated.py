"""The laws that a spec states itself: each claim of a ``property`` is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from zoodsl.catalog.operator import Measure
from zoodsl.model.nodes import Column, Operation, Part
from zoodsl.model.printer import show_number
from zoodsl.model.properties import (
    Altered,
    Calculated,
    Cell,
    Claim,
    Comparison,
    Constant,
    Drawn,
    Forall,
    Measurement,
    Property,
    Term,
)
from zoodsl.plan.cost import layer_costs
from zoodsl.semantics.typed import on_one_line
from zoodsl.sources import columns_of
from zoodsl.testing.laws.derived import FEWEST, LARGEST_SEED, MOST_PIXELS, MOST_WORK
from zoodsl.testing.laws.domains import strategy
from zoodsl.testing.laws.law import Example, Law
from zoodsl.testing.laws.measures import furthest, numbers, within
from zoodsl.testing.laws.values import SEED, Valuation, Valueless
from zoodsl.testing.subjects.interpreted import Interpreted
from zoodsl.testing.subjects.readings import Readings
from zoodsl.testing.subjects.subject import Subject
from zoodsl.types import DType, show

_DENIALS = {"<": "not below", "<=": "above", ">": "not above", ">=": "below"}
"""What a number is that a comparison denies."""


def stated_laws(subject: Subject) -> tuple[Law, ...]:
    """The laws that the spec of ``subject`` states, in its order; those of rows read them when they are tried.

    Each claim is a law, so that one that is broken hides no other.
    """
    own = subject.readings if isinstance(subject, Interpreted) else Readings(subject.spec)
    return tuple(
        _law(stated, claim, subject, own) for stated in subject.spec.properties for claim in stated.claims
    )


def _law(stated: Property, claim: Claim, subject: Subject, own: Readings) -> Law:
    frames = {
        drawn.domain.arguments["frame"] for drawn in stated.variables if "frame" in drawn.domain.arguments
    }
    fed = subject.spec.data.feature.columns[0].frame
    readings = {name: own if name == fed else Readings(subject.spec, name) for name in frames}
    return Law(
        name=stated.name if len(stated.claims) == 1 else f"{stated.name}: {_text(claim)}",
        span=claim.span,
        stated=True,
        examples=_examples(stated, claim, readings, own),
        holds=lambda example: _denial(claim, Valuation(subject, readings, example)),
        most=_most(stated, claim, subject),
    )


# --- examples


def _examples(
    stated: Property, claim: Claim, readings: Mapping[str, Readings], own: Readings
) -> st.SearchStrategy[Example]:
    drawn = [
        strategy(each, readings.get(each.domain.arguments.get("frame", ""), own), _told(each, claim, own))
        for each in stated.variables
    ]
    if any(map(_is_random, terms_of(claim))):
        drawn.append(st.fixed_dictionaries({SEED: st.integers(0, LARGEST_SEED)}))
    return st.tuples(*drawn).map(
        lambda parts: {name: value for part in parts for name, value in part.items()}
    )


def _told(drawn: Forall, claim: Claim, own: Readings) -> Sequence[Column]:
    """The columns that an example of a row tells: those that a claim speaks of, its label's and its split's among them."""
    if drawn.domain.operator.name != "AnyRow":
        return ()
    frame, data = drawn.domain.arguments["frame"], own.spec.data
    terms = list(terms_of(claim))
    measured = {term.operation.operator.name for term in terms if isinstance(term, Measurement)}
    found = [term.column for term in terms if isinstance(term, Cell)]
    found += [each for name in ("same", "where") for each in columns_of(drawn.domain.arguments[name])]
    if "label" in measured and data.label is not None:
        found.append(data.label.column)
    divided_by = None if data.split is None else data.split.arguments.get("column")
    if "part" in measured and divided_by is not None:
        found.append(divided_by)
    scalar = (each for each in found if each.frame == frame and not _is_large(each))
    return tuple({column.name: column for column in scalar}.values())


def _is_large(column: Column) -> bool:
    """Whether a column holds images or tensors."""
    return column.type is not None and not isinstance(column.type.type, DType)


def terms_of(term: Term) -> Iterator[Term]:
    """A term and all that it is made of."""
    yield term
    match term:
        case Altered(image=image):
            yield from terms_of(image)
        case Measurement(operation=operation):
            for value in operation.arguments.values():
                if isinstance(value, Term):
                    yield from terms_of(value)
        case Calculated(left=left, right=right) | Comparison(left=left, right=right):
            yield from terms_of(left)
            yield from terms_of(right)
        case Constant() | Drawn() | Cell():
            pass


def _is_random(term: Term) -> bool:
    """Whether a term draws something itself: the steps of training, and random steps of its own."""
    match term:
        case Measurement(operation=operation):
            return operation.operator.name == "training"
        case Altered(steps=steps):
            return any(step.operation.operator.random or step.probability < 1 for step in steps)
        case _:
            return False


def _most(stated: Property, claim: Claim, subject: Subject) -> int | None:
    """How many examples are tried at most, by what the network costs, and the steps on images of middling size."""
    spec = subject.spec
    terms = list(terms_of(claim))
    names = [term.operation.operator.name for term in terms if isinstance(term, Measurement)]
    limits = []
    if spec.network is not None and "predict" in names:
        flops = sum(layer.flops for layer in layer_costs(spec.network)) * names.count("predict")
        limits.append(MOST_WORK // max(1, flops))
    pixels = [
        sum(each.domain.arguments["height"]) / 2 * sum(each.domain.arguments["width"]) / 2
        for each in stated.variables
        if each.domain.operator.name == "AnyImage"
    ]
    if pixels:
        limits.append(int(MOST_PIXELS / (max(pixels) * (1 + len(spec.preprocess.steps)))))
    return max(FEWEST, min(limits)) if limits else None


# --- words


def _denial(claim: Claim, at: Valuation) -> str | None:
    """What is the case in place of a claim; None where it holds."""
    try:
        return None if at.value(claim) else _instead(claim, at)
    except Valueless as problem:
        return str(problem)


def _instead(claim: Claim, at: Valuation) -> str:
    match claim:
        case Comparison():
            return _compared(claim, at)
        case Measurement(operation=operation):
            return _measured(operation, at)


def _measured(operation: Operation[Measure], at: Valuation) -> str:
    arguments = operation.arguments
    match operation.operator.name:
        case "Close":
            one, other = arguments["one"], arguments["other"]
            both = f"`{_text(one)}` and `{_text(other)}`"
            if at.shape(one) != at.shape(other):
                return f"{both} are {show(at.shape(one))} and {show(at.shape(other))}"
            apart = furthest(at.value(one), at.value(other))
            return f"{both} differ by {_number(apart)}, more than {_number(arguments['tolerance'])}"
        case "Within":
            given = numbers(at.value(arguments["value"]))
            low, high = arguments["range"]
            outside = given[~within(given, (low, high))].ravel()
            far = outside[np.argmax(np.maximum(low - outside, outside - high))]
            return f"{_holds(arguments['value'], given, far)}, outside {_number(low)}..{_number(high)}"
        case _:
            given = numbers(at.value(arguments["value"]))
            return _holds(arguments["value"], given, given[~np.isfinite(given)].ravel()[0])


def _holds(term: Term, given: Any, number: float) -> str:
    return f"`{_text(term)}` {'holds' if np.ndim(given) else 'is'} {_number(number)}"


def _compared(claim: Comparison, at: Valuation) -> str:
    left, right = at.value(claim.left), at.value(claim.right)
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        return _differing(claim, at)
    first, second, sign = claim.left, claim.right, claim.operator
    if isinstance(first, Constant) and not isinstance(second, Constant):
        first, second, left, right = second, first, right, left
        sign = sign.translate(str.maketrans("<>", "><"))
    told = f"`{_text(first)}` is {shown(left)}"
    other = shown(right) if isinstance(second, Constant) else f"`{_text(second)}`, which is {shown(right)}"
    match sign:
        case "==" if isinstance(second, Constant):
            return f"{told}, not {other}"
        case "==":
            return f"{told}, and `{_text(second)}` is {shown(right)}"
        case "!=" if isinstance(second, Constant):
            return told
        case "!=":
            return f"`{_text(first)}` and `{_text(second)}` are both {shown(left)}"
        case _:
            return f"{told}, {_DENIALS[sign]} {other}"


def _differing(claim: Comparison, at: Valuation) -> str:
    left, right = claim.left, claim.right
    both = f"`{_text(left)}` and `{_text(right)}`"
    if claim.operator == "!=":
        return f"{both} are equal"
    if at.shape(left) != at.shape(right):
        return f"{both} are {show(at.shape(left))} and {show(at.shape(right))}"
    return f"{both} differ by up to {_number(furthest(at.value(left), at.value(right)))}"


def shown(value: Any) -> str:
    """A value as a sentence has it: ``3x224x224``, ``0.25``, ``"cat"``, ``train``."""
    match value:
        case None:
            return "no part"
        case Part():
            return value.value
        case bool():
            return "true" if value else "false"
        case tuple():
            return show(value)
        case str():
            return f'"{value}"'
        case _:
            return _number(value)


def _number(value: float) -> str:
    if np.isnan(value):
        return "NaN, which is no number"
    if np.isinf(value):
        return "infinity" if value > 0 else "-infinity"
    return show_number(float(f"{value:.6g}"))


def _text(term: Term) -> str:
    return on_one_line(term.span.text)
