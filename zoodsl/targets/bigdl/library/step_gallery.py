"""A gallery: what BigDL's steps make of the first images, all lines of it in one job over the cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from bigdl.dllib.feature.image.imagePreprocessing import ImageBytesToMat
from bigdl.dllib.feature.image.imageset import ImageSet
from bigdl.dllib.utils.common import JTensor
from bigdl.dllib.utils.file_utils import callZooFunc
from pyspark import SparkContext
from pyspark.sql import DataFrame

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.engine import java_object, quiet, start_engine
from zoodsl.targets.bigdl.library.image_rows import KEY
from zoodsl.targets.bigdl.library.runs import Replacing, Run
from zoodsl.targets.bigdl.library.step_pictures import GalleryLine, StepPicture, write_pictures

PARTITIONS = 2
"""Into how many parts the images of a line are divided."""


def show_gallery(
    run: Run,
    frame: DataFrame,
    column: str,
    lines: Callable[[], Sequence[GalleryLine]],
    *,
    rows: int,
) -> None:
    """Shows what each line makes of the images in the first rows by their key.

    Args:
        run: what keeps the pictures, in the folder ``gallery``, and is told.
        frame: rows with images.
        column: the column of images.
        lines: makes the lines.
        rows: how many images are shown.
    """
    run("phase", text="showing what steps make of images")
    start_engine(frame.sparkSession)
    first = frame.where(frame[column].isNotNull()).orderBy(KEY).limit(rows).select(KEY, column).collect()
    images = [_pixels(row[1]) for row in first]
    with quiet():
        made = lines()
    pictures = [
        StepPicture(number, 0, 1, "as it is read", image[..., ::-1]) for number, image in enumerate(images, 1)
    ]
    pictures += shown(frame.sparkSession.sparkContext, images, made)
    with Replacing(run.out / "gallery") as folder:
        told = write_pictures(folder, "gallery", pictures)
    run.result(
        "gallery",
        title="what steps make of images",
        lines=[f"{len(told):,} pictures in gallery/"],
        table=[
            {"step": each["text"], "height": each["height"], "width": each["width"], "values": each["note"]}
            for each in told
            if each["row"] == each["draw"] == 1
        ],
        details={"images": [str(row[0]) for row in first], "shown": told},
    )


def shown(
    context: SparkContext, images: Sequence[Array], lines: Sequence[GalleryLine]
) -> Iterator[StepPicture]:
    """What the lines make of images of bytes, grey or in BGR: line by line, and of each image all its draws."""
    if not lines:
        return
    with quiet():
        results = context.union([_transformed(context, images, line) for line in lines]).collect()
    left = iter(results)
    for number, line in enumerate(lines, 1):
        for row in range(1, len(images) + 1):
            for draw in range(1, line.draws + 1):
                pixels = next(left).to_ndarray()
                yield StepPicture(row, number, draw, line.text, pixels[..., ::-1], line.scaled)


def _transformed(context: SparkContext, images: Sequence[Array], line: GalleryLine) -> Any:
    """The images after the line's steps, in the order of images and draws, as an RDD of BigDL's arrays.

    What is parallelised is Java's already: through Python's workers, as ``ImageSet.from_rdds`` goes, a line takes seconds.
    """
    copies = [JTensor.from_ndarray(image) for image in images for _ in range(line.draws)]
    divided = context._jsc.parallelize(java_object(copies), PARTITIONS)  # noqa: SLF001
    # BigDL makes float images of arrays, in which no step stays within 0..255; as files of theirs they are bytes again.
    result = ImageSet(callZooFunc("float", "createDistributedImageSet", divided, None))
    for step in (ImageBytesToMat(image_codec=-1), *line.steps):
        result = result.transform(step)
    return callZooFunc("float", "distributedImageSetToImageTensorRdd", result.value, "floats", False)  # noqa: FBT003 - Java knows no names


def _pixels(image: Any) -> Array:
    """A row's image as Spark holds it, as height x width x channels."""
    return np.frombuffer(bytes(image["data"]), np.uint8).reshape(image["height"], image["width"], -1)
