"""Ratings: a scale with whole steps, columns that keep to it, and metrics of numbers that take an estimate of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isclose

from zoodsl.catalog.labels import NEAR, rating_mismatch
from zoodsl.catalog.metrics import with_estimate
from zoodsl.catalog.operator import LabelCodec, Metric
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics import Label as Place
from zoodsl.diagnostics.rules import data as data_rules
from zoodsl.diagnostics.rules import ratings as rules
from zoodsl.diagnostics.rules import training as training_rules
from zoodsl.model.nodes import Evaluate, Label, Operation, Train
from zoodsl.sources import ColumnFacts

SHOWN = 5
"""How many values of the data a message names."""


def scale_of(codec: Operation[LabelCodec]) -> tuple[float, ...]:
    """The numbers that a label's classes stand for; none of a label that is no rating."""
    return () if codec.operator.values is None else codec.operator.values(codec.arguments)


def has_whole_steps(codec: Operation[LabelCodec], diagnostics: Diagnostics) -> bool:
    """Whether whole steps lead through the scale of a rating, if the codec is one."""
    mismatch = rating_mismatch(codec.arguments)
    if mismatch is None:
        return True
    place = codec.places.get(mismatch.parameter or "", codec.span)
    diagnostics.report(rules.WRONG_SCALE, place, mismatch.message, help=mismatch.help)
    return False


def check_ratings(label: Label, facts: ColumnFacts, diagnostics: Diagnostics) -> None:
    """Every number of the column is one of the scale."""
    scale, codec = scale_of(label.codec), label.codec
    low, high = facts.minimum, facts.maximum
    if low is None or high is None:
        return
    strangers = [] if facts.counts is None else _strangers(facts.counts, scale)
    if facts.counts is not None and not strangers:
        return
    outside = low < scale[0] - NEAR or high > scale[-1] + NEAR
    uncounted = facts.counts is None and (facts.distinct is None or facts.distinct <= len(scale))
    if uncounted and not outside:
        return  # a footer of Parquet tells the least and the largest value, not those between
    if outside:
        message = f"`{label.column.name}` holds {low:g} to {high:g}, and the scale goes from {scale[0]:g} to {scale[-1]:g}"
        help_ = f"write `Rating({low:g}..{high:g})`, with the `step` that there is"
    else:
        listed = ", ".join(f"{value:g}" for value in strangers[:SHOWN]) + ", ..." * (len(strangers) > SHOWN)
        message = (
            f"`{label.column.name}` holds {listed or 'too many different numbers'}, which the scale has not"
        )
        halves = strangers and all(isclose(2 * value, round(2 * value)) for value in strangers)
        help_ = (
            f"write `Rating({scale[0]:g}..{scale[-1]:g}, step = 0.5)` for half steps"
            if halves
            else "write the `step` that there is, or learn a number: `-> Number()`"
        )
    diagnostics.report(
        data_rules.LABEL_OUT_OF_RANGE,
        codec.places.get("scale", codec.span),
        message,
        help=help_,
        labels=[Place(label.column.span, "the column")],
    )


def _strangers(found: object, scale: Sequence[float]) -> list[float]:
    numbers = [float(value) for value in found if not isinstance(value, str)]  # type: ignore[attr-defined]
    return sorted(value for value in numbers if all(abs(value - known) > NEAR for known in scale))


def with_estimates(
    evaluate: Evaluate, train: Train | None, label: Label | None
) -> tuple[Evaluate, Train | None]:
    """Both sections; where ``label`` is a rating, each of their metrics of numbers with the estimate that it takes."""
    if label is None or not scale_of(label.codec):
        return evaluate, train
    validate = None if train is None else train.validate
    if train is not None and validate is not None:
        train = replace(train, validate=replace(validate, metrics=_estimating(validate.metrics)))
    return replace(evaluate, metrics=_estimating(evaluate.metrics)), train


def _estimating(metrics: tuple[Operation[Metric], ...]) -> tuple[Operation[Metric], ...]:
    return tuple(
        replace(metric, arguments=with_estimate(metric.operator, metric.arguments)) for metric in metrics
    )


def check_estimates(metrics: tuple[Operation[Metric], ...], label: Label, diagnostics: Diagnostics) -> None:
    """What is estimated is a rating: of another label there is one number alone, or none."""
    if scale_of(label.codec):
        return
    for metric in metrics:
        if metric.arguments.get("estimate") is not None and "estimate" in metric.places:
            diagnostics.report(
                training_rules.METRIC_AND_LABEL,
                metric.places["estimate"],
                f"`estimate` is of ratings, and the label is a {label.codec.operator.target.value}",
                help="leave it out, or write `-> Rating(1..5)`",
                labels=[Place(label.codec.span, f"gives a {label.codec.operator.target.value}")],
            )
