"""Detection: the boxes that a network finds in rows' pictures, told, drawn, and compared with known ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.average_precision import NOTHING, judged_boxes
from zoodsl.targets.bigdl.library.boxes import Detector, in_pixels
from zoodsl.targets.bigdl.library.checkpoints import write_whole
from zoodsl.targets.bigdl.library.drawing import with_boxes
from zoodsl.targets.bigdl.library.engine import quiet
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.films import Film
from zoodsl.targets.bigdl.library.image_rows import KEY
from zoodsl.targets.bigdl.library.runs import Replacing, Run

LOWEST = 0.01
"""Boxes that score above it count for average precision, which goes down to low scores whatever the threshold."""

MOST_TOLD = 6
"""Classes that are told of in a line; the table has all of them."""

SMALL_FILM = 2_000_000
"""Bytes of a gif up to which a report shows it."""

EDGES = ("x1", "y1", "x2", "y2")


@dataclass(frozen=True, kw_only=True)
class Detection:
    """What boxes are made of: a ``detector``, the names of its ``classes``, and the score above which they are told."""

    detector: Detector
    classes: Sequence[str]
    threshold: float


@dataclass(frozen=True)
class Drawing:
    """Into how many ``pictures`` boxes are drawn, evenly spread. Frames of a clip, ``fps`` a second, are all drawn, as a film."""

    pictures: int
    fps: float | None = None


def detect_boxes(
    run: Run,
    trained: PipelineModel,
    frame: DataFrame,
    detection: Detection,
    *,
    known: DataFrame | None = None,
    drawing: Drawing | None = None,
) -> None:
    """Finds boxes in the pictures of ``frame``, writes ``detections.csv``, draws them, and compares them with known ones.

    Spark's tasks turn what the network gives into boxes, and draw; only boxes, and drawn pictures one after the other, come to
    this process. Known boxes have ``image``, ``class``, ``x1``, ``y1``, ``x2``, ``y2``, in pixels.
    """
    run("phase", text="finding boxes")
    predictor: Any = trained.stages[0]
    pictures = predictor.features.checked(frame, "detected", run)
    image = predictor.features.expression()
    detector, classes, threshold = detection.detector, detection.classes, detection.threshold
    floor = threshold if known is None else min(threshold, LOWEST)
    times = [name for name in ("time",) if name in frame.columns]

    @F.udf("array<array<double>>")
    def boxes(outputs: list[float], height: int, width: int) -> list[list[float]]:
        found: list[list[float]] = in_pixels(detector(np.array(outputs), floor), height, width).tolist()
        return found

    with quiet():
        made = boxes("prediction", image["height"], image["width"]).alias("boxes")
        rows = trained.transform(pictures).select(KEY, *times, made).collect()
    rows.sort(key=lambda row: row[KEY])
    found = {row[KEY]: np.array(row["boxes"], float).reshape(-1, 6) for row in rows}
    told = {key: each[each[:, 1] > threshold] for key, each in found.items()}
    _write_boxes(run, told, {row[KEY]: row["time"] for row in rows} if times else {}, classes)
    metrics: dict[str, float] = {}
    table, lines = _summary(told, classes)
    theirs = {} if known is None else known_boxes(known, found, classes)
    if theirs:
        metrics, table = judged_boxes(found, theirs, classes, threshold)
        lines += _judgement(metrics, table, threshold)
    elif known is not None:
        lines.append("none of the known boxes is in one of the pictures: there is nothing to compare with")
    paths = (
        []
        if drawing is None
        else _draw(run, pictures.select(KEY, image.alias("image")), told, classes, drawing)
    )
    run.result("detect", title="boxes", lines=lines, metrics=metrics, table=table, pictures=paths)


def known_boxes(known: DataFrame, pictures: Container[str], classes: Sequence[str]) -> dict[str, Array]:
    """Known boxes by picture, for those of ``pictures`` that have some; a DataError where one is of another class."""
    places = {name: place for place, name in enumerate(classes)}
    boxes: dict[str, list[tuple[float, ...]]] = {}
    for row in known.select("image", F.col("class").cast("string").alias("class"), *EDGES).collect():
        if row["class"] not in places:
            raise DataError(f"a known box is of the class {row['class']}, which the detector has not")
        if row["image"] in pictures:
            box = (places[row["class"]], 1.0, *(float(row[edge]) for edge in EDGES))
            boxes.setdefault(row["image"], []).append(box)
    return {picture: np.array(each) for picture, each in boxes.items()}


def _write_boxes(run: Run, told: dict[str, Array], moments: dict[str, float], classes: Sequence[str]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["image", *(["time"] if moments else []), "class", "score", *EDGES])
    for key, boxes in told.items():
        for kind, score, *edges in boxes.tolist():
            moment = [round(moments[key], 3)] if moments else []
            numbers = [f"{score:.4f}", *(f"{edge:.1f}" for edge in edges)]
            table.writerow([key, *moment, classes[int(kind)], *numbers])
    write_whole(run.out / "detections.csv", text.getvalue())
    run("saved", path=str(run.out / "detections.csv"), what="boxes")


def _summary(told: dict[str, Array], classes: Sequence[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """How many boxes there are: a row for each class that there is, and lines."""
    every = np.concatenate([NOTHING, *told.values()])
    counts = np.bincount(every[:, 0].astype(int), minlength=len(classes))
    table: list[dict[str, Any]] = [
        {"class": name, "found": int(count)} for name, count in zip(classes, counts, strict=True) if count
    ]
    some = sum(len(boxes) > 0 for boxes in told.values())
    most = sorted(table, key=lambda row: -row["found"])
    kinds = ", ".join(f"{row['class']} {row['found']:,}" for row in most[:MOST_TOLD])
    kinds += ", ..." if len(most) > MOST_TOLD else ""
    line = f"{len(every):,} boxes in {some:,} of {len(told):,} pictures" + (f": {kinds}" if kinds else "")
    return table, [line]


def _judgement(metrics: dict[str, float], table: list[dict[str, Any]], threshold: float) -> list[str]:
    total = sum(row["known"] for row in table)
    half, several = metrics["mAP@0.5"], metrics["mAP@0.5:0.95"]
    found, right = f"{metrics['recall']:.0%}", f"{metrics['precision']:.0%}"
    return [
        f"mean average precision {half:.3f} at an overlap of 0.5, {several:.3f} over 0.5 to 0.95",
        f"above a score of {threshold:.0%}, {found} of {total:,} known boxes are found, and {right} of those told are right",
    ]


def _draw(
    run: Run, pictures: DataFrame, told: dict[str, Array], classes: Sequence[str], drawing: Drawing
) -> list[str]:
    """Draws boxes into pictures, and into a film; the paths of the pictures in the run's folder."""
    run("phase", text="drawing boxes")
    keys = list(told)
    places = np.linspace(0, len(keys) - 1, min(drawing.pictures, len(keys))).astype(int)
    some = file_names(dict.fromkeys(keys[place] for place in places))
    film: AbstractContextManager[Film | None] = (
        nullcontext() if drawing.fps is None else Film(run.out / "detections", drawing.fps)
    )
    paths: list[str] = []
    with Replacing(run.out / "detections") as folder, film as moving:
        wanted = pictures.where(F.col(KEY).isin(list(some))) if moving is None else pictures
        for key, picture in _painted(wanted, told, classes):
            if moving is not None:
                moving.add(picture)
            if key in some:
                picture.save(folder / some[key])
                paths.append(f"detections/{some[key]}")
    paths.sort()
    if moving is not None and moving.written:
        if moving.mp4 not in moving.written:
            run("phase", text=f"OpenCV cannot write {moving.mp4.name} here: there is {moving.gif.name} alone")
        for path in moving.written:
            run("saved", path=str(path), what="film")
        if moving.gif.stat().st_size <= SMALL_FILM:
            paths.append(moving.gif.name)
    return paths


