"""Clips, by OpenCV: which frames a reader takes, and how large they are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from zoodsl.catalog.operator import Arguments, ColumnType
from zoodsl.diagnostics.rules.data import BAD_READER_ARGUMENT, CORRUPT_DATA, READER_PACKAGE_MISSING
from zoodsl.diagnostics.rules.detection import CLIP_AT_AN_ADDRESS
from zoodsl.model.nodes import Certainty, RowCount
from zoodsl.sources.findings import Look, Problem
from zoodsl.sources.paths import file_problem, is_address
from zoodsl.sources.terms import Values
from zoodsl.types import DType, ImageType, Quantity

SLACK = 1e-5
"""Of a frame: so much less than a whole number of frames is that number."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What a clip's header says: frames, frames a second, and their size in pixels as the first one has it."""

    frames: int
    rate: float
    height: int
    width: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.frames / self.rate


def look(arguments: Arguments, root: str) -> Look | Problem:
    """The number of frames that are taken, and their size; the first and the last of them are decoded."""
    path: str = arguments["path"]
    if is_address(path):
        return Problem(
            CLIP_AT_AN_ADDRESS,
            f"`{path}` is an address, and OpenCV reads clips from files",
            "copy it to a folder that every machine of the cluster sees under the same path",
            "path",
        )
    problem = file_problem(root, path, "path")
    if problem is not None:
        return problem
    try:
        clip = opened(Path(root, path))
    except ModuleNotFoundError:
        return Problem(
            READER_PACKAGE_MISSING,
            "clips are read by OpenCV, which is not installed",
            "install it: `pip install 'zoodsl[video]'`",
        )
    if clip is None:
        return Problem(
            CORRUPT_DATA,
            f"`{path}` is no clip that can be read",
            "`ffmpeg -i FILE copy.mp4` repairs some; a download may have been broken off",
            "path",
        )
    problem = _bounds_problem(arguments, clip)
    if problem is not None:
        return problem
    numbers = taken(arguments, clip)
    broken = next((n for n in (numbers[0], numbers[-1]) if not _decodes(Path(root, path), n)), None)
    if broken is not None:
        return Problem(
            CORRUPT_DATA,
            f"`{path}` cannot be decoded at {broken / clip.rate:.2f} s, frame {broken:,} of {clip.frames:,}",
            "`end` and `start` leave out what is broken",
            "path",
        )
    return Look(
        columns=(
            ColumnType("image", ImageType(height=clip.height, width=clip.width, channels=3)),
            ColumnType("origin", DType.STRING),
            ColumnType("time", DType.FLOAT64),
        ),
        rows=RowCount(count=len(numbers), certainty=Certainty.EXACT),
    )


def read(arguments: Arguments, root: str) -> Mapping[str, Values] | None:
    """The columns ``origin``, which is the key too, and ``time``."""
    path: str = arguments["path"]
    try:
        clip = None if is_address(path) else opened(Path(root, path))
    except ModuleNotFoundError:
        return None
    if clip is None or _bounds_problem(arguments, clip) is not None:
        return None
    numbers = taken(arguments, clip)
    names = [f"{PurePosixPath(path).name}/{number:06}" for number in numbers]
    return {"_key": names, "origin": names, "time": [number / clip.rate for number in numbers]}


def opened(file: Path) -> Clip | None:
    """The header of a clip; None if it is none. Raises ModuleNotFoundError without OpenCV."""
    capture = _capture(file)
    frames, rate = int(capture.get(_cv2().CAP_PROP_FRAME_COUNT)), capture.get(_cv2().CAP_PROP_FPS)
    good, image = capture.read()
    capture.release()
    if not good or frames < 1 or rate <= 0:
        return None
    return Clip(frames, rate, image.shape[0], image.shape[1])


def taken(arguments: Arguments, clip: Clip) -> list[int]:
    """The numbers of the frames that are taken, from 0: at each time the frame that is shown then."""
    start, end = _seconds(arguments["start"]) or 0.0, _seconds(arguments["end"]) or clip.seconds
    fps = arguments["fps"] or clip.rate
    wanted = range(int((end - start) * fps + 1 - SLACK))
    numbers = (int((start + each / fps) * clip.rate + SLACK) for each in wanted)
    return [number for number in numbers if number < clip.frames]


def frame_rate(arguments: Arguments, root: str) -> float | None:
    """How many frames a second are taken; None where the clip cannot be looked at."""
    fps: float | None = arguments["fps"]
    if fps is not None:
        return fps
    clip = opened(Path(root, arguments["path"]))
    return None if clip is None else clip.rate


def _bounds_problem(arguments: Arguments, clip: Clip) -> Problem | None:
    """Why the times that are asked for are not in the clip; None where they are."""
    start, end = _seconds(arguments["start"]) or 0.0, _seconds(arguments["end"])
    fps = arguments["fps"]
    length = f"the clip is {clip.seconds:.2f} s long"
    if fps is not None and fps > clip.rate + SLACK:
        message, help_ = (
            f"the clip has {clip.rate:g} frames a second, not {fps:g}",
            f"write `fps = {clip.rate:g}` or less, or leave it out for all frames",
        )
        return Problem(BAD_READER_ARGUMENT, message, help_, "fps")
    if end is not None and end > clip.seconds + 1 / clip.rate:
        message, help_ = f"{length}, and ends before {end:g} s", "leave `end` out to read to its end"
        return Problem(BAD_READER_ARGUMENT, message, help_, "end")
    if start >= clip.seconds:
        return Problem(BAD_READER_ARGUMENT, f"{length}: nothing is left at {start:g} s", "", "start")
    if end is not None and end <= start:
        message = f"nothing lies between the start at {start:g} s and the end at {end:g} s"
        return Problem(BAD_READER_ARGUMENT, message, "the end comes after the start", "end")
    return None


def _seconds(time: Quantity | None) -> float | None:
    return None if time is None else time.base


def _decodes(file: Path, number: int) -> bool:
    capture = _capture(file)
    capture.set(_cv2().CAP_PROP_POS_FRAMES, number)
    good = bool(capture.grab())
    capture.release()
    return good


def _capture(file: Path) -> Any:
    cv2 = _cv2()
    return cv2.VideoCapture(str(file), cv2.CAP_FFMPEG)


def _cv2() -> Any:
    """OpenCV, which keeps to itself what it thinks of broken clips."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2
