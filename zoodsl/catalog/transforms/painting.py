"""Steps that paint: over a part of an image, or around it."""

from __future__ import annotations

from dataclasses import replace

from zoodsl.catalog.operator import Arguments, Mismatch, Parameter, Transform
from zoodsl.catalog.transforms.geometry import resized
from zoodsl.catalog.transforms.images import colours, pixels
from zoodsl.catalog.transforms.sizes import expanded
from zoodsl.catalog.values import Integer, Interval, ListOf, Portion
from zoodsl.types import ImageType, ValueType


def _filler(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    result = pixels("Filler", given)
    if not isinstance(result, ImageType):
        return result
    for parameter in ("x", "y"):
        low, high = arguments[parameter]
        if low == high:
            return Mismatch(
                f"`Filler` fills nothing: `{parameter}` begins where it ends",
                f"let `{parameter}` end further on",
                parameter,
            )
    value = float(arguments["value"])
    return replace(result, low=min(result.low, value), high=max(result.high, value))


def _expand(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    result = colours("Expand", given)
    if not isinstance(result, ImageType):
        return result
    mean: tuple[int, ...] = arguments["mean"]
    if len(mean) not in (1, 3):
        return Mismatch(
            f"`Expand` has {len(mean)} values in `mean` for 3 channels",
            "give 3, of red, green and blue, or one for all",
            "mean",
        )
    low, high = arguments["ratio"]
    larger = resized(result, lambda size: expanded(size, low), drawn=low < high)
    return replace(larger, low=min(result.low, *map(float, mean)), high=max(result.high, *map(float, mean)))


OPERATORS = (
    Transform(
        name="Filler",
        doc="Paints over a rectangle: the columns `x` and the rows `y`, in shares of the image.",
        source="Analytics Zoo ImageFiller",
        parameters=(
            Parameter("x", Portion(), doc="from where to where across, such as `0%..50%`", keyword_only=True),
            Parameter("y", Portion(), doc="from where to where down", keyword_only=True),
            Parameter(
                "value",
                Integer(minimum=0, maximum=255),
                default=255,
                doc="the grey level that it gets",
                keyword_only=True,
            ),
        ),
        old_names=("ImageFiller",),
        result=_filler,
    ),
    Transform(
        name="Expand",
        doc="Puts the image at a random place of a larger one, which is filled with a colour: `ratio` times as high "
        "and as wide.",
        source="Analytics Zoo ImageExpand",
        parameters=(
            Parameter(
                "ratio",
                Interval(minimum=1.0, pair=True),
                default=(1.0, 4.0),
                doc="between what the ratio lies, such as `1..2`",
            ),
            Parameter(
                "mean",
                ListOf(Integer(minimum=0, maximum=255), lone=True),
                default=(123, 117, 104),
                doc="the colour around it: red, green, blue, or one grey level",
            ),
        ),
        old_names=("ImageExpand",),
        result=_expand,
        random=True,
    ),
)
