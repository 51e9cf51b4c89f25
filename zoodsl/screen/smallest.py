"""The smallest example of a broken law as a picture: the images that it has, and what preprocessing makes of them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from zoodsl.screen.gallery_plots import plots
from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.step_pictures import StepPicture, write_pictures
from zoodsl.testing.laws.law import Example, Verdict
from zoodsl.testing.laws.values import SEED
from zoodsl.testing.subjects.subject import Subject

LONGEST_NAME = 60
"""Characters of a law that its picture is called by."""

DIM = 64
"""Images whose values are all nearer than this are stretched: an eye tells few levels of 256 apart."""


def images_of(example: Example) -> dict[str, Array]:
    """The images of an example by what they are called; those of a list are numbered."""
    found: dict[str, Array] = {}
    for name, value in example.items():
        if isinstance(value, list) and all(map(_is_image, value)):
            found |= {f"{name} {number}": each for number, each in enumerate(value, 1)}
        elif _is_image(value):
            found[name] = value
    return found


def write_smallest(
    verdict: Verdict, subject: Subject, folder: Path, taken: Collection[Path] = ()
) -> Path | None:
    """Draws the example of a broken law into a file in ``folder``, which is made; None where it has no image.

    The file is called by the first words of the law; where that is among ``taken``, the files of other laws, it is numbered.

    Each image is as large as the others in the picture, however few its pixels are. Beside it stands what the steps of
    preprocessing make of it, stretched over 0..255. May raise OSError, and ModuleNotFoundError without matplotlib or Pillow.
    """
    found = images_of(verdict.smallest)
    if not found:
        return None
    words = re.sub(r"[^A-Za-z0-9]+", "-", verdict.name)[:LONGEST_NAME].strip("-").lower()
    with tempfile.TemporaryDirectory() as scratch:
        shown = write_pictures(Path(scratch), ".", _pictures(found, verdict.smallest, subject))
        (plot,) = plots({"images": ["the smallest example"], "shown": shown}, Path(scratch))
    folder.mkdir(parents=True, exist_ok=True)
    names = (f"{words or 'law'}{f'-{number}' if number > 1 else ''}.png" for number in count(1))
    file = next(folder / name for name in names if folder / name not in taken)
    file.write_bytes(plot.png)
    return file


def _pictures(found: dict[str, Array], example: Example, subject: Subject) -> Iterator[StepPicture]:
    line = 0
    for name, image in found.items():
        yield StepPicture(1, line, 1, name, image, scaled=0 < np.ptp(image) < DIM)
        made = _made(image, example, subject)
        if made is not None:
            training = "training" if SEED in example else "preprocess"
            yield StepPicture(1, line + 1, 1, f"{training}({name})", made, scaled=True)
        line += 2


def _made(image: Array, example: Example, subject: Subject) -> Array | None:
    """What preprocessing makes of an image, height x width x channels; None where it makes none."""
    try:
        made = subject.training(image, example[SEED]) if SEED in example else subject.preprocess(image)
    except Exception:  # noqa: BLE001 - the law has told what is wrong with it
        return None
    pixels = np.nan_to_num(made.transpose(1, 2, 0), posinf=0.0, neginf=0.0)
    return pixels if pixels.size and pixels.shape[2] in (1, 3) else None


def _is_image(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.uint8 and value.ndim == 3 and value.size > 0
