"""The type of what flows through a preprocessing chain: an image or a tensor, with its value range."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from zoodsl.types.shape import Shape, show


class DType(Enum):
    """Element types."""

    UINT8 = "uint8"
    INT32 = "int32"
    INT64 = "int64"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    STRING = "string"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageType:
    """An image of ``channels`` planes. ``height`` and ``width`` are None where images differ in size.

    ``sizes`` are heights and widths that are known to occur then; where a step draws the size, the smallest ones.
    ``low`` and ``high`` bound the pixel values. Colours are RGB in the language, whatever order a
    target uses.
    """

    height: int | None
    width: int | None
    channels: int
    dtype: DType = DType.UINT8
    low: float = 0.0
    high: float = 255.0
    sizes: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        size = f"{self.height or '?'}x{self.width or '?'}"
        colour = {1: "grey", 3: "RGB"}.get(self.channels, f"{self.channels} channels")
        return f"{size} {colour} {self.dtype.value} {self.low:g}..{self.high:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorType:
    """A dense tensor of one record. ``low`` and ``high`` are infinite where nothing bounds the values."""

    shape: Shape
    dtype: DType = DType.FLOAT32
    low: float = float("-inf")
    high: float = float("inf")

    def __str__(self) -> str:
        return f"{show(self.shape)} {self.dtype.value} {self.low:.4g}..{self.high:.4g}"


ValueType = ImageType | TensorType