def file_names(keys: Iterable[str]) -> dict[str, str]:
    """A name of a picture's file for each key, which has ``_`` for ``/``; where two would be alike, a number tells them apart.

    >>> file_names(["a/b", "a_b", "c"])
    {'a/b': 'a_b.png', 'a_b': 'a_b_2.png', 'c': 'c.png'}
    """
    names: dict[str, str] = {}
    for key in keys:
        plain = key.replace("/", "_")
        name, number = f"{plain}.png", 2
        while name in names.values():
            name, number = f"{plain}_{number}.png", number + 1
        names[key] = name
    return names


def _painted(
    pictures: DataFrame, told: dict[str, Array], classes: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    """The keys of the rows and their pictures with boxes, one after the other."""
    from PIL import Image

    boxes = pictures.sparkSession.sparkContext.broadcast(told)

    def painted(rows: Iterable[Any]) -> Iterator[tuple[str, bytes]]:
        for row in rows:
            image = row["image"]
            pixels = np.frombuffer(image["data"], np.uint8).reshape(image["height"], image["width"], -1)
            colours = np.broadcast_to(pixels[..., ::-1], (*pixels.shape[:2], 3))
            file = io.BytesIO()
            with_boxes(np.ascontiguousarray(colours), boxes.value.get(row[KEY], NOTHING), classes).save(
                file, "PNG", compress_level=1
            )
            yield row[KEY], file.getvalue()

    for key, data in pictures.rdd.mapPartitions(painted).toLocalIterator():
        with Image.open(io.BytesIO(data)) as picture:
            yield key, picture.convert("RGB")
