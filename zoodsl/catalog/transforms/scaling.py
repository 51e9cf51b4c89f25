"""Steps that shift and scale values, and make floats of them."""

from __future__ import annotations

from dataclasses import replace

from zoodsl.catalog.operator import Arguments, Mismatch, Parameter, Transform
from zoodsl.catalog.transforms.images import not_an_image
from zoodsl.catalog.values import ListOf, OneOf, Path, Real
from zoodsl.types import DType, ImageType, TensorType, ValueType

_NOT_ZERO_OR_LESS = Real(minimum=0.0, minimum_open=True)


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
        return not_an_image("ChannelNormalize", given)
    bounds = _scaled("ChannelNormalize", arguments, given.channels, "channel", given.low, given.high)
    if isinstance(bounds, Mismatch):
        return bounds
    return replace(given, dtype=DType.FLOAT32, low=bounds[0], high=bounds[1])


def _pixel_normalize(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, ImageType):
        return not_an_image("PixelNormalize", given)
    mean: str | tuple[float, ...] = arguments["mean"]
    if isinstance(mean, tuple):
        every = {"mean": mean, "std": (1.0,)}
        bounds = _scaled("PixelNormalize", every, given.channels, "channel", given.low, given.high)
        if isinstance(bounds, Mismatch):
            return bounds
    elif given.channels != 3:
        return Mismatch(
            "`PixelNormalize` takes mean images of three colours, and the image is grey here",
            "give one number for all pixels, or read the images with `channels = 3`",
            "mean",
        )
    elif given.height is None:
        return Mismatch(
            "`PixelNormalize` subtracts a mean image of one size, and the images may differ in size here",
            "put a `Resize(...)` to the mean image's size before it",
            "mean",
        )
    else:
        bounds = given.low - 255.0, given.high
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
        name="ChannelNormalize",
        doc="Makes each channel (value - mean) / std, as float32; RGB order.",
        source="Analytics Zoo ImageChannelNormalize, whose arguments are in its own order",
        parameters=(_MEAN, _STD),
        old_names=("ImageChannelNormalize",),
        result=_channel_normalize,
    ),
    Transform(
        name="PixelNormalize",
        doc="Subtracts a mean image pixel by pixel, as float32. The file is NumPy's `.npy`: height x width x 3 numbers "
        "from 0 to 255, in RGB. One number for all pixels, or one for each channel, is subtracted everywhere.",
        source="Analytics Zoo ImagePixelNormalize, whose means are in its own order",
        parameters=(
            Parameter(
                "mean",
                OneOf((Path(), ListOf(Real(), lone=True))),
                doc='the mean image, such as `"mean.npy"`; or one number for all, or one for each channel',
                old_names=("means",),
            ),
        ),
        old_names=("ImagePixelNormalize",),
        result=_pixel_normalize,
    ),
    Transform(
        name="Normalize",
        doc="Makes each numeric column (value - mean) / std, as float32.",
        source="zoo 1",
        parameters=(_MEAN, _STD),
        result=_normalize,
    ),
)
