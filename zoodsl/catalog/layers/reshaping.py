"""Layers that only move numbers: they learn nothing and compute nothing."""

from __future__ import annotations

from zoodsl.catalog.layers.declaration import Form, layer
from zoodsl.catalog.operator import REQUIRED, Arguments, Mismatch, Parameter, Required
from zoodsl.catalog.values import Integer, ListOf, OneOf, ShapeOf, Sizes
from zoodsl.types import Shape, elements, show

Sides = tuple[int, int, int, int]
"""Rows at the top and bottom, columns at the left and right."""


def sides(arguments: Arguments, parameter: str) -> Sides:
    """What ``padding`` or ``cropping`` says of an image's four sides.

    One size is height x width, the same on opposite sides; two are ``[top x bottom, left x right]``.
    """
    match arguments[parameter]:
        case ((height, width),):
            return height, height, width, width
        case ((top, bottom), (left, right)):
            return top, bottom, left, right
        case other:
            raise ValueError(f"{parameter} has {len(other)} sizes")


def _border(name: str, default: Shape | Required, doc: str, *old_names: str) -> Parameter:
    return Parameter(
        name,
        ListOf(Sizes(2, minimum=0), lone=True),
        default if default is REQUIRED else (default,),
        doc=f"{doc}: one number, height x width for both of opposite sides, or `[top x bottom, left x "
        "right]`",
        old_names=old_names,
    )


Ends = tuple[int, int]
"""Places before and after, along one axis."""


def ends(arguments: Arguments, parameter: str) -> tuple[Ends, Ends, Ends]:
    """What ``padding`` or ``cropping`` says of a volume's depth, height and width.

    One size is the same on opposite sides; three are ``[front x back, top x bottom, left x right]``.
    """
    depth, height, width = ((each, each) if isinstance(each, int) else each for each in arguments[parameter])
    return depth, height, width


def _series_border(name: str, doc: str, *old_names: str) -> Parameter:
    return Parameter(
        name,
        Sizes(2, minimum=0),
        (1, 1),
        doc=f"{doc}: one number for both ends, or before x after",
        old_names=old_names,
    )


def _volume_border(name: str, doc: str) -> Parameter:
    return Parameter(
        name,
        OneOf((Sizes(3, minimum=0), ListOf(Sizes(2, minimum=0), least=3))),
        (1, 1, 1),
        doc=f"{doc}: one number, depth x height x width for both of opposite sides, or `[front x back, top x bottom, "
        "left x right]`",
    )


def _padded_series(arguments: Arguments, given: Shape) -> Shape:
    return given[0] + sum(arguments["padding"]), given[1]


