from __future__ import annotations

from typing import Any

import pytest

from zoodsl.targets.bigdl.library.image_rows import IMAGE, image_row

pytestmark = pytest.mark.spark


def test_an_image_that_is_too_small_for_a_crop_has_its_name(spark: Any) -> None:
    """BigDL's crops take what there is, and training fails on another shape: here the image is told."""
    from pyspark.sql.types import StructField, StructType

    from zoodsl.runtime.causes import causes
    from zoodsl.runtime.errors import explain
    from zoodsl.targets.bigdl.library.features import ImageColumn

    images = [image_row(f"{side}.png", side, 8, bytes(side * 8)) for side in (6, 4, 5)]
    frame = spark.createDataFrame(
        [(image,) for image in (*images, None)], StructType([StructField("image", IMAGE)])
    )
    kept = frame.select(ImageColumn("image", least=(4, 8)).expression().alias("fed")).collect()
    assert [row.fed and row.fed.height for row in kept] == [6, 4, 5, None]
    with pytest.raises(Exception, match="less than 5x8") as raised:
        frame.select(ImageColumn("image", least=(5, 8)).expression()).collect()
    told = explain(causes(raised.value), "")
    assert told.code.name == "ZOO716"
    assert "the image `4.png` is of 4x8" in told.message
    assert "AspectScale" in told.help
