"""The ``gallery`` section: lines of steps on images, in a spec that need not have a network."""

from __future__ import annotations

import pytest

from tests.semantics.analysis import analysis
from zoodsl.model.tasks import Gallery
from zoodsl.types import ImageType

DIGITS = 'data {\n  digits = Sample("digits")\n  feature digits.image\n}\n'


def gallery(lines, data=DIGITS, path="spec.zoo"):
    return analysis(f"{data}gallery {{\n{lines}\n}}\n", path=path)


def test_lines_are_steps_and_chains_as_they_are_written():
    found = gallery("  Brightness( 0..32 )\n  Resize(16x16)\n    -> CenterCrop(8x4)  # the middle\n  draw 2")
    (task,) = found.spec.tasks
    assert isinstance(task, Gallery)
    assert [line.text for line in task.lines] == ["Brightness( 0..32 )", "Resize(16x16) -> CenterCrop(8x4)"]
    assert [line.random for line in task.lines] == [True, False]
    assert (task.rows, task.draws) == (1, 2)
    assert found.spec.network is None
    last = task.lines[1].steps[-1].output
    assert isinstance(last, ImageType)
    assert (last.height, last.width) == (8, 4)


def test_each_line_begins_with_the_image_as_it_is_read():
    found = gallery("  CenterCrop(4x4)\n  CenterCrop(6x6)\n  show 3")
    assert found.codes == []
    assert found.spec.tasks[0].rows == 3


def test_a_step_by_its_name():
    text = f"let flip = HFlip()\n{DIGITS}"
    (task,) = gallery("  flip -> Resize(4x4)", data=text).spec.tasks
    assert [step.operation.operator.name for step in task.lines[0].steps] == ["HFlip", "Resize"]


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("", ["ZOO471"]),
        ("  show 2", ["ZOO471"]),
        ("  CenterCrop(9x9)", ["ZOO414"]),
        ("  Resize(4x4) -> CenterCrop(5x5)", ["ZOO414"]),
        ("  Hflip()", ["ZOO202"]),
        ("  Filler(x = 60%..50%, y = 0%..9%)", ["ZOO210"]),
        ("  Filler(x = 0..50%, y = 0%..9%)", ["ZOO211"]),
        ("  Filler(x = 0..5, y = 0%..9%)", ["ZOO209"]),
        ("  FixedCrop(x = 0..5, y = 0%..50%)", ["ZOO414"]),
        ("  HFlip()\n  show 0", ["ZOO210"]),
        ("  HFlip()\n  draw 2.5", ["ZOO209"]),
        ("  HFlip()\n  show 1\n  show 2", ["ZOO224"]),
        ('  HFlip() as "flip"', ["ZOO228"]),
        ("  training {\n    HFlip()\n  }", ["ZOO222"]),
    ],
)
def test_what_is_wrong_in_a_gallery(lines, codes):
    assert gallery(lines).codes == codes


def test_a_gallery_of_no_images():
    text = 'data {\n  flowers = Sample("wine")\n  feature flowers.alcohol\n}\n'
    assert gallery("  HFlip()", data=text).codes == ["ZOO471"]


def test_images_of_several_sizes_may_be_shown_but_not_cropped_beyond_the_smallest(tmp_path):
    from PIL import Image

    for number, size in enumerate([(30, 20), (40, 50)]):
        Image.new("RGB", size).save(tmp_path / f"{number}.png")
    data = 'data {\n  photos = Images("*.png")\n  feature photos.image\n}\n'
    path = str(tmp_path / "spec.zoo")
    assert gallery("  HFlip()\n  CenterCrop(20x30)\n  AspectScale(10)", data, path).codes == []
    found = gallery("  CenterCrop(21x30)", data, path)
    assert found.codes == ["ZOO414"]
    assert "one is of 20x30" in found.messages[0]
    assert gallery("  AspectScale(10) -> CenterCrop(10x10)", data, path).codes == []
    assert gallery("  AspectScale(10) -> CenterCrop(11x10)", data, path).codes == ["ZOO414"]


def test_a_mean_image_is_of_the_images_size(tmp_path):
    import numpy as np
    from PIL import Image

    Image.new("RGB", (6, 4)).save(tmp_path / "photo.png")
    np.save(tmp_path / "mean.npy", np.zeros((4, 6, 3)))
    data = 'data {\n  photos = Images("photo.png")\n  feature photos.image\n}\n'
    path = str(tmp_path / "spec.zoo")
    assert gallery('  PixelNormalize("mean.npy")', data, path).codes == []
    other = gallery('  Resize(2x3) -> PixelNormalize("mean.npy")', data, path)
    assert other.codes == ["ZOO414"]
    assert other.messages == ["the mean image is of 4x6x3, and the images are of 2x3x3 here"]
    assert gallery('  PixelNormalize("maen.npy")', data, path).codes == ["ZOO401"]
    assert gallery('  PixelNormalize("photo.png")', data, path).codes == ["ZOO404"]
