"""Images and labels in MNIST's IDX format."""

from __future__ import annotations

import gzip
import zlib
from math import prod

import numpy as np
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import LongType, StructField, StructType

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.image_rows import IMAGE, KEY, image_row
from zoodsl.targets.bigdl.library.paths import local_file


def read_idx(spark: SparkSession, root: str, images: str, labels: str) -> DataFrame:
    """The columns ``image`` (grey) and ``label`` of two IDX files, gzipped or not; a DataError if one is damaged."""
    pixels = idx_array(root, images, rank=3)
    classes = idx_array(root, labels, rank=1)
    if len(pixels) != len(classes):
        raise DataError(f"{images} holds {len(pixels):,} images, but {labels} holds {len(classes):,} labels")
    height, width = pixels.shape[1:]
    rows = [
        (index, image_row(f"{images}/{index}", height, width, image.tobytes()), int(label))
        for index, (image, label) in enumerate(zip(pixels, classes, strict=True))
    ]
    fields = [StructField(KEY, LongType()), StructField("image", IMAGE), StructField("label", LongType())]
    return spark.createDataFrame(rows, StructType(fields))


def idx_array(root: str, path: str, rank: int) -> Array:
    """The unsigned bytes of an IDX file with ``rank`` dimensions."""
    data = local_file(root, path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error):
            raise DataError(f"{path} is not a whole gzip file") from None
    head = 4 + 4 * rank
    if len(data) < head or data[:4] != bytes((0, 0, 8, rank)):
        kind = "images" if rank == 3 else "labels"
        raise DataError(f"{path} is not an IDX file of {kind}")
    shape = [int.from_bytes(data[at : at + 4], "big") for at in range(4, head, 4)]
    if len(data) != head + prod(shape):
        raise DataError(
            f"{path} is damaged: its header announces {head + prod(shape):,} bytes, and it holds {len(data):,}"
        )
    return np.frombuffer(data, np.uint8, offset=head).reshape(shape)
