"""Steps that change an image's size, or where its pixels stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from zoodsl.catalog.operator import Arguments, Mismatch, Parameter, Transform
from zoodsl.catalog.transforms.images import not_an_image
from zoodsl.catalog.transforms.sizes import Range, aspect_scaled, cut
from zoodsl.catalog.values import Integer, Interval, ListOf, OneOf, Portion, Sizes
from zoodsl.types import ImageType, Quantity, ValueType, show


def sized(given: ImageType, height: int, width: int) -> ImageType:
    """The image with this size."""
    return replace(given, height=height, width=width, sizes=())


def known_sizes(image: ImageType) -> tuple[tuple[int, int], ...]:
    """The sizes that are known to occur: its own, or those of files that were looked at."""
    if image.height is None or image.width is None:
        return image.sizes
    return ((image.height, image.width),)


def resized(
    given: ImageType, rule: Callable[[tuple[int, int]], tuple[int, int]], *, drawn: bool = False
) -> ImageType:
    """The image after a step that goes by each image's own size.

    ``rule`` gives the height and width after the step, where they are ``drawn`` the smallest ones.
    """
    made = tuple(sorted({rule(size) for size in known_sizes(given)}))
    if len(made) == 1 and not drawn:
        return sized(given, *made[0])
    return replace(given, height=None, width=None, sizes=made)


def _resize(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, ImageType):
        return not_an_image("Resize", given)
    return sized(given, *arguments["size"])


def _aspect_scale(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    return _scaled("AspectScale", (arguments["min_size"],), arguments, given)


def _random_aspect_scale(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    return _scaled("RandomAspectScale", arguments["min_sizes"], arguments, given)


def _scaled(
    name: str, shorter: tuple[int, ...], arguments: Arguments, given: ValueType
) -> ValueType | Mismatch:
    if not isinstance(given, ImageType):
        return not_an_image(name, given)
    longest, multiple_of = arguments["max_size"], arguments["multiple_of"]
    result = resized(
        given,
        lambda size: aspect_scaled(size, min(shorter), longest, multiple_of),
        drawn=len(set(shorter)) > 1,
    )
    empty = next((size for size in known_sizes(result) if 0 in size), None)
    if empty is None:
        return result
    return Mismatch(
        f"`{name}` makes an image of {empty[0]}x{empty[1]}, which is nothing",
        "scale to a larger size"
        + (f", or to multiples of less than {multiple_of}" if multiple_of > 1 else ""),
    )


def _too_small(
    name: str, wanted: tuple[int, int], given: ImageType, *, within: bool = False
) -> Mismatch | None:
    """Why a crop finds no place in its image: smaller than it, or, for one that is to stay ``within``, not larger."""
    room = int(within)
    small = next(
        (size for size in known_sizes(given) if wanted[0] + room > size[0] or wanted[1] + room > size[1]),
        None,
    )
    if small is None:
        return None
    outside = wanted[0] > small[0] or wanted[1] > small[1]
    can = f"cannot take {show(wanted)}" if outside else f"takes less than a whole side, not {show(wanted)},"
    one = "an image" if given.height is not None else "every image: one is"
    return Mismatch(
        f"`{name}` {can} out of {one} of {show(small)}",
        f"crop at most {small[0] - room}x{small[1] - room}, or put a `Resize(...)` before it",
        "size",
    )


def _center_crop(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, ImageType):
        return not_an_image("CenterCrop", given)
    size = arguments["size"]
    return _too_small("CenterCrop", size, given) or sized(given, *size)


def _random_crop(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, ImageType):
        return not_an_image("RandomCrop", given)
    size = arguments["size"]
    return _too_small("RandomCrop", size, given, within=True) or sized(given, *size)


def _fixed_crop(arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    if not isinstance(given, ImageType):
        return not_an_image("FixedCrop", given)
    across, down = arguments["x"], arguments["y"]
    problem = _box_problem(across, down)
    if problem is not None:
        return problem
    if isinstance(across[0], Quantity):
        result = resized(given, lambda size: (cut(size[0], down)[1], cut(size[1], across)[1]))
        return _whole_box(result)
    (left, right), (top, bottom) = (tuple(map(int, along)) for along in (across, down))
    outside = next((size for size in known_sizes(given) if bottom > size[0] or right > size[1]), None)
    if outside is not None:
        one = "an image" if given.height is not None else "every image: one is"
        return Mismatch(
            f"`FixedCrop` cannot take columns {left}..{right} and rows {top}..{bottom} out of {one} of "
            f"{outside[0]}x{outside[1]}",
            f"end at {outside[1]} across and {outside[0]} down, or put a `Resize(...)` before it",
            "x" if right > outside[1] else "y",
        )
    return sized(given, bottom - top, right - left)


def _box_problem(across: Range, down: Range) -> Mismatch | None:
    """What is wrong with a crop's box, whatever the image."""
    if isinstance(across[0], Quantity) is not isinstance(down[0], Quantity):
        return Mismatch(
            "`FixedCrop` takes pixels or shares, and here one of `x` and `y` is in pixels, the other in shares",
            "write both as `0..200`, or both as `0%..50%`",
            "y",
        )
    for parameter, along in (("x", across), ("y", down)):
        low, high = (bound.value if isinstance(bound, Quantity) else bound for bound in along)
        if not isinstance(along[0], Quantity) and not (low.is_integer() and high.is_integer()):
            return Mismatch(
                f"`FixedCrop` takes whole pixels, and `{parameter}` is {low:g}..{high:g}",
                f"write `{parameter} = {low:.0f}..{high:.0f}`",
                parameter,
            )
        if low == high:
            return Mismatch(
                f"`FixedCrop` leaves nothing: `{parameter}` begins where it ends",
                f"let `{parameter}` end further on",
                parameter,
            )
    return None


