"""Layers that join several tensors into one."""

from __future__ import annotations

from zoodsl.catalog.layers.declaration import Form, form, merge
from zoodsl.catalog.layers.normalization import feature_axis
from zoodsl.catalog.operator import Arguments, Layer, Mismatch, Parameter
from zoodsl.catalog.values import Boolean, Integer
from zoodsl.types import Shape, elements, show


def _listed(shapes: tuple[Shape, ...]) -> str:
    *first, last = map(show, shapes)
    return f"{', '.join(first)} and {last}"


def _equal_shapes(_arguments: Arguments, inputs: tuple[Shape, ...]) -> Shape | Mismatch:
    if len(set(inputs)) == 1:
        return inputs[0]
    return Mismatch(
        f"takes inputs of equal shapes, but is given {_listed(inputs)}",
        "bring them to one shape first: a `Conv2D(filters, 1x1, strides = ...)` on the shorter way changes "
        "an image's, `Dense(units)` a vector's; `Concatenate` joins inputs that differ in their channels "
        "or features",
    )


def _pairwise_flops(_arguments: Arguments, inputs: tuple[Shape, ...], output: Shape) -> int:
    return (len(inputs) - 1) * elements(output)


def _element_wise(name: str, doc: str, *, inputs: tuple[int, int | None] = (2, None)) -> Layer:
    return merge(name, doc=doc, shape=_equal_shapes, flops=_pairwise_flops, inputs=inputs)


def concatenation_axis(arguments: Arguments, inputs: tuple[Shape, ...]) -> int:
    """The axis along which ``Concatenate`` joins, the batch being axis 0."""
    axis: int | None = arguments["axis"]
    return feature_axis(inputs[0]) + 1 if axis is None else axis


def _concatenated(arguments: Arguments, inputs: tuple[Shape, ...]) -> Shape | Mismatch:
    at = concatenation_axis(arguments, inputs) - 1
    if len({len(shape) for shape in inputs}) > 1:
        return Mismatch(
            f"takes inputs of equally many dimensions, but is given {_listed(inputs)}",
            "put `Flatten()` or `Reshape(...)` after those that differ",
        )
    if at >= len(inputs[0]):
        return Mismatch(
            f"joins along axis {at + 1}, but its inputs {_listed(inputs)} have {len(inputs[0])} besides the "
            "batch",
            f"write an `axis` from 1 to {len(inputs[0])}, or leave it out",
            "axis",
        )
    if len({shape[:at] + shape[at + 1 :] for shape in inputs}) > 1:
        along = "channels" if form(inputs[0]) in (Form.IMAGE, Form.VOLUME) and at == 0 else f"axis {at + 1}"
        return Mismatch(
            f"joins along {along}, so its inputs may differ there alone, but it is given {_listed(inputs)}",
            "bring the other sizes to be equal first: an image's height and width with `padding = same`, "
            "equal `strides`, or `ZeroPadding2D(...)`",
        )
    return *inputs[0][:at], sum(shape[at] for shape in inputs), *inputs[0][at + 1 :]


CONCATENATE = merge(
    "Concatenate",
    doc="Lays its inputs side by side.",
    parameters=(
        Parameter(
            "axis",
            Integer(1),
            None,
            doc="along which axis, the batch being 0 as in Keras. If left out, along the channels of "
            "images and volumes (axis 1) and the features of all else (the last axis)",
            keyword_only=True,
            old_names=("concat_axis",),
        ),
    ),
    shape=_concatenated,
    flops=lambda _arguments, _inputs, _output: 0,
    old_names=("Concat",),
)


def _dotted(_arguments: Arguments, inputs: tuple[Shape, ...]) -> Shape | Mismatch:
    if inputs[0] == inputs[1] and len(inputs[0]) == 1:
        return (1,)
    return Mismatch(
        f"takes two vectors of equal length, but is given {_listed(inputs)}",
        "put `Flatten()` after what is no vector, and `Dense(units)` after one of another length",
    )


DOT = merge(
    "Dot",
    doc="The dot product of two vectors: one number. For vectors, Keras' `axes = 1` is the only choice and "
    "is left out.",
    parameters=(
        Parameter(
            "normalize",
            Boolean(),
            default=False,
            doc="whether both are brought to length 1 first, which gives the cosine of their angle",
            keyword_only=True,
        ),
    ),
    shape=_dotted,
    flops=lambda arguments, inputs, _output: (6 if arguments["normalize"] else 2) * elements(inputs[0]),
    inputs=(2, 2),
)

OPERATORS = (
    _element_wise("Add", "The sum of its inputs, element by element."),
    _element_wise("Subtract", "The first input minus the second, element by element.", inputs=(2, 2)),
    _element_wise("Multiply", "The product of its inputs, element by element."),
    _element_wise("Average", "The mean of its inputs, element by element."),
    _element_wise("Maximum", "The largest of its inputs, element by element."),
    _element_wise("Minimum", "The smallest of its inputs, element by element."),
    CONCATENATE,
    DOT,
)
