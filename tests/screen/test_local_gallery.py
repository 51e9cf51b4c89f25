"""A gallery without Java."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import zoodsl

SPEC = """zoo 1
data {{
  photos = Images("photos/*.png"{arguments})
  feature photos.image
}}
gallery {{
  show 2
  draw 3
  Brightness(5..5)
  RandomApply(HFlip(), 50%)
  HFlip() -> CenterCrop(4x6)
}}
"""


@pytest.fixture
def photos(tmp_path):
    (tmp_path / "photos").mkdir()
    made = {
        name: np.random.default_rng(seed).integers(0, 200, (8, 9, 3), np.uint8)
        for seed, name in enumerate("cab")
    }
    for name, pixels in made.items():
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{name}.png")
    return made


def load(tmp_path, arguments="", text=SPEC):
    (tmp_path / "spec.zoo").write_text(text.format(arguments=arguments))
    return zoodsl.load(tmp_path / "spec.zoo")


def test_the_first_images_and_each_line_on_them(tmp_path, photos):
    paths = load(tmp_path).gallery(tmp_path / "out")
    assert [path.name for path in paths] == ["steps.png", "steps_2.png"]
    names = sorted(path.name for path in (tmp_path / "out" / "gallery").iterdir())
    assert len(names) == 2 * (1 + 3 + 3 + 1)
    for row, photo in enumerate("ab", 1):
        read = {
            path.name: np.asarray(Image.open(path))
            for path in (tmp_path / "out" / "gallery").glob(f"{row}-*")
        }
        assert (read[f"{row}-00-1-as-it-is-read.png"] == photos[photo]).all()
        assert (read[f"{row}-01-1-Brightness-5-5.png"] == photos[photo] + 5).all()
        assert (read[f"{row}-03-1-HFlip-CenterCrop-4x6.png"] == photos[photo][2:6, ::-1][:, 1:7]).all()


def test_equal_seeds_give_equal_pictures(tmp_path, photos):
    def drawn(seed):
        load(tmp_path).gallery(tmp_path / f"{seed}", seed=seed)
        return [
            path.read_bytes() for path in sorted((tmp_path / f"{seed}" / "gallery").glob("*RandomApply*"))
        ]

    assert drawn(1) == drawn(1)
    assert len({tuple(drawn(seed)) for seed in range(4)}) > 1


def test_images_that_are_read_smaller_and_grey(tmp_path, photos):
    load(tmp_path, ", channels = 1, resize = 16x12").gallery(tmp_path / "out")
    with Image.open(tmp_path / "out" / "gallery" / "1-00-1-as-it-is-read.png") as picture:
        assert (picture.mode, picture.size) == ("L", (12, 16))


def test_what_cannot_be_shown_here(tmp_path, photos):
    digits = (
        'zoo 1\ndata {{\n  photos = Sample("digits")\n  feature photos.image\n}}\ngallery {{\n  HFlip()\n}}\n'
    )
    with pytest.raises(ValueError, match="files"):
        load(tmp_path, text=digits).gallery(tmp_path / "out")
    with pytest.raises(zoodsl.SpecError):
        load(tmp_path, text=SPEC.replace("HFlip", "Flip")).gallery(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(ValueError, match="no section `gallery`"):
        zoodsl.load("examples/mnist/mnist.zoo").gallery(tmp_path / "out")
