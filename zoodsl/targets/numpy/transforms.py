"""Preprocessing steps in NumPy, on images of height x width x channels in RGB, or vectors.

They compute as OpenCV does, in its fixed-point numbers: to the last bit on uint8, but for Hue and Saturation.
There OpenCV rounds or cuts off by the width of the processor's vectors, and differs from this by at most 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from zoodsl.catalog.operator import Arguments, Transform
from zoodsl.catalog.transforms.sizes import aspect_scaled, cut, expanded, filled
from zoodsl.model.nodes import Operation
from zoodsl.targets.arrays import Array

Draw = np.random.Generator
"""Where random steps draw from."""

Step = Callable[[Arguments, Array, Draw], Array]
"""What a step does, by its bound arguments, to an image or a vector."""


def transform(step: Operation[Transform], value: Array, draw: Draw) -> Array:
    """``value`` after the step. Files that it names are below the folder of the spec that it stands in."""
    arguments = step.arguments
    if isinstance(arguments.get("mean"), str):
        arguments = {**arguments, "mean": np.load(file_of(step, arguments["mean"]))}
    return TRANSFORMS[step.operator.name](arguments, value, draw)


def file_of(step: Operation[Transform], path: str) -> Path:
    """The file that an argument of a step names."""
    return Path(step.span.file.path).parent / path


def to_tensor(image: Array) -> Array:
    """The end of every image chain: channels x height x width, float32."""
    return np.ascontiguousarray(image.transpose(2, 0, 1), dtype=np.float32)


def _taps(size: int, wanted: int) -> tuple[Array, Array]:
    """For each of ``wanted`` pixels of a line, the first of its two neighbours, and the weight of the second.

    Pixel centres are halves, so that a pixel comes from (index + 0.5) * size / wanted - 0.5 of ``size``. The
    first neighbour may be -1, and the second ``size``: past the edge.
    """
    centres = ((np.arange(wanted) + 0.5) * (size / wanted) - 0.5).astype(np.float32)
    first = np.floor(centres).astype(np.int64)
    return first, centres - first.astype(np.float32)


def resize(image: Array, height: int, width: int) -> Array:
    """Linear interpolation as OpenCV's INTER_LINEAR, whose weights for uint8 are of 11 bits."""
    left, across = _taps(image.shape[1], width)
    above, down = _taps(image.shape[0], height)
    # Past the edge, OpenCV drops a weight along a line, but mixes the edge line with itself: rounding tells.
    across[(left < 0) | (left >= image.shape[1] - 1)] = 0
    left, right = (np.clip(left + step, 0, image.shape[1] - 1) for step in (0, 1))
    upper, lower = (np.clip(above + step, 0, image.shape[0] - 1) for step in (0, 1))
    if image.dtype != np.uint8:
        x, y = across[None, :, None], down[:, None, None]
        rows = image[:, left] * (1 - x) + image[:, right] * x
        return (rows[upper] * (1 - y) + rows[lower] * y).astype(np.float32)
    if image.shape[:2] == (2 * height, 2 * width):
        # OpenCV halves by the mean of four pixels, rounded up.
        fours = image.astype(np.int32).reshape(height, 2, width, 2, -1).sum(axis=(1, 3))
        return ((fours + 2) >> 2).astype(np.uint8)
    x0, x1, y0, y1 = (
        np.rint(weights * 2048).astype(np.int64) for weights in (1 - across, across, 1 - down, down)
    )
    pixels = image.astype(np.int64)
    rows = (pixels[:, left] * x0[None, :, None] + pixels[:, right] * x1[None, :, None]) >> 4
    mixed = ((rows[upper] * y0[:, None, None]) >> 16) + ((rows[lower] * y1[:, None, None]) >> 16)
    return ((mixed + 2) >> 2).astype(np.uint8)


