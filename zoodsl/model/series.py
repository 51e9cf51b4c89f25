"""What a chain of preprocessing says of series: its window, and whether it standardises."""

from __future__ import annotations

from zoodsl.catalog.operator import Target, Transform
from zoodsl.model.nodes import Label, Operation, Preprocess


def window_of(preprocess: Preprocess) -> Operation[Transform] | None:
    """The ``Window`` of a chain; None where rows stand by themselves."""
    return _step(preprocess, "Window")


def standardize_of(preprocess: Preprocess) -> Operation[Transform] | None:
    """The ``Standardize`` of a chain, the last of several; None where it has none."""
    return _step(preprocess, "Standardize")


def is_label_standardized(preprocess: Preprocess, label: Label | None) -> bool:
    """Whether the label is learned standardised: a number of a series whose columns are."""
    return (
        label is not None
        and label.codec.operator.target is Target.NUMBER
        and window_of(preprocess) is not None
        and standardize_of(preprocess) is not None
    )


def _step(preprocess: Preprocess, name: str) -> Operation[Transform] | None:
    found = (step.operation for step in reversed(preprocess.steps) if step.operation.operator.name == name)
    return next(found, None)
