"""Preprocessing steps: image to image, and tensor to tensor. Sizes are height x width; colours are RGB.

At the end of an image chain the image becomes a float32 tensor, channels first, by itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from zoodsl.catalog.operator import Arguments, Mismatch, Parameter, Transform
from zoodsl.catalog.values import Interval, Kind, ListOf, OperationOf, Real, Share, Sizes
from zoodsl.types import DType, ImageType, TensorType, ValueType

_NOT_ZERO_OR_LESS = Real(minimum=0.0, minimum_open=True)


def _not_an_image(name: str, given: TensorType) -> Mismatch:
    return Mismatch(
        f"`{name}` works on images, but the feature is a tensor here ({given})",
        "numeric columns are scaled with `Normalize(mean = [...], std = [...])`",
    )


def _resize(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, ImageType):
        return _not_an_image("Resize", given)
    height, width = arguments["size"]
    return replace(given, height=height, width=width)


def _crop(name: str, arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, ImageType):
        return _not_an_image(name, given)
    height, width = arguments["size"]
    if (given.height is not None and height > given.height) or (
        given.width is not None and width > given.width
    ):
        return Mismatch(
            f"`{name}` cannot take {height}x{width} out of an image of {given.height}x{given.width}",
            f"crop at most {given.height}x{given.width}, or put a `Resize(...)` before it",
            "size",
        )
    return replace(given, height=height, width=width)


def _center_crop(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    return _crop("CenterCrop", arguments, given)


def _random_crop(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    return _crop("RandomCrop", arguments, given)


def _hflip(_arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    return given if isinstance(given, ImageType) else _not_an_image("HFlip", given)


def _on_pixels(name: str, given: ValueType) -> ValueType | Mismatch:
    """The type of a step that works on pixel values 0..255 and clips to them."""
    if not isinstance(given, ImageType):
        return _not_an_image(name, given)
    if given.dtype is not DType.UINT8:
        return Mismatch(
            f"`{name}` works on pixel values 0..255, but they are {given.dtype.value} within "
            f"{given.low:.4g}..{given.high:.4g} here",
            f"put `{name}` before `ChannelNormalize`",
        )
    return given


def _brightness(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    result = _on_pixels("Brightness", given)
    if not isinstance(result, ImageType):
        return result
    low, high = arguments["delta"]
    return replace(
        result,
        low=min(255.0, max(0.0, result.low + low)),
        high=min(255.0, max(0.0, result.high + high)),
    )


def _on_colours(name: str, given: ValueType) -> ValueType | Mismatch:
    result = _on_pixels(name, given)
    if isinstance(result, ImageType) and result.channels != 3:
        return Mismatch(
            f"`{name}` changes colours, but the image is grey here",
            f"leave `{name}` out, or read the images with `channels = 3`",
        )
    return result if isinstance(result, Mismatch) else replace(result, low=0.0, high=255.0)


def _hue(_arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    return _on_colours("Hue", given)


def _saturation(_arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    return _on_colours("Saturation", given)


def _scaled(
    name: str, arguments: Arguments, entries: int, unit: str, low: float, high: float
) -> tuple[float, float] | Mismatch:
    """The range of (value - mean) / std over all entries, of which there may be one for all."""
    mean: tuple[float, ...] = arguments["mean"]
    std: tuple[float, ...] = arguments["std"]
    units = unit if entries == 1 else f"{unit}s"
    for parameter, values in (("mean", mean), ("std", std)):
        if len(values) not in (1, entries):
            return Mismatch(
                f"`{name}` has {len(values)} values in `{parameter}` for {entries} {units}",
                f"give {entries}, one a {unit}" + (", or one for all" if entries > 1 else ""),
                parameter,
            )
    pairs = [(mean[i % len(mean)], std[i % len(std)]) for i in range(max(len(mean), len(std)))]
    return min((low - m) / s for m, s in pairs), max((high - m) / s for m, s in pairs)


def _channel_normalize(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, ImageType):
        return _not_an_image("ChannelNormalize", given)
    bounds = _scaled("ChannelNormalize", arguments, given.channels, "channel", given.low, given.high)
    if isinstance(bounds, Mismatch):
        return bounds
    return replace(given, dtype=DType.FLOAT32, low=bounds[0], high=bounds[1])


def _normalize(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, TensorType):
        return Mismatch(
            f"`Normalize` works on numeric columns, but the feature is an image here ({given})",
            "images are scaled with `ChannelNormalize(mean = [...], std = [...])`",
        )
    bounds = _scaled("Normalize", arguments, given.shape[-1], "column", given.low, given.high)
    if isinstance(bounds, Mismatch):
        return bounds
    return replace(given, dtype=DType.FLOAT32, low=bounds[0], high=bounds[1])


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


_SIZE = Parameter("size", Sizes(2), doc="height x width, such as `224x224`")
_MEAN = Parameter(
    "mean", ListOf(Real(), lone=True), doc="what is subtracted: one number for all, or one for each"
)
_STD = Parameter(
    "std",
    ListOf(_NOT_ZERO_OR_LESS, lone=True),
    default=(1.0,),
    doc="what is divided by then: one number for all, or one for each",
)

OPERATORS = (
    Transform(
        name="Resize",
        doc="Resizes by linear interpolation, without keeping the aspect ratio.",
        source="Analytics Zoo ImageResize, mode 1 (OpenCV INTER_LINEAR)",
        parameters=(_SIZE,),
        old_names=("ImageResize",),
        result=_resize,
    ),
    Transform(
        name="CenterCrop",
        doc="Takes the middle; of an odd rest, the smaller half is cut off at the top and at the left.",
        source="Analytics Zoo ImageCenterCrop",
        parameters=(_SIZE,),
        old_names=("ImageCenterCrop",),
        result=_center_crop,
    ),
    Transform(
        name="RandomCrop",
        doc="Takes a piece from a random place, another for each record and epoch.",
        source="Analytics Zoo ImageRandomCrop",
        parameters=(_SIZE,),
        old_names=("ImageRandomCrop",),
        result=_random_crop,
        random=True,
    ),
    Transform(
        name="HFlip",
        doc="Swaps left and right. Always; for now and then, write `RandomApply(HFlip(), 50%)`.",
        source="Analytics Zoo ImageHFlip",
        old_names=("ImageHFlip", "HorizontalFlip"),
        result=_hflip,
    ),
    Transform(
        name="Brightness",
        doc="Adds one random number to all pixels and clips to 0..255.",
        source="Analytics Zoo ImageBrightness",
        parameters=(
            Parameter("delta", Interval(pair=True), doc="between what the number lies, such as `-32..32`"),
        ),
        old_names=("ImageBrightness",),
        result=_brightness,
        random=True,
    ),
    Transform(
        name="Hue",
        doc="Adds one random number to the hue of all pixels, in OpenCV's units of two degrees.",
        source="Analytics Zoo ImageHue",
        parameters=(
            Parameter(
                "delta",
                Interval(minimum=-180.0, maximum=180.0, pair=True),
                doc="between what the number lies, such as `-18..18`",
            ),
        ),
        old_names=("ImageHue",),
        result=_hue,
        random=True,
    ),
    Transform(
        name="Saturation",
        doc="Multiplies the saturation of all pixels by one random factor.",
        source="Analytics Zoo ImageSaturation",
        parameters=(
            Parameter(
                "factor",
                Interval(minimum=0.0, pair=True),
                doc="between what the factor lies, such as `0.5..1.5`",
            ),
        ),
        old_names=("ImageSaturation",),
        result=_saturation,
        random=True,
    ),
    Transform(
        name="ChannelNormalize",
        doc="Makes each channel (value - mean) / std, as float32; RGB order.",
        source="Analytics Zoo ImageChannelNormalize, whose arguments are in its own order",
        parameters=(_MEAN, _STD),
        old_names=("ImageChannelNormalize",),
        result=_channel_normalize,
    ),
    Transform(
        name="Normalize",
        doc="Makes each numeric column (value - mean) / std, as float32.",
        source="zoo 1",
        parameters=(_MEAN, _STD),
        result=_normalize,
    ),
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
"""Every preprocessing step of the language."""
