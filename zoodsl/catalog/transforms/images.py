"""What steps on images ask of what they are given."""

from __future__ import annotations

from zoodsl.catalog.operator import Mismatch
from zoodsl.types import DType, ImageType, TensorType, ValueType


def not_an_image(name: str, given: TensorType) -> Mismatch:
    """Why a step of this name cannot take a tensor."""
    return Mismatch(
        f"`{name}` works on images, but the feature is a tensor here ({given})",
        "numeric columns are scaled with `Normalize(mean = [...], std = [...])`",
    )


def pixels(name: str, given: ValueType) -> ImageType | Mismatch:
    """The image that a step takes which works on pixel values 0..255."""
    if not isinstance(given, ImageType):
        return not_an_image(name, given)
    if given.dtype is not DType.UINT8:
        return Mismatch(
            f"`{name}` works on pixel values 0..255, but they are {given.dtype.value} within "
            f"{given.low:.4g}..{given.high:.4g} here",
            f"put `{name}` before `ChannelNormalize`",
        )
    return given


def colours(name: str, given: ValueType) -> ImageType | Mismatch:
    """The image that a step takes which works on pixel values of three colours."""
    result = pixels(name, given)
    if isinstance(result, ImageType) and result.channels != 3:
        return Mismatch(
            f"`{name}` changes colours, but the image is grey here",
            f"leave `{name}` out, or read the images with `channels = 3`",
        )
    return result
