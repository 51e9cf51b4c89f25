"""The section `preprocess` of generated specs: steps of the catalog, each where its typing rule takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from zoodsl.catalog import registry
from zoodsl.catalog.operator import Transform
from zoodsl.catalog.values import ColumnOf, Kind, Sizes
from zoodsl.model.nodes import Operation
from zoodsl.testing.calls import NOWHERE, arguments
from zoodsl.testing.generated.data import Data
from zoodsl.testing.generated.wording import Draw, Wording, body, indented
from zoodsl.types import ImageType, TensorType

LARGEST_IMAGE = 16
"""The most pixels that a side of what feeds a network has, so that it runs in milliseconds."""

_TRANSFORMS: tuple[Transform, ...] = tuple(
    each
    for each in registry.operators(Kind.TRANSFORM)
    if isinstance(each, Transform) and not any(parameter.type == ColumnOf() for parameter in each.parameters)
)
_OFTEN = 40
_MAYBE_CONSTANT = (">=", "==", "year(")
"""What a computed column is written with that may be the same in all rows, which cannot be standardised."""


@st.composite
def preprocess(draw: Draw, wording: Wording, data: Data) -> tuple[str, TensorType]:
    """The section `preprocess`, an empty text where there is none, and the type of what feeds the network."""
    given = data.feature
    steps, fed = (
        draw(_image_steps(wording, given))
        if isinstance(given, ImageType)
        else draw(_column_steps(wording, data, given))
    )
    return (body("preprocess", steps) if steps or wording.chance(10) else ""), fed


@st.composite
def _column_steps(
    draw: Draw, wording: Wording, data: Data, given: TensorType
) -> tuple[list[str], TensorType]:
    if data.tables:
        return [], given
    width = given.shape[0]
    steps = []
    if wording.chance(_OFTEN):
        entries = draw(st.sampled_from((1, width)))
        mean = [draw(st.integers(-3, 9)) for _ in range(entries)]
        std = [draw(st.integers(1, 9)) for _ in range(entries)]
        steps.append(f"Normalize(mean = {mean}, std = {std})")
    if data.series:
        if wording.chance(50):
            steps.append(draw(st.sampled_from(("Standardize()", "Standardize(fit = all)"))))
        length = draw(st.integers(1, 4))
        horizon = draw(st.sampled_from(("", ", horizon = 1", ", horizon = 2")))
        steps.append(f"Window({wording.number(length)}{horizon})")
        given = TensorType(shape=(length, width))
    elif wording.chance(20) and not any(mark in each for each in data.columns for mark in _MAYBE_CONSTANT):
        steps.append("Standardize()")
    return steps, given


# --- images


@st.composite
def _image_steps(draw: Draw, wording: Wording, given: ImageType) -> tuple[list[str], TensorType]:
    learned, training = draw(_fitting(wording, (given,), draw(st.integers(0, 3)), chance=True))
    types, always = draw(
        _fitting(wording, (given, *learned), draw(st.integers(0, 3)), chance=wording.chance(20))
    )
    steps = (["training {", *indented(training), "}"] if training else []) + always
    sizes = {(each.height, each.width) for each in types}
    height, width = sizes.pop()
    if sizes or height is None or width is None or max(height, width) > LARGEST_IMAGE:
        height, width = draw(st.integers(4, LARGEST_IMAGE - 4)), draw(st.integers(4, LARGEST_IMAGE - 4))
        steps.append(f"Resize({height}x{width})")
    if wording.chance(_OFTEN):
        steps.append("ChannelNormalize(mean = [0], std = [255])")
    return steps, TensorType(shape=(given.channels, height, width))


@st.composite
def _fitting(
    draw: Draw, wording: Wording, given: tuple[ImageType, ...], count: int, *, chance: bool
) -> tuple[tuple[ImageType, ...], list[str]]:
    """Up to ``count`` steps that fit one after the other, whichever of the types ``given`` they are put to.

    Steps that draw at random are among them where ``chance`` is set.
    """
    lines: list[str] = []
    for _ in range(count):
        step = draw(_step([each for each in _TRANSFORMS if chance or not each.random], given[0]))
        results = [step.operator.result(step.arguments, each) for each in given]
        images = tuple(each for each in results if isinstance(each, ImageType) and _small(each))
        always_flipped = chance and step.operator.name == "HFlip"  # which a check advises against
        if len(images) == len(given) and not always_flipped:
            lines.append(wording.call(step))
            given = images
    return given, lines


def _small(image: ImageType) -> bool:
    sizes = image.sizes if image.height is None or image.width is None else ((image.height, image.width),)
    return bool(sizes) and all(1 <= side <= 3 * LARGEST_IMAGE for size in sizes for side in size)


@st.composite
def _step(draw: Draw, transforms: Sequence[Transform], given: ImageType) -> Operation[Transform]:
    """A step with arguments of its parameters' types; its rule says whether it fits."""
    transform = draw(st.sampled_from(transforms))
    inner: dict[str, Any] = {}
    if transform.name == "RandomApply":
        plain = [each for each in _TRANSFORMS if each.name not in ("RandomApply", "PixelNormalize")]
        inner = {"step": draw(_step(plain, given)), "probability": draw(st.integers(1, 19)) / 20}
    elif transform.name == "FixedCrop" and draw(st.booleans()):
        inner = {"x": draw(_stretch(given.width or 4)), "y": draw(_stretch(given.height or 4))}
    elif transform.name == "PixelNormalize":
        inner = {"mean": (float(draw(st.integers(0, 200))),)}
    elif transform.name == "AspectScale":
        inner = {"min_size": draw(st.integers(4, LARGEST_IMAGE)), "max_size": 40}
    drawn = dict(inner) if len(inner) == len(transform.parameters) else draw(_arguments(transform, given))
    return Operation(span=NOWHERE, operator=transform, arguments={**drawn, **inner})


@st.composite
def _arguments(draw: Draw, transform: Transform, given: ImageType) -> dict[str, Any]:
    drawn: dict[str, Any] = draw(arguments(transform, (given.channels, 4, 4)))
    for parameter in transform.parameters:
        if parameter.type == Sizes(2):
            drawn[parameter.name] = (draw(st.integers(3, 12)), draw(st.integers(3, 12)))
    return drawn


def _stretch(side: int) -> st.SearchStrategy[tuple[float, float]]:
    """Whole pixels from one to a later one of a side."""
    return st.integers(1, side).flatmap(
        lambda end: st.integers(0, end - 1).map(lambda start: (float(start), float(end)))
    )
