"""The smallest example of a broken law as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from zoodsl.screen.smallest import images_of, write_smallest
from zoodsl.targets.arrays import Array
from zoodsl.testing.calls import NOWHERE
from zoodsl.testing.laws.law import Finding, Verdict

DARK = np.array([[[0], [9], [0]], [[0], [0], [0]]], np.uint8)


class Halving:
    """A subject whose preprocessing halves, and whose training fails."""

    spec: Any = None

    def preprocess(self, value: Array, seed: int = 0) -> Array:
        return (value.transpose(2, 0, 1) / 2).astype(np.float32)

    def training(self, value: Array, seed: int) -> Array:
        raise ValueError(value.shape, seed)

    def predict(self, inputs: Any) -> Array:
        raise NotImplementedError


def broken(**smallest: Any) -> Verdict:
    return Verdict(
        name="Is it dark? No!",
        span=NOWHERE,
        stated=True,
        finding=Finding.BROKEN,
        examples=1,
        seconds=0.0,
        smallest=smallest,
    )


def test_the_images_of_an_example_and_nothing_else():
    found = images_of({"image": DARK, "images": [DARK, DARK], "row": [1.0], "made": DARK / 2, "seed": 3})
    assert list(found) == ["image", "images 1", "images 2"]


def test_three_pixels_can_be_seen(tmp_path):
    file = write_smallest(broken(image=DARK), Halving(), tmp_path / "laws")
    assert file is not None
    assert file == tmp_path / "laws" / "is-it-dark-no.png"
    with Image.open(file) as drawn:
        pixels = np.asarray(drawn.convert("L"))
    # A pixel of six, stretched over all grey levels, in the image and in what is made of it: wide areas of white and black.
    dark = (pixels == 0).sum()
    assert dark > 2 * 5 * 50 * 50


def test_what_cannot_be_preprocessed_is_shown_by_itself(tmp_path):
    both, one = (
        write_smallest(broken(image=DARK, **more), Halving(), tmp_path / name)
        for name, more in (("both", {}), ("one", {"training seed": 1}))
    )
    assert both is not None
    assert one is not None
    with Image.open(both) as wide, Image.open(one) as narrow:
        assert wide.width > narrow.width


def test_an_example_without_images_has_no_picture(tmp_path: Path):
    assert write_smallest(broken(row=[1.0]), Halving(), tmp_path / "laws") is None
    assert not (tmp_path / "laws").exists()


def test_laws_that_begin_alike_have_pictures_of_their_own(tmp_path):
    first = write_smallest(broken(image=DARK), Halving(), tmp_path)
    assert first is not None
    second = write_smallest(broken(image=DARK), Halving(), tmp_path, [first])
    assert second is not None
    assert (first.name, second.name) == ("is-it-dark-no.png", "is-it-dark-no-2.png")
    assert write_smallest(broken(image=DARK), Halving(), tmp_path) == first, "the next run begins anew"
