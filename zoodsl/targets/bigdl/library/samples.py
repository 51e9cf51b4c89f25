"""The small data sets that come with scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import DoubleType, LongType, StructField, StructType

from zoodsl.targets.bigdl.library.image_rows import IMAGE, KEY, image_row


def read_sample(spark: SparkSession, name: str) -> DataFrame:
    """``digits``: 8x8 grey images (``image``, ``label``), their 0..16 scaled to 0..255; else a table by its name.

    Tables (``iris``, ``wine``, ``breast_cancer``, ``diabetes``) have their features' names and ``target``.
    """
    import sklearn.datasets

    data: Any = getattr(sklearn.datasets, f"load_{name}")()
    if name == "digits":
        pixels = np.floor(data.images * 255 / 16 + 0.5).astype(np.uint8)
        images = [
            (index, image_row(f"digits/{index}", 8, 8, image.tobytes()), int(label))
            for index, (image, label) in enumerate(zip(pixels, data.target, strict=True))
        ]
        fields = [StructField(KEY, LongType()), StructField("image", IMAGE), StructField("label", LongType())]
        return spark.createDataFrame(images, StructType(fields))
    whole = np.issubdtype(data.target.dtype, np.integer)
    rows = [
        (index, *map(float, features), int(target) if whole else float(target))
        for index, (features, target) in enumerate(zip(data.data, data.target, strict=True))
    ]
    schema = [
        StructField(KEY, LongType()),
        *(StructField(str(feature), DoubleType()) for feature in data.feature_names),
        StructField("target", LongType() if whole else DoubleType()),
    ]
    return spark.createDataFrame(rows, StructType(schema))
