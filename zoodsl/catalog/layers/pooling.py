"""Layers that summarise windows, or all, of a series or an image."""

from __future__ import annotations

from math import prod

from zoodsl.catalog.layers import parameters as p
from zoodsl.catalog.layers.declaration import Form, layer
from zoodsl.catalog.layers.windows import per_axis, pool_windows, slide
from zoodsl.catalog.operator import Arguments, Layer, Mismatch
from zoodsl.types import Shape, elements


def _pooled_series(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    places = slide(pool_windows(arguments), given[:1], "pool_size")
    return places if isinstance(places, Mismatch) else (*places, given[1])


def _pooled_image(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    places = slide(pool_windows(arguments), given[1:], "pool_size")
    return places if isinstance(places, Mismatch) else (given[0], *places)


def _pooling_flops(arguments: Arguments, _given: Shape, output: Shape) -> int:
    return prod(per_axis(arguments["pool_size"])) * elements(output)


def _pooling(name: str, rank: int, doc: str, *old_names: str) -> Layer:
    return layer(
        name,
        doc=doc,
        takes=(Form.SERIES if rank == 1 else Form.IMAGE,),
        parameters=(p.pool_size(rank), p.pool_strides(rank), p.padding()),
        shape=_pooled_series if rank == 1 else _pooled_image,
        flops=_pooling_flops,
        old_names=old_names,
    )


def _global_pooling(name: str, rank: int, doc: str, *old_names: str) -> Layer:
    features = 1 if rank == 1 else 0
    return layer(
        name,
        doc=doc,
        takes=(Form.SERIES if rank == 1 else Form.IMAGE,),
        shape=lambda _arguments, given: (given[features],),
        flops=lambda _arguments, given, _output: elements(given),
        old_names=old_names,
    )


_BORDER = "Places that `padding = same` adds are left out, never counted as zeros."

OPERATORS = (
    _pooling(
        "MaxPooling1D",
        1,
        f"The largest number of each feature in each window of a series. {_BORDER}",
        "MaxPool1D",
        "TemporalMaxPooling",
    ),
    _pooling(
        "MaxPooling2D",
        2,
        f"The largest number of each channel in each window of an image. {_BORDER} A 3x3 window with "
        "`strides = 2, padding = same` on an even size stands where Caffe's rounding up lets it; for "
        "padding of a chosen size put `ZeroPadding2D(...)` before it.",
        "MaxPool2D",
        "SpatialMaxPooling",
    ),
    _pooling(
        "AveragePooling1D", 1, f"The mean of each feature in each window of a series. {_BORDER}", "AvgPool1D"
    ),
    _pooling(
        "AveragePooling2D",
        2,
        f"The mean of each channel in each window of an image. {_BORDER}",
        "AvgPool2D",
        "SpatialAveragePooling",
    ),
    _global_pooling(
        "GlobalMaxPooling1D", 1, "The largest number of each feature of a series.", "GlobalMaxPool1D"
    ),
    _global_pooling(
        "GlobalMaxPooling2D", 2, "The largest number of each channel of an image.", "GlobalMaxPool2D"
    ),
    _global_pooling("GlobalAveragePooling1D", 1, "The mean of each feature of a series.", "GlobalAvgPool1D"),
    _global_pooling("GlobalAveragePooling2D", 2, "The mean of each channel of an image.", "GlobalAvgPool2D"),
)
