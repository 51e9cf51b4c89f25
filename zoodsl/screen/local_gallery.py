"""A gallery on this machine: the reference's steps in NumPy, without Java, with the pictures that a run would write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from zoodsl.model.nodes import Data, Frame
from zoodsl.model.tasks import Gallery
from zoodsl.screen.gallery_plots import plots
from zoodsl.sources.images import fixed_part, read
from zoodsl.sources.paths import is_address
from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.image_decoding import decode_image, resized
from zoodsl.targets.bigdl.library.step_pictures import StepPicture, write_pictures
from zoodsl.targets.numpy.transforms import transform
from zoodsl.types import DType, ImageType


def write_gallery(task: Gallery, data: Data, root: str, folder: Path, seed: int) -> tuple[Path, ...]:
    """Writes the pictures of ``task`` to ``gallery/`` in ``folder``, and beside it the plots of them, whose paths come back.

    ``root`` is where the paths of ``data`` start. What is drawn at random follows from ``seed``; a run draws otherwise. A
    ValueError where the images are no files of this machine.
    """
    frame = next(frame for frame in data.frames if frame.name == task.column.frame)
    images = dict(_images(frame, root, task.rows))
    (folder / "gallery").mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(seed)
    shown = write_pictures(folder / "gallery", "gallery", _pictures(task, list(images.values()), draw))
    details: dict[str, Any] = {"images": list(images), "shown": shown}
    paths = []
    for plot in plots(details, folder):
        paths.append(folder / f"{plot.name}.png")
        paths[-1].write_bytes(plot.png)
    return tuple(paths)


def _images(frame: Frame, root: str, rows: int) -> Iterator[tuple[str, Array]]:
    """The first images by their origin, height x width x channels, grey or in RGB."""
    given = frame.reader.arguments
    if frame.source is not None or frame.reader.operator.name != "Images" or is_address(given["path"]):
        raise ValueError(
            "without Spark, a gallery shows images that `Images` reads from this machine's files"
        )
    found = read(given, root) or {}
    for origin in [str(each) for each in found.get("origin", ())][:rows]:
        file = Path(root, fixed_part(given["path"]), origin)
        pixels = decode_image(file.read_bytes(), given["channels"])
        if given["resize"] is not None:
            pixels = resized(pixels, *given["resize"])
        yield origin, pixels[..., ::-1]


def _pictures(task: Gallery, images: list[Array], draw: np.random.Generator) -> Iterator[StepPicture]:
    """The images as they are read, then what each line makes of them."""
    for row, image in enumerate(images, 1):
        yield StepPicture(row, 0, 1, "as it is read", image)
    for number, line in enumerate(task.lines, 1):
        output = line.steps[-1].output if line.steps else None
        scaled = isinstance(output, ImageType) and output.dtype is not DType.UINT8
        for row, image in enumerate(images, 1):
            for turn in range(1, (task.draws if line.random else 1) + 1):
                made = image
                for step in line.steps:
                    if step.probability == 1 or draw.random() < step.probability:
                        made = transform(step.operation, made, draw)
                yield StepPicture(row, number, turn, line.text, made, scaled)