def _saturate(pixels: Array) -> Array:
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def to_hsv(image: Array) -> Array:
    """RGB to hue (0..179, in steps of two degrees), saturation and value, all uint8, as OpenCV's RGB2HSV."""
    red, green, blue = (image[..., channel].astype(np.int64) for channel in range(3))
    value = image.max(axis=-1).astype(np.int64)
    spread = value - image.min(axis=-1)
    saturation = (spread * np.rint((255 << 12) / np.maximum(value, 1)).astype(np.int64) + 2048) >> 12
    sixths = np.select(
        [value == red, value == green], [green - blue, blue - red + 2 * spread], red - green + 4 * spread
    )
    hue = (sixths * np.rint((180 << 12) / (6 * np.maximum(spread, 1))).astype(np.int64) + 2048) >> 12
    return np.stack([np.where(hue < 0, hue + 180, hue), saturation, value], axis=-1).astype(np.uint8)


def to_rgb(hsv: Array) -> Array:
    """The inverse of ``to_hsv``; hues past 179 go round again."""
    scales = np.array([6 / 180, 1 / 255, 1 / 255], np.float32)
    hue, saturation, value = (hsv[..., channel] * scales[channel] for channel in range(3))
    sector = np.floor(hue)
    part = hue - sector
    levels = np.stack(
        [
            value,
            value * (1 - saturation),
            value * (1 - saturation * part),
            value * (1 - saturation * (1 - part)),
        ],
        axis=-1,
    )
    # For each sixth of the circle, which level red, green and blue have.
    order = np.array([[0, 3, 1], [2, 0, 1], [1, 0, 3], [1, 2, 0], [3, 1, 0], [0, 1, 2]])
    return _saturate(np.take_along_axis(levels, order[sector.astype(np.int64) % 6], axis=-1) * 255)


def _resize(arguments: Arguments, image: Array, _draw: Draw) -> Array:
    return resize(image, *arguments["size"])


def _crop(image: Array, size: tuple[int, int], top: int, left: int) -> Array:
    return image[top : top + size[0], left : left + size[1]]


