"""Image steps as BigDL's, which work on OpenCV images: blue, green, red, and width before height in crops."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

from zoodsl.catalog.operator import Arguments
from zoodsl.model.nodes import PreprocessStep
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Attribute, Call, Expression, Listing, Name, Symbol, call
from zoodsl.types import ImageType, Quantity

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


def _pixel_normalize(a: Arguments) -> Call:
    # BigDL wants a number for each value of an image; the same for all pixels is its normalisation by channels.
    return image_step("ImageChannelNormalize", *_blue_green_red(a["mean"]))


def _aspect_scale(a: Arguments) -> Call:
    return image_step("ImageAspectScale", a["min_size"], a["multiple_of"], a["max_size"])


def _random_aspect_scale(a: Arguments) -> Call:
    return image_step("ImageRandomAspectScale", Listing(a["min_sizes"]), a["multiple_of"], a["max_size"])


def _fixed_crop(a: Arguments) -> Call:
    (left, right), (top, bottom) = a["x"], a["y"]
    shares = isinstance(left, Quantity)
    corners = (left, top, right, bottom)
    # Floats: BigDL finds no method for whole numbers.
    bounds = (bound.value / 100 if isinstance(bound, Quantity) else float(bound) for bound in corners)
    return image_step("ImageFixedCrop", *bounds, normalized=shares)


def _filler(a: Arguments) -> Call:
    (left, right), (top, bottom) = a["x"], a["y"]
    corners = (bound.value / 100 for bound in (left, top, right, bottom))
    return image_step("ImageFiller", *corners, a["value"])


def _expand(a: Arguments) -> Call:
    mean: tuple[int, ...] = a["mean"]
    red, green, blue = mean if len(mean) == 3 else mean * 3
    return image_step("ImageExpand", red, green, blue, *map(float, a["ratio"]))


def _contrast(a: Arguments) -> Call:
    # BigDL has no step of its own for contrast: it is what is left of a jitter without the others.
    low, high = a["factor"]
    return _jitter(contrast_prob=1.0, contrast_lower=float(low), contrast_upper=float(high))


def _jitter(**said: float) -> Call:
    never = {f"{name}_prob": 0.0 for name in ("brightness", "contrast", "hue", "saturation")}
    return image_step("ImageColorJitter", **(never | said))


def _color_jitter(a: Arguments) -> Call:
    low, high = a["contrast"]
    least, most = a["saturation"]
    return image_step(
        "ImageColorJitter",
        brightness_prob=a["brightness_probability"],
        brightness_delta=a["brightness"],
        contrast_prob=a["contrast_probability"],
        contrast_lower=low,
        contrast_upper=high,
        hue_prob=a["hue_probability"],
        hue_delta=a["hue"],
        saturation_prob=a["saturation_probability"],
        saturation_lower=least,
        saturation_upper=most,
        random_order_prob=a["order_probability"],
        shuffle=a["shuffle"],
    )


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
    "AspectScale": _aspect_scale,
    "RandomAspectScale": _random_aspect_scale,
    "FixedCrop": _fixed_crop,
    "Brightness": _range("ImageBrightness", "delta"),
    "Contrast": _contrast,
    "Hue": _range("ImageHue", "delta"),
    "Saturation": _range("ImageSaturation", "factor"),
    "ChannelOrder": lambda _: image_step("ImageChannelOrder"),
    "ColorJitter": _color_jitter,
    "Filler": _filler,
    "Expand": _expand,
    "ChannelNormalize": _channel_normalize,
    "PixelNormalize": _pixel_normalize,
    "RandomApply": _random_apply,
}
"""Steps from image to image, by the catalog's name."""


BESIDE = Attribute(call(Symbol("pathlib", "Path"), Name("__file__")), "with_name")
"""What gives the path of a file beside the program, from its name."""


def mean_images(steps: Iterable[PreprocessStep]) -> dict[str, bytes]:
    """The files of mean images that steps subtract, by the names that they have beside the program."""
    return dict(mean_image(step) for step in steps if isinstance(step.operation.arguments.get("mean"), str))


def mean_image(step: PreprocessStep) -> tuple[str, bytes]:
    """The name of a mean image beside the program, with a hash of the content, and the content."""
    operation = step.operation
    content = Path(operation.span.file.path).parent.joinpath(operation.arguments["mean"]).read_bytes()
    return f"mean-{sha256(content).hexdigest()[:12]}.npy", content


def image(step: PreprocessStep) -> Call:
    """The step's call, drawn with its probability."""
    name, arguments = step.operation.operator.name, step.operation.arguments
    if isinstance(arguments.get("mean"), str):
        made = image_step(
            "ImagePixelNormalize", call(helper("mean_pixels"), call(BESIDE, mean_image(step)[0]))
        )
    else:
        made = TRANSFORMS[name](arguments)
    return made if step.probability == 1 else image_step("ImageRandomPreprocessing", made, step.probability)


LEAST: dict[str, Callable[[Arguments], tuple[int, int]]] = {
    "CenterCrop": lambda a: a["size"],
    "RandomCrop": lambda a: (a["size"][0] + 1, a["size"][1] + 1),
    "FixedCrop": lambda a: (int(a["y"][1]), int(a["x"][1])),
}
"""The height and width that a crop needs, where it is given in pixels."""

RESIZING = {"Resize", "AspectScale", "RandomAspectScale", "FixedCrop", "Expand"}
"""Steps after which an image is of another size than the one that was read."""


def least_size(steps: tuple[PreprocessStep, ...]) -> tuple[int, int] | None:
    """What images that differ in size need for the first crop outside training; None where no crop takes them as read."""
    for step in steps:
        name, arguments = step.operation.operator.name, step.operation.arguments
        if step.training_only or not isinstance(step.input, ImageType):
            continue
        if step.input.height is not None:
            return None
        by_shares = name == "FixedCrop" and isinstance(arguments["x"][0], Quantity)
        if name in LEAST and not by_shares:
            return LEAST[name](arguments)
        if name in RESIZING:
            return None
    return None
