"""Steps that change the values of pixels, which stay within 0..255."""

from __future__ import annotations

from dataclasses import replace

from zoodsl.catalog.operator import Arguments, Mismatch, Parameter, Transform
from zoodsl.catalog.transforms.images import colours, not_an_image, pixels
from zoodsl.catalog.values import Boolean, Interval, Real, Share
from zoodsl.types import ImageType, ValueType


def _byte(value: float) -> float:
    """The grey level that pixels of ``value`` get: steps on bytes round, halves to even."""
    return min(255.0, max(0.0, float(round(value))))


def _brightness(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    result = pixels("Brightness", given)
    if not isinstance(result, ImageType):
        return result
    low, high = arguments["delta"]
    return replace(result, low=_byte(result.low + low), high=_byte(result.high + high))


def _contrast(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    result = pixels("Contrast", given)
    if not isinstance(result, ImageType):
        return result
    low, high = arguments["factor"]
    return replace(result, low=_byte(result.low * low), high=_byte(result.high * high))


def _any_colours(name: str, given: ValueType) -> ValueType | Mismatch:
    result = colours(name, given)
    return replace(result, low=0.0, high=255.0) if isinstance(result, ImageType) else result


def _hue(_arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    return _any_colours("Hue", given)


def _saturation(_arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    return _any_colours("Saturation", given)


def _color_jitter(_arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    return _any_colours("ColorJitter", given)


def _channel_order(_arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, ImageType):
        return not_an_image("ChannelOrder", given)
    if given.channels != 3:
        return Mismatch(
            "`ChannelOrder` mixes up colours, but the image is grey here",
            "leave `ChannelOrder` out, or read the images with `channels = 3`",
        )
    return given


_FACTOR = Parameter(
    "factor",
    Interval(minimum=0.0, pair=True),
    doc="between what the factor lies, such as `0.5..1.5`",
)


def _chance(name: str, of: str, *old_names: str, default: float = 0.5) -> Parameter:
    return Parameter(
        name, Share(), default=default, doc=f"how often {of}", keyword_only=True, old_names=old_names
    )


OPERATORS = (
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
        name="Contrast",
        doc="Multiplies all pixels by one random factor and clips to 0..255; a factor within 0.001 of 1 changes nothing.",
        source="Analytics Zoo Contrast, a part of ImageColorJitter",
        parameters=(_FACTOR,),
        result=_contrast,
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
        parameters=(_FACTOR,),
        old_names=("ImageSaturation",),
        result=_saturation,
        random=True,
    ),
    Transform(
        name="ChannelOrder",
        doc="Puts red, green and blue in a random order, drawn for each image without a seed.",
        source="Analytics Zoo ImageChannelOrder, which draws from a source of its own",
        old_names=("ImageChannelOrder",),
        result=_channel_order,
        random=True,
    ),
    Transform(
        name="ColorJitter",
        doc="`Brightness`, `Contrast`, `Saturation`, `Hue` and `ChannelOrder`, each now and then: as often with the "
        "contrast before saturation and hue as after them, or, with `shuffle`, in any order.",
        source="Analytics Zoo ImageColorJitter",
        parameters=(
            Parameter(
                "brightness",
                Real(minimum=0.0),
                default=32.0,
                doc="how much is added or taken away at most",
                old_names=("brightness_delta",),
            ),
            Parameter("contrast", Interval(minimum=0.0), default=(0.5, 1.5), doc="the range of its factor"),
            Parameter("saturation", Interval(minimum=0.0), default=(0.5, 1.5), doc="the range of its factor"),
            Parameter(
                "hue",
                Real(minimum=0.0, maximum=180.0),
                default=18.0,
                doc="how much is added or taken away at most, in units of two degrees",
                old_names=("hue_delta",),
            ),
            _chance("brightness_probability", "the brightness changes", "brightness_prob"),
            _chance("contrast_probability", "the contrast changes", "contrast_prob"),
            _chance("saturation_probability", "the saturation changes", "saturation_prob"),
            _chance("hue_probability", "the hue changes", "hue_prob"),
            _chance("order_probability", "colours change places", "random_order_prob", default=0.0),
            Parameter("shuffle", Boolean(), default=False, doc="do the five in any order", keyword_only=True),
        ),
        old_names=("ImageColorJitter",),
        result=_color_jitter,
        random=True,
    ),
)
