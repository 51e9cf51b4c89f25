"""BigDL's steps on images give what the NumPy reference gives; those that draw stay where they are said to.

All lines of a gallery are carried out in one job by the program's own text, as a run would.
"""

from __future__ import annotations

import sys
from itertools import permutations
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from zoodsl.compiler import Compilation
from zoodsl.model.tasks import Gallery
from zoodsl.targets.numpy.transforms import transform

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

HEIGHT, WIDTH = 60, 80

EQUAL = """
  Brightness(5..5)
  Brightness(-40..-40)
  Contrast(1.5..1.5)
  Contrast(0.25..0.25)
  Hue(9..9)
  Saturation(1.5..1.5)
  ColorJitter(0, contrast = 1.25..1.25, contrast_probability = 100%, saturation_probability = 0%, hue_probability = 0%)
  Resize(33x47)
  Resize(120x160)
  AspectScale(20)
  AspectScale(20, max_size = 25)
  AspectScale(50, multiple_of = 8)
  RandomAspectScale([30])
  CenterCrop(7x4)
  CenterCrop(60x80)
  FixedCrop(x = 2..12, y = 3..23)
  FixedCrop(x = 30%..90%, y = 20%..70%)
  Filler(x = 0%..50%, y = 10%..30%, value = 200)
  Expand(1..1)
  HFlip()
  RandomApply(HFlip(), 100%)
  Resize(33x47) -> HFlip() -> CenterCrop(30x30)
  ChannelNormalize(mean = [20, 30, 40], std = [2, 3, 4])
  PixelNormalize(2)
  PixelNormalize([1, 2, 3])
  PixelNormalize("mean.npy")
"""
"""Lines that draw nothing, or from one value alone."""

GREY = """
  Brightness(5..5)
  Contrast(1.5..1.5)
  Resize(33x47)
  AspectScale(20)
  FixedCrop(x = 2..12, y = 3..23)
  Filler(x = 0%..50%, y = 10%..30%, value = 200)
  HFlip()
  ChannelNormalize(mean = 20, std = 2)
"""

DRAWN = """
  draw 12
  Brightness(-20..40)
  ChannelOrder()
  ColorJitter()
  RandomAspectScale([10, 30])
  RandomCrop(57x78)
  Expand(1.2..2, mean = [1, 2, 3])
  RandomApply(HFlip(), 50%)
"""


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