def _cropped_series(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    cut = sum(arguments["cropping"])
    if cut < given[0]:
        return given[0] - cut, given[1]
    return Mismatch(
        f"cuts {cut} steps from its input of {given[0]}, so that nothing is left", "cut fewer", "cropping"
    )


def _not_three(arguments: Arguments, parameter: str) -> Mismatch | None:
    if len(arguments[parameter]) == 3:
        return None
    return Mismatch(
        f"takes one size or three as `{parameter}`, not {len(arguments[parameter])}",
        f"write `{parameter} = 1x2x2` (depth x height x width) or `{parameter} = [0x1, 0x1, 0x1]` (front x back, top x "
        "bottom, left x right)",
        parameter,
    )


def _padded_volume(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    if problem := _not_three(arguments, "padding"):
        return problem
    return (
        given[0],
        *(size + sum(added) for size, added in zip(given[1:], ends(arguments, "padding"), strict=True)),
    )


def _cropped_volume(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    if problem := _not_three(arguments, "cropping"):
        return problem
    cut = tuple(map(sum, ends(arguments, "cropping")))
    left = tuple(size - each for size, each in zip(given[1:], cut, strict=True))
    if min(left) >= 1:
        return given[0], *left
    return Mismatch(
        f"cuts {show(cut)} from its input of {show(given[1:])}, so that nothing is left",
        "cut fewer",
        "cropping",
    )


def _too_many(arguments: Arguments, parameter: str) -> Mismatch | None:
    count = len(arguments[parameter])
    if 1 <= count <= 2:
        return None
    return Mismatch(
        f"takes one or two sizes as `{parameter}`, not {count}",
        f"write `{parameter} = 1x2` (height x width) or `{parameter} = [0x1, 0x1]` (top x bottom, left x "
        "right)",
        parameter,
    )


def _padded(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    if problem := _too_many(arguments, "padding"):
        return problem
    top, bottom, left, right = sides(arguments, "padding")
    return given[0], given[1] + top + bottom, given[2] + left + right


def _cropped(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    if problem := _too_many(arguments, "cropping"):
        return problem
    top, bottom, left, right = sides(arguments, "cropping")
    height, width = given[1] - top - bottom, given[2] - left - right
    if height >= 1 and width >= 1:
        return given[0], height, width
    return Mismatch(
        f"cuts {top + bottom} rows and {left + right} columns from its input of {show(given[1:])}, "
        "so that nothing is left",
        "cut fewer",
        "cropping",
    )


def _reshaped(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    target: Shape = arguments["target_shape"]
    if elements(target) == elements(given):
        return target
    return Mismatch(
        f"cannot make {show(target)} ({elements(target):,} numbers) of its input {show(given)} "
        f"({elements(given):,} numbers)",
        "the two must hold equally many numbers",
        "target_shape",
    )


def _permuted(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    dims: tuple[int, ...] = arguments["dims"]
    if sorted(dims) == list(range(1, len(given) + 1)):
        return tuple(given[dim - 1] for dim in dims)
    return Mismatch(
        f"orders its dimensions {list(dims)}, but its input {show(given)} has the dimensions "
        f"{list(range(1, len(given) + 1))}",
        "name each dimension once, counted from 1",
        "dims",
    )


FLATTEN = layer(
    "Flatten",
    doc="Lays all numbers of a record out as one vector; an image's channel by channel.",
    shape=lambda _arguments, given: (elements(given),),
)

RESHAPE = layer(
    "Reshape",
    doc="Gives the same numbers, in the same order, another shape.",
    parameters=(Parameter("target_shape", ShapeOf(), doc="the new shape, without the batch"),),
    shape=_reshaped,
)

PERMUTE = layer(
    "Permute",
    doc="Exchanges dimensions: `Permute([2, 1])` turns steps x features into features x steps.",
    parameters=(
        Parameter(
            "dims",
            ListOf(Integer(1)),
            doc="the input's dimensions, counted from 1, in the order of the output's",
        ),
    ),
    shape=_permuted,
)

REPEAT_VECTOR = layer(
    "RepeatVector",
    doc="Repeats a vector as the steps of a series.",
    takes=(Form.VECTOR,),
    parameters=(Parameter("n", Integer(1), doc="how many steps"),),
    shape=lambda arguments, given: (arguments["n"], *given),
)

ZERO_PADDING_2D = layer(
    "ZeroPadding2D",
    doc="Adds rows and columns of zeros around an image. With a `valid` convolution or a max pooling of "
    "positive numbers after it, it is the explicit padding of Caffe and PyTorch.",
    takes=(Form.IMAGE,),
    parameters=(_border("padding", (1, 1), "how much to add"),),
    shape=_padded,
)

CROPPING_2D = layer(
    "Cropping2D",
    doc="Cuts rows and columns off the sides of an image.",
    takes=(Form.IMAGE,),
    parameters=(_border("cropping", REQUIRED, "how much to cut"),),
    shape=_cropped,
)

UP_SAMPLING_2D = layer(
    "UpSampling2D",
    doc="Repeats each row and column of an image: the nearest pixel, not an interpolation.",
    takes=(Form.IMAGE,),
    parameters=(Parameter("size", Sizes(2), (2, 2), doc="how often: height x width"),),
    shape=lambda arguments, given: (
        given[0],
        given[1] * arguments["size"][0],
        given[2] * arguments["size"][1],
    ),
)

ZERO_PADDING_1D = layer(
    "ZeroPadding1D",
    doc="Adds steps of zeros before and after a series.",
    takes=(Form.SERIES,),
    parameters=(_series_border("padding", "how many to add"),),
    shape=_padded_series,
)

CROPPING_1D = layer(
    "Cropping1D",
    doc="Cuts steps off the ends of a series.",
    takes=(Form.SERIES,),
    parameters=(_series_border("cropping", "how many to cut"),),
    shape=_cropped_series,
)

UP_SAMPLING_1D = layer(
    "UpSampling1D",
    doc="Repeats each step of a series.",
    takes=(Form.SERIES,),
    parameters=(Parameter("size", Integer(1), 2, doc="how often", old_names=("length",)),),
    shape=lambda arguments, given: (given[0] * arguments["size"], given[1]),
)

ZERO_PADDING_3D = layer(
    "ZeroPadding3D",
    doc="Adds zeros around a volume.",
    takes=(Form.VOLUME,),
    parameters=(_volume_border("padding", "how much to add"),),
    shape=_padded_volume,
)

CROPPING_3D = layer(
    "Cropping3D",
    doc="Cuts off the sides of a volume.",
    takes=(Form.VOLUME,),
    parameters=(_volume_border("cropping", "how much to cut"),),
    shape=_cropped_volume,
)

UP_SAMPLING_3D = layer(
    "UpSampling3D",
    doc="Repeats each place of a volume along its depth, height and width.",
    takes=(Form.VOLUME,),
    parameters=(Parameter("size", Sizes(3), (2, 2, 2), doc="how often: depth x height x width"),),
    shape=lambda arguments, given: (
        given[0],
        *(size * times for size, times in zip(given[1:], arguments["size"], strict=True)),
    ),
)

OPERATORS = (
    FLATTEN,
    RESHAPE,
    PERMUTE,
    REPEAT_VECTOR,
    ZERO_PADDING_1D,
    ZERO_PADDING_2D,
    ZERO_PADDING_3D,
    CROPPING_1D,
    CROPPING_2D,
    CROPPING_3D,
    UP_SAMPLING_1D,
    UP_SAMPLING_2D,
    UP_SAMPLING_3D,
)
