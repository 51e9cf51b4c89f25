"""Layers that summarise windows, or all, of a series, an image or a volume."""

from __future__ import annotations

from math import prod

from zoodsl.catalog.layers import parameters as p
from zoodsl.catalog.layers.declaration import Form, layer
from zoodsl.catalog.layers.windows import borders, per_axis, pool_windows, slide
from zoodsl.catalog.operator import Arguments, Layer, Mismatch, Parameter
from zoodsl.types import Shape, elements, show


def _pooled_series(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    places = slide(pool_windows(arguments), given[:1], "pool_size")
    return places if isinstance(places, Mismatch) else (*places, given[1])


def _pooled_volume(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    places = slide(pool_windows(arguments), given[1:], "pool_size")
    return places if isinstance(places, Mismatch) else (given[0], *places)


def _pooled_image(arguments: Arguments, given: Shape) -> Shape | Mismatch:
    if problem := _wrong_border(arguments):
        return problem
    places = slide(pool_windows(arguments), given[1:], "pool_size")
    return places if isinstance(places, Mismatch) else (given[0], *places)


def _wrong_border(arguments: Arguments) -> Mismatch | None:
    around, sizes = borders(arguments), arguments["pool_size"]
    if around and any(2 * border > size for border, size in zip(around, sizes, strict=True)):
        return Mismatch(
            f"has a padding of {show(around)}, more than half its window of {show(sizes)}",
            "write a smaller `padding`: a window would else see hardly anything but what is added",
            "padding",
        )
    if arguments["ceil_mode"] and arguments["padding"] == "same":
        return Mismatch(
            "has both `padding = same` and `ceil_mode`, but `same` rounds up by itself",
            "leave `ceil_mode` out, or write the `padding` as a size such as `1`",
            "ceil_mode",
        )
    return None


def _pooling_flops(arguments: Arguments, _given: Shape, output: Shape) -> int:
    return prod(per_axis(arguments["pool_size"])) * elements(output)


def _series_pooling(name: str, doc: str, *old_names: str) -> Layer:
    return layer(
        name,
        doc=doc,
        takes=(Form.SERIES,),
        parameters=(p.pool_size(1), p.pool_strides(1), p.padding()),
        shape=_pooled_series,
        flops=_pooling_flops,
        old_names=old_names,
    )


CEIL_MODE = p.flag(
    "ceil_mode",
    "whether a last window that reaches beyond the border is kept, as Caffe does, or left out",
)


def _image_pooling(name: str, doc: str, *old_names: str, more: tuple[Parameter, ...] = ()) -> Layer:
    return layer(
        name,
        doc=doc,
        takes=(Form.IMAGE,),
        parameters=(p.pool_size(2), p.pool_strides(2), p.image_padding(), CEIL_MODE, *more),
        shape=_pooled_image,
        flops=_pooling_flops,
        old_names=old_names,
    )


def _volume_pooling(name: str, doc: str, *old_names: str) -> Layer:
    return layer(
        name,
        doc=doc,
        takes=(Form.VOLUME,),
        parameters=(p.pool_size(3), p.pool_strides(3), p.padding()),
        shape=_pooled_volume,
        flops=_pooling_flops,
        old_names=old_names,
    )


def _global_series_pooling(name: str, doc: str, *old_names: str) -> Layer:
    return layer(
        name,
        doc=doc,
        takes=(Form.SERIES,),
        shape=lambda _arguments, given: (given[1],),
        flops=lambda _arguments, given, _output: elements(given),
        old_names=old_names,
    )


_KEPT = {
    Form.IMAGE: "whether height and width stay, as 1 and 1: `64x7x7` then gives `64x1x1`",
    Form.VOLUME: "whether depth, height and width stay, as 1, 1 and 1",
}


def _global_pooling(form: Form, name: str, doc: str, *old_names: str) -> Layer:
    return layer(
        name,
        doc=doc,
        takes=(form,),
        parameters=(p.flag("keepdims", _KEPT[form]),),
        shape=lambda arguments, given: (given[0], *(1 for _ in given[1:] if arguments["keepdims"])),
        flops=lambda _arguments, given, _output: elements(given),
        old_names=old_names,
    )


_BORDER = "Places that `padding = same` adds are left out, never counted as zeros."

OPERATORS = (
    _series_pooling(
        "MaxPooling1D",
        f"The largest number of each feature in each window of a series. {_BORDER}",
        "MaxPool1D",
        "TemporalMaxPooling",
    ),
    _image_pooling(
        "MaxPooling2D",
        "The largest number of each channel in each window of an image. Places that `padding` adds are never "
        "the largest.",
        "MaxPool2D",
        "SpatialMaxPooling",
    ),
    _volume_pooling(
        "MaxPooling3D",
        f"The largest number of each channel in each window of a volume. {_BORDER}",
        "MaxPool3D",
        "VolumetricMaxPooling",
    ),
    _series_pooling(
        "AveragePooling1D",
        f"The mean of each feature in each window of a series. {_BORDER}",
        "AvgPool1D",
    ),
    _image_pooling(
        "AveragePooling2D",
        "The mean of each channel in each window of an image. Places that `padding` adds are left out, or "
        "counted as zeros if `count_include_pad`.",
        "AvgPool2D",
        "SpatialAveragePooling",
        more=(
            p.flag(
                "count_include_pad",
                "whether places that `padding` adds are counted as zeros, as Caffe and PyTorch do",
            ),
        ),
    ),
    _volume_pooling(
        "AveragePooling3D",
        f"The mean of each channel in each window of a volume. {_BORDER}",
        "AvgPool3D",
        "VolumetricAveragePooling",
    ),
    _global_series_pooling(
        "GlobalMaxPooling1D", "The largest number of each feature of a series.", "GlobalMaxPool1D"
    ),
    _global_pooling(
        Form.IMAGE, "GlobalMaxPooling2D", "The largest number of each channel of an image.", "GlobalMaxPool2D"
    ),
    _global_pooling(
        Form.VOLUME,
        "GlobalMaxPooling3D",
        "The largest number of each channel of a volume.",
        "GlobalMaxPool3D",
    ),
    _global_series_pooling(
        "GlobalAveragePooling1D", "The mean of each feature of a series.", "GlobalAvgPool1D"
    ),
    _global_pooling(
        Form.IMAGE, "GlobalAveragePooling2D", "The mean of each channel of an image.", "GlobalAvgPool2D"
    ),
    _global_pooling(
        Form.VOLUME, "GlobalAveragePooling3D", "The mean of each channel of a volume.", "GlobalAvgPool3D"
    ),
)
