"""The types of what the domains of laws draw, and of what steps make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from zoodsl.catalog.operator import Domain, Mismatch, Reader
from zoodsl.model.nodes import Operation, PreprocessStep
from zoodsl.types import DType, ImageType, Shape, TensorType, ValueType


@dataclass(frozen=True, slots=True)
class Stopped:
    """A step that does not take what it is given, and why."""

    step: PreprocessStep
    mismatch: Mismatch


def image_type(domain: Operation[Domain]) -> ImageType:
    """The images of ``AnyImage``, by the smallest where they differ in size."""
    (height, tallest), (width, widest) = domain.arguments["height"], domain.arguments["width"]
    channels, least = domain.arguments["channels"], (int(height), int(width))
    if (height, width) == (tallest, widest):
        return ImageType(height=least[0], width=least[1], channels=channels)
    return ImageType(height=None, width=None, channels=channels, sizes=(least,))


def tensor_type(domain: Operation[Domain]) -> TensorType:
    """The tensors of ``AnyTensor``."""
    low, high = domain.arguments["values"]
    dtype = DType.INT64 if domain.arguments["whole"] else DType.FLOAT64
    return TensorType(shape=domain.arguments["shape"], dtype=dtype, low=low, high=high)


def as_read(given: ValueType, reader: Operation[Reader]) -> ValueType:
    """An image as ``reader`` gives it where it resizes: of one size; anything else as it is."""
    size: tuple[int, int] | None = reader.arguments.get("resize")
    if size is None or isinstance(given, TensorType):
        return given
    return replace(given, height=size[0], width=size[1], sizes=())


def after(steps: Sequence[PreprocessStep], given: ValueType, *, training: bool) -> ValueType | Stopped:
    """The type of what ``steps`` make of ``given``; of those for training only where it is ``training``."""
    for step in steps:
        if step.training_only and not training:
            continue
        made = step.operation.operator.result(step.operation.arguments, given)
        if isinstance(made, Mismatch):
            return Stopped(step, made)
        if step.probability < 1:
            made = replace(made, low=min(made.low, given.low), high=max(made.high, given.high))
        given = made
    return given


def fed(given: ValueType) -> ValueType:
    """What becomes of the end of a chain: an image of a known size is channels x height x width."""
    shape = channels_first(given)
    if isinstance(given, TensorType) or shape is None:
        return given
    return TensorType(shape=shape, low=given.low, high=given.high)


def channels_first(given: ValueType) -> Shape | None:
    """The shape that ``Shape`` tells of a value of this type; None where it varies."""
    if isinstance(given, TensorType):
        return given.shape
    if given.height is None or given.width is None:
        return None
    return given.channels, given.height, given.width
