"""Clips: which frames are taken, and what is told of those that cannot be read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog.values import Kind
from zoodsl.diagnostics.rules.data import (
    BAD_READER_ARGUMENT,
    CORRUPT_DATA,
    EMPTY_DATA,
    NO_SUCH_DATA,
    READER_PACKAGE_MISSING,
)
from zoodsl.diagnostics.rules.detection import CLIP_AT_AN_ADDRESS
from zoodsl.model.nodes import Certainty, RowCount
from zoodsl.sources import look
from zoodsl.sources.videos import Clip, taken
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.videos import clip_header, decoded_frames, frame_numbers
from zoodsl.types import DType, ImageType, Quantity, Unit

cv2 = pytest.importorskip("cv2")


def seconds(value: float) -> Quantity:
    return Quantity(value, Unit.SECOND)


@pytest.fixture(scope="session")
def clip(tmp_path_factory):
    """Four seconds of 10 frames each, 24 high and 32 wide, that get brighter from frame to frame."""
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (32, 24))
    for number in range(40):
        writer.write(np.full((24, 32, 3), 5 * number, np.uint8))
    writer.release()
    return path


@pytest.fixture
def folder(folder, clip):
    folder.write("clip.mp4", clip.read_bytes())
    return folder


def test_columns_and_rows(folder):
    seen = folder.look("Video", path="clip.mp4", fps=5.0)
    assert seen.rows == RowCount(count=20, certainty=Certainty.EXACT)
    image, origin, time = seen.columns
    assert image.type == ImageType(height=24, width=32, channels=3)
    assert (origin.name, origin.type) == ("origin", DType.STRING)
    assert (time.name, time.type) == ("time", DType.FLOAT64)


def test_a_stretch(folder):
    from zoodsl.sources.look import read

    reader = folder.reader("Video", path="clip.mp4", fps=2.0, start=seconds(1), end=seconds(2.6))
    rows = read(reader, str(folder.path), ())
    assert rows is not None
    assert rows["origin"] == [f"clip.mp4/{number:06}" for number in (10, 15, 20, 25)]
    assert rows["time"] == [1, 1.5, 2, 2.5]


@pytest.mark.parametrize(
    ("arguments", "parameter", "message"),
    [
        ({"fps": 25.0}, "fps", "the clip has 10 frames a second, not 25"),
        ({"start": seconds(4)}, "start", "the clip is 4.00 s long: nothing is left at 4 s"),
        ({"end": seconds(5)}, "end", "the clip is 4.00 s long, and ends before 5 s"),
        (
            {"start": seconds(2), "end": seconds(1)},
            "end",
            "nothing lies between the start at 2 s and the end at 1 s",
        ),
    ],
)
def test_times_that_are_not_in_the_clip(folder, arguments, parameter, message):
    problem = folder.problem("Video", path="clip.mp4", **arguments)
    assert (problem.code, problem.parameter, problem.message) == (BAD_READER_ARGUMENT, parameter, message)


def test_what_is_no_clip(folder, clip):
    folder.write("cut.mp4", clip.read_bytes()[:1000])
    folder.write("text.mp4", "no clip")
    folder.write("empty.mp4", "")
    assert folder.problem("Video", path="cut.mp4").code is CORRUPT_DATA
    assert folder.problem("Video", path="text.mp4").code is CORRUPT_DATA
    assert folder.problem("Video", path="empty.mp4").code is EMPTY_DATA
    assert folder.problem("Video", path="clip.mp5").code is NO_SUCH_DATA
    assert folder.problem("Video", path="hdfs://host/clip.mp4").code is CLIP_AT_AN_ADDRESS


def test_opencv_keeps_to_itself_what_it_thinks_of_a_broken_clip(folder, clip):
    folder.write("cut.mp4", clip.read_bytes()[:1000])
    look_at = (
        "from pathlib import Path; from zoodsl.sources.videos import opened; print(opened(Path('cut.mp4')))"
    )
    # OpenCV asks for its level of logging once in a process.
    ended = subprocess.run(
        [sys.executable, "-c", look_at], cwd=folder.path, capture_output=True, text=True, check=True
    )
    assert (ended.stdout, ended.stderr) == ("None\n", "")


def test_a_clip_whose_end_is_lost(folder):
    path = folder.path / "lost.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (32, 24))
    for number in range(40):
        writer.write(np.random.default_rng(number).integers(0, 255, (24, 32, 3), np.uint8))
    writer.release()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    problem = folder.problem("Video", path="lost.avi")
    assert problem.code is CORRUPT_DATA
    assert "of 40" in problem.message or "no clip" in problem.message


def test_without_opencv_there_is_a_sentence(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    problem = folder.problem("Video", path="clip.mp4")
    assert problem.code is READER_PACKAGE_MISSING
    assert "zoodsl[video]" in problem.help


@pytest.mark.law("programs take the frames of a clip that the check counts")
@given(
    frames=st.integers(1, 500),
    rate=st.sampled_from([10.0, 24.0, 25.0, 30000 / 1001]),
    fps=st.none() | st.floats(0.5, 10),
    start=st.floats(0, 5),
    length=st.floats(0.1, 10),
    ends=st.booleans(),
)
def test_programs_take_the_same_frames(frames, rate, fps, start, length, ends):
    end = start + length if ends else None
    arguments = {
        "fps": fps,
        "start": seconds(start),
        "end": None if end is None else Quantity(end, Unit.SECOND),
    }
    numbers = frame_numbers(frames, rate, fps, start, end)
    assert taken(arguments, Clip(frames, rate, 1, 1)) == numbers
    assert numbers == sorted(set(numbers))
    assert all(start * rate - 1 < number < frames for number in numbers)
    if end is not None:
        assert all(number < end * rate for number in numbers)


def test_all_frames_are_taken_without_fps():
    assert frame_numbers(frames=7, rate=30000 / 1001, fps=None, start=0.0, end=None) == [*range(7)]


def test_frames_are_what_reading_from_the_beginning_gives(clip):
    assert clip_header(clip) == (40, 10.0)
    every = dict(decoded_frames(clip, [*range(40)]))
    assert every[0].shape == (24, 32, 3)
    for first in (1, 13, 39):
        numbers = [*range(first, 40, 7)]
        found = dict(decoded_frames(clip, numbers))
        assert [*found] == numbers
        assert all((found[number] == every[number]).all() for number in numbers)
    brightness = [int(every[number].mean()) for number in range(40)]
    assert brightness == sorted(brightness)


def test_the_reader_is_bound_with_its_defaults(bound, clip):
    seen = look(bound(Kind.READER, "Video", path=clip.name), str(clip.parent))
    assert seen.rows.count == 40


@pytest.mark.parametrize("numbers", [[0, 1], [0, 99]])
def test_a_clip_is_let_go_of_however_reading_ends(
    clip: Path, monkeypatch: pytest.MonkeyPatch, numbers: list[int]
) -> None:
    """Left in the middle, as tasks are that end early, and at a frame that cannot be decoded."""
    released = []

    class Capture:
        def __init__(self, *_: object) -> None:
            self.at = 0

        def set(self, *_: object) -> None: ...

        def grab(self) -> bool:
            return False

        def read(self) -> tuple[bool, object]:
            self.at += 1
            return self.at < 2, object()

        def release(self) -> None:
            released.append(self.at)

    monkeypatch.setattr("cv2.VideoCapture", Capture)
    frames = decoded_frames(clip, numbers)
    next(frames)
    if numbers == [0, 1]:
        frames.close()  # type: ignore[attr-defined]
    else:
        with pytest.raises(DataError):
            next(frames)
    assert released
