"""Image steps as BigDL's, which work on OpenCV images: blue, green, red, and width before height in crops."""

from __future__ import annotations

from collections.abc import Callable

from zoodsl.catalog.operator import Arguments
from zoodsl.model.nodes import PreprocessStep
from zoodsl.targets.pyast import Call, Expression, Symbol, call

IMAGE = "bigdl.dllib.feature.image.imagePreprocessing"


def image_step(name: str, *arguments: Expression, **keywords: Expression) -> Call:
    """A call of BigDL's image step of this name."""
    return call(Symbol(IMAGE, name), *arguments, **keywords)


def _blue_green_red(values: tuple[float, ...]) -> tuple[float, ...]:
    """Three values for BigDL's three places, from one for all channels or three for red, green, blue."""
    red, green, blue = values if len(values) == 3 else values * 3
    return float(blue), float(green), float(red)


def _channel_normalize(a: Arguments) -> Call:
    return image_step("ImageChannelNormalize", *_blue_green_red(a["mean"]), *_blue_green_red(a["std"]))


def _range(name: str, parameter: str) -> Callable[[Arguments], Call]:
    # Floats: BigDL finds no method for whole numbers.
    return lambda a: image_step(name, *(float(bound) for bound in a[parameter]))


def _random_apply(a: Arguments) -> Call:
    inner = a["step"]
    return image_step(
        "ImageRandomPreprocessing", TRANSFORMS[inner.operator.name](inner.arguments), a["probability"]
    )


TRANSFORMS: dict[str, Callable[[Arguments], Call]] = {
    "Resize": lambda a: image_step("ImageResize", *a["size"]),
    "CenterCrop": lambda a: image_step("ImageCenterCrop", *reversed(a["size"])),
    "RandomCrop": lambda a: image_step("ImageRandomCrop", *reversed(a["size"])),
    "HFlip": lambda _: image_step("ImageHFlip"),
    "Brightness": _range("ImageBrightness", "delta"),
    "Hue": _range("ImageHue", "delta"),
    "Saturation": _range("ImageSaturation", "factor"),
    "ChannelNormalize": _channel_normalize,
    "RandomApply": _random_apply,
}
"""Steps from image to image, by the catalog's name."""


def image(step: PreprocessStep) -> Call:
    """The step's call, drawn with its probability."""
    made = TRANSFORMS[step.operation.operator.name](step.operation.arguments)
    return made if step.probability == 1 else image_step("ImageRandomPreprocessing", made, step.probability)
