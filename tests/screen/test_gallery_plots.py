from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from zoodsl.screen.gallery_plots import LETTERS, plots
from zoodsl.targets.bigdl.library.step_pictures import StepPicture, write_pictures

LONG = "RandomApply(ColorJitter(brightness = 64, contrast = 0.5..1.5, hue = 30), 50%) -> AspectScale(256)"


@pytest.fixture
def gallery(tmp_path) -> dict[str, Any]:
    """Two images, each with three lines."""
    pixels = np.zeros((40, 60, 3), np.uint8)
    texts = ["as it is read", "HFlip()", LONG, "ChannelNormalize(mean = 127.5)"]
    made = [
        StepPicture(row, line, 1, text, pixels, scaled=line == 3)
        for row in (1, 2)
        for line, text in enumerate(texts)
    ]
    (tmp_path / "gallery").mkdir()
    return {"images": ["a.png", "b.png"], "shown": write_pictures(tmp_path / "gallery", "gallery", made)}


def titles(monkeypatch, details, folder) -> list[str]:
    from matplotlib.axes import Axes

    found: list[str] = []
    monkeypatch.setattr(Axes, "set_title", lambda _, text, **__: found.append(text))
    list(plots(details, folder))
    return found


def test_each_image_has_a_plot_of_all_its_lines(gallery, tmp_path):
    drawn = list(plots(gallery, tmp_path))
    assert [plot.name for plot in drawn] == ["steps", "steps_2"]
    assert "b.png" in drawn[1].caption
    assert all(plot.png.startswith(b"\x89PNG") for plot in drawn)


def test_a_title_is_the_step_as_written_its_size_and_what_was_stretched(gallery, tmp_path, monkeypatch):
    first, flip, long, normal = titles(monkeypatch, gallery, tmp_path)[:4]
    assert first == "as it is read\n40x60"
    assert flip == "HFlip()\n40x60"
    assert normal.endswith("40x60, 0 to 0, shown as 0 to 255")
    assert max(map(len, long.splitlines())) <= LETTERS
    assert " ".join(long.splitlines()[:-1]).replace(" ...", "") in LONG


def test_a_picture_that_is_gone_leaves_its_place_empty(gallery, tmp_path):
    for file in (tmp_path / "gallery").iterdir():
        file.unlink()
    assert [plot.name for plot in plots(gallery, tmp_path)] == ["steps", "steps_2"]
