"""Frames of a clip, decoded by OpenCV in tasks that take a stretch of it each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import DoubleType, StringType, StructField, StructType

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.image_rows import IMAGE, KEY, ImageRow, image_row
from zoodsl.targets.bigdl.library.paths import local_file

STRETCH = 32
"""Frames that a task decodes: no more than so many have to be in memory at once."""

FRAME_SLACK = 1e-5
"""Of a frame: so much less than a whole number of frames is that number."""


def read_video(
    spark: SparkSession,
    root: str,
    path: str,
    *,
    fps: float | None = None,
    start: float = 0.0,
    end: float | None = None,
) -> DataFrame:
    """The frames of a clip in order: ``image`` (BGR), ``origin`` (``clip.mp4/000012`` is the thirteenth frame) and ``time``.

    Args:
        spark: the session.
        root: the folder at which a relative ``path`` starts.
        path: a file that every machine of the cluster sees.
        fps: how many frames of each second are taken; all without it.
        start: the time of the first one, in seconds.
        end: the time that no frame reaches, in seconds; the clip's end without it.
    """
    file = local_file(root, path)
    frames, rate = clip_header(file)
    numbers = frame_numbers(frames, rate, fps, start, end)
    stretches = [numbers[at : at + STRETCH] for at in range(0, len(numbers), STRETCH)]
    fields = [
        StructField(KEY, StringType()),
        StructField("image", IMAGE),
        StructField("origin", StringType()),
        StructField("time", DoubleType()),
    ]

    def rows(wanted: list[int]) -> Iterator[tuple[str, ImageRow, str, float]]:
        for number, pixels in decoded_frames(file, wanted):
            origin = f"{file.name}/{number:06}"
            image = image_row(origin, pixels.shape[0], pixels.shape[1], pixels.tobytes())
            yield origin, image, origin, number / rate

    found = spark.sparkContext.parallelize(stretches, max(len(stretches), 1)).flatMap(rows)
    return spark.createDataFrame(found, StructType(fields))


def frame_numbers(frames: int, rate: float, fps: float | None, start: float, end: float | None) -> list[int]:
    """The numbers, from 0, of the frames that are shown ``fps`` times a second from ``start`` to ``end``.

    >>> frame_numbers(frames=100, rate=25.0, fps=5, start=3.0, end=None)
    [75, 80, 85, 90, 95]
    """
    each = fps or rate
    wanted = range(int(((end or frames / rate) - start) * each + 1 - FRAME_SLACK))
    numbers = (int((start + place / each) * rate + FRAME_SLACK) for place in wanted)
    return [number for number in numbers if number < frames]


def clip_header(file: Path) -> tuple[int, float]:
    """How many frames a clip has, and how many of them a second; a DataError where it is none."""
    import cv2

    capture = cv2.VideoCapture(str(file), cv2.CAP_FFMPEG)
    frames, rate = int(capture.get(cv2.CAP_PROP_FRAME_COUNT)), float(capture.get(cv2.CAP_PROP_FPS))
    capture.release()
    if frames < 1 or rate <= 0:
        raise DataError(f"{file} is no clip that can be read")
    return frames, rate


def decoded_frames(file: Path, numbers: list[int]) -> Iterator[tuple[int, Any]]:
    """The frames of these rising numbers, height x width x 3 in BGR; a DataError where one cannot be decoded."""
    import cv2

    capture = cv2.VideoCapture(str(file), cv2.CAP_FFMPEG)
    try:
        capture.set(cv2.CAP_PROP_POS_FRAMES, numbers[0])
        at = numbers[0]
        for number in numbers:
            while at < number and capture.grab():
                at += 1
            good, pixels = capture.read()
            at += 1
            if not good:
                raise DataError(f"frame {number} of {file} cannot be decoded")
            yield number, pixels
    finally:
        capture.release()
