"""Steps that are left to chance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from zoodsl.catalog.operator import Arguments, Mismatch, Parameter, Transform
from zoodsl.catalog.values import Kind, OperationOf, Share
from zoodsl.types import ImageType, ValueType


def _random_apply(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    # A bound operation is of the model, a floor above: the catalog knows only its two fields.
    step: Any = arguments["step"]
    result: ValueType | Mismatch = step.operator.result(step.arguments, given)
    match result, given:
        case Mismatch(), _:
            return result
        case (ImageType(), ImageType()) if (
            (result.height, result.width, result.channels, result.dtype)
            == (given.height, given.width, given.channels, given.dtype)
        ):  # fmt: skip
            return replace(result, low=min(result.low, given.low), high=max(result.high, given.high))
        case _:
            return Mismatch(
                f"`{step.operator.name}` makes {given} into {result}, so that it cannot be left to chance",
                f"take `{step.operator.name}` out of `RandomApply`, so that every record goes through it",
                "step",
            )


OPERATORS = (
    Transform(
        name="RandomApply",
        doc="Does the step to each record with this probability, and leaves the others as they are.",
        source="Analytics Zoo ImageRandomPreprocessing",
        parameters=(
            Parameter("step", OperationOf(Kind.TRANSFORM), doc="a step that keeps the image's size and type"),
            Parameter("probability", Share(), default=0.5, doc="how often, such as `50%`"),
        ),
        old_names=("RandomPreprocessing", "ImageRandomPreprocessing"),
        result=_random_apply,
        random=True,
    ),
)
