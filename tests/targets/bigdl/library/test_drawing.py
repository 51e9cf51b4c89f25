"""Boxes in pictures: words stand where nothing hides them, and films have every picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from zoodsl.targets.bigdl.library.drawing import WIDE, Rectangle, free_place, meets, with_boxes
from zoodsl.targets.bigdl.library.films import GIF_FRAMES, GIF_WIDE, Film

GREY = np.full((120, 160, 3), 90, np.uint8)


def test_small_pictures_are_enlarged_by_a_whole_number() -> None:
    assert with_boxes(GREY, np.zeros((0, 6)), ["cat"]).size == (3 * 160, 3 * 120)
    wide = np.zeros((20, WIDE, 3), np.uint8)
    assert with_boxes(wide, np.zeros((0, 6)), ["cat"]).size == (WIDE, 20)


def test_lines_lie_along_the_box() -> None:
    box = np.array([(0, 0.9, 40, 50, 90, 100)])
    drawn = np.asarray(with_boxes(GREY, box, ["cat"])).astype(int)
    changed = np.argwhere((drawn != 90).any(axis=2) & (np.arange(360)[:, None] >= 150))
    assert changed.min(axis=0).tolist() == [150, 120]
    assert changed.max(axis=0).tolist() == [300, 270]
    assert (drawn[160:290, 140:260] == 90).all()


def test_light_and_dark_are_apart_without_colours() -> None:
    boxes = np.array([(kind, 0.9, 10, 40, 60, 90) for kind in range(8)])
    for box in boxes:
        grey = np.asarray(with_boxes(GREY, box[None], ["x"] * 8).convert("L")).astype(int)
        line = grey[200, 30:40]
        assert line.max() - line.min() > 150


def test_words_stand_above_their_box_where_there_is_room() -> None:
    assert free_place((50, 60, 90, 90), (30, 10), [], (200, 200)) == (50, 50, 79, 59)
    assert free_place((50, 5, 90, 90), (30, 10), [], (200, 200)) == (50, 90, 79, 99)
    assert free_place((50, 5, 90, 195), (30, 10), [], (200, 200)) == (50, 5, 79, 14)
    assert free_place((190, 60, 200, 90), (30, 10), [], (200, 200))[:2] == (170, 50)


sides = st.integers(0, 150)


@pytest.mark.law("words on a picture stand within it, and on no others")
@given(st.lists(st.tuples(sides, sides, sides, sides), min_size=1, max_size=4))
def test_words_stand_in_the_picture_and_on_no_others(given_boxes: list[Rectangle]) -> None:
    taken: list[Rectangle] = []
    for x, y, wide, high in given_boxes:
        box = (x, y, min(x + wide, 200), min(y + high, 200))
        plate = free_place(box, (20, 10), taken, (200, 200))
        assert 0 <= plate[0] < plate[2] < 200
        assert 0 <= plate[1] < plate[3] < 200
        above = free_place(box, (20, 10), [], (200, 200))
        # It moves away from its best place only where that is taken, and only to a free one.
        if plate != above:
            assert any(meets(above, other) for other in taken)
            assert not any(meets(plate, other) for other in taken)
        taken.append(plate)


def test_a_film_has_every_picture_and_a_gif_the_first(tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    with Film(tmp_path / "film", 5) as film:
        for number in range(GIF_FRAMES + 3):
            film.add(Image.new("RGB", (401, 51), (number, 2 * number, 0)))
    assert film.written == (tmp_path / "film.mp4", tmp_path / "film.gif")
    moving = cv2.VideoCapture(str(tmp_path / "film.mp4"))
    assert moving.get(cv2.CAP_PROP_FRAME_COUNT) == GIF_FRAMES + 3
    assert (moving.get(cv2.CAP_PROP_FRAME_WIDTH), moving.get(cv2.CAP_PROP_FRAME_HEIGHT)) == (400, 50)
    with Image.open(tmp_path / "film.gif") as gif:
        assert 1 < getattr(gif, "n_frames", 1) <= GIF_FRAMES
        assert gif.size == (GIF_WIDE, round(51 * GIF_WIDE / 401))
        assert gif.info["duration"] >= 200


def test_a_film_of_nothing_is_none(tmp_path: Path) -> None:
    with Film(tmp_path / "film", 5) as film:
        pass
    assert film.written == ()
    assert list(tmp_path.iterdir()) == []


def test_without_an_encoder_there_is_a_gif_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cv2 = pytest.importorskip("cv2")
    monkeypatch.setattr(cv2.VideoWriter, "fourcc", lambda *_: 1)  # which no build of OpenCV can write
    with Film(tmp_path / "film", 5) as film:
        film.add(Image.new("RGB", (40, 30)))
    assert film.written == (tmp_path / "film.gif",)
    assert [path.name for path in tmp_path.iterdir()] == ["film.gif"]


def test_a_film_that_breaks_off_is_let_go_of(tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    film = Film(tmp_path / "film", 5)
    film.add(Image.new("RGB", (40, 30)))
    with pytest.raises(AttributeError), film:
        film.add(None)
    assert film.written == ()
    assert cv2.VideoCapture(str(film.mp4)).isOpened()  # a file that is open yet has no index


@pytest.mark.parametrize("drawn", [True, False])
def test_the_film_that_is_told_is_the_one_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawn: bool
) -> None:
    """A picture that a report shows is listed; what OpenCV cannot write is told, and is no saved film."""
    cv2 = pytest.importorskip("cv2")
    from zoodsl.targets.bigdl.library import detection

    if not drawn:
        monkeypatch.setattr(cv2.VideoWriter, "fourcc", lambda *_: 1)
    monkeypatch.setattr(detection, "_painted", lambda *_: iter([("a", Image.new("RGB", (40, 30)))]))
    told: list[tuple[str, str]] = []
    run: Any = Recorder(tmp_path, told)
    frame: Any = None
    paths = detection._draw(run, frame, {"a": np.zeros((0, 6))}, ["cat"], detection.Drawing(1, fps=5))
    assert paths == ["detections/a.png", "detections.gif"]
    films = [Path(path).name for event, path in told if event == "saved"]
    assert films == ["detections.mp4", "detections.gif"][not drawn :]
    hindered = "OpenCV cannot write detections.mp4 here: there is detections.gif alone"
    assert (("phase", hindered) in told) is not drawn


@dataclass
class Recorder:
    """A run that keeps what is told."""

    out: Path
    told: list[tuple[str, str]]

    def __call__(self, event: str, **fields: str) -> None:
        self.told.append((event, fields.get("path") or fields["text"]))