@pytest.fixture(scope="module")
def carried_out(spark: Any, picture: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """``carried_out(lines, channels)``: the gallery of these lines, and what BigDL makes of the picture by each."""
    folder = tmp_path_factory.mktemp("steps")
    Image.fromarray(picture).save(folder / "picture.png")
    np.save(folder / "mean.npy", np.random.default_rng(6).uniform(0, 255, picture.shape))

    def run(lines: str, channels: int = 3) -> tuple[Gallery, list[list[np.ndarray]]]:
        from pyspark.cloudpickle import register_pickle_by_value

        from zoodsl.targets.bigdl.library.engine import quiet
        from zoodsl.targets.bigdl.library.step_gallery import shown

        text = (
            f'zoo 1\ndata {{\n  photos = Images("picture.png", channels = {channels})\n  feature photos.image\n}}\n'
            f"gallery {{{lines}}}\n"
        )
        compilation = Compilation(str(folder / "spec.zoo"), text=text)
        program = compilation.program("bigdl")
        assert program is not None, compilation.diagnostics
        for name, content in program.attachments.items():
            (folder / name).write_bytes(content)
        module = ModuleType("program_of_steps")
        module.__file__ = str(folder / "program.py")
        sys.modules[module.__name__] = module  # dataclasses look it up while they are made
        exec(program.text, vars(module))
        register_pickle_by_value(module)  # Spark's workers cannot import it
        with quiet():
            made = module.gallery_lines()
        grey = picture[..., :1] if channels == 1 else picture[..., ::-1]
        results: list[list[np.ndarray]] = [[] for _ in made]
        for each in shown(spark.sparkContext, [grey], made):
            results[each.line - 1].append(each.pixels)
        assert compilation.spec is not None
        (task,) = compilation.spec.tasks
        assert isinstance(task, Gallery)
        return task, results

    return run


@pytest.mark.parametrize(("lines", "channels"), [(EQUAL, 3), (GREY, 1)], ids=["colours", "grey"])
def test_what_is_certain_is_equal(carried_out: Any, picture: np.ndarray, lines: str, channels: int) -> None:
    """Though BigDL's arrays are float images, and it would take half a million numbers one by one."""
    task, results = carried_out(lines, channels)
    assert len(task.lines) == len(results) == len(lines.strip().splitlines())
    for line, (result,) in zip(task.lines, results, strict=True):
        wanted = picture[..., :channels]
        for step in line.steps:
            wanted = transform(step.operation, wanted, np.random.default_rng(0))
        output = line.steps[-1].output
        assert result.shape == wanted.shape == (output.height, output.width, output.channels), line.text
        difference = np.abs(result - wanted.astype(np.float32)).max()
        # OpenCV rounds halves to even, the reference up; saturation and hue are computed in other steps.
        assert difference <= 1, line.text


def test_what_is_drawn_stays_within_what_is_said(carried_out: Any, picture: np.ndarray) -> None:
    _, results = carried_out(DRAWN)
    brightness, order, jitter, scaled, cropped, larger, flipped = results
    plain = picture.astype(np.int64)

    for result in brightness:
        (delta,) = {int(value) for value in (result - plain)[(picture > 40) & (picture < 200)].ravel()}
        assert -20 <= delta <= 40
    assert len({result.tobytes() for result in brightness}) > 1

    orders = [picture[..., list(each)] for each in permutations(range(3))]
    assert all(any((result == each).all() for each in orders) for result in order)
    assert len({result.tobytes() for result in order}) > 1

    assert all(
        result.shape == picture.shape and result.min() >= 0 and result.max() <= 255 for result in jitter
    )
    assert len({result.tobytes() for result in jitter}) > 1

    assert {result.shape for result in scaled} == {(10, 13, 3), (30, 40, 3)}

    # BigDL never begins with the first row or column.
    pieces = {picture[y : y + 57, x : x + 78].tobytes() for y in range(1, 4) for x in range(1, 3)}
    assert {result.astype(np.uint8).tobytes() for result in cropped} <= pieces

    for result in larger:
        height, width, _ = result.shape
        assert 1.2 * HEIGHT - 1 <= height <= 2 * HEIGHT
        assert abs(height / HEIGHT - width / WIDTH) < 0.05
        around = (result == (1, 2, 3)).all(axis=-1)
        top, left = np.argwhere(~around)[0]
        assert (result[top : top + HEIGHT, left : left + WIDTH] == picture).all()

    both = {picture.tobytes(), picture[:, ::-1].tobytes()}
    assert {result.astype(np.uint8).tobytes() for result in flipped} == both


def test_a_run_leaves_the_pictures_and_tells_of_them(carried_out: Any, spark: Any, tmp_path: Path) -> None:
    carried_out("\n  draw 2\n  HFlip()\n  Brightness(0..32)\n  ChannelNormalize(mean = 100)\n")
    program = sys.modules["program_of_steps"]
    told: dict[str, dict[str, Any]] = {}
    program.main(
        spark,
        lambda event, **fields: told.update({event: fields}),
        str(Path(str(program.__file__)).parent),
        tmp_path,
    )
    shown = told["result"]["details"]["shown"]
    assert [each["text"] for each in shown] == [
        "as it is read",
        "HFlip()",
        "Brightness(0..32)",
        "Brightness(0..32)",
        "ChannelNormalize(mean = 100)",
    ]
    assert shown[-1]["note"] == "-100 to 155, shown as 0 to 255"
    assert told["result"]["table"][1] == {"step": "HFlip()", "height": HEIGHT, "width": WIDTH, "values": ""}
    with (
        Image.open(tmp_path / shown[0]["picture"]) as read,
        Image.open(tmp_path / shown[1]["picture"]) as flipped,
    ):
        assert (np.asarray(read)[:, ::-1] == np.asarray(flipped)).all()
    assert "finished" in told
