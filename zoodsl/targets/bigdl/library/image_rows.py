"""Images as Spark holds them: a struct of origin, height, width, channels, mode and bytes (BGR)."""

from __future__ import annotations

from pyspark.sql.types import BinaryType, IntegerType, StringType, StructField, StructType

IMAGE = StructType(
    [
        StructField("origin", StringType()),
        StructField("height", IntegerType()),
        StructField("width", IntegerType()),
        StructField("nChannels", IntegerType()),
        StructField("mode", IntegerType()),
        StructField("data", BinaryType()),
    ]
)
"""The type of a column of images."""

KEY = "_key"
"""The column that splits go by: the row's number from 0 in the file's order, or the image's origin."""

ImageRow = tuple[str, int, int, int, int, bytearray]


def image_row(origin: str, height: int, width: int, pixels: bytes) -> ImageRow:
    """An image of unsigned bytes, row by row; the number of channels (1, or 3 as BGR) follows from the size."""
    channels = len(pixels) // (height * width)
    return origin, height, width, channels, 8 * (channels - 1), bytearray(pixels)
