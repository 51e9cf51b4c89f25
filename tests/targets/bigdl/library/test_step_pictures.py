from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zoodsl.targets.bigdl.library.step_pictures import StepPicture, as_bytes, write_pictures


def test_bytes_are_shown_as_they_are() -> None:
    shown, note = as_bytes(np.array([[[0.0], [254.6], [300.0]]]), scaled=False)
    assert shown.ravel().tolist() == [0, 255, 255]
    assert note == ""


def test_what_are_no_bytes_are_stretched_and_their_range_told() -> None:
    shown, note = as_bytes(np.array([[[-1.0], [0.0], [1.0]]]), scaled=True)
    assert shown.ravel().tolist() == [0, 128, 255]
    assert note == "-1 to 1, shown as 0 to 255"
    assert as_bytes(np.full((2, 2, 1), 7.0), scaled=True)[0].max() == 0


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_is_written_and_told(tmp_path: Path, channels: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4, 6, channels), np.uint8)
    text = 'PixelNormalize("means/mean.npy") -> CenterCrop(100x100)'
    [told] = write_pictures(tmp_path, "gallery", [StepPicture(2, 3, 1, text, pixels)])
    assert (told["row"], told["line"], told["draw"], told["text"]) == (2, 3, 1, text)
    assert (told["height"], told["width"]) == (4, 6)
    assert told["picture"] == "gallery/2-03-1-PixelNormalize-means-mean-npy-CenterCrop.png"
    written = np.asarray(Image.open(tmp_path / told["picture"].removeprefix("gallery/")))
    assert (written.reshape(pixels.shape) == pixels).all()