def _whole_box(result: ImageType) -> ImageType | Mismatch:
    """The image after a crop by shares; a mismatch where less than a pixel is left."""
    if any(0 in size for size in known_sizes(result)):
        return Mismatch("`FixedCrop` leaves less than a pixel", "let `x` and `y` span more of the image")
    return result


def _hflip(_arguments: Arguments, given: ValueType) -> ValueType | Mismatch:
    return given if isinstance(given, ImageType) else not_an_image("HFlip", given)


_SIZE = Parameter("size", Sizes(2), doc="height x width, such as `224x224`")
_MAX_SIZE = Parameter(
    "max_size", Integer(minimum=1), default=1000, doc="what the longer side may be at most, in pixels"
)
_MULTIPLE_OF = Parameter(
    "multiple_of",
    Integer(minimum=1),
    default=1,
    doc="both sides become multiples of it, the next lower ones",
    old_names=("scale_multiple_of",),
)
_BOX = OneOf((Portion(), Interval(minimum=0.0)))

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
        name="AspectScale",
        doc="Resizes by linear interpolation, keeping the aspect ratio: the shorter side becomes `min_size`.",
        source="Analytics Zoo ImageAspectScale",
        parameters=(
            Parameter("min_size", Integer(minimum=1), doc="the shorter side after it, in pixels"),
            _MAX_SIZE,
            _MULTIPLE_OF,
        ),
        old_names=("ImageAspectScale",),
        result=_aspect_scale,
    ),
    Transform(
        name="RandomAspectScale",
        doc="`AspectScale` to one of several sizes, drawn for each image without a seed.",
        source="Analytics Zoo ImageRandomAspectScale, which draws from a source of its own",
        parameters=(
            Parameter(
                "min_sizes",
                ListOf(Integer(minimum=1), least=1),
                doc="what the shorter side may become, such as `[100, 300]`",
                old_names=("scales",),
            ),
            _MAX_SIZE,
            _MULTIPLE_OF,
        ),
        old_names=("ImageRandomAspectScale",),
        result=_random_aspect_scale,
        random=True,
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
        doc="Takes a piece from a random place, another for each record and epoch; never the first row or column. "
        "It is smaller than the image on both sides.",
        source="Analytics Zoo ImageRandomCrop",
        parameters=(_SIZE,),
        old_names=("ImageRandomCrop",),
        result=_random_crop,
        random=True,
    ),
    Transform(
        name="FixedCrop",
        doc="Takes the columns `x` and the rows `y`, in pixels or in shares of the image; what a range ends with is "
        "left out. Shares are counted in floats of 32 bits and cut off to pixels: 30%..90% of 100 are 60 "
        "or, by rounding, 59.",
        source="Analytics Zoo ImageFixedCrop, normalized or not",
        parameters=(
            Parameter(
                "x",
                _BOX,
                doc="from where to where across, such as `0..200` or `10%..60%`",
                keyword_only=True,
            ),
            Parameter("y", _BOX, doc="from where to where down", keyword_only=True),
        ),
        old_names=("ImageFixedCrop",),
        result=_fixed_crop,
    ),
    Transform(
        name="HFlip",
        doc="Swaps left and right. Always; for now and then, write `RandomApply(HFlip(), 50%)`.",
        source="Analytics Zoo ImageHFlip",
        old_names=("ImageHFlip", "HorizontalFlip"),
        result=_hflip,
    ),
)