def _center_crop(arguments: Arguments, image: Array, _draw: Draw) -> Array:
    height, width = arguments["size"]
    return _crop(image, (height, width), (image.shape[0] - height) // 2, (image.shape[1] - width) // 2)


def _random_crop(arguments: Arguments, image: Array, draw: Draw) -> Array:
    height, width = arguments["size"]
    # Analytics Zoo rounds a draw above zero up, and never begins with the first row or column.
    top = int(draw.integers(1, image.shape[0] - height, endpoint=True))
    left = int(draw.integers(1, image.shape[1] - width, endpoint=True))
    return _crop(image, (height, width), top, left)


def _aspect_scale(arguments: Arguments, image: Array, _draw: Draw) -> Array:
    return _scaled(image, arguments["min_size"], arguments)


def _random_aspect_scale(arguments: Arguments, image: Array, draw: Draw) -> Array:
    return _scaled(image, int(draw.choice(arguments["min_sizes"])), arguments)


def _scaled(image: Array, shorter: int, arguments: Arguments) -> Array:
    height, width = image.shape[:2]
    return resize(
        image, *aspect_scaled((height, width), shorter, arguments["max_size"], arguments["multiple_of"])
    )


def _fixed_crop(arguments: Arguments, image: Array, _draw: Draw) -> Array:
    left, width = cut(image.shape[1], arguments["x"])
    top, height = cut(image.shape[0], arguments["y"])
    return _crop(image, (height, width), top, left)


def _filler(arguments: Arguments, image: Array, _draw: Draw) -> Array:
    (top, bottom), (left, right) = (
        filled(image.shape[0], arguments["y"]),
        filled(image.shape[1], arguments["x"]),
    )
    painted = image.copy()
    painted[top:bottom, left:right] = arguments["value"]
    return painted


def _expand(arguments: Arguments, image: Array, draw: Draw) -> Array:
    low, high = arguments["ratio"]
    if abs(high - 1) < 0.01:
        return image
    height, width = image.shape[:2]
    larger = expanded((height, width), draw.uniform(low, high))
    canvas = np.empty((*larger, image.shape[2]), image.dtype)
    canvas[:] = arguments["mean"]
    top, left = (
        int(draw.uniform(0, whole - part)) for whole, part in zip(larger, (height, width), strict=True)
    )
    canvas[top : top + height, left : left + width] = image
    return canvas


def _brightness(arguments: Arguments, image: Array, draw: Draw) -> Array:
    return _saturate(image + draw.uniform(*arguments["delta"]))


def _contrast(arguments: Arguments, image: Array, draw: Draw) -> Array:
    factor = draw.uniform(*arguments["factor"])
    return _saturate(image * factor) if abs(factor - 1) > 0.001 else image


def _channel_order(_arguments: Arguments, image: Array, draw: Draw) -> Array:
    return image[..., draw.permutation(image.shape[2])]


def _color_jitter(arguments: Arguments, image: Array, draw: Draw) -> Array:
    most = {name: arguments[name] for name in ("brightness", "hue")}
    steps: dict[str, tuple[Step, Arguments]] = {
        "brightness": (_brightness, {"delta": (-most["brightness"], most["brightness"])}),
        "contrast": (_contrast, {"factor": arguments["contrast"]}),
        "saturation": (_saturation, {"factor": arguments["saturation"]}),
        "hue": (_hue, {"delta": (-most["hue"], most["hue"])}),
        "order": (_channel_order, {}),
    }
    if arguments["shuffle"]:
        order = [str(name) for name in draw.permutation(list(steps))]
    elif draw.random() > 0.5:
        order = list(steps)
    else:
        order = ["brightness", "saturation", "hue", "contrast", "order"]
    for name in order:
        if draw.random() < arguments[f"{name}_probability"]:
            step, given = steps[name]
            image = step(given, image, draw)
    return image


def _hue(arguments: Arguments, image: Array, draw: Draw) -> Array:
    hsv = to_hsv(image)
    hsv[..., 0] = _saturate(hsv[..., 0] + draw.uniform(*arguments["delta"]))
    return to_rgb(hsv)


def _saturation(arguments: Arguments, image: Array, draw: Draw) -> Array:
    hsv = to_hsv(image)
    hsv[..., 1] = _saturate(hsv[..., 1] * draw.uniform(*arguments["factor"]))
    return to_rgb(hsv)


def _normalize(arguments: Arguments, value: Array, _draw: Draw) -> Array:
    return (
        (value - np.array(arguments["mean"], np.float32)) / np.array(arguments["std"], np.float32)
    ).astype(np.float32)


def _pixel_normalize(arguments: Arguments, image: Array, _draw: Draw) -> Array:
    return image.astype(np.float32) - np.array(arguments["mean"], np.float32)


def _random_apply(arguments: Arguments, value: Array, draw: Draw) -> Array:
    return transform(arguments["step"], value, draw) if draw.random() < arguments["probability"] else value


TRANSFORMS: Mapping[str, Step] = {
    "Resize": _resize,
    "AspectScale": _aspect_scale,
    "RandomAspectScale": _random_aspect_scale,
    "CenterCrop": _center_crop,
    "RandomCrop": _random_crop,
    "FixedCrop": _fixed_crop,
    "HFlip": lambda _arguments, image, _draw: image[:, ::-1],
    "Brightness": _brightness,
    "Contrast": _contrast,
    "Hue": _hue,
    "Saturation": _saturation,
    "ChannelOrder": _channel_order,
    "ColorJitter": _color_jitter,
    "Filler": _filler,
    "Expand": _expand,
    "ChannelNormalize": _normalize,
    "PixelNormalize": _pixel_normalize,
    "Normalize": _normalize,
    "RandomApply": _random_apply,
}
"""Each step of the catalog by name."""
